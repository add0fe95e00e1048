/* ChaCha20 (RFC 8439), a row of the state in a vector, rotations by shifts and by a shuffle of bytes. */
#include "tests/bench/simd/kernel.h"

#define BLOCKS 64

static uint32_t state[16], stream[BLOCKS][16];

void KERNEL(chacha_blocks, setup)(void)
{
    static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    for (unsigned i = 0; i < 16; i++) {
        state[i] = i < 4 ? constants[i] : i * 0x01010101u;
    }
}

#ifdef __wasm__
static v128_t rotl(v128_t v, uint32_t n)
{
    return wasm_v128_or(wasm_i32x4_shl(v, n), wasm_u32x4_shr(v, 32 - n));
}

static v128_t rotl_bytes(v128_t v, int by)
{
    return by == 16
               ? wasm_i8x16_shuffle(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
               : wasm_i8x16_shuffle(v, v, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}

static void quarters(v128_t v[4])
{
    v[0] = wasm_i32x4_add(v[0], v[1]);
    v[3] = rotl_bytes(wasm_v128_xor(v[3], v[0]), 16);
    v[2] = wasm_i32x4_add(v[2], v[3]);
    v[1] = rotl(wasm_v128_xor(v[1], v[2]), 12);
    v[0] = wasm_i32x4_add(v[0], v[1]);
    v[3] = rotl_bytes(wasm_v128_xor(v[3], v[0]), 8);
    v[2] = wasm_i32x4_add(v[2], v[3]);
    v[1] = rotl(wasm_v128_xor(v[1], v[2]), 7);
}

static void block(uint32_t out[16])
{
    v128_t v[4], start[4];
    for (unsigned i = 0; i < 4; i++) {
        v[i] = start[i] = wasm_v128_load(state + 4 * i);
    }
    for (unsigned i = 0; i < 10; i++) {
        quarters(v);
        v[1] = wasm_i32x4_shuffle(v[1], v[1], 1, 2, 3, 0);
        v[2] = wasm_i32x4_shuffle(v[2], v[2], 2, 3, 0, 1);
        v[3] = wasm_i32x4_shuffle(v[3], v[3], 3, 0, 1, 2);
        quarters(v);
        v[1] = wasm_i32x4_shuffle(v[1], v[1], 3, 0, 1, 2);
        v[2] = wasm_i32x4_shuffle(v[2], v[2], 2, 3, 0, 1);
        v[3] = wasm_i32x4_shuffle(v[3], v[3], 1, 2, 3, 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        wasm_v128_store(out + 4 * i, wasm_i32x4_add(v[i], start[i]));
    }
}
#else
static uint32_t rotl(uint32_t v, unsigned n)
{
    return v << n | v >> (32 - n);
}

static void quarter(uint32_t v[16], unsigned a, unsigned b, unsigned c, unsigned d)
{
    v[d] = rotl(v[d] ^ (v[a] += v[b]), 16);
    v[b] = rotl(v[b] ^ (v[c] += v[d]), 12);
    v[d] = rotl(v[d] ^ (v[a] += v[b]), 8);
    v[b] = rotl(v[b] ^ (v[c] += v[d]), 7);
}

static void block(uint32_t out[16])
{
    uint32_t v[16];
    __builtin_memcpy(v, state, sizeof v);
    for (unsigned i = 0; i < 10; i++) {
        for (unsigned k = 0; k < 4; k++) {
            quarter(v, k, 4 + k, 8 + k, 12 + k);
        }
        for (unsigned k = 0; k < 4; k++) {
            quarter(v, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4);
        }
    }
    for (unsigned i = 0; i < 16; i++) {
        out[i] = v[i] + state[i];
    }
}
#endif

void KERNEL(chacha_blocks, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        for (unsigned k = 0; k < BLOCKS; k++) {
            block(stream[k]);
            state[12]++;
        }
    }
}

uint64_t KERNEL(chacha_blocks, digest)(void)
{
    return digest_words(stream, sizeof stream);
}
