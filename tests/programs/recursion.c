/* Recursion of several shapes: Ackermann, towers, queens, mutual recursion, permutations. */
#include "tests/programs/program.h"

static uint32_t ackermann(uint32_t m, uint32_t n)
{
    if (m == 0) {
        return n + 1;
    }
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static void hanoi(uint32_t count, uint32_t from, uint32_t to, uint64_t *digest)
{
    if (count > 0) {
        hanoi(count - 1, from, 6 - from - to, digest);
        *digest = digest_u64(*digest, count * 16 + from * 4 + to);
        hanoi(count - 1, 6 - from - to, to, digest);
    }
}

static uint32_t queens(uint32_t all, uint32_t columns, uint32_t left, uint32_t right)
{
    uint32_t found = columns == all;
    for (uint32_t free = all & ~(columns | left | right); free != 0; free &= free - 1) {
        uint32_t bit = free & -free;
        found += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return found;
}

static uint32_t female(uint32_t n);

static uint32_t male(uint32_t n)
{
    return n == 0 ? 0 : n - female(male(n - 1));
}

static uint32_t female(uint32_t n)
{
    return n == 0 ? 1 : n - male(female(n - 1));
}

static void permute(uint8_t *items, uint32_t count, uint64_t *digest)
{
    if (count <= 1) {
        *digest = digest_bytes(*digest, items, 8);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        permute(items, count - 1, digest);
        uint32_t other = count % 2 == 0 ? i : 0;
        uint8_t t = items[other];
        items[other] = items[count - 1];
        items[count - 1] = t;
    }
}

PROGRAM(recursion)
{
    uint8_t items[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    uint64_t digest = digest_u64(DIGEST_INIT, ackermann(2, n * 4));
    hanoi(n, 1, 3, &digest);
    digest = digest_u64(digest, queens((1u << n) - 1, 0, 0, 0));
    for (uint32_t i = 0; i < n * 3; i++) {
        digest = digest_u64(digest, (uint64_t)male(i) << 32 | female(i));
    }
    permute(items, n < 6 ? n : 6, &digest);
    return digest;
}
