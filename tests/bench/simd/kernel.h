/*
 * kernel.h - what the vector kernels share.
 *
 * Each kernel is one C file with three functions: setup() fills its arrays, run(rounds) is what is timed, digest() tells what came out. For wasm32 run()
 * is written with vectors; natively (as NAME_run) the same is done a number at a time, lane by lane in the same order, so that both give the same bits.
 */
#ifndef CUPEL_TESTS_BENCH_KERNEL_H
#define CUPEL_TESTS_BENCH_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#include <wasm_simd128.h>
#define KERNEL(name, function) __attribute__((export_name(#function))) function
#else
#define KERNEL(name, function) name##_##function
#endif

/* FNV-1a over words of 32 bits. */
static inline uint64_t digest_words(const void *data, size_t bytes)
{
    const uint8_t *p = data;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i + 4 <= bytes; i += 4) {
        uint32_t word;
        __builtin_memcpy(&word, p + i, sizeof word);
        digest = (digest ^ word) * UINT64_C(0x100000001b3);
    }
    return digest;
}

/* Marsaglia's xorshift32; the state may not be 0. */
static inline uint32_t random_word(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
