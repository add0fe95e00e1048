/*
 * simd.h - WebAssembly's vector arithmetic as pure functions, one for each row of ir_simd.def that names it. Source: WebAssembly Core
 * Specification 3.0, section 4.3.
 *
 * Vectors are those of GNU C, which every host has: where an operator says it all, the compiler finds the instruction. Where it does not (saturation,
 * narrowing, shuffles), x86 hosts use intrinsics, SSE2 at least and SSSE3 or SSE4.1 where the build may (configure --with-simd), and
 * other hosts go lane by lane. All ways give the same bits. SIMD_PORTABLE asks for the last one, for tests.
 */
#ifndef CUPEL_EXEC_SIMD_H
#define CUPEL_EXEC_SIMD_H

#include "engine/exec/numeric.h"

#if defined(__SSE2__) && !defined(SIMD_PORTABLE)
#define SIMD_SSE2 1
#else
#define SIMD_SSE2 0
#endif
#if SIMD_SSE2 && defined(__SSSE3__)
#define SIMD_SSSE3 1
#include <tmmintrin.h>
#else
#define SIMD_SSSE3 0
#endif
#if SIMD_SSE2 && defined(__SSE4_1__)
#define SIMD_SSE41 1
#include <smmintrin.h>
#else
#define SIMD_SSE41 0
#endif

#define SIMD static inline __attribute__((always_inline, unused))

/* Any vector, and its views. A cast from one to another keeps the bits. */
typedef uint64_t v128 __attribute__((vector_size(16)));
typedef v128 v128_alias __attribute__((may_alias, aligned(1)));
typedef int8_t s8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t s16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int32_t s32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int64_t s64x2 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

SIMD v128 v128_move(v128 a)
{
    return a;
}

/* A vector whose low part is given, the rest 0. */
SIMD v128 v128_low_v128(v128 a)
{
    return a;
}
SIMD v128 v128_low_uint64_t(uint64_t a)
{
    return (v128){a, 0};
}
SIMD v128 v128_low_uint32_t(uint32_t a)
{
    return (v128){a, 0};
}
SIMD v128 v128_low_uint16_t(uint16_t a)
{
    return (v128){a, 0};
}
SIMD v128 v128_low_uint8_t(uint8_t a)
{
    return (v128){a, 0};
}

/* By operator, on a view. */
#define BY_OPERATOR(name, view, op)                                                                \
    SIMD v128 name(v128 a, v128 b)                                                                 \
    {                                                                                              \
        return (v128)((view)a op(view) b);                                                         \
    }
/* Lane by lane: x and y are lanes of a and b. */
#define BY_LANE(name, view, expr)                                                                  \
    SIMD v128 name(v128 a, v128 b)                                                                 \
    {                                                                                              \
        view va = (view)a, vb = (view)b, r;                                                        \
        for (unsigned i = 0; i < sizeof r / sizeof r[0]; i++) {                                    \
            __typeof__(r[0] + 0) x = va[i], y = vb[i];                                             \
            r[i] = (__typeof__(r[0]))(expr);                                                       \
        }                                                                                          \
        return (v128)r;                                                                            \
    }
/* By one intrinsic on integers. */
#define BY_INTRINSIC(name, intrinsic)                                                              \
    SIMD v128 name(v128 a, v128 b)                                                                 \
    {                                                                                              \
        return (v128)intrinsic((__m128i)a, (__m128i)b);                                            \
    }

/* ---- Bits (4.3.5) ---- */

SIMD v128 v128_not(v128 a)
{
    return ~a;
}
SIMD v128 v128_and(v128 a, v128 b)
{
    return a & b;
}
SIMD v128 v128_andnot(v128 a, v128 b)
{
    return a & ~b;
}
SIMD v128 v128_or(v128 a, v128 b)
{
    return a | b;
}
SIMD v128 v128_xor(v128 a, v128 b)
{
    return a ^ b;
}
/* Bits of a where c has ones, of b elsewhere. */
SIMD v128 v128_bitselect(v128 a, v128 b, v128 c)
{
    return (a & c) | (b & ~c);
}

#include "engine/exec/simd_lanes.inc"

#include "engine/exec/simd_int.inc"

#include "engine/exec/simd_widen.inc"

#include "engine/exec/simd_float.inc"

#undef SIMD
#undef BY_OPERATOR
#undef BY_LANE
#undef BY_INTRINSIC

#endif
