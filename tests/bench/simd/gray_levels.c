/* Gray levels of 8-bit RGBA: a shuffle of pixels to 16-bit pairs, weighted sums of pairs, two narrowings. */
#include "tests/bench/simd/kernel.h"

#define PIXELS 4096

static uint8_t colours[4 * PIXELS], gray[PIXELS];

void KERNEL(gray_levels, setup)(void)
{
    uint32_t state = 5;
    for (unsigned i = 0; i < 4 * PIXELS; i++) {
        colours[i] = (uint8_t)random_word(&state);
    }
}

#ifdef __wasm__
/* Gray levels of four pixels, in 32 bits each. */
static v128_t four(const uint8_t *pixels)
{
    const v128_t weights = wasm_i16x8_make(77, 150, 29, 0, 77, 150, 29, 0);
    v128_t p = wasm_v128_load(pixels);
    v128_t low = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(p), weights);
    v128_t high = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(p), weights);
    v128_t even = wasm_i32x4_shuffle(low, high, 0, 2, 4, 6);
    v128_t odd = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
    return wasm_u32x4_shr(wasm_i32x4_add(even, odd), 8);
}
#endif

static void convert(void)
{
#ifdef __wasm__
    for (unsigned i = 0; i < PIXELS; i += 16) {
        const uint8_t *p = colours + 4 * i;
        v128_t low = wasm_i16x8_narrow_i32x4(four(p), four(p + 16));
        v128_t high = wasm_i16x8_narrow_i32x4(four(p + 32), four(p + 48));
        wasm_v128_store(gray + i, wasm_u8x16_narrow_i16x8(low, high));
    }
#else
    for (unsigned i = 0; i < PIXELS; i++) {
        const uint8_t *p = colours + 4 * i;
        gray[i] = (uint8_t)((77u * p[0] + 150u * p[1] + 29u * p[2]) >> 8);
    }
#endif
}

void KERNEL(gray_levels, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        colours[i % PIXELS] ^= 0x33;
        convert();
    }
}

uint64_t KERNEL(gray_levels, digest)(void)
{
    return digest_words(gray, sizeof gray);
}
