/* Product of square matrices in single precision: each element of a row of the first, splat, with rows of the second. */
#include "tests/bench/simd/kernel.h"

#define SIZE 64

static float a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

void KERNEL(matmul_float, setup)(void)
{
    uint32_t state = 3;
    for (unsigned i = 0; i < SIZE; i++) {
        for (unsigned j = 0; j < SIZE; j++) {
            a[i][j] = (float)(random_word(&state) % 1000) / 500.0f - 1.0f;
            b[i][j] = (float)(random_word(&state) % 1000) / 8000.0f;
        }
    }
}

/* Sixteen columns of a row of c. */
static void row(unsigned i, unsigned j)
{
#ifdef __wasm__
    v128_t sum[4];
    for (unsigned n = 0; n < 4; n++) {
        sum[n] = wasm_f32x4_splat(0);
    }
    for (unsigned k = 0; k < SIZE; k++) {
        v128_t factor = wasm_v128_load32_splat(&a[i][k]);
        for (unsigned n = 0; n < 4; n++) {
            v128_t product = wasm_f32x4_mul(factor, wasm_v128_load(&b[k][j + 4 * n]));
            sum[n] = wasm_f32x4_add(sum[n], product);
        }
    }
    for (unsigned n = 0; n < 4; n++) {
        wasm_v128_store(&c[i][j + 4 * n], sum[n]);
    }
#else
    for (unsigned n = j; n < j + 16; n++) {
        float sum = 0;
        for (unsigned k = 0; k < SIZE; k++) {
            sum += a[i][k] * b[k][n];
        }
        c[i][n] = sum;
    }
#endif
}

void KERNEL(matmul_float, run)(uint32_t rounds)
{
    for (uint32_t r = 0; r < rounds; r++) {
        for (unsigned i = 0; i < SIZE; i++) {
            for (unsigned j = 0; j < SIZE; j += 16) {
                row(i, j);
            }
        }
        a[r % SIZE][r % 7] = c[r % 5][r % SIZE];
    }
}

uint64_t KERNEL(matmul_float, digest)(void)
{
    return digest_words(c, sizeof c);
}
