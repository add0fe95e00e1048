/* CRC-32 of the same bytes by bit, by table and by four tables at once. */
#include "tests/programs/program.h"

static uint32_t table[4][256];
static uint8_t data[65536];

static uint32_t by_bit(const uint8_t *bytes, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
        }
    }
    return ~crc;
}

static void make_tables(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
        }
        table[0][i] = crc;
    }
    for (int k = 1; k < 4; k++) {
        for (int i = 0; i < 256; i++) {
            table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255];
        }
    }
}

static uint32_t by_table(const uint8_t *bytes, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++) {
        crc = (crc >> 8) ^ table[0][(crc ^ bytes[i]) & 255];
    }
    return ~crc;
}

static uint32_t by_four(const uint8_t *bytes, size_t len)
{
    uint32_t crc = ~0u;
    size_t i = 0;
    for (; i + 4 <= len; i += 4) {
        uint32_t word;
        __builtin_memcpy(&word, bytes + i, 4);
        crc ^= word;
        crc = table[3][crc & 255] ^ table[2][(crc >> 8) & 255] ^ table[1][(crc >> 16) & 255] ^
              table[0][crc >> 24];
    }
    for (; i < len; i++) {
        crc = (crc >> 8) ^ table[0][(crc ^ bytes[i]) & 255];
    }
    return ~crc;
}

PROGRAM(crc32)
{
    uint64_t random = 424242;
    size_t len = n < sizeof data ? n : sizeof data;
    make_tables();
    for (size_t i = 0; i < len; i++) {
        data[i] = (uint8_t)(random_next(&random) >> 11);
    }
    if (by_bit((const uint8_t *)"123456789", 9) != 0xcbf43926u) {
        return 0;
    }
    uint64_t digest = digest_u64(DIGEST_INIT, by_bit(data, len));
    digest = digest_u64(digest, by_table(data, len));
    return digest_u64(digest, by_four(data, len));
}
