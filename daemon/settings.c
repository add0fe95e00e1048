/*
 * The rows of config.def as a table: where the value lies in struct settings, how it is written, and
 * between which bounds. Everything that reads or prints options walks this table.
 */
#include "daemon/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct setting rows[] = {
#define CONFIG_TEXT(section, name, standard, summary)                                              \
    {#section, #name, SETTING_TEXT, offsetof(struct settings, name), standard, 0, 0, 0, summary},
#define CONFIG_BOOL(section, name, standard, summary)                                              \
    {#section, #name, SETTING_BOOL, offsetof(struct settings, name), NULL, standard, 0, 1, summary},
#define CONFIG_SIZE(section, name, standard, lowest, highest, summary)                             \
    {#section,                                                                                     \
     #name,                                                                                        \
     SETTING_SIZE,                                                                                 \
     offsetof(struct settings, name),                                                              \
     NULL,                                                                                         \
     UINT64_C(standard),                                                                           \
     UINT64_C(lowest),                                                                             \
     UINT64_C(highest),                                                                            \
     summary},
#define CONFIG_NUMBER(section, name, standard, lowest, highest, summary)                           \
    {#section,                                                                                     \
     #name,                                                                                        \
     SETTING_NUMBER,                                                                               \
     offsetof(struct settings, name),                                                              \
     NULL,                                                                                         \
     UINT64_C(standard),                                                                           \
     UINT64_C(lowest),                                                                             \
     UINT64_C(highest),                                                                            \
     summary},
#include "daemon/config.def"
#undef CONFIG_TEXT
#undef CONFIG_BOOL
#undef CONFIG_SIZE
#undef CONFIG_NUMBER
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const struct setting *settings_rows(size_t *count)
{
    *count = ROWS;
    return rows;
}

static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b)) {
            return false;
        }
    }
    return *a == *b;
}

