/* SHA-256 (FIPS 180-4) of messages of many lengths; the digest of "abc" goes in as a known answer. */
#include "tests/programs/program.h"

struct sha256 {
    uint32_t h[8];
    uint64_t len;
    uint8_t block[64];
};

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t constants[64];

/* The first 32 bits of the fractional part of the cube root of the i-th prime, by integer search. */
static void make_constants(void)
{
    int count = 0;
    for (uint32_t p = 2; count < 64; p++) {
        uint32_t d = 2;
        while (d * d <= p && p % d != 0) {
            d++;
        }
        if (d * d <= p) {
            continue;
        }
        /* The largest r with r^3 <= p * 2^96, by bits, in units of 2^-32. */
        uint64_t r = 0;
        for (int bit = 34; bit >= 0; bit--) {
            uint64_t t = r | (UINT64_C(1) << bit);
            unsigned __int128 square = (unsigned __int128)t * t;
            /* t^3 < p << 96 without the 32 lowest bits, which cannot matter: p is no cube. */
            unsigned __int128 low = (square & 0xffffffffu) * t;
            unsigned __int128 high = (square >> 32) * t + (low >> 32);
            if (high < ((unsigned __int128)p << 64)) {
                r = t;
            }
        }
        constants[count++] = (uint32_t)r;
    }
}

static uint32_t rotate(uint32_t x, int by)
{
    return (x >> by) | (x << (32 - by));
}

static void compress(struct sha256 *s)
{
    uint32_t w[64];
    for (int i = 0; i < 16; i++) {
        const uint8_t *b = s->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15];
        uint32_t y = w[i - 2];
        w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ (x >> 3)) + w[i - 7] +
               (rotate(y, 17) ^ rotate(y, 19) ^ (y >> 10));
    }
    uint32_t v[8];
    for (int i = 0; i < 8; i++) {
        v[i] = s->h[i];
    }
    for (int i = 0; i < 64; i++) {
        uint32_t e = v[4];
        uint32_t a = v[0];
        uint32_t t1 = v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                      ((e & v[5]) ^ (~e & v[6])) + constants[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        for (int k = 7; k > 0; k--) {
            v[k] = v[k - 1];
        }
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) {
        s->h[i] += v[i];
    }
}

static void put(struct sha256 *s, uint8_t byte)
{
    s->block[s->len++ % 64] = byte;
    if (s->len % 64 == 0) {
        compress(s);
    }
}

static void sha256(const uint8_t *data, size_t len, uint32_t out[8])
{
    struct sha256 s = {.len = 0};
    for (int i = 0; i < 8; i++) {
        s.h[i] = initial[i];
    }
    for (size_t i = 0; i < len; i++) {
        put(&s, data[i]);
    }
    uint64_t bits = s.len * 8;
    put(&s, 0x80);
    while (s.len % 64 != 56) {
        put(&s, 0);
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
        put(&s, (uint8_t)(bits >> shift));
    }
    for (int i = 0; i < 8; i++) {
        out[i] = s.h[i];
    }
}

PROGRAM(sha256)
{
    static uint8_t message[512];
    uint32_t hash[8];
    uint64_t random = 1234567;
    uint64_t digest = DIGEST_INIT;
    make_constants();
    sha256((const uint8_t *)"abc", 3, hash);
    if (hash[0] != 0xba7816bf || hash[7] != 0xf20015ad) {
        return 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        size_t len = (size_t)i * 37 % sizeof message;
        for (size_t k = 0; k < len; k++) {
            message[k] = (uint8_t)random_next(&random);
        }
        sha256(message, len, hash);
        digest = digest_bytes(digest, hash, sizeof hash);
    }
    return digest;
}
