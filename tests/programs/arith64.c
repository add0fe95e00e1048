/* 64-bit integers: division and remainder of all signs, wide products, shifts, modular powers, gcd. */
#include "tests/programs/program.h"

static uint64_t multiply_high(uint64_t a, uint64_t b)
{
    uint64_t low = (a & 0xffffffffu) * (b & 0xffffffffu);
    uint64_t cross = (a >> 32) * (b & 0xffffffffu) + (low >> 32);
    uint64_t other = (a & 0xffffffffu) * (b >> 32) + (cross & 0xffffffffu);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
}

static uint64_t add_mod(uint64_t a, uint64_t b, uint64_t modulus)
{
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

static uint64_t multiply_mod(uint64_t a, uint64_t b, uint64_t modulus)
{
    uint64_t result = 0;
    for (; b != 0; b >>= 1) {
        if (b & 1) {
            result = add_mod(result, a, modulus);
        }
        a = add_mod(a, a, modulus);
    }
    return result;
}

static uint64_t power_mod(uint64_t base, uint64_t exponent, uint64_t modulus)
{
    uint64_t result = 1;
    for (base %= modulus; exponent != 0; exponent >>= 1) {
        if (exponent & 1) {
            result = multiply_mod(result, base, modulus);
        }
        base = multiply_mod(base, base, modulus);
    }
    return result;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static uint64_t divide_all(uint64_t digest, uint64_t a, uint64_t b)
{
    int64_t sa = (int64_t)a;
    int64_t sb = (int64_t)b;
    if (b == 0 || (sa == INT64_MIN && sb == -1)) {
        return digest;
    }
    digest = digest_u64(digest, a / b);
    digest = digest_u64(digest, a % b);
    digest = digest_u64(digest, (uint64_t)(sa / sb));
    digest = digest_u64(digest, (uint64_t)(sa % sb));
    int32_t na = (int32_t)(uint32_t)a;
    int32_t nb = (int32_t)(uint32_t)b;
    if (nb != 0 && !(na == INT32_MIN && nb == -1)) {
        digest = digest_u64(digest, (uint64_t)(int64_t)(na / nb));
        digest = digest_u64(digest, (uint64_t)(int64_t)(na % nb));
        digest = digest_u64(digest, (uint32_t)na / (uint32_t)nb);
        digest = digest_u64(digest, (uint32_t)na % (uint32_t)nb);
    }
    return digest;
}

static uint64_t narrow_all(uint64_t digest, uint64_t a)
{
    digest = digest_u64(digest, (uint64_t)(int64_t)(int8_t)a);
    digest = digest_u64(digest, (uint64_t)(int64_t)(int16_t)a);
    digest = digest_u64(digest, (uint64_t)(int64_t)(int32_t)a);
    digest = digest_u64(digest, (uint32_t)(int32_t)(int8_t)(a >> 9));
    return digest_u64(digest, (uint32_t)(int32_t)(int16_t)(a >> 17));
}

PROGRAM(arith64)
{
    uint64_t random = 0xfeedfacecafebeefu;
    uint64_t digest = DIGEST_INIT;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t a = random_next(&random);
        uint64_t b = random_next(&random) >> (i % 64);
        digest = divide_all(digest, a, b);
        digest = divide_all(digest, -a, ~b);
        digest = narrow_all(digest, a);
        digest = digest_u64(digest, multiply_high(a, b));
        digest = digest_u64(digest, a << (b & 63) ^ a >> (b & 31));
        digest = digest_u64(digest, (uint64_t)((int64_t)a >> (b & 63)));
        if (i % 50 == 0) {
            digest = digest_u64(digest, power_mod(a, b, 0xffffffffffffffc5u));
            digest = digest_u64(digest, (uint64_t)gcd((int64_t)(a >> 2), (int64_t)(b >> 2)));
        }
    }
    return digest;
}
