/*
 * One table says what terms there are, for the admin's JSON, the command line and the stored form,
 * which is that JSON again: an older key reads with the defaults of what came later.
 */
#include "api/key_terms.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const scope_texts[] = {
#define SCOPE(name, text) text,
#include "api/scopes.def"
#undef SCOPE
};

static const struct {
    const char *name;
    size_t offset;
    uint64_t lowest, highest;
} rows[] = {
#define KEY_TERM(name, standard, lowest, highest, summary)                                         \
    {#name, offsetof(struct key_terms, name), UINT64_C(lowest), UINT64_C(highest)},
#include "api/key_terms.def"
#undef KEY_TERM
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static uint64_t *field(struct key_terms *terms, size_t row)
{
    return (uint64_t *)(void *)((char *)terms + rows[row].offset);
}

void key_terms_init(struct key_terms *terms)
{
    memset(terms, 0, sizeof *terms);
#define KEY_TERM(name, standard, lowest, highest, summary) terms->name = standard;
#include "api/key_terms.def"
#undef KEY_TERM
}

bool key_terms_add_scope(struct key_terms *terms, const char *text, size_t len)
{
    for (unsigned i = 0; i < SCOPES; i++) {
        if (strlen(scope_texts[i]) == len && memcmp(scope_texts[i], text, len) == 0) {
            terms->scopes |= 1u << i;
            return true;
        }
    }
    return false;
}

static bool same_name(const char *row, const char *name)
{
    for (; *row != '\0' && *row == (*name == '-' ? '_' : *name); row++, name++) {
    }
    return *row == '\0' && *name == '\0';
}

bool key_terms_set(struct key_terms *terms, const char *name, uint64_t value,
                   struct api_error *error)
{
    for (size_t row = 0; row < ROWS; row++) {
        if (same_name(rows[row].name, name)) {
            if (value < rows[row].lowest || value > rows[row].highest) {
                api_error_set(error, API_BAD_REQUEST,
                              "%s: expected a number from %" PRIu64 " to %" PRIu64 ", got %" PRIu64,
                              rows[row].name, rows[row].lowest, rows[row].highest, value);
                return false;
            }
            *field(terms, row) = value;
            return true;
        }
    }
    return false;
}

static enum api_code read_scopes(const json_t *json, struct key_terms *terms,
                                 struct api_error *error)
{
    char given[96];
    size_t i;

    for (i = 0; i < json_array_size(json); i++) {
        const json_t *scope = json_array_get(json, i);

        if (!json_in_is_string(scope) ||
            !key_terms_add_scope(terms, json_string_value(scope), json_string_length(scope))) {
            json_in_describe(scope, given, sizeof given);
            return api_error_set(error, API_BAD_REQUEST,
                                 "scopes[%zu]: expected modules:read, modules:write, call or "
                                 "admin, got %s",
                                 i, given);
        }
    }
    if (!json_is_array(json) || i == 0) {
        return api_error_set(error, API_BAD_REQUEST, "scopes: expected an array of at least one");
    }
    return API_OK;
}

static enum api_code read_label(const json_t *json, struct key_terms *terms,
                                struct api_error *error)
{
    size_t len = json_in_is_string(json) ? json_string_length(json) : KEY_LABEL_SIZE;

    if (len >= KEY_LABEL_SIZE || strlen(json_string_value(json)) != len) {
        return api_error_set(error, API_BAD_REQUEST, "label: expected a string of at most %d bytes",
                             KEY_LABEL_SIZE - 1);
    }
    memcpy(terms->label, json_string_value(json), len + 1);
    return API_OK;
}

static enum api_code read_member(const char *key, const json_t *value, struct key_terms *terms,
                                 struct api_error *error)
{
    bool negative = false;
    uint64_t number = 0;
    char given[96];

    if (strcmp(key, "scopes") == 0) {
        return read_scopes(value, terms, error);
    }
    if (strcmp(key, "label") == 0) {
        return read_label(value, terms, error);
    }
    if (!json_in_integer(value, &negative, &number) || negative) {
        json_in_describe(value, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST, "%.64s: expected a number, got %s", key,
                             given);
    }
    if (!key_terms_set(terms, key, number, error) && error->code == API_OK) {
        api_error_set(error, API_BAD_REQUEST, "%.64s: a key has no such member", key);
    }
    return error->code;
}

enum api_code key_terms_read(const json_t *json, struct key_terms *terms, struct api_error *error)
{
    const char *key;
    json_t *value;
    char given[96];

    key_terms_init(terms);
    if (!json_is_object(json)) {
        json_in_describe(json, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST, "a key is an object, got %s", given);
    }
    json_object_foreach((json_t *)json, key, value)
    {
        if (read_member(key, value, terms, error) != API_OK) {
            return error->code;
        }
    }
    if (terms->scopes == 0) {
        return api_error_set(error, API_BAD_REQUEST, "scopes: missing");
    }
    return API_OK;
}

void key_terms_write(const struct key_terms *terms, struct json_out *out)
{
    json_out_member_cstr(out, "label", terms->label);
    json_out_key(out, "scopes");
    json_out_array_begin(out);
    for (unsigned i = 0; i < SCOPES; i++) {
        if (terms->scopes & 1u << i) {
            json_out_cstr(out, scope_texts[i]);
        }
    }
    json_out_array_end(out);
    for (size_t row = 0; row < ROWS; row++) {
        json_out_member_u64(out, rows[row].name, *field((struct key_terms *)(uintptr_t)terms, row));
    }
}

bool scopes_allow(unsigned scopes, const char *scope)
{
    if (scope[0] == '\0' || strcmp(scope, "any") == 0) {
        return true;
    }
    for (unsigned i = 0; i < SCOPES; i++) {
        if (strcmp(scope_texts[i], scope) == 0) {
            return (scopes & 1u << i) != 0;
        }
    }
    return false;
}