const struct setting *settings_find(const char *section, const char *name)
{
    size_t i;

    for (i = 0; i < ROWS; i++) {
        if ((section == NULL || strcmp(section, rows[i].section) == 0) &&
            same_name(name, rows[i].name)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool settings_is_live(const struct setting *row)
{
    static const char *const names[] = {"log_level", "drain_timeout_ms", "tls_certificate",
                                        "tls_key"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(row->name, names[i]) == 0) {
            return true;
        }
    }
    return strcmp(row->section, "limits") == 0;
}

static size_t size_of(const struct setting *row)
{
    return row->kind == SETTING_TEXT   ? SETTINGS_TEXT_SIZE
           : row->kind == SETTING_BOOL ? sizeof(bool)
                                       : sizeof(uint64_t);
}

bool settings_equal(const struct settings *a, const struct settings *b, const struct setting *row)
{
    const char *one = (const char *)a + row->offset, *other = (const char *)b + row->offset;

    return row->kind == SETTING_TEXT ? strcmp(one, other) == 0
                                     : memcmp(one, other, size_of(row)) == 0;
}

void settings_copy(struct settings *to, const struct settings *from, const struct setting *row)
{
    memcpy((char *)to + row->offset, (const char *)from + row->offset, size_of(row));
}

void settings_init(struct settings *settings)
{
    size_t i;

    memset(settings, 0, sizeof *settings);
    for (i = 0; i < ROWS; i++) {
        char *field = (char *)settings + rows[i].offset;
        bool flag = rows[i].number != 0;

        if (rows[i].kind == SETTING_TEXT) {
            snprintf(field, SETTINGS_TEXT_SIZE, "%s", rows[i].text);
        } else if (rows[i].kind == SETTING_BOOL) {
            memcpy(field, &flag, sizeof flag);
        } else {
            memcpy(field, &rows[i].number, sizeof rows[i].number);
        }
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_bool(const char *value, bool *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value, words[i]) == 0) {
            *out = i % 2 == 1;
            return true;
        }
    }
    return false;
}

/* A number, for sizes with a unit: 64M, 64 MiB, 512K. */
static bool read_number(const char *value, bool is_size, uint64_t *out)
{
    static const char units[] = "KMG";
    uint64_t factor = 1;
    const char *unit;
    char *end;

    if (value[0] < '0' || value[0] > '9') {
        return false;
    }
    errno = 0;
    *out = strtoull(value, &end, 10);
    end += strspn(end, " \t");
    if (is_size && *end != '\0') {
        unit = strchr(units, *end);
        if (unit == NULL ||
            (strcmp(end + 1, "") != 0 && strcmp(end + 1, "iB") != 0 && strcmp(end + 1, "B") != 0)) {
            return false;
        }
        factor = (uint64_t)1 << (10 * (unit - units + 1));
        end += strlen(end);
    }
    return errno == 0 && *end == '\0' && !__builtin_mul_overflow(*out, factor, out);
}

static bool set_text(char *field, const char *value, struct strbuf *why)
{
    if (value[0] == '\0' || strlen(value) >= SETTINGS_TEXT_SIZE) {
        strbuf_printf(why, "expected a text of 1 to %d bytes", SETTINGS_TEXT_SIZE - 1);
        return false;
    }
    memcpy(field, value, strlen(value) + 1);
    return true;
}

bool settings_set(struct settings *settings, const struct setting *row, const char *value,
                  struct strbuf *why)
{
    char *field = (char *)settings + row->offset;
    uint64_t number = 0;
    bool flag = false;

    switch (row->kind) {
    case SETTING_TEXT:
        return set_text(field, value, why);
    case SETTING_BOOL:
        if (!read_bool(value, &flag)) {
            strbuf_printf(why, "expected true or false, got \"%.80s\"", value);
            return false;
        }
        memcpy(field, &flag, sizeof flag);
        return true;
    default:
        if (!read_number(value, row->kind == SETTING_SIZE, &number) || number < row->lowest ||
            number > row->highest) {
            strbuf_printf(why, "expected a %s from %" PRIu64 " to %" PRIu64 ", got \"%.80s\"",
                          row->kind == SETTING_SIZE ? "size" : "number", row->lowest, row->highest,
                          value);
            return false;
        }
        memcpy(field, &number, sizeof number);
        return true;
    }
}

/* ---- what belongs together ------------------------------------------------------------------- */

bool settings_check(const struct settings *settings, struct strbuf *faults)
{
    size_t before = faults->len;

#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary)                        \
    if (settings->default_##name > settings->max_##name) {                                         \
        strbuf_printf(                                                                             \
            faults, "default_" #name " (%" PRIu64 ") is more than max_" #name " (%" PRIu64 ")\n",  \
            settings->default_##name, settings->max_##name);                                       \
    }
#include "api/call_limits.def"
#undef CALL_LIMIT
    if (settings->max_module_bytes > settings->max_body_memory) {
        strbuf_printf(faults,
                      "max_module_bytes (%" PRIu64 ") is more than max_body_memory (%" PRIu64 ")\n",
                      settings->max_module_bytes, settings->max_body_memory);
    }
    if ((strcmp(settings->tls_certificate, "none") == 0) !=
        (strcmp(settings->tls_key, "none") == 0)) {
        strbuf_printf(faults, "tls_certificate and tls_key go together\n");
    }
    if (strcmp(settings->tls_client_ca, "none") != 0 &&
        strcmp(settings->tls_certificate, "none") == 0) {
        strbuf_printf(faults, "tls_client_ca needs tls_certificate and tls_key\n");
    }
    return faults->len == before;
}

void settings_for_service(const struct settings *settings, struct service_settings *out)
{
    service_settings_init(out);
    out->enforced.module_bytes = settings->max_module_bytes;
    out->enforced.functions = (uint32_t)settings->max_functions;
    out->enforced.function_bytes = (uint32_t)settings->max_function_bytes;
    out->enforced.locals = (uint32_t)settings->max_locals;
    out->enforced.nesting = (uint32_t)settings->max_nesting;
    out->enforced.br_table_targets = (uint32_t)settings->max_br_table_targets;
    out->enforced.imports = (uint32_t)settings->max_imports;
    out->enforced.exports = (uint32_t)settings->max_exports;
    out->cache_bytes = settings->cache_bytes;
    out->max_concurrent_calls = (uint32_t)settings->max_concurrent_calls;
    out->max_calls_per_key = (uint32_t)settings->max_calls_per_key;
    out->max_call_memory = settings->max_call_memory;
    out->slice_us = settings->slice_us;
    out->busy_retry_ms = (uint32_t)settings->busy_retry_ms;
    out->slice_fuel = settings->slice_fuel;
    out->guard_pages = settings->guard_pages;
    out->native = settings->native;
    out->native_bytes = (size_t)settings->native_bytes;
#define CALL_LIMIT(name, unit, usual, most, lowest, ceiling, summary)                              \
    out->standard.name = settings->default_##name;                                                 \
    out->maximum.name = settings->max_##name;
#include "api/call_limits.def"
#undef CALL_LIMIT
}

void settings_for_api(const struct settings *settings, struct api_settings *out)
{
    api_settings_init(out);
    out->max_module_bytes = settings->max_module_bytes;
    out->max_json_bytes = settings->max_json_bytes;
    out->max_json_depth = settings->max_json_depth;
    out->max_batch = settings->max_batch;
    out->client_certificates = strcmp(settings->tls_client_ca, "none") != 0;
    out->max_response_bytes = settings->max_response_bytes;
}
