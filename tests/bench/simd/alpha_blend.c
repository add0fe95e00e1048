/* One picture of 8-bit RGBA over another: 16-bit products, divided by 255 with rounding. */
#include "tests/bench/simd/kernel.h"

#define PIXELS 4096

static uint8_t above[4 * PIXELS], below[4 * PIXELS];

void KERNEL(alpha_blend, setup)(void)
{
    uint32_t state = 4;
    for (unsigned i = 0; i < 4 * PIXELS; i++) {
        above[i] = (uint8_t)random_word(&state);
        below[i] = (uint8_t)random_word(&state);
    }
}

#ifdef __wasm__
/* (x a + y (255 - a)) / 255 of eight numbers. */
static v128_t mix(v128_t x, v128_t y, v128_t a)
{
    v128_t rest = wasm_i16x8_sub(wasm_i16x8_splat(255), a);
    v128_t sum = wasm_i16x8_add(wasm_i16x8_mul(x, a), wasm_i16x8_mul(y, rest));
    sum = wasm_i16x8_add(sum, wasm_i16x8_splat(128));
    return wasm_u16x8_shr(wasm_i16x8_add(sum, wasm_u16x8_shr(sum, 8)), 8);
}
#endif

static void blend(void)
{
#ifdef __wasm__
    for (unsigned i = 0; i < 4 * PIXELS; i += 16) {
        v128_t x = wasm_v128_load(above + i), y = wasm_v128_load(below + i);
        v128_t a = wasm_i8x16_shuffle(x, x, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
        v128_t low = mix(wasm_u16x8_extend_low_u8x16(x), wasm_u16x8_extend_low_u8x16(y),
                         wasm_u16x8_extend_low_u8x16(a));
        v128_t high = mix(wasm_u16x8_extend_high_u8x16(x), wasm_u16x8_extend_high_u8x16(y),
                          wasm_u16x8_extend_high_u8x16(a));
        wasm_v128_store(below + i, wasm_u8x16_narrow_i16x8(low, high));
    }
#else
    for (unsigned i = 0; i < 4 * PIXELS; i++) {
        uint32_t a = above[i | 3], sum = above[i] * a + below[i] * (255 - a) + 128;
        below[i] = (uint8_t)((sum + (sum >> 8)) >> 8);
    }
#endif
}

void KERNEL(alpha_blend, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        above[4 * (i % PIXELS)] ^= 0x5a;
        blend();
    }
}

uint64_t KERNEL(alpha_blend, digest)(void)
{
    return digest_words(below, sizeof below);
}
