/*
 * Values of the suite: bit patterns as decimal strings, so that nothing is rounded on the way. NaN
 * expectations are classes of bit patterns (Core Specification, 4.3.3): canonical is the quiet NaN
 * without payload, arithmetic any quiet NaN.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec.h"

static const char *member(json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text != NULL ? text : "";
}

static bool is_null_text(json_t *json)
{
    return strcmp(member(json, "value"), "null") == 0;
}

static int lane_bits(const char *lane_type)
{
    return atoi(lane_type + 1);
}

/* The lanes of a v128 in memory order. */
static bool parse_lanes(json_t *json, uint8_t bytes[16])
{
    json_t *lanes = json_object_get(json, "value");
    size_t lane_bytes = (size_t)lane_bits(member(json, "lane_type")) / 8;
    if (lane_bytes == 0 || json_array_size(lanes) * lane_bytes != 16) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(lanes); i++) {
        uint64_t bits = strtoull(json_string_value(json_array_get(lanes, i)), NULL, 10);
        memcpy(bytes + i * lane_bytes, &bits, lane_bytes);
    }
    return true;
}

/* A host reference is known by its number, which is the address of its data, plus one. */
static bool make_externref(cupel_context_t *ctx, json_t *json, cupel_val_t *out)
{
    out->kind = CUPEL_EXTERNREF;
    if (is_null_text(json)) {
        return true;
    }
    uintptr_t number = (uintptr_t)strtoull(member(json, "value"), NULL, 10);
    cupel_error_t *error = cupel_externref_new(ctx, (void *)(number + 1), NULL, &out->of.externref);
    bool ok = error == NULL;
    cupel_error_delete(error);
    return ok;
}

bool spec_value_parse(cupel_context_t *ctx, json_t *json, cupel_val_t *out)
{
    const char *type = member(json, "type");
    uint64_t bits = strtoull(member(json, "value"), NULL, 10);
    memset(out, 0, sizeof *out);
    if (strcmp(type, "i32") == 0 || strcmp(type, "f32") == 0) {
        out->kind = type[0] == 'i' ? CUPEL_I32 : CUPEL_F32;
        out->of.f32_bits = (uint32_t)bits;
        return true;
    }
    if (strcmp(type, "i64") == 0 || strcmp(type, "f64") == 0) {
        out->kind = type[0] == 'i' ? CUPEL_I64 : CUPEL_F64;
        out->of.f64_bits = bits;
        return true;
    }
    if (strcmp(type, "v128") == 0) {
        out->kind = CUPEL_V128;
        return parse_lanes(json, out->of.v128);
    }
    if (strcmp(type, "externref") == 0) {
        return make_externref(ctx, json, out);
    }
    out->kind = CUPEL_FUNCREF;
    return strcmp(type, "funcref") == 0 && is_null_text(json);
}

/* Whether bits are what the text asks for: a number, nan:canonical or nan:arithmetic. */
static bool bits_match(const char *text, uint64_t bits, int width)
{
    uint64_t quiet = width == 32 ? UINT64_C(0x7fc00000) : UINT64_C(0x7ff8000000000000);
    uint64_t sign = UINT64_C(1) << (width - 1);
    if (strcmp(text, "nan:canonical") == 0) {
        return (bits & ~sign) == quiet;
    }
    if (strcmp(text, "nan:arithmetic") == 0) {
        return (bits & quiet) == quiet;
    }
    return strtoull(text, NULL, 10) == bits;
}

static bool lanes_match(json_t *expected, const uint8_t bytes[16])
{
    json_t *lanes = json_object_get(expected, "value");
    int width = lane_bits(member(expected, "lane_type"));
    size_t lane_bytes = (size_t)width / 8;
    bool ok = lane_bytes > 0 && json_array_size(lanes) * lane_bytes == 16;
    for (size_t i = 0; ok && i < json_array_size(lanes); i++) {
        uint64_t bits = 0;
        memcpy(&bits, bytes + i * lane_bytes, lane_bytes);
        ok = bits_match(json_string_value(json_array_get(lanes, i)), bits, width);
    }
    return ok;
}

