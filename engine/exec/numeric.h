/*
 * numeric.h - WebAssembly's arithmetic as pure functions, one for each row of ir_ops.def that names
 * it. Shared by the interpreter and by constant folding. Source: WebAssembly Core
 * Specification 2.0, section 4.3.
 *
 * Integers are unsigned here; signedness lies in the operation. Rounding and minimum are written
 * out, so that no function calls libm: a call would spill the interpreter's registers.
 */
#ifndef CUPEL_EXEC_NUMERIC_H
#define CUPEL_EXEC_NUMERIC_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define NUMERIC static inline __attribute__((always_inline, unused))

NUMERIC uint32_t f32_bits(float v)
{
    uint32_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}
NUMERIC uint64_t f64_bits(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}
NUMERIC float f32_from_bits(uint32_t b)
{
    float v;
    memcpy(&v, &b, sizeof v);
    return v;
}
NUMERIC double f64_from_bits(uint64_t b)
{
    double v;
    memcpy(&v, &b, sizeof v);
    return v;
}

/* Tables from here on: one function a line. */
/* clang-format off */
NUMERIC uint64_t i64_move(uint64_t a) { return a; }
NUMERIC float f32_move(float a) { return a; }
NUMERIC double f64_move(double a) { return a; }

/* ---- Integers (4.3.2) ---- */

#define INTEGER(T, U, S, bits, clz, ctz, popcount)                                                 \
    NUMERIC U T##_clz(U a) { return a ? (U)clz(a) : bits; }                                        \
    NUMERIC U T##_ctz(U a) { return a ? (U)ctz(a) : bits; }                                        \
    NUMERIC U T##_popcnt(U a) { return (U)popcount(a); }                                           \
    NUMERIC uint32_t T##_eqz(U a) { return a == 0; }                                               \
    NUMERIC U T##_add(U a, U b) { return a + b; }                                                  \
    NUMERIC U T##_sub(U a, U b) { return a - b; }                                                  \
    NUMERIC U T##_mul(U a, U b) { return a * b; }                                                  \
    NUMERIC U T##_and(U a, U b) { return a & b; }                                                  \
    NUMERIC U T##_or(U a, U b) { return a | b; }                                                   \
    NUMERIC U T##_xor(U a, U b) { return a ^ b; }                                                  \
    NUMERIC U T##_shl(U a, U b) { return a << (b & (bits - 1)); }                                  \
    NUMERIC U T##_shr_u(U a, U b) { return a >> (b & (bits - 1)); }                                \
    NUMERIC U T##_shr_s(U a, U b) { return (U)((S)a >> (b & (bits - 1))); }                        \
    NUMERIC U T##_rotl(U a, U b) { return a << (b & (bits - 1)) | a >> (-b & (bits - 1)); }        \
    NUMERIC U T##_rotr(U a, U b) { return a >> (b & (bits - 1)) | a << (-b & (bits - 1)); }        \
    NUMERIC bool T##_divisor_ok(U a, U b) { (void)a; return b != 0; }                              \
    NUMERIC bool T##_div_s_ok(U a, U b)                                                            \
    {                                                                                              \
        return (b != 0) & !((a == (U)1 << (bits - 1)) & (b == (U)-1));                             \
    }                                                                                              \
    NUMERIC U T##_div_s(U a, U b) { return (U)((S)a / (S)b); }                                     \
    NUMERIC U T##_div_u(U a, U b) { return a / b; }                                                \
    NUMERIC U T##_rem_s(U a, U b) { return b == (U)-1 ? 0 : (U)((S)a % (S)b); }                    \
    NUMERIC U T##_rem_u(U a, U b) { return a % b; }                                                \
    NUMERIC uint32_t T##_eq(U a, U b) { return a == b; }                                           \
    NUMERIC uint32_t T##_ne(U a, U b) { return a != b; }                                           \
    NUMERIC uint32_t T##_lt_s(U a, U b) { return (S)a < (S)b; }                                    \
    NUMERIC uint32_t T##_lt_u(U a, U b) { return a < b; }                                          \
    NUMERIC uint32_t T##_gt_s(U a, U b) { return (S)a > (S)b; }                                    \
    NUMERIC uint32_t T##_gt_u(U a, U b) { return a > b; }                                          \
    NUMERIC uint32_t T##_le_s(U a, U b) { return (S)a <= (S)b; }                                   \
    NUMERIC uint32_t T##_le_u(U a, U b) { return a <= b; }                                         \
    NUMERIC uint32_t T##_ge_s(U a, U b) { return (S)a >= (S)b; }                                   \
    NUMERIC uint32_t T##_ge_u(U a, U b) { return a >= b; }

