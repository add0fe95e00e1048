/* SipHash-2-4 of messages of every length up to n: 64-bit adds, xors and rotations. */
#include "tests/programs/program.h"

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static void rounds(uint64_t v[4], int count)
{
    while (count-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static uint64_t siphash(const uint8_t *data, size_t len, uint64_t k0, uint64_t k1)
{
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                     k1 ^ 0x7465646279746573u};
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        __builtin_memcpy(&word, data + i, 8);
        v[3] ^= word;
        rounds(v, 2);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)len << 56;
    for (size_t k = 0; i + k < len; k++) {
        last |= (uint64_t)data[i + k] << (8 * k);
    }
    v[3] ^= last;
    rounds(v, 2);
    v[0] ^= last;
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

PROGRAM(siphash)
{
    static uint8_t message[1024];
    uint64_t digest = DIGEST_INIT;
    for (uint32_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)i;
    }
    /* The example of the paper's appendix. */
    if (siphash(message, 15, 0x0706050403020100u, 0x0f0e0d0c0b0a0908u) != 0xa129ca6149be45e5u) {
        return 0;
    }
    for (uint32_t len = 0; len < n && len < sizeof message; len++) {
        digest = digest_u64(digest, siphash(message, len, digest, len));
    }
    return digest;
}
