/* Floats: conversions in all directions, rounding, signs, comparison, subnormals and infinities. */
#include "tests/programs/program.h"

static float from_bits(uint32_t bits)
{
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t digest_f32(uint64_t digest, float value)
{
    return value == value ? digest_bytes(digest, &value, sizeof value) : digest_u64(digest, 1);
}

static uint64_t round_all(uint64_t digest, double x)
{
    digest = digest_f64(digest, __builtin_floor(x));
    digest = digest_f64(digest, __builtin_ceil(x));
    digest = digest_f64(digest, __builtin_trunc(x));
    digest = digest_f64(digest, __builtin_rint(x));
    digest = digest_f64(digest, __builtin_fabs(x));
    return digest_f64(digest, __builtin_copysign(1.5, x));
}

static uint64_t convert_all(uint64_t digest, float x, uint64_t random)
{
    if (x > -2e9f && x < 2e9f) {
        digest = digest_u64(digest, (uint64_t)(int64_t)(int32_t)x);
    }
    if (x > -0.9f && x < 4e9f) {
        digest = digest_u64(digest, (uint32_t)x);
    }
    if (x > -9e18f && x < 9e18f) {
        digest = digest_u64(digest, (uint64_t)(int64_t)x);
    }
    if (x > -0.9f && x < 1.8e19f) {
        digest = digest_u64(digest, (uint64_t)x);
    }
    digest = digest_f32(digest, (float)(int64_t)random);
    digest = digest_f32(digest, (float)random);
    digest = digest_f32(digest, (float)(uint32_t)random);
    digest = digest_f32(digest, (float)(int32_t)random);
    digest = digest_f64(digest, (double)random);
    digest = digest_f64(digest, (double)(int64_t)random);
    return digest_f32(digest, (float)((double)x * 1.000000001));
}

static uint64_t compare_all(uint64_t digest, float x, float y)
{
    unsigned bits = (unsigned)(x < y) | (unsigned)(x <= y) << 1 | (unsigned)(x > y) << 2 |
                    (unsigned)(x >= y) << 3 | (unsigned)(x == y) << 4 | (unsigned)(x != y) << 5 |
                    (unsigned)!(x < y) << 6 | (unsigned)!(x >= y) << 7;
    return digest_u64(digest, bits);
}

PROGRAM(float_single)
{
    uint64_t random = 31337;
    uint64_t digest = DIGEST_INIT;
    float previous = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t next = random_next(&random);
        float x = from_bits((uint32_t)next);
        x = x == x ? x : -0.0f;
        digest = round_all(digest, (double)x);
        digest = convert_all(digest, x, next);
        digest = compare_all(digest, x, i % 7 == 0 ? x : previous);
        digest = digest_f32(digest, x * previous);
        digest = digest_f32(digest, x / previous);
        digest = digest_f32(digest, x - previous);
        digest = digest_f32(digest, __builtin_sqrtf(__builtin_fabsf(x)));
        digest = digest_f32(digest, (x < previous ? x : -previous) + 1e-40f);
        previous = x;
    }
    return digest;
}
