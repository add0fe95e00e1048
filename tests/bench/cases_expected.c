/* What a case finds and what it should find: "name=kind:number;name=..."; floats as bits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/cases.h"

/* The part "key=value" of a text, from its start to the next semicolon. */
static bool has_part(const char *text, const char *part, size_t len)
{
    for (;;) {
        size_t n = strcspn(text, ";");
        if (n == len && memcmp(text, part, len) == 0) {
            return true;
        }
        if (text[n] == '\0') {
            return false;
        }
        text += n + 1;
    }
}

bool case_matches(const char *expected, const char *observed, char *key, size_t size)
{
    for (const char *part = expected;;) {
        size_t len = strcspn(part, ";"), key_len = strcspn(part, "=");
        if (key_len < len && !has_part(observed, part, len)) {
            snprintf(key, size, "%.*s", (int)key_len, part);
            return false;
        }
        if (part[len] == '\0') {
            return true;
        }
        part += len + 1;
    }
}

bool case_observe(struct case_run *run, const char *key, const char *value)
{
    char *text = run->result->observed;
    size_t len = strlen(text);
    int n =
        snprintf(text + len, CASE_OBSERVED_MAX - len, "%s%s=%s", len > 0 ? ";" : "", key, value);
    return (n >= 0 && (size_t)n < CASE_OBSERVED_MAX - len) ||
           case_fail(run, "too much to be noted");
}

void case_value_format(const cupel_val_t *value, char *text, size_t size)
{
    const char *kind = cupel_valkind_name(value->kind);
    if (value->kind == CUPEL_I32) {
        snprintf(text, size, "%s:%" PRId32, kind, value->of.i32);
    } else if (value->kind == CUPEL_I64) {
        snprintf(text, size, "%s:%" PRId64, kind, value->of.i64);
    } else if (value->kind == CUPEL_F32) {
        snprintf(text, size, "%s:0x%" PRIx32, kind, value->of.f32_bits);
    } else {
        snprintf(text, size, "%s:0x%" PRIx64, kind, value->of.f64_bits);
    }
}
