/* Doubles to decimal digits and back by big integers: exact, so that every bit of the value counts. */
#include "tests/programs/program.h"

#define LIMBS 80 /* of 32 bits: more than 2^1100 * 10^20 */

struct big {
    uint32_t limb[LIMBS];
    int count;
};

static void multiply(struct big *b, uint32_t by)
{
    uint64_t carry = 0;
    for (int i = 0; i < b->count; i++) {
        carry += (uint64_t)b->limb[i] * by;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        b->limb[b->count++] = (uint32_t)carry;
    }
}

static int compare(const struct big *a, const struct big *b)
{
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    for (int i = a->count - 1; i >= 0; i--) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

static void subtract(struct big *a, const struct big *b)
{
    int64_t borrow = 0;
    for (int i = 0; i < a->count; i++) {
        borrow += (int64_t)a->limb[i] - (i < b->count ? b->limb[i] : 0);
        a->limb[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    while (a->count > 0 && a->limb[a->count - 1] == 0) {
        a->count--;
    }
}

static struct big from_u64(uint64_t value)
{
    struct big b = {.count = 0};
    for (; value != 0; value >>= 32) {
        b.limb[b.count++] = (uint32_t)value;
    }
    return b;
}

static void scale(struct big *b, uint32_t base, int power)
{
    while (power-- > 0) {
        multiply(b, base);
    }
}

/* 17 significant digits (truncated) of a positive normal double; returns the decimal exponent. */
static int to_digits(double value, char digits[17])
{
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52 & 2047) - 1075;
    struct big up = from_u64((bits & 0xfffffffffffffu) | 0x10000000000000u);
    struct big down = from_u64(1);
    scale(exponent > 0 ? &up : &down, 2, exponent > 0 ? exponent : -exponent);
    int decimal = 0;
    struct big ten = down;
    multiply(&ten, 10);
    while (compare(&up, &ten) >= 0) {
        decimal++;
        multiply(&down, 10);
        multiply(&ten, 10);
    }
    while (compare(&up, &down) < 0) {
        decimal--;
        multiply(&up, 10);
    }
    for (int i = 0; i < 17; i++) {
        digits[i] = '0';
        while (compare(&up, &down) >= 0) {
            subtract(&up, &down);
            digits[i]++;
        }
        multiply(&up, 10);
    }
    return decimal;
}

/* The digits' value by doubles alone: rounds, which is to be the same everywhere. */
static double from_digits(const char digits[17], int decimal)
{
    double value = 0;
    for (int i = 0; i < 17; i++) {
        value = value * 10 + (digits[i] - '0');
    }
    for (decimal -= 16; decimal > 0; decimal--) {
        value *= 10;
    }
    for (; decimal < 0; decimal++) {
        value /= 10;
    }
    return value;
}

PROGRAM(decimal_text)
{
    uint64_t digest = DIGEST_INIT;
    uint64_t random = 5;
    char digits[17];
    if (to_digits(0.1, digits) != -1 || digits[0] != '1' || digits[16] != '0') {
        return 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint64_t bits = (random_next(&random) & 0xfffffffffffffu) |
                        ((uint64_t)(1023 - 200 + random_next(&random) % 400) << 52);
        double value;
        __builtin_memcpy(&value, &bits, sizeof value);
        int decimal = to_digits(value, digits);
        digest = digest_bytes(digest, digits, sizeof digits);
        digest = digest_u64(digest, (uint64_t)(int64_t)decimal);
        digest = digest_f64(digest, from_digits(digits, decimal));
    }
    return digest;
}
