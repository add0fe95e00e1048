/* y = a x + y in single precision, two vectors a turn. */
#include "tests/bench/simd/kernel.h"

#define COUNT 8192

static float x[COUNT], y[COUNT];

void KERNEL(saxpy, setup)(void)
{
    uint32_t state = 1;
    for (unsigned i = 0; i < COUNT; i++) {
        x[i] = (float)(random_word(&state) >> 8) / 16777216.0f;
        y[i] = (float)(random_word(&state) >> 8) / 16777216.0f;
    }
}

static void saxpy(float a)
{
#ifdef __wasm__
    const v128_t factor = wasm_f32x4_splat(a);
    for (unsigned i = 0; i < COUNT; i += 8) {
        v128_t first = wasm_f32x4_mul(factor, wasm_v128_load(x + i));
        v128_t second = wasm_f32x4_mul(factor, wasm_v128_load(x + i + 4));
        wasm_v128_store(y + i, wasm_f32x4_add(first, wasm_v128_load(y + i)));
        wasm_v128_store(y + i + 4, wasm_f32x4_add(second, wasm_v128_load(y + i + 4)));
    }
#else
    for (unsigned i = 0; i < COUNT; i++) {
        y[i] = a * x[i] + y[i];
    }
#endif
}

void KERNEL(saxpy, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        saxpy((i & 1) != 0 ? 0.25f : -0.125f);
    }
}

uint64_t KERNEL(saxpy, digest)(void)
{
    return digest_words(y, sizeof y);
}
