/*
 * Each vector function with the host's instructions against the same lane by lane, on random vectors and on all pairs of telling ones. The
 * two share what operators of the language say; that this is right is for the specification's tests.
 */
#include <check.h>
#include <stdlib.h>

#define ROWS simd_native
#include "tests/engine/exec/simd_rows.h"
#include "tests/engine/exec/simd_rows.inc"

static uint64_t state = UINT64_C(0x853c49e6748fea9b);

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Bits that are at the edge for some lane type: each is put into all lanes of its width, or into some. */
static const uint64_t edges[] = {
    0,
    UINT64_MAX,
    0x8080808080808080,
    0x7f7f7f7f7f7f7f7f,
    0x8000800080008000,
    0x7fff7fff7fff7fff,
    0x0001000100010001,
    0x8000000080000000,
    0x7fffffff7fffffff,
    0x0000000100000001,
    0x8000000000000000,
    0x7fffffffffffffff,
    1,
    0x3f0000003f000000, /* 0.5 */
    0xbfc00000bfc00000, /* -1.5 */
    0x4f0000004effffff, /* 2^31 and below */
    0xcf000000cf000001, /* -2^31 and below */
    0x4f8000004f7fffff, /* 2^32 and below */
    0x4b0000004affffff, /* 2^23 and below */
    0x7f800000ff800000, /* infinities */
    0x7fc00000ffc00000, /* NaNs */
    0x7f80000100000001, /* a signalling NaN, a subnormal */
    0x3fe0000000000000, /* 0.5 */
    0xbff8000000000000, /* -1.5 */
    0x41e0000000000000, /* 2^31 */
    0x41dfffffffffffff,
    0xc1e0000000100000, /* -2^31 - 0.5 */
    0xc1e0000000200000, /* -2^31 - 1 */
    0x41f0000000000000, /* 2^32 */
    0x41efffffffffffff,
    0x3fefffffffffffff, /* below 1 */
    0x433fffffffffffff, /* 2^53 - 1 */
    0x432fffffffffffff, /* 2^52 - 0.5 */
    0x7ff0000000000000,
    0xfff8000000000000,
    0x7ff0000000000001,
};
#define EDGES (sizeof edges / sizeof edges[0])

static v128 random_vector(void)
{
    v128 v = {next(), next()};
    switch (next() % 8) {
    case 0:
        return (v128){edges[next() % EDGES], edges[next() % EDGES]};
    case 1:
        return v & (v128){next(), next()} & i8x16_splat(0x1f);
    case 2: /* floats of a middling size */
        return (v & i32x4_splat(0x807fffff)) | i32x4_splat((uint32_t)(120 + next() % 40) << 23);
    case 3:
        return (v & i64x2_splat(UINT64_C(0x800fffffffffffff))) |
               i64x2_splat((uint64_t)(1000 + next() % 80) << 52);
    default:
        return v;
    }
}

static bool same_bits(v128 a, v128 b)
{
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
}

static void compare(unsigned row, const v128 operands[3], uint64_t number)
{
    v128 native = {0, 0}, portable = {0, 0};
    simd_native[row].run(&native, operands, number);
    simd_portable[row].run(&portable, operands, number);
    ck_assert_msg(same_bits(native, portable),
                  "%s of %016llx %016llx, %016llx %016llx, %016llx %016llx, %016llx: %016llx "
                  "%016llx, lane by lane %016llx %016llx",
                  simd_native[row].name, (unsigned long long)operands[0][1],
                  (unsigned long long)operands[0][0], (unsigned long long)operands[1][1],
                  (unsigned long long)operands[1][0], (unsigned long long)operands[2][1],
                  (unsigned long long)operands[2][0], (unsigned long long)number,
                  (unsigned long long)native[1], (unsigned long long)native[0],
                  (unsigned long long)portable[1], (unsigned long long)portable[0]);
}

START_TEST(random_operands)
{
    unsigned row = (unsigned)_i;
    for (unsigned i = 0; i < 5000; i++) {
        v128 operands[3] = {random_vector(), random_vector(), random_vector()};
        compare(row, operands, next());
    }
}
END_TEST

START_TEST(edge_operands)
{
    unsigned row = (unsigned)_i;
    for (unsigned i = 0; i < EDGES; i++) {
        for (unsigned j = 0; j < EDGES; j++) {
            v128 operands[3] = {{edges[i], edges[j]}, {edges[j], edges[EDGES - 1 - i]}, {i, j}};
            compare(row, operands, edges[j] + i);
            operands[1] = operands[0];
            compare(row, operands, i);
        }
    }
}
END_TEST

int main(void)
{
#if SIMD_SSE41
    if (!__builtin_cpu_supports("sse4.1")) {
        return 77; /* skipped */
    }
#endif
    Suite *suite = suite_create("simd");
    TCase *tcase = tcase_create("native and portable");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, random_operands, 0, (int)simd_row_count);
    tcase_add_loop_test(tcase, edge_operands, 0, (int)simd_row_count);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
