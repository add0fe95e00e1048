/*
 * program.h - what the test programs share.
 *
 * Each program is one C file that defines `run`, compiled twice: natively (as NAME_run) and for wasm32
 * without a C library. Both must give the same digest, so a program may not let the size of pointers,
 * the bits of a NaN or anything undefined into it.
 */
#ifndef CUPEL_TESTS_PROGRAM_H
#define CUPEL_TESTS_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define PROGRAM(name) __attribute__((export_name("run"))) uint64_t run(uint32_t n)
#else
#define PROGRAM(name) uint64_t name##_run(uint32_t n)
#endif

#define DIGEST_INIT UINT64_C(0xcbf29ce484222325)

/* FNV-1a, a byte at a time. */
static inline uint64_t digest_bytes(uint64_t digest, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++) {
        digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static inline uint64_t digest_u64(uint64_t digest, uint64_t value)
{
    return digest_bytes(digest, &value, sizeof value);
}

static inline uint64_t digest_f64(uint64_t digest, double value)
{
    return digest_bytes(digest, &value, sizeof value);
}

/* Marsaglia's xorshift64. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#endif
