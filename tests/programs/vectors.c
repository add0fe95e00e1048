/* Vectors of every lane type, written with the compiler's own: arithmetic, comparison, shuffles, conversions. */
#include "tests/programs/program.h"

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t s8x16 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t s16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int32_t s32x4 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef int64_t s64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

static uint8_t bytes[4096];
static u32x4 words[64];

static uint64_t mix(uint64_t digest, u32x4 v)
{
    return digest_bytes(digest, &v, sizeof v);
}

static u64x2 any(uint64_t *state)
{
    u64x2 v = {random_next(state), random_next(state)};
    return v;
}

static uint64_t integers(uint64_t digest, u64x2 a, u64x2 b, unsigned shift)
{
    u8x16 a8 = (u8x16)a, b8 = (u8x16)b;
    u16x8 a16 = (u16x8)a, b16 = (u16x8)b;
    u32x4 a32 = (u32x4)a, b32 = (u32x4)b;
    digest = mix(digest, (u32x4)((a8 + b8) ^ (a8 - b8)));
    digest = mix(digest,
                 (u32x4)(a8 << (uint8_t)(shift % 8)) ^ (u32x4)((s8x16)b8 >> (int8_t)(shift % 8)));
    digest = mix(digest, (u32x4)(a16 * b16 + (a16 >> (uint16_t)(shift % 16))));
    digest = mix(digest, (u32x4)((s16x8)a16 >> (int16_t)(shift % 16)));
    digest = mix(digest, a32 * b32 - (b32 << shift % 32));
    digest = mix(digest, (u32x4)(a * b + (a >> shift % 64)));
    digest = mix(digest, (u32x4)((s64x2)b >> shift % 64));
    digest = mix(digest, (u32x4)((s8x16)a8 < (s8x16)b8) ^ (u32x4)(a16 >= b16));
    digest = mix(digest, (u32x4)((s32x4)a32 > (s32x4)b32) ^ (u32x4)((s64x2)a <= (s64x2)b));
    return mix(digest, (u32x4)((a & b) | (~a ^ b)));
}

static uint64_t shuffles(uint64_t digest, u64x2 a, u64x2 b)
{
    u8x16 x = (u8x16)a, y = (u8x16)b;
    u8x16 reversed =
        __builtin_shufflevector(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    u8x16 woven =
        __builtin_shufflevector(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 28, 12, 29, 13, 30, 14, 31, 15);
    u32x4 turned = __builtin_shufflevector((u32x4)a, (u32x4)b, 3, 4, 1, 6);
    u16x8 halves = __builtin_shufflevector((u16x8)a, (u16x8)b, 1, 3, 5, 7, 9, 11, 13, 15);
    turned[2] = halves[3];
    digest = mix(digest, (u32x4)(reversed ^ woven));
    digest = mix(digest, turned + (u32x4)halves);
    return digest_u64(digest, woven[5] * 65536u + reversed[9] * 256u);
}

/* Finite numbers only, so that no NaN comes up. */
static uint64_t floats(uint64_t digest, uint64_t *state)
{
    f32x4 a, b;
    f64x2 c, d;
    for (int i = 0; i < 4; i++) {
        a[i] = (float)(int32_t)random_next(state) / 65536.0f;
        b[i] = (float)(random_next(state) % 100000 + 1) / 64.0f;
    }
    for (int i = 0; i < 2; i++) {
        c[i] = (double)(int64_t)random_next(state) / 1048576.0;
        d[i] = (double)(random_next(state) % 1000000 + 1) / 4096.0;
    }
    digest = mix(digest, (u32x4)(a * b + a / b - b));
    digest = mix(digest, (u32x4)(c * d - c / d + d));
    digest = mix(digest, (u32x4)(a < b) ^ (u32x4)(c > d));
    digest = mix(digest, (u32x4) __builtin_convertvector(a, s32x4));
    s32x4 whole = {(int32_t)*state, -5, 1 << 24, INT32_MIN};
    return mix(digest, (u32x4) __builtin_convertvector(whole, f32x4));
}

/* Loops that compilers turn into vectors themselves. */
static uint64_t loops(uint64_t digest, uint32_t n)
{
    uint32_t sum = 0, most = 0;
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * n + (i >> 3));
    }
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        sum += bytes[i] * (i & 255);
        most = bytes[i] > most ? bytes[i] : most;
    }
    for (uint32_t i = 0; i + 16 < sizeof bytes; i++) {
        bytes[i] = (uint8_t)((bytes[i] + bytes[i + 16] + 1) / 2);
    }
    return digest_bytes(digest_u64(digest, (uint64_t)sum << 32 | most), bytes, sizeof bytes);
}

PROGRAM(vectors)
{
    uint64_t state = n * UINT64_C(0x9e3779b97f4a7c15) + 1, digest = DIGEST_INIT;
    for (uint32_t i = 0; i < 64; i++) {
        words[i] = (u32x4){i, 0, 0, 0};
    }
    for (uint32_t i = 0; i < n; i++) {
        u64x2 a = any(&state), b = any(&state);
        digest = integers(digest, a, b, i);
        digest = shuffles(digest, a, b);
        digest = floats(digest, &state);
        words[i % 64] += (u32x4)a;
    }
    digest = loops(digest, n);
    return digest_bytes(digest, words, sizeof words);
}
