/* Expectations: "name=kind:number;name=..."; floats as bits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/cases.h"

bool case_expected(const struct case_row *row, const char *key, char *value, size_t size)
{
    size_t key_len = strlen(key);
    const char *part = row->expected;
    while (part != NULL) {
        size_t len = strcspn(part, ";");
        if (len > key_len && strncmp(part, key, key_len) == 0 && part[key_len] == '=') {
            snprintf(value, size, "%.*s", (int)(len - key_len - 1), part + key_len + 1);
            return true;
        }
        part = part[len] == ';' ? part + len + 1 : NULL;
    }
    return false;
}

static uint64_t bits_of(const cupel_val_t *value)
{
    return value->kind == CUPEL_I32 || value->kind == CUPEL_F32 ? value->of.f32_bits
                                                                : value->of.f64_bits;
}

bool case_value_matches(const char *expected, const cupel_val_t *value)
{
    const char *colon = strchr(expected, ':');
    const char *kind = cupel_valkind_name(value->kind);
    size_t len = strlen(kind);
    if (colon == NULL || (size_t)(colon - expected) != len || strncmp(expected, kind, len) != 0) {
        return false;
    }
    const char *text = colon + 1;
    uint64_t bits = text[0] == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 0);
    if (value->kind == CUPEL_I32 || value->kind == CUPEL_F32) {
        bits = (uint32_t)bits;
    }
    return bits == bits_of(value);
}

void case_value_format(const cupel_val_t *value, char *text, size_t size)
{
    const char *kind = cupel_valkind_name(value->kind);
    if (value->kind == CUPEL_I32) {
        snprintf(text, size, "%s:%" PRId32, kind, value->of.i32);
    } else if (value->kind == CUPEL_I64) {
        snprintf(text, size, "%s:%" PRId64, kind, value->of.i64);
    } else {
        snprintf(text, size, "%s:0x%" PRIx64, kind, bits_of(value));
    }
}