static bool is_null(const cupel_val_t *value)
{
    return value->kind == CUPEL_FUNCREF     ? value->of.funcref.store_id == 0
           : value->kind == CUPEL_EXTERNREF ? value->of.externref.store_id == 0
                                            : false;
}

static enum spec_match match_if(bool matches)
{
    return matches ? MATCH_YES : MATCH_NO;
}

static enum spec_match match_reference(cupel_context_t *ctx, json_t *expected, const char *type,
                                       const cupel_val_t *value)
{
    bool is_extern = strcmp(type, "externref") == 0;
    if (is_extern || strcmp(type, "funcref") == 0) {
        if (value->kind != (is_extern ? CUPEL_EXTERNREF : CUPEL_FUNCREF)) {
            return MATCH_NO;
        }
        if (json_object_get(expected, "value") == NULL || is_null_text(expected)) {
            return match_if(is_null(value) == is_null_text(expected));
        }
        uintptr_t number = (uintptr_t)strtoull(member(expected, "value"), NULL, 10);
        void *data = is_extern ? cupel_externref_data(ctx, value->of.externref) : NULL;
        return match_if(is_extern && data == (void *)(number + 1));
    }
    if (strcmp(type, "refnull") == 0) {
        return match_if(is_null(value));
    }
    if (strcmp(type, "nullfuncref") == 0 || strcmp(type, "nullexternref") == 0) {
        return match_if(is_null(value) && (value->kind == CUPEL_FUNCREF) == (type[4] == 'f'));
    }
    return MATCH_UNKNOWN;
}

enum spec_match spec_value_match(cupel_context_t *ctx, json_t *expected, const cupel_val_t *value)
{
    const char *type = member(expected, "type");
    const char *text = member(expected, "value");
    if (strcmp(type, "either") == 0) {
        enum spec_match match = MATCH_NO;
        json_t *choices = json_object_get(expected, "values");
        for (size_t i = 0; match == MATCH_NO && i < json_array_size(choices); i++) {
            match = spec_value_match(ctx, json_array_get(choices, i), value);
        }
        return match;
    }
    if (strcmp(type, "i32") == 0 || strcmp(type, "f32") == 0) {
        return match_if(value->kind == (type[0] == 'i' ? CUPEL_I32 : CUPEL_F32) &&
                        bits_match(text, value->of.f32_bits, 32));
    }
    if (strcmp(type, "i64") == 0 || strcmp(type, "f64") == 0) {
        return match_if(value->kind == (type[0] == 'i' ? CUPEL_I64 : CUPEL_F64) &&
                        bits_match(text, value->of.f64_bits, 64));
    }
    if (strcmp(type, "v128") == 0) {
        return match_if(value->kind == CUPEL_V128 && lanes_match(expected, value->of.v128));
    }
    return match_reference(ctx, expected, type, value);
}

void spec_value_print(cupel_context_t *ctx, const cupel_val_t *value)
{
    printf("%s:", cupel_valkind_name(value->kind));
    switch (value->kind) {
    case CUPEL_I32:
    case CUPEL_F32:
        printf("%" PRIu32, value->of.f32_bits);
        return;
    case CUPEL_I64:
    case CUPEL_F64:
        printf("%" PRIu64, value->of.f64_bits);
        return;
    case CUPEL_V128:
        for (int i = 0; i < 16; i++) {
            printf("%s%02x", i > 0 ? " " : "", value->of.v128[i]);
        }
        return;
    case CUPEL_FUNCREF:
        printf("%s", is_null(value) ? "null" : "non-null");
        return;
    case CUPEL_EXTERNREF:
        if (is_null(value)) {
            printf("null");
        } else {
            uintptr_t data = (uintptr_t)cupel_externref_data(ctx, value->of.externref);
            printf("%" PRIuPTR, data - 1);
        }
        return;
    }
}
