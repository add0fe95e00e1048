/* Characters and lines of UTF-8: bytes that do not continue a character, by bit masks; line ends, in lanes of bytes that are added up in time. */
#include "tests/bench/simd/kernel.h"

#define BYTES 16384

static uint8_t text[BYTES];
static uint32_t counts[2];

void KERNEL(utf8_count, setup)(void)
{
    uint32_t state = 6;
    for (unsigned i = 0; i + 3 < BYTES;) {
        uint32_t word = random_word(&state);
        if (word % 5 == 0) {
            text[i++] = (uint8_t)(0xe0 | (word >> 8 & 15));
            text[i++] = (uint8_t)(0x80 | (word >> 12 & 63));
            text[i++] = (uint8_t)(0x80 | (word >> 18 & 63));
        } else {
            text[i++] = (uint8_t)(word % 40 == 1 ? '\n' : ' ' + word % 90);
        }
    }
}

static void count(void)
{
#ifdef __wasm__
    uint32_t characters = 0;
    v128_t lines = wasm_i32x4_splat(0);
    for (unsigned i = 0; i < BYTES; i += 256) {
        v128_t ends = wasm_i8x16_splat(0);
        for (unsigned k = i; k < i + 256; k += 16) {
            v128_t bytes = wasm_v128_load(text + k);
            v128_t starts = wasm_i8x16_gt(bytes, wasm_i8x16_splat(-65));
            characters += (uint32_t)__builtin_popcount(wasm_i8x16_bitmask(starts));
            ends = wasm_i8x16_sub(ends, wasm_i8x16_eq(bytes, wasm_i8x16_splat('\n')));
        }
        v128_t pairs = wasm_u16x8_extadd_pairwise_u8x16(ends);
        lines = wasm_i32x4_add(lines, wasm_u32x4_extadd_pairwise_u16x8(pairs));
    }
    counts[0] += characters;
    counts[1] += (uint32_t)(wasm_i32x4_extract_lane(lines, 0) + wasm_i32x4_extract_lane(lines, 1) +
                            wasm_i32x4_extract_lane(lines, 2) + wasm_i32x4_extract_lane(lines, 3));
#else
    for (unsigned i = 0; i < BYTES; i++) {
        counts[0] += (text[i] & 0xc0) != 0x80;
        counts[1] += text[i] == '\n';
    }
#endif
}

void KERNEL(utf8_count, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        text[i * 7 % BYTES] ^= 0x81;
        count();
    }
}

uint64_t KERNEL(utf8_count, digest)(void)
{
    return digest_words(counts, sizeof counts);
}
