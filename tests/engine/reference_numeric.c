/*
 * Arithmetic by the definitions of the specification (4.3): integers in 64 bits masked to their width, rounding by libm, bit counts by
 * loops. Which bits a NaN has is left open, as there.
 */
#include "tests/engine/reference.h"

#include <math.h>
#include <string.h>

static float f32_of(uint64_t cell)
{
    uint32_t bits = (uint32_t)cell;
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static double f64_of(uint64_t cell)
{
    double v;
    memcpy(&v, &cell, sizeof v);
    return v;
}

static uint64_t cell_of_f32(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static uint64_t cell_of_f64(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static int64_t signed_of(uint64_t v, unsigned width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    uint64_t mask = width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1;
    return (int64_t)(((v & mask) ^ sign) - sign);
}

/* ---- Integers: `op` counted from the family's first opcode ---- */

enum {
    CLZ,
    CTZ,
    POPCNT,
    ADD,
    SUB,
    MUL,
    DIV_S,
    DIV_U,
    REM_S,
    REM_U,
    AND,
    OR,
    XOR,
    SHL,
    SHR_S,
    SHR_U,
    ROTL,
    ROTR
};
enum { EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U };

static uint64_t compare(uint32_t op, uint64_t a, uint64_t b, unsigned width)
{
    int64_t s = signed_of(a, width), t = signed_of(b, width);
    switch (op) {
    case EQZ:
        return a == 0;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LT_S:
        return s < t;
    case LT_U:
        return a < b;
    case GT_S:
        return s > t;
    case GT_U:
        return a > b;
    case LE_S:
        return s <= t;
    case LE_U:
        return a <= b;
    case GE_S:
        return s >= t;
    default:
        return a >= b;
    }
}

static uint64_t count(uint32_t op, uint64_t a, unsigned width)
{
    uint64_t n = 0;
    if (op == POPCNT) {
        for (unsigned i = 0; i < width; i++)
            n += a >> i & 1;
    } else if (op == CTZ) {
        while (n < width && !(a >> n & 1))
            n++;
    } else {
        while (n < width && !(a >> (width - 1 - n) & 1))
            n++;
    }
    return n;
}

static const char *divide(uint32_t op, uint64_t a, uint64_t b, unsigned width, uint64_t *out)
{
    int64_t s = signed_of(a, width), t = signed_of(b, width);
    if (b == 0)
        return "integer_division_by_zero";
    if (t == -1 && op == DIV_S) {
        if (a == UINT64_C(1) << (width - 1))
            return "integer_overflow";
        *out = 0 - a;
    } else if (t == -1 && op == REM_S) {
        *out = 0;
    } else {
        *out = op == DIV_S   ? (uint64_t)(s / t)
               : op == REM_S ? (uint64_t)(s % t)
               : op == DIV_U ? a / b
                             : a % b;
    }
    return NULL;
}

static uint64_t rotate_left(uint64_t a, uint64_t by, unsigned width)
{
    for (by %= width; by > 0; by--)
        a = a << 1 | (a >> (width - 1) & 1);
    return a;
}

static const char *integer(uint32_t op, uint64_t a, uint64_t b, unsigned width, uint64_t *out)
{
    const char *trap = NULL;
    if (op <= POPCNT)
        *out = count(op, a, width);
    else if (op >= DIV_S && op <= REM_U)
        trap = divide(op, a, b, width, out);
    else if (op == ADD)
        *out = a + b;
    else if (op == SUB)
        *out = a - b;
    else if (op == MUL)
        *out = a * b;
    else if (op == AND)
        *out = a & b;
    else if (op == OR)
        *out = a | b;
    else if (op == XOR)
        *out = a ^ b;
    else if (op == SHL)
        *out = a << b % width;
    else if (op == SHR_S)
        *out = (uint64_t)(signed_of(a, width) >> b % width);
    else if (op == SHR_U)
        *out = a >> b % width;
    else
        *out = rotate_left(a, op == ROTL ? b % width : width - b % width, width);
    if (width == 32)
        *out = (uint32_t)*out;
    return trap;
}

/* ---- Floating point: in double where that is exact for float, too ---- */

enum { F_EQ, F_NE, F_LT, F_GT, F_LE, F_GE };
enum {
    ABS,
    NEG,
    CEIL,
    FLOOR,
    TRUNC,
    NEAREST,
    SQRT,
    F_ADD,
    F_SUB,
    F_MUL,
    F_DIV,
    MIN,
    MAX,
    COPYSIGN
};

static uint64_t compare_float(uint32_t op, double a, double b)
{
    switch (op) {
    case F_EQ:
        return a == b;
    case F_NE:
        return !(a == b);
    case F_LT:
        return a < b;
    case F_GT:
        return a > b;
    case F_LE:
        return a <= b;
    default:
        return a >= b;
    }
}

/* min and max: any NaN gives a NaN, -0 is less than +0. */
static double extreme(uint32_t op, double a, double b)
{
    if (isnan(a) || isnan(b))
        return (double)NAN;
    if (a == 0 && b == 0)
        return (op == MIN) == (signbit(a) != 0) ? a : b;
    return (op == MIN) == (a < b) ? a : b;
}

static double float_unary(uint32_t op, double a)
{
    switch (op) {
    case CEIL:
        return ceil(a);
    case FLOOR:
        return floor(a);
    case TRUNC:
        return trunc(a);
    default:
        return rint(a);
    }
}

/* Sums, products and quotients are rounded once, to the type's precision. */
static uint64_t f32_arithmetic(uint32_t op, float a, float b)
{
    volatile float r = op == F_ADD   ? a + b
                       : op == F_SUB ? a - b
                       : op == F_MUL ? a * b
                       : op == F_DIV ? a / b
                                     : sqrtf(a);
    return cell_of_f32(r);
}

static uint64_t f64_arithmetic(uint32_t op, double a, double b)
{
    volatile double r = op == F_ADD   ? a + b
                        : op == F_SUB ? a - b
                        : op == F_MUL ? a * b
                        : op == F_DIV ? a / b
                                      : sqrt(a);
    return cell_of_f64(r);
}

static uint64_t floating(uint32_t op, uint64_t a, uint64_t b, unsigned width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    bool wide = width == 64;
    double x = wide ? f64_of(a) : (double)f32_of(a), y = wide ? f64_of(b) : (double)f32_of(b), r;
    if (op == ABS)
        return a & ~sign;
    if (op == NEG)
        return a ^ sign;
    if (op == COPYSIGN)
        return (a & ~sign) | (b & sign);
    if (op == SQRT || (op >= F_ADD && op <= F_DIV))
        return wide ? f64_arithmetic(op, x, y) : f32_arithmetic(op, f32_of(a), f32_of(b));
    r = op >= MIN ? extreme(op, x, y) : float_unary(op, x);
    return wide ? cell_of_f64(r) : cell_of_f32((float)r);
}

/* ---- Conversions ---- */

static const char *truncate(double a, bool is_signed, unsigned width, bool saturate, uint64_t *out)
{
    double low = is_signed ? -ldexp(1, (int)width - 1) : 0,
           high = ldexp(1, is_signed ? (int)width - 1 : (int)width);
    double t = trunc(a);
    *out = 0;
    if (isnan(a))
        return saturate ? NULL : "bad_conversion_to_integer";
    if (t >= low && t < high) {
        *out = is_signed ? (uint64_t)(int64_t)t : (uint64_t)t;
    } else if (!saturate) {
        return "integer_overflow";
    } else if (t < low) {
        *out = is_signed ? UINT64_C(1) << (width - 1) : 0;
    } else {
        *out = is_signed ? (UINT64_C(1) << (width - 1)) - 1 : ~UINT64_C(0);
    }
    if (width == 32)
        *out = (uint32_t)*out;
    return NULL;
}

static const char *convert(uint32_t op, uint64_t a, uint64_t *out)
{
    switch (op) {
    case 0xa7: /* i32.wrap_i64 */
        *out = (uint32_t)a;
        return NULL;
    case 0xa8: /* i32.trunc_f32_s, _f32_u, _f64_s, _f64_u */
    case 0xa9:
        return truncate((double)f32_of(a), op == 0xa8, 32, false, out);
    case 0xaa:
    case 0xab:
        return truncate(f64_of(a), op == 0xaa, 32, false, out);
    case 0xac: /* i64.extend_i32_s, _u */
        *out = (uint64_t)signed_of(a, 32);
        return NULL;
    case 0xae:
    case 0xaf:
        return truncate((double)f32_of(a), op == 0xae, 64, false, out);
    case 0xb0:
    case 0xb1:
        return truncate(f64_of(a), op == 0xb0, 64, false, out);
    case 0xb2: /* f32.convert_i32_s, _i32_u, _i64_s, _i64_u, demote */
        *out = cell_of_f32((float)signed_of(a, 32));
        return NULL;
    case 0xb4:
        *out = cell_of_f32((float)(int64_t)a);
        return NULL;
    case 0xb3:
    case 0xb5:
        *out = cell_of_f32((float)a);
        return NULL;
    case 0xb6:
        *out = cell_of_f32((float)f64_of(a));
        return NULL;
    case 0xb7: /* f64.convert_..., promote */
        *out = cell_of_f64((double)signed_of(a, 32));
        return NULL;
    case 0xb9:
        *out = cell_of_f64((double)(int64_t)a);
        return NULL;
    case 0xb8:
    case 0xba:
        *out = cell_of_f64((double)a);
        return NULL;
    case 0xbb:
        *out = cell_of_f64((double)f32_of(a));
        return NULL;
    case 0xc0: /* sign extensions */
    case 0xc1:
        *out = (uint32_t)signed_of(a, op == 0xc0 ? 8 : 16);
        return NULL;
    case 0xc2:
    case 0xc3:
    case 0xc4:
        *out = (uint64_t)signed_of(a, op == 0xc2 ? 8 : op == 0xc3 ? 16 : 32);
        return NULL;
    default: /* i64.extend_i32_u, reinterpretations: cells as they are */
        *out = a;
        return NULL;
    }
}

bool reference_is_unary(uint32_t op)
{
    return op == 0x45 || op == 0x50 || (op >= 0x67 && op <= 0x69) || (op >= 0x79 && op <= 0x7b) ||
           (op >= 0x8b && op <= 0x91) || (op >= 0x99 && op <= 0x9f) || op >= 0xa7;
}

const char *reference_numeric(uint32_t op, uint64_t a, uint64_t b, uint64_t *out)
{
    if (op >= 0xfc00) {
        bool wide = op & 2;
        return truncate(wide ? f64_of(a) : (double)f32_of(a), !(op & 1), op & 4 ? 64 : 32, true,
                        out);
    }
    if (op >= 0xa7)
        return convert(op, a, out);
    if (op >= 0x99)
        *out = floating(op - 0x99, a, b, 64);
    else if (op >= 0x8b)
        *out = floating(op - 0x8b, a, b, 32);
    else if (op >= 0x79)
        return integer(op - 0x79, a, b, 64, out);
    else if (op >= 0x67)
        return integer(op - 0x67, a, b, 32, out);
    else if (op >= 0x61)
        *out = compare_float(op - 0x61, f64_of(a), f64_of(b));
    else if (op >= 0x5b)
        *out = compare_float(op - 0x5b, (double)f32_of(a), (double)f32_of(b));
    else if (op >= 0x50)
        *out = compare(op - 0x50, a, b, 64);
    else
        *out = compare(op - 0x45, a, b, 32);
    return NULL;
}
