/*
 * The borders: of the integer types, of their conversions, of rounding, and the special values of floating point.
 */
#include "tests/engine/exec/number_values.h"

#include <string.h>

static const uint64_t i32_borders[] = {
    0,          1,          2,          3,          7,          8,          31,         32,
    33,         63,         64,         127,        128,        255,        256,        32767,
    32768,      65535,      65536,      0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xffff7fff,
    0xffff8000, 0xffffff7f, 0xffffff80, 0xfffffffe, 0xffffffff, 0x12345678};

static const uint64_t i64_borders[] = {0,
                                       1,
                                       2,
                                       31,
                                       32,
                                       33,
                                       63,
                                       64,
                                       65,
                                       127,
                                       128,
                                       32767,
                                       32768,
                                       0x7fffffff,
                                       0x80000000,
                                       0xffffffff,
                                       UINT64_C(0x100000000),
                                       UINT64_C(0xffffff7fffffffff),
                                       UINT64_C(0xffffffff00000000),
                                       UINT64_C(0xffffffff7fffffff),
                                       UINT64_C(0xffffffff80000000),
                                       UINT64_C(0x001fffffffffffff),
                                       UINT64_C(0x0020000000000001),
                                       UINT64_C(0x7ffffffffffffbff),
                                       UINT64_C(0x7ffffffffffffc00),
                                       UINT64_C(0x7fffffbfffffffff),
                                       UINT64_C(0x7fffffc000000001),
                                       INT64_MAX,
                                       UINT64_C(0x8000000000000000),
                                       UINT64_C(0x8000000000000001),
                                       UINT64_C(0xfffffffffffffffe),
                                       UINT64_MAX,
                                       UINT64_C(0x123456789abcdef0)};

static const double fractions[] = {0.0,
                                   0.25,
                                   0.49999999999999994,
                                   0.5,
                                   0.75,
                                   1.0,
                                   1.5,
                                   2.0,
                                   2.5,
                                   3.5,
                                   127.5,
                                   4194304.5,
                                   8388607.5,
                                   8388608.0,
                                   8388609.0,
                                   16777215.0,
                                   16777217.0,
                                   2147483520.0,
                                   2147483647.0,
                                   2147483647.5,
                                   2147483648.0,
                                   2147483648.5,
                                   2147483649.0,
                                   2147483904.0,
                                   4294967040.0,
                                   4294967295.0,
                                   4294967295.5,
                                   4294967296.0,
                                   0.99999999,
                                   0.9999999999999999,
                                   4503599627370495.5,
                                   4503599627370496.0,
                                   4503599627370497.0,
                                   9007199254740993.0,
                                   9223371487098961920.0,
                                   9223372036854774784.0,
                                   9223372036854775808.0,
                                   18446742974197923840.0,
                                   18446744073709549568.0,
                                   18446744073709551616.0,
                                   1e-300,
                                   1e-45,
                                   1.1754943508222875e-38,
                                   3.4028234663852886e38,
                                   3.4028235677973366e38,
                                   1.7976931348623157e308,
                                   2.2250738585072014e-308,
                                   5e-324};
#define FRACTIONS (sizeof fractions / sizeof *fractions)
#define SPECIALS  4 /* infinity, canonical NaN, another quiet NaN, a signalling NaN */

static uint64_t f32_cell(double v)
{
    float f = (float)v;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static uint64_t f64_cell(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

/* Each with both signs. */
static size_t make_floats(char type, uint64_t *out)
{
    static const uint64_t f32[] = {0x7f800000, 0x7fc00000, 0x7fc12345, 0x7fa00001};
    static const uint64_t f64[] = {UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff8000000000000),
                                   UINT64_C(0x7ff8123456789abc), UINT64_C(0x7ff4000000000001)};
    uint64_t sign = type == 'f' ? UINT64_C(1) << 31 : UINT64_C(1) << 63;
    size_t n = 0;
    for (size_t i = 0; i < FRACTIONS; i++)
        out[n++] = type == 'f' ? f32_cell(fractions[i]) : f64_cell(fractions[i]);
    for (size_t i = 0; i < SPECIALS; i++)
        out[n++] = type == 'f' ? f32[i] : f64[i];
    for (size_t i = 0; i < FRACTIONS + SPECIALS; i++)
        out[n++] = out[i] | sign;
    return n;
}

const uint64_t *number_borders(char type, size_t *count)
{
    static uint64_t f32[2 * (FRACTIONS + SPECIALS)], f64[2 * (FRACTIONS + SPECIALS)];
    switch (type) {
    case 'i':
        *count = sizeof i32_borders / sizeof *i32_borders;
        return i32_borders;
    case 'I':
        *count = sizeof i64_borders / sizeof *i64_borders;
        return i64_borders;
    default:
        *count = make_floats(type, type == 'f' ? f32 : f64);
        return type == 'f' ? f32 : f64;
    }
}

uint64_t number_random(char type, uint64_t *state)
{
    size_t n;
    const uint64_t *borders = number_borders(type, &n);
    uint64_t mask = type == 'i' || type == 'f' ? UINT32_MAX : UINT64_MAX;
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    uint64_t bits = *state * UINT64_C(0x2545f4914f6cdd1d);
    switch (bits >> 61) {
    case 0:
    case 1:
        return borders[(bits >> 8) % n];
    case 2:
        return (borders[(bits >> 8) % n] + (bits & 3) - 2) & mask;
    case 3:
        return (bits & mask) >> (bits >> 40 & 31);
    default:
        return bits & mask;
    }
}

static uint64_t infinity(char type)
{
    return type == 'f' ? 0x7f800000 : UINT64_C(0x7ff0000000000000);
}

static uint64_t magnitude(char type, uint64_t cell)
{
    return cell & (type == 'f' ? INT32_MAX : INT64_MAX);
}

bool number_is_nan(char type, uint64_t cell)
{
    return (type == 'f' || type == 'F') && magnitude(type, cell) > infinity(type);
}

bool number_is_quiet(char type, uint64_t cell)
{
    return cell >> (type == 'f' ? 22 : 51) & 1;
}

bool number_is_canonical(char type, uint64_t cell)
{
    return magnitude(type, cell) == (infinity(type) | UINT64_C(1) << (type == 'f' ? 22 : 51));
}

bool number_equal(char type, uint64_t a, uint64_t b)
{
    return a == b || (number_is_nan(type, a) && number_is_nan(type, b));
}