INTEGER(i32, uint32_t, int32_t, 32, __builtin_clz, __builtin_ctz, __builtin_popcount)
INTEGER(i64, uint64_t, int64_t, 64, __builtin_clzll, __builtin_ctzll, __builtin_popcountll)
#undef INTEGER

NUMERIC uint32_t i32_extend8_s(uint32_t a) { return (uint32_t)(int8_t)a; }
NUMERIC uint32_t i32_extend16_s(uint32_t a) { return (uint32_t)(int16_t)a; }
NUMERIC uint64_t i64_extend8_s(uint64_t a) { return (uint64_t)(int8_t)a; }
NUMERIC uint64_t i64_extend16_s(uint64_t a) { return (uint64_t)(int16_t)a; }
NUMERIC uint64_t i64_extend32_s(uint64_t a) { return (uint64_t)(int32_t)a; }
NUMERIC uint64_t i64_extend_i32_s(uint32_t a) { return (uint64_t)(int32_t)a; }
NUMERIC uint64_t i64_extend_i32_u(uint32_t a) { return a; }
NUMERIC uint32_t i32_wrap_i64(uint64_t a) { return (uint32_t)a; }

/* ---- Floating point (4.3.3) ---- */

#if defined(__SSE2__)
NUMERIC float f32_sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }
NUMERIC double f64_sqrt(double a)
{
    __m128d v = _mm_set_sd(a);
    return _mm_cvtsd_f64(_mm_sqrt_sd(v, v));
}
#else
NUMERIC float f32_sqrt(float a) { return __builtin_sqrtf(a); }
NUMERIC double f64_sqrt(double a) { return __builtin_sqrt(a); }
#endif

/*
 * FLOAT(T, C, U, I, mantissa_one): from `mantissa_one` (2^23, 2^52) on every value is integral.
 * Below it, a conversion to the integer type I and back truncates exactly. A NaN comes out quiet
 * through an addition.
 */
