/* Bit tricks: counts, reversal, Gray codes, Morton order, permutations; against the plain loops. */
#include "tests/programs/program.h"

static uint32_t count_loop(uint64_t x)
{
    uint32_t count = 0;
    for (; x != 0; x &= x - 1) {
        count++;
    }
    return count;
}

static uint32_t reverse(uint32_t x)
{
    x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
    x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
    x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
    return __builtin_bswap32(x);
}

static uint64_t spread(uint32_t x)
{
    uint64_t wide = x;
    wide = (wide | wide << 16) & 0x0000ffff0000ffffu;
    wide = (wide | wide << 8) & 0x00ff00ff00ff00ffu;
    wide = (wide | wide << 4) & 0x0f0f0f0f0f0f0f0fu;
    wide = (wide | wide << 2) & 0x3333333333333333u;
    return (wide | wide << 1) & 0x5555555555555555u;
}

static uint32_t from_gray(uint32_t x)
{
    for (int shift = 16; shift > 0; shift /= 2) {
        x ^= x >> shift;
    }
    return x;
}

/* The next larger number with as many bits. */
static uint32_t next_combination(uint32_t x)
{
    uint32_t low = x & -x;
    uint32_t ripple = x + low;
    return ripple | (((x ^ ripple) >> 2) >> __builtin_ctz(low));
}

static uint64_t digest_counts(uint64_t digest, uint64_t x)
{
    uint32_t low = (uint32_t)x;
    digest = digest_u64(digest, count_loop(x));
    digest = digest_u64(digest, (uint64_t)__builtin_popcountll(x) + __builtin_popcount(low));
    if (x != 0) {
        digest = digest_u64(digest, (uint64_t)__builtin_clzll(x) * 64 + __builtin_ctzll(x));
    }
    if (low != 0) {
        digest = digest_u64(digest, (uint64_t)__builtin_clz(low) * 64 + __builtin_ctz(low));
    }
    return digest;
}

PROGRAM(bits)
{
    uint64_t random = 0x123456789abcdefu;
    uint64_t digest = DIGEST_INIT;
    uint32_t combination = 0x1f;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t x = random_next(&random) >> (i % 64);
        uint32_t low = (uint32_t)x;
        digest = digest_counts(digest, x);
        digest = digest_u64(digest, reverse(low));
        digest = digest_u64(digest, spread(low) | spread((uint32_t)(x >> 32)) << 1);
        digest = digest_u64(digest, from_gray(low ^ low >> 1) == low);
        digest = digest_u64(digest, __builtin_bswap64(x));
        digest = digest_u64(digest, low << (i & 31) | low >> (-i & 31));
        combination = next_combination(combination);
        digest = digest_u64(digest, combination);
    }
    return digest;
}
