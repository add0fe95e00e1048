/*
 * Nothing here knows what a limit means; the table says what there is. A member that the table does
 * not have is refused, since a limit with a typing error in its name would be no limit.
 */
#include "api/call_limits.h"

#include <inttypes.h>
#include <string.h>

const struct call_limits call_limits_standard = {
#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary)                        \
    .name = UINT64_C(standard),
#include "api/call_limits.def"
#undef CALL_LIMIT
};

const struct call_limits call_limits_maximum = {
#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary)                        \
    .name = UINT64_C(maximum),
#include "api/call_limits.def"
#undef CALL_LIMIT
};

static const struct {
    const char *name;
    size_t offset;
    uint64_t lowest;
} rows[] = {
#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary)                        \
    {#name, offsetof(struct call_limits, name), UINT64_C(lowest)},
#include "api/call_limits.def"
#undef CALL_LIMIT
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static uint64_t field(const struct call_limits *limits, size_t row)
{
    uint64_t value;

    memcpy(&value, (const char *)limits + rows[row].offset, sizeof value);
    return value;
}

static enum api_code read_one(size_t row, const json_t *json, uint64_t maximum, uint64_t *out,
                              struct api_error *error)
{
    bool negative = false;
    uint64_t value = 0;
    char given[96];

    if (!json_in_integer(json, &negative, &value) || (negative && value != 0) ||
        value < rows[row].lowest) {
        json_in_describe(json, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST,
                             "limits.%s: expected an integer from %" PRIu64 " to %" PRIu64
                             ", got %s",
                             rows[row].name, rows[row].lowest, maximum, given);
    }
    if (value > maximum) {
        api_error_set(error, API_BAD_REQUEST,
                      "limits.%s: %" PRIu64 " is more than the maximum of %" PRIu64, rows[row].name,
                      value, maximum);
        api_error_member(error, "limit", rows[row].name, strlen(rows[row].name));
        api_error_member_u64(error, "maximum", maximum);
        return error->code;
    }
    *out = value;
    return API_OK;
}

static enum api_code unknown_member(const char *key, struct api_error *error)
{
    struct strbuf names;
    size_t i;

    strbuf_init(&names);
    for (i = 0; i < ROWS; i++) {
        strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", rows[i].name);
    }
    api_error_set(error, API_BAD_REQUEST, "limits.%.64s: there is no such limit; there are %s", key,
                  strbuf_text(&names));
    strbuf_fini(&names);
    return error->code;
}

enum api_code call_limits_read(const json_t *json, const struct call_limits *standard,
                               const struct call_limits *maximum, struct call_limits *out,
                               struct api_error *error)
{
    const char *key;
    json_t *value;
    size_t row;

    *out = *standard;
    if (json == NULL || json_is_null(json)) {
        return API_OK;
    }
    if (!json_is_object(json)) {
        char given[96];

        json_in_describe(json, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST, "limits: expected an object, got %s", given);
    }
    json_object_foreach((json_t *)json, key, value)
    {
        uint64_t number = 0;

        for (row = 0; row < ROWS && strcmp(rows[row].name, key) != 0; row++) {
        }
        if (row == ROWS) {
            return unknown_member(key, error);
        }
        if (read_one(row, value, field(maximum, row), &number, error) != API_OK) {
            return error->code;
        }
        memcpy((char *)out + rows[row].offset, &number, sizeof number);
    }
    return API_OK;
}

void call_limits_write(const struct call_limits *limits, struct json_out *out)
{
    size_t row;

    json_out_object_begin(out);
    for (row = 0; row < ROWS; row++) {
        json_out_member_u64(out, rows[row].name, field(limits, row));
    }
    json_out_object_end(out);
}