#define FLOAT(T, C, U, I, sign, mantissa_one)                                                      \
    NUMERIC C T##_copysign(C a, C b)                                                               \
    {                                                                                              \
        return T##_from_bits((T##_bits(a) & ~(sign)) | (T##_bits(b) & (sign)));                    \
    }                                                                                              \
    NUMERIC C T##_abs(C a) { return T##_from_bits(T##_bits(a) & ~(sign)); }                        \
    NUMERIC C T##_neg(C a) { return T##_from_bits(T##_bits(a) ^ (sign)); }                         \
    NUMERIC C T##_add(C a, C b) { return a + b; }                                                  \
    NUMERIC C T##_sub(C a, C b) { return a - b; }                                                  \
    NUMERIC C T##_mul(C a, C b) { return a * b; }                                                  \
    NUMERIC C T##_div(C a, C b) { return a / b; }                                                  \
    NUMERIC bool T##_is_fractional(C a) { return T##_abs(a) < (mantissa_one); }                    \
    NUMERIC C T##_integral(C a) { return a != a ? a + a : a; }                                     \
    NUMERIC C T##_trunc(C a)                                                                       \
    {                                                                                              \
        return T##_is_fractional(a) ? T##_copysign((C)(I)a, a) : T##_integral(a);                  \
    }                                                                                              \
    NUMERIC C T##_floor(C a)                                                                       \
    {                                                                                              \
        if (!T##_is_fractional(a))                                                                 \
            return T##_integral(a);                                                                \
        C t = (C)(I)a;                                                                             \
        return T##_copysign(t > a ? t - 1 : t, a);                                                 \
    }                                                                                              \
    NUMERIC C T##_ceil(C a)                                                                        \
    {                                                                                              \
        if (!T##_is_fractional(a))                                                                 \
            return T##_integral(a);                                                                \
        C t = (C)(I)a;                                                                             \
        return T##_copysign(t < a ? t + 1 : t, a);                                                 \
    }                                                                                              \
    /* Adding and subtracting 2^mantissa rounds to nearest, ties to even. */                      \
    NUMERIC C T##_nearest(C a)                                                                     \
    {                                                                                              \
        if (!T##_is_fractional(a))                                                                 \
            return T##_integral(a);                                                                \
        C magic = T##_copysign(mantissa_one, a);                                                   \
        C r = a + magic;                                                                           \
        return T##_copysign(r - magic, a);                                                         \
    }                                                                                              \
    NUMERIC C T##_min(C a, C b)                                                                    \
    {                                                                                              \
        if (a < b)                                                                                 \
            return a;                                                                              \
        if (b < a)                                                                                 \
            return b;                                                                              \
        return a == b ? T##_from_bits(T##_bits(a) | T##_bits(b)) : a + b;                          \
    }                                                                                              \
    NUMERIC C T##_max(C a, C b)                                                                    \
    {                                                                                              \
        if (a > b)                                                                                 \
            return a;                                                                              \
        if (b > a)                                                                                 \
            return b;                                                                              \
        return a == b ? T##_from_bits(T##_bits(a) & T##_bits(b)) : a + b;                          \
    }                                                                                              \
    NUMERIC uint32_t T##_eq(C a, C b) { return a == b; }                                           \
    NUMERIC uint32_t T##_ne(C a, C b) { return a != b; }                                           \
    NUMERIC uint32_t T##_lt(C a, C b) { return a < b; }                                            \
    NUMERIC uint32_t T##_gt(C a, C b) { return a > b; }                                            \
    NUMERIC uint32_t T##_le(C a, C b) { return a <= b; }                                           \
    NUMERIC uint32_t T##_ge(C a, C b) { return a >= b; }

FLOAT(f32, float, uint32_t, int32_t, UINT32_C(1) << 31, 8388608.0f)
FLOAT(f64, double, uint64_t, int64_t, UINT64_C(1) << 63, 4503599627370496.0)
#undef FLOAT

/* ---- Conversions (4.3.3) ---- */

NUMERIC float f32_convert_i32_s(uint32_t a) { return (float)(int32_t)a; }
NUMERIC float f32_convert_i32_u(uint32_t a) { return (float)a; }
NUMERIC float f32_convert_i64_s(uint64_t a) { return (float)(int64_t)a; }
NUMERIC float f32_convert_i64_u(uint64_t a) { return (float)a; }
NUMERIC double f64_convert_i32_s(uint32_t a) { return (double)(int32_t)a; }
NUMERIC double f64_convert_i32_u(uint32_t a) { return (double)a; }
NUMERIC double f64_convert_i64_s(uint64_t a) { return (double)(int64_t)a; }
NUMERIC double f64_convert_i64_u(uint64_t a) { return (double)a; }
NUMERIC float f32_demote_f64(double a) { return (float)a; }
NUMERIC double f64_promote_f32(float a) { return (double)a; }
NUMERIC uint32_t i32_reinterpret_f32(float a) { return f32_bits(a); }
NUMERIC uint64_t i64_reinterpret_f64(double a) { return f64_bits(a); }
NUMERIC float f32_reinterpret_i32(uint32_t a) { return f32_from_bits(a); }
NUMERIC double f64_reinterpret_i64(uint64_t a) { return f64_from_bits(a); }

/*
 * TRUNC(result, source, sign, C source, C result, U result, low, rel, high): `ok` holds where the
 * truncated value fits, that is for values above `low` (>= or >, by what the source type can
 * represent) and below `high`.
 */
#define TRUNC(to, from, sign, C, I, U, low, rel, high, min, max)                                   \
    NUMERIC bool to##_trunc_##from##_##sign##_ok(C a) { return (a rel(low)) & (a < (high)); }      \
    NUMERIC U to##_trunc_##from##_##sign(C a) { return (U)(I)a; }                                  \
    NUMERIC U to##_trunc_sat_##from##_##sign(C a)                                                  \
    {                                                                                              \
        if (to##_trunc_##from##_##sign##_ok(a))                                                    \
            return (U)(I)a;                                                                        \
        return a != a ? 0 : a < 0 ? (U)(min) : (U)(max);                                           \
    }

TRUNC(i32, f32, s, float, int32_t, uint32_t, -2147483648.0f, >=, 2147483648.0f, INT32_MIN, INT32_MAX)
TRUNC(i32, f32, u, float, uint32_t, uint32_t, -1.0f, >, 4294967296.0f, 0, UINT32_MAX)
TRUNC(i32, f64, s, double, int32_t, uint32_t, -2147483649.0, >, 2147483648.0, INT32_MIN, INT32_MAX)
TRUNC(i32, f64, u, double, uint32_t, uint32_t, -1.0, >, 4294967296.0, 0, UINT32_MAX)
TRUNC(i64, f32, s, float, int64_t, uint64_t, -9223372036854775808.0f, >=, 9223372036854775808.0f, INT64_MIN, INT64_MAX)
TRUNC(i64, f32, u, float, uint64_t, uint64_t, -1.0f, >, 18446744073709551616.0f, 0, UINT64_MAX)
TRUNC(i64, f64, s, double, int64_t, uint64_t, -9223372036854775808.0, >=, 9223372036854775808.0, INT64_MIN, INT64_MAX)
TRUNC(i64, f64, u, double, uint64_t, uint64_t, -1.0, >, 18446744073709551616.0, 0, UINT64_MAX)
#undef TRUNC
#undef NUMERIC
/* clang-format on */

#endif
