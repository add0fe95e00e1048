/* A layer of 8-bit numbers: scalar products of a vector with the rows of a matrix, in sums of 32 bits. */
#include "tests/bench/simd/kernel.h"

#define COLUMNS 256
#define ROWS    64

static int8_t matrix[ROWS][COLUMNS], vector[COLUMNS];
static int32_t sums[ROWS];

void KERNEL(dot_bytes, setup)(void)
{
    uint32_t state = 8;
    for (unsigned i = 0; i < ROWS; i++) {
        for (unsigned k = 0; k < COLUMNS; k++) {
            matrix[i][k] = (int8_t)random_word(&state);
        }
    }
    for (unsigned k = 0; k < COLUMNS; k++) {
        vector[k] = (int8_t)random_word(&state);
    }
}

static int32_t dot(const int8_t *row)
{
#ifdef __wasm__
    v128_t sum = wasm_i32x4_splat(0);
    for (unsigned k = 0; k < COLUMNS; k += 16) {
        v128_t a = wasm_v128_load(row + k), b = wasm_v128_load(vector + k);
        v128_t low =
            wasm_i32x4_dot_i16x8(wasm_i16x8_extend_low_i8x16(a), wasm_i16x8_extend_low_i8x16(b));
        v128_t high =
            wasm_i32x4_dot_i16x8(wasm_i16x8_extend_high_i8x16(a), wasm_i16x8_extend_high_i8x16(b));
        sum = wasm_i32x4_add(sum, wasm_i32x4_add(low, high));
    }
    return wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1) +
           wasm_i32x4_extract_lane(sum, 2) + wasm_i32x4_extract_lane(sum, 3);
#else
    int32_t sum = 0;
    for (unsigned k = 0; k < COLUMNS; k++) {
        sum += row[k] * vector[k];
    }
    return sum;
#endif
}

void KERNEL(dot_bytes, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        for (unsigned k = 0; k < ROWS; k++) {
            sums[k] = dot(matrix[k]);
        }
        vector[i % COLUMNS] = (int8_t)(uint8_t)((uint32_t)sums[i % ROWS] >> 7);
    }
}

uint64_t KERNEL(dot_bytes, digest)(void)
{
    return digest_words(sums, sizeof sums);
}
