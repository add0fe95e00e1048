/*
 * Integers may come signed or unsigned, so each kind takes the union of both ranges and keeps the
 * low bits. i64 leaves as text, because a JSON number loses digits beyond 2^53 in most clients.
 * v128 is written as one number: the most significant byte first.
 */
#include "api/values.h"

#include "api/float_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *value_expected(cupel_valkind_t kind)
{
    switch (kind) {
    case CUPEL_I32:
        return "i32, an integer from -2147483648 to 4294967295";
    case CUPEL_I64:
        return "i64, an integer from -9223372036854775808 to 18446744073709551615 as a decimal "
               "string or a number";
    case CUPEL_F32:
        return "f32, a number within its range or \"nan\", \"-nan\", \"nan:0x7fc00001\", "
               "\"inf\", \"-inf\"";
    case CUPEL_F64:
        return "f64, a number within its range or \"nan\", \"-nan\", "
               "\"nan:0x7ff8000000000001\", \"inf\", \"-inf\"";
    case CUPEL_V128:
        return "v128, a string of \"0x\" and 32 hex digits";
    case CUPEL_FUNCREF:
        return "funcref, which can only be given as null";
    default:
        return "externref, which can only be given as null";
    }
}

/* A decimal string: digits with an optional minus sign, nothing else. */
static bool decimal_string(const struct json_scalar *string, bool *negative, uint64_t *magnitude)
{
    struct json_scalar number = {JSON_SCALAR_NUMBER, string->text, string->len};
    bool minus = number.len > 0 && number.text[0] == '-';
    size_t digits = number.len - minus, i;

    if (digits == 0 || digits > 20) {
        return false;
    }
    for (i = minus; i < number.len; i++) {
        if (number.text[i] < '0' || number.text[i] > '9') {
            return false;
        }
    }
    return json_scalar_integer(&number, negative, magnitude);
}

static bool integer_from_scalar(const struct json_scalar *scalar, unsigned width, uint64_t *bits)
{
    uint64_t most = width == 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
    uint64_t magnitude = 0;
    bool negative = false, ok;

    if (width == 64 && scalar->kind == JSON_SCALAR_STRING) {
        ok = decimal_string(scalar, &negative, &magnitude);
    } else {
        ok = json_scalar_integer(scalar, &negative, &magnitude);
    }
    if (!ok || magnitude > (negative ? most / 2 + 1 : most)) {
        return false;
    }
    *bits = negative ? 0 - magnitude : magnitude;
    return true;
}

static bool f32_from_scalar(const struct json_scalar *scalar, cupel_val_t *out)
{
    char buffer[JSON_SCALAR_SHORT];

    if (scalar->kind == JSON_SCALAR_NUMBER) {
        return float_read_f32(json_scalar_cstr(scalar, buffer), &out->of.f32_bits);
    }
    return scalar->kind == JSON_SCALAR_STRING &&
           float_word_f32(json_scalar_cstr(scalar, buffer), &out->of.f32_bits);
}

static bool f64_from_scalar(const struct json_scalar *scalar, cupel_val_t *out)
{
    char buffer[JSON_SCALAR_SHORT];

    if (scalar->kind == JSON_SCALAR_NUMBER) {
        return float_read_f64(json_scalar_cstr(scalar, buffer), &out->of.f64_bits);
    }
    return scalar->kind == JSON_SCALAR_STRING &&
           float_word_f64(json_scalar_cstr(scalar, buffer), &out->of.f64_bits);
}

static bool v128_from_scalar(const struct json_scalar *scalar, uint8_t bytes[16])
{
    char buffer[JSON_SCALAR_SHORT];
    const char *text;
    unsigned i, byte;
    char pair[3] = "";

    if (scalar->kind != JSON_SCALAR_STRING || scalar->len != 34) {
        return false;
    }
    text = json_scalar_cstr(scalar, buffer);
    if (text[0] != '0' || text[1] != 'x' || strspn(text + 2, "0123456789abcdefABCDEF") != 32) {
        return false;
    }
    for (i = 0; i < 16; i++) {
        memcpy(pair, text + 2 + 2 * i, 2);
        byte = (unsigned)strtoul(pair, NULL, 16);
        bytes[15 - i] = (uint8_t)byte;
    }
    return true;
}

bool value_from_scalar(const struct json_scalar *scalar, cupel_valkind_t kind, cupel_val_t *out)
{
    uint64_t bits = 0;
    bool ok = false;

    memset(out, 0, sizeof *out);
    out->kind = kind;
    switch (kind) {
    case CUPEL_I32:
        ok = integer_from_scalar(scalar, 32, &bits);
        out->of.i32 = (int32_t)(uint32_t)bits;
        return ok;
    case CUPEL_I64:
        ok = integer_from_scalar(scalar, 64, &bits);
        out->of.i64 = (int64_t)bits;
        return ok;
    case CUPEL_F32:
        return f32_from_scalar(scalar, out);
    case CUPEL_F64:
        return f64_from_scalar(scalar, out);
    case CUPEL_V128:
        return v128_from_scalar(scalar, out->of.v128);
    case CUPEL_FUNCREF:
    case CUPEL_EXTERNREF:
        return scalar->kind == JSON_SCALAR_NULL; /* zeroed: the null reference */
    }
    return false;
}

bool value_from_json(const json_t *json, cupel_valkind_t kind, cupel_val_t *out)
{
    char buffer[JSON_IN_NUMBER_SIZE];
    struct json_scalar scalar = json_in_scalar(json, buffer);

    return value_from_scalar(&scalar, kind, out);
}

static void float_to_json(bool is_number, const char *text, struct json_out *out)
{
    if (is_number) {
        json_out_raw(out, text, strlen(text));
    } else {
        json_out_cstr(out, text);
    }
}

static void v128_to_json(const uint8_t bytes[16], struct json_out *out)
{
    char text[35] = "0x";
    unsigned i;

    for (i = 0; i < 16; i++) {
        snprintf(text + 2 + 2 * i, 3, "%02x", bytes[15 - i]);
    }
    json_out_cstr(out, text);
}

bool value_to_json(const cupel_val_t *value, struct json_out *out)
{
    char text[FLOAT_TEXT_SIZE];

    switch (value->kind) {
    case CUPEL_I32:
        json_out_i64(out, value->of.i32);
        return true;
    case CUPEL_I64:
        snprintf(text, sizeof text, "%" PRId64, value->of.i64);
        json_out_cstr(out, text);
        return true;
    case CUPEL_F32:
        float_to_json(float_text_f32(value->of.f32_bits, text), text, out);
        return true;
    case CUPEL_F64:
        float_to_json(float_text_f64(value->of.f64_bits, text), text, out);
        return true;
    case CUPEL_V128:
        v128_to_json(value->of.v128, out);
        return true;
    case CUPEL_FUNCREF:
        json_out_null(out);
        return value->of.funcref.store_id == 0;
    case CUPEL_EXTERNREF:
        json_out_null(out);
        return value->of.externref.store_id == 0;
    }
    json_out_null(out);
    return false;
}
