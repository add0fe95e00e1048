/* The Mandelbrot set, four points at a time in single precision. */
#include "tests/bench/simd/kernel.h"

#define WIDTH  64
#define HEIGHT 48
#define MOST   96

static uint32_t turns[HEIGHT][WIDTH];

void KERNEL(escape_time, setup)(void) {}

/* How many turns four points take until they are outside. */
static void points(unsigned row, unsigned column, float scale)
{
    const float left = -2.0f, lower = -1.125f;
    float ci = lower + (float)row * scale;
#ifdef __wasm__
    v128_t columns = wasm_f32x4_add(wasm_f32x4_splat((float)column), wasm_f32x4_make(0, 1, 2, 3));
    v128_t cr =
        wasm_f32x4_add(wasm_f32x4_splat(left), wasm_f32x4_mul(columns, wasm_f32x4_splat(scale)));
    v128_t r = cr, i = wasm_f32x4_splat(ci), count = wasm_i32x4_splat(0);
    for (unsigned n = 0; n < MOST; n++) {
        v128_t rr = wasm_f32x4_mul(r, r), ii = wasm_f32x4_mul(i, i), ri = wasm_f32x4_mul(r, i);
        v128_t inside = wasm_f32x4_le(wasm_f32x4_add(rr, ii), wasm_f32x4_splat(4.0f));
        if (!wasm_v128_any_true(inside)) {
            break;
        }
        count = wasm_i32x4_sub(count, inside);
        r = wasm_f32x4_add(wasm_f32x4_sub(rr, ii), cr);
        i = wasm_f32x4_add(wasm_f32x4_add(ri, ri), wasm_f32x4_splat(ci));
    }
    wasm_v128_store(&turns[row][column], count);
#else
    for (unsigned k = column; k < column + 4; k++) {
        float cr = left + (float)k * scale, r = cr, i = ci;
        unsigned n = 0;
        for (; n < MOST && r * r + i * i <= 4.0f; n++) {
            float ri = r * i;
            r = r * r - i * i + cr;
            i = ri + ri + ci;
        }
        turns[row][k] = n;
    }
#endif
}

void KERNEL(escape_time, run)(uint32_t rounds)
{
    for (uint32_t k = 0; k < rounds; k++) {
        for (unsigned row = 0; row < HEIGHT; row++) {
            for (unsigned column = 0; column < WIDTH; column += 4) {
                points(row, column, 0.046875f - (float)(k & 7) / 1024.0f);
            }
        }
    }
}

uint64_t KERNEL(escape_time, digest)(void)
{
    return digest_words(turns, sizeof turns);
}
