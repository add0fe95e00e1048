/* Scalar product in double precision, in four sums. */
#include "tests/bench/simd/kernel.h"

#define COUNT 4096

static double x[COUNT], y[COUNT], product;

void KERNEL(dot_double, setup)(void)
{
    uint32_t state = 2;
    for (unsigned i = 0; i < COUNT; i++) {
        x[i] = (double)(int32_t)random_word(&state) / 65536.0;
        y[i] = (double)(int32_t)random_word(&state) / 1048576.0;
    }
}

static double dot(void)
{
#ifdef __wasm__
    v128_t even = wasm_f64x2_splat(0), odd = wasm_f64x2_splat(0);
    for (unsigned i = 0; i < COUNT; i += 4) {
        v128_t a = wasm_v128_load(x + i), b = wasm_v128_load(x + i + 2);
        even = wasm_f64x2_add(even, wasm_f64x2_mul(a, wasm_v128_load(y + i)));
        odd = wasm_f64x2_add(odd, wasm_f64x2_mul(b, wasm_v128_load(y + i + 2)));
    }
    v128_t sum = wasm_f64x2_add(even, odd);
    return wasm_f64x2_extract_lane(sum, 0) + wasm_f64x2_extract_lane(sum, 1);
#else
    double sum[4] = {0};
    for (unsigned i = 0; i < COUNT; i++) {
        sum[i % 4] += x[i] * y[i];
    }
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
#endif
}

void KERNEL(dot_double, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        x[i % COUNT] += 1;
        product += dot();
    }
}

uint64_t KERNEL(dot_double, digest)(void)
{
    return digest_words(&product, sizeof product);
}
