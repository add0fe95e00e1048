/* Running sums of 32-bit numbers by two shifted additions, and the least and the greatest of them. */
#include "tests/bench/simd/kernel.h"

#define COUNT 8192

static int32_t numbers[COUNT], sums[COUNT], least, greatest;

void KERNEL(prefix_sum, setup)(void)
{
    uint32_t state = 9;
    for (unsigned i = 0; i < COUNT; i++) {
        numbers[i] = (int32_t)random_word(&state) / 65536;
    }
}

static void scan(void)
{
#ifdef __wasm__
    const v128_t zero = wasm_i32x4_splat(0);
    v128_t carry = zero, low = zero, high = zero;
    for (unsigned i = 0; i < COUNT; i += 4) {
        v128_t v = wasm_v128_load(numbers + i);
        v = wasm_i32x4_add(v, wasm_i32x4_shuffle(zero, v, 0, 4, 5, 6));
        v = wasm_i32x4_add(v, wasm_i32x4_shuffle(zero, v, 0, 1, 4, 5));
        v = wasm_i32x4_add(v, carry);
        wasm_v128_store(sums + i, v);
        low = wasm_i32x4_min(low, v);
        high = wasm_i32x4_max(high, v);
        carry = wasm_i32x4_shuffle(v, v, 3, 3, 3, 3);
    }
    int32_t lows[4], highs[4];
    wasm_v128_store(lows, low);
    wasm_v128_store(highs, high);
    for (unsigned i = 0; i < 4; i++) {
        least = lows[i] < least ? lows[i] : least;
        greatest = highs[i] > greatest ? highs[i] : greatest;
    }
#else
    int32_t sum = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        sums[i] = sum += numbers[i];
        least = sum < least ? sum : least;
        greatest = sum > greatest ? sum : greatest;
    }
#endif
}

void KERNEL(prefix_sum, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        numbers[i * 3 % COUNT] += 1000;
        scan();
    }
}

uint64_t KERNEL(prefix_sum, digest)(void)
{
    const int32_t limits[2] = {least, greatest};
    return digest_words(sums, sizeof sums) ^ digest_words(limits, sizeof limits);
}
