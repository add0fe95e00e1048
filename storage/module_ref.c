/*
 * References as text. An id and a name never look alike: 64 hex digits would be a name by the
 * grammar, so they are refused as one, and whoever reads a reference needs no database to tell.
 * A version has one spelling (no sign, no leading zero), so that a URL is one resource.
 */
#include "config.h"

#include "storage/storage_error.h"

#include <stdio.h>
#include <string.h>

enum { HEX_DIGITS = 2 * STORAGE_ID_SIZE };

static const char prefix[] = "sha256:";

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_hex_id(const char *text, size_t len)
{
    if (len != HEX_DIGITS)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (hex_value(text[i]) < 0)
            return false;
    }
    return true;
}

static void read_id(const char *hex, struct storage_id *id)
{
    for (size_t i = 0; i < STORAGE_ID_SIZE; i++)
        id->bytes[i] = (uint8_t)(hex_value(hex[2 * i]) * 16 + hex_value(hex[2 * i + 1]));
}

void storage_id_format(const struct storage_id *id, char text[STORAGE_ID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *out = text + sizeof prefix - 1;

    memcpy(text, prefix, sizeof prefix - 1);
    for (size_t i = 0; i < STORAGE_ID_SIZE; i++) {
        *out++ = digits[id->bytes[i] >> 4];
        *out++ = digits[id->bytes[i] & 15];
    }
    *out = '\0';
}

struct storage_ref storage_ref_to_id(const struct storage_id *id)
{
    return (struct storage_ref){.kind = STORAGE_REF_ID, .id = *id};
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool continues_name(char c)
{
    return starts_name(c) || c == '.' || c == '_' || c == '-';
}

static enum storage_status check_name(const char *name, size_t len, struct storage_error *error)
{
    if (len == 0)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "a name must not be empty");
    if (len > STORAGE_NAME_MAX)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "a name of %zu characters: at most %d",
                            len, STORAGE_NAME_MAX);
    if (!starts_name(name[0]))
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "a name starts with a letter a-z or a digit, not with byte 0x%02x",
                            (unsigned char)name[0]);
    for (size_t i = 1; i < len; i++) {
        if (!continues_name(name[i]))
            return storage_fail(error, STORAGE_BAD_ARGUMENT,
                                "byte 0x%02x at position %zu of a name: allowed are a-z 0-9 . _ -",
                                (unsigned char)name[i], i);
    }
    if (is_hex_id(name, len))
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "64 hex digits are an id and cannot be a name");
    return STORAGE_OK;
}

enum storage_status storage_name_check(const char *name, struct storage_error *error)
{
    return check_name(name, strlen(name), error);
}

static enum storage_status read_version(const char *text, uint64_t *version,
                                        struct storage_error *error)
{
    enum { DIGITS_MAX = 18 }; /* fits int64_t, whatever the digits */
    size_t len = strspn(text, "0123456789");
    uint64_t value = 0;

    if (len == 0 || len > DIGITS_MAX || text[len] || text[0] == '0')
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "after '@' comes a version: a number from 1, without leading zeros");
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    *version = value;
    return STORAGE_OK;
}

enum storage_status storage_ref_parse(const char *text, struct storage_ref *ref,
                                      struct storage_error *error)
{
    bool prefixed = strncmp(text, prefix, sizeof prefix - 1) == 0;
    const char *hex = prefixed ? text + sizeof prefix - 1 : text;
    const char *at = strchr(text, '@');
    size_t len = at ? (size_t)(at - text) : strlen(text);
    enum storage_status status;

    memset(ref, 0, sizeof *ref);
    if (is_hex_id(hex, strlen(hex))) {
        ref->kind = STORAGE_REF_ID;
        read_id(hex, &ref->id);
        return STORAGE_OK;
    }
    if (prefixed)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "after 'sha256:' come 64 hex digits");
    status = check_name(text, len, error);
    if (status != STORAGE_OK)
        return status;
    memcpy(ref->name, text, len);
    ref->kind = at ? STORAGE_REF_VERSION : STORAGE_REF_NAME;
    return at ? read_version(at + 1, &ref->version, error) : STORAGE_OK;
}
