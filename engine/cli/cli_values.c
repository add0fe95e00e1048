/*
 * Values as text. A float is printed with the fewest digits that read back to the same bits: %g
 * with growing precision, at most 9 (f32) or 17 (f64) digits. NaNs keep their bits: "nan" is the
 * canonical one, any other is "nan:0x" and the whole bit pattern.
 */
#include "engine/cli/cli_values.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define F32_EXPONENT 0x7f800000u
#define F32_QUIET    0x00400000u
#define F64_EXPONENT 0x7ff0000000000000u
#define F64_QUIET    0x0008000000000000u

/* Digits only, no sign, decimal or 0x; false if there is anything else or it exceeds 64 bits. */
static bool parse_magnitude(const char *text, uint64_t *out)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned char first = (unsigned char)text[hex ? 2 : 0];
    if (!(hex ? isxdigit(first) : isdigit(first))) {
        return false;
    }
    char *end;
    errno = 0;
    *out = strtoull(text, &end, hex ? 16 : 10);
    return *end == '\0' && errno == 0;
}

/* An integer of so many bits, signed or unsigned. */
static bool parse_integer(const char *text, int bits, uint64_t *out)
{
    bool minus = text[0] == '-';
    uint64_t magnitude;
    if (!parse_magnitude(text + (minus || text[0] == '+'), &magnitude)) {
        return false;
    }
    uint64_t sign_bit = UINT64_C(1) << (bits - 1);
    if (magnitude > (minus ? sign_bit : sign_bit | (sign_bit - 1))) {
        return false;
    }
    *out = minus ? -magnitude : magnitude;
    return true;
}

/* What follows "nan": nothing, or ":0x" and a payload or a whole bit pattern. */
static bool parse_nan(const char *rest, bool minus, uint64_t exponent, uint64_t quiet,
                      uint64_t *bits)
{
    uint64_t sign = (exponent << 1) & ~exponent;
    uint64_t fraction = quiet | (quiet - 1);
    uint64_t payload = quiet;
    if (rest[0] != '\0' && (rest[0] != ':' || !parse_magnitude(rest + 1, &payload))) {
        return false;
    }
    bool whole = payload > fraction;
    if ((payload & fraction) == 0 || (whole && minus) ||
        (whole && (payload & ~sign & ~fraction) != exponent)) {
        return false;
    }
    *bits = whole ? payload : payload | exponent | (minus ? sign : 0);
    return true;
}

/* The finite number or infinity at `text` (no sign) for strtof and strtod, which accept more. */
static bool is_float_text(const char *text)
{
    return isdigit((unsigned char)text[0]) || text[0] == '.' || strcmp(text, "inf") == 0 ||
           strcmp(text, "infinity") == 0;
}

static bool parse_f32(const char *text, uint32_t *bits)
{
    const char *body = text + (text[0] == '-' || text[0] == '+');
    if (strncmp(body, "nan", 3) == 0) {
        uint64_t wide;
        bool ok = parse_nan(body + 3, text[0] == '-', F32_EXPONENT, F32_QUIET, &wide);
        *bits = ok ? (uint32_t)wide : 0;
        return ok;
    }
    char *end;
    float value = is_float_text(body) ? strtof(body, &end) : 0;
    if (!is_float_text(body) || *end != '\0' || (isinf(value) && body[0] != 'i')) {
        return false;
    }
    value = text[0] == '-' ? -value : value;
    memcpy(bits, &value, sizeof value);
    return true;
}

static bool parse_f64(const char *text, uint64_t *bits)
{
    const char *body = text + (text[0] == '-' || text[0] == '+');
    if (strncmp(body, "nan", 3) == 0) {
        return parse_nan(body + 3, text[0] == '-', F64_EXPONENT, F64_QUIET, bits);
    }
    char *end;
    double value = is_float_text(body) ? strtod(body, &end) : 0;
    if (!is_float_text(body) || *end != '\0' || (isinf(value) && body[0] != 'i')) {
        return false;
    }
    value = text[0] == '-' ? -value : value;
    memcpy(bits, &value, sizeof value);
    return true;
}

/* "0x" and 32 digits, the last byte first as numbers are written. */
static bool parse_v128(const char *text, uint8_t bytes[16])
{
    if (strlen(text) != 34 || text[0] != '0' || text[1] != 'x' ||
        strspn(text + 2, "0123456789abcdefABCDEF") != 32) {
        return false;
    }
    for (int i = 0; i < 16; i++) {
        char digits[3] = {text[2 + 2 * i], text[3 + 2 * i], '\0'};
        bytes[15 - i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return true;
}

bool cli_value_parse(cupel_valkind_t kind, const char *text, cupel_val_t *out,
                     const char **expected)
{
    uint64_t bits;
    memset(out, 0, sizeof *out);
    out->kind = kind;
    switch (kind) {
    case CUPEL_I32:
        *expected = "an i32 from -2147483648 to 4294967295";
        if (!parse_integer(text, 32, &bits)) {
            return false;
        }
        out->of.i32 = (int32_t)(uint32_t)bits;
        return true;
    case CUPEL_I64:
        *expected = "an i64 from -9223372036854775808 to 18446744073709551615";
        if (!parse_integer(text, 64, &bits)) {
            return false;
        }
        out->of.i64 = (int64_t)bits;
        return true;
    case CUPEL_F32:
        *expected = "an f32, inf, nan or nan:0xBITS";
        return parse_f32(text, &out->of.f32_bits);
    case CUPEL_F64:
        *expected = "an f64, inf, nan or nan:0xBITS";
        return parse_f64(text, &out->of.f64_bits);
    case CUPEL_V128:
        *expected = "a v128: 0x and 32 hexadecimal digits";
        return parse_v128(text, out->of.v128);
    case CUPEL_FUNCREF:
    case CUPEL_EXTERNREF:
        break;
    }
    *expected = "null, the only reference that can be written";
    return strcmp(text, "null") == 0;
}

static void print_f32(FILE *out, uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    if (isnan(value)) {
        if ((bits << 1) == ((F32_EXPONENT | F32_QUIET) << 1)) {
            fputs(bits >> 31 ? "-nan" : "nan", out);
        } else {
            fprintf(out, "nan:0x%08" PRIx32, bits);
        }
        return;
    }
    char text[32];
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    fputs(text, out);
}

static void print_f64(FILE *out, uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isnan(value)) {
        if ((bits << 1) == ((F64_EXPONENT | F64_QUIET) << 1)) {
            fputs(bits >> 63 ? "-nan" : "nan", out);
        } else {
            fprintf(out, "nan:0x%016" PRIx64, bits);
        }
        return;
    }
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    fputs(text, out);
}

void cli_value_print(FILE *out, const cupel_val_t *value)
{
    switch (value->kind) {
    case CUPEL_I32:
        fprintf(out, "%" PRId32, value->of.i32);
        return;
    case CUPEL_I64:
        fprintf(out, "%" PRId64, value->of.i64);
        return;
    case CUPEL_F32:
        print_f32(out, value->of.f32_bits);
        return;
    case CUPEL_F64:
        print_f64(out, value->of.f64_bits);
        return;
    case CUPEL_V128:
        fputs("0x", out);
        for (int i = 15; i >= 0; i--) {
            fprintf(out, "%02x", value->of.v128[i]);
        }
        return;
    case CUPEL_FUNCREF:
        fputs(value->of.funcref.store_id == 0 ? "null" : "funcref", out);
        return;
    case CUPEL_EXTERNREF:
        fputs(value->of.externref.store_id == 0 ? "null" : "externref", out);
        return;
    }
}
