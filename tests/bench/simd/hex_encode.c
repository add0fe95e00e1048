/* Bytes to hexadecimal digits by a swizzle, and their numbers of leading zeros by another one. */
#include "tests/bench/simd/kernel.h"

#define BYTES 8192

static uint8_t bytes[BYTES], digits[2 * BYTES], zeros[BYTES];

void KERNEL(hex_encode, setup)(void)
{
    uint32_t state = 7;
    for (unsigned i = 0; i < BYTES; i++) {
        bytes[i] = (uint8_t)random_word(&state);
    }
}

static void encode(void)
{
#ifdef __wasm__
    const v128_t table = wasm_i8x16_make('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b',
                                         'c', 'd', 'e', 'f');
    const v128_t leading = wasm_i8x16_make(4, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    for (unsigned i = 0; i < BYTES; i += 16) {
        v128_t v = wasm_v128_load(bytes + i);
        v128_t upper = wasm_u8x16_shr(v, 4), lower = wasm_v128_and(v, wasm_i8x16_splat(15));
        v128_t first = wasm_i8x16_swizzle(table, upper), second = wasm_i8x16_swizzle(table, lower);
        wasm_v128_store(digits + 2 * i, wasm_i8x16_shuffle(first, second, 0, 16, 1, 17, 2, 18, 3,
                                                           19, 4, 20, 5, 21, 6, 22, 7, 23));
        wasm_v128_store(digits + 2 * i + 16,
                        wasm_i8x16_shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                           29, 14, 30, 15, 31));
        v128_t is_small = wasm_i8x16_eq(upper, wasm_i8x16_splat(0));
        v128_t more = wasm_v128_and(is_small, wasm_i8x16_swizzle(leading, lower));
        wasm_v128_store(zeros + i, wasm_i8x16_add(wasm_i8x16_swizzle(leading, upper), more));
    }
#else
    for (unsigned i = 0; i < BYTES; i++) {
        digits[2 * i] = (uint8_t) "0123456789abcdef"[bytes[i] >> 4];
        digits[2 * i + 1] = (uint8_t) "0123456789abcdef"[bytes[i] & 15];
        zeros[i] = 0;
        for (unsigned bit = 0x80; bit != 0 && (bytes[i] & bit) == 0; bit >>= 1) {
            zeros[i]++;
        }
    }
#endif
}

void KERNEL(hex_encode, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        bytes[i * 5 % BYTES] += 77;
        encode();
    }
}

uint64_t KERNEL(hex_encode, digest)(void)
{
    return digest_words(digits, sizeof digits) ^ digest_words(zeros, sizeof zeros);
}
