/*
 * Every allocation of decoding and validating fails once: the answer is out_of_memory, nothing
 * leaks (with the address sanitizer: make check-oom), and the next attempt succeeds.
 */
#include "config.h"

#include <stdlib.h>

#include "tests/engine/decode_fixture.h"

#ifdef CUPEL_FAULT_INJECTION

static const char *const modules[] = {
    /* every section, names, customs, all kinds of segments */
    "00 [['x'] 01] 01 [03 60 00 00 60 02 7f 7e 01 7d 60 00 02 7f 7f] 02 [04 ['m'] ['f'] 00 00"
    " ['m'] ['t'] 01 70 00 01 ['m'] ['g'] 03 7f 00 ['m'] ['r'] 03 70 00] 03 [03 00 01 02]"
    "04 [01 6f 00 01] 05 [01 00 01] 06 [02 7f 01 41 00 0b 70 00 d2 01 0b]"
    "07 [03 ['a'] 00 00 ['b'] 00 01 ['c'] 02 00] 08 [01]"
    "09 [03 00 41 00 0b 02 00 01 01 00 01 01 05 70 03 d2 01 0b d0 70 0b 23 01 0b] 0c [02]"
    "0a [03 [02 03 7f 02 7e 02 40 03 40 0c 00 0b 0b 0b] [00 43 00*4 0b] [00 41 00 41 00 0b]]"
    "0b [02 00 41 00 0b ['abc'] 01 ['d']] 00 [['name'] 00 [['mod']] 01 [02 00 ['f'] 01 ['g']]]"
    "00 [['y']] 00 [['z']]",
    /* an error at the end */
    "01 [01 60 00 00] 03 [01 00] 07 [01 ['a'] 00 00] 0a [01 [01 05 7f 02 40 02 40 6a 0b 0b 0b]]",
};

START_TEST(every_allocation_fails_once)
{
    struct decode_config config = fixture_config();
    struct bytes b = assemble_module(modules[_i]);
    struct errinfo e;
    mem_fail_at(0);
    enum status good = check_bytes(&config, b.data, b.len, &e, NULL);
    uint64_t count = mem_alloc_count(), failed = 0;
    ck_assert_msg(good == (_i == 0 ? OK : ERR_INVALID), "%s", e.text);
    for (uint64_t n = 1; n <= count; n++) {
        mem_fail_at(n);
        enum status status = check_bytes(&config, b.data, b.len, &e, NULL);
        mem_fail_at(0);
        ck_assert_msg(status == ERR_OUT_OF_MEMORY || status == good, "allocation %llu: %d %s",
                      (unsigned long long)n, status, e.text);
        if (status == ERR_OUT_OF_MEMORY) {
            failed++;
            ck_assert_str_eq(e.text, "out of memory");
        }
        ck_assert_int_eq(check_bytes(&config, b.data, b.len, &e, NULL), good);
    }
    ck_assert_uint_gt(failed, _i == 0 ? 20 : 8);
    free(b.data);
}
END_TEST

START_TEST(registries_grow_or_stay)
{
    /* Of a thousand types, some fail to make the table of buckets grow, which only costs time. */
    enum { COUNT = 1000 };
    static functype *made[COUNT];
    for (uint64_t n = 1; n < 40; n++) {
        mem_fail_at(n);
        struct type_registry *r = type_registry_new();
        for (uint32_t i = 0; r && i < COUNT; i++) {
            valtype bits[10];
            for (uint32_t j = 0; j < 10; j++)
                bits[j] = i >> j & 1 ? VT_I32 : VT_F64;
            made[i] = type_registry_intern(r, bits, 10, NULL, 0);
            if (!made[i])
                made[i] = type_registry_intern(r, bits, 10, NULL, 0);
            ck_assert_ptr_nonnull(made[i]);
        }
        for (uint32_t i = 0; r && i < COUNT; i++)
            type_registry_release(r, made[i]);
        type_registry_delete(r);
    }
    mem_fail_at(0);
}
END_TEST

static Suite *suite_decode_oom(void)
{
    Suite *suite = suite_create("engine/decode_oom");
    TCase *tcase = tcase_create("oom");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, every_allocation_fails_once, 0, 2);
    tcase_add_test(tcase, registries_grow_or_stay);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return run_suites((Suite *(*const[])(void)){suite_decode_oom, NULL});
}

#else

int main(void)
{
    return 77; /* skipped: this build cannot make allocations fail */
}

#endif
