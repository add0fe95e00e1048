/* Sizes that are nothing or too much, maps and reservations, and the counting of fault injection.
 * */
#include "config.h"

#include "engine/base/alloc.h"

#include <string.h>

#include "tests/engine/base/base_suites.h"

START_TEST(nothing_is_something)
{
    void *a = mem_alloc(0), *b = mem_calloc(0, 8), *c = mem_realloc(NULL, 0);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_ptr_nonnull(c);
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_free(NULL);
}
END_TEST

START_TEST(too_much_is_null)
{
    volatile size_t huge = SIZE_MAX / 2;
    ck_assert_ptr_null(mem_alloc(huge));
    ck_assert_ptr_null(mem_calloc(huge, 4));
    char *p = mem_alloc(4);
    memcpy(p, "abc", 4);
    ck_assert_ptr_null(mem_realloc(p, huge));
    ck_assert_str_eq(p, "abc");
    mem_free(p);
}
END_TEST

START_TEST(calloc_gives_zeros)
{
    unsigned char *p = mem_calloc(100, 10);
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_eq(p[i], 0);
    mem_free(p);
}
END_TEST

START_TEST(maps_are_zeros)
{
    size_t size = 3 * 65536 + 1;
    unsigned char *p = mem_map(size);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p[0] | p[size - 1], 0);
    p[size - 1] = 1;
    mem_unmap(p, size);
    mem_unmap(NULL, 1);
    ck_assert_ptr_null(mem_map(0));
}
END_TEST

START_TEST(reservations_are_committed_in_part)
{
    size_t size = (size_t)1 << 33;
    unsigned char *p = mem_reserve(size);
    ck_assert_ptr_nonnull(p);
    ck_assert(mem_commit(p, 65536));
    ck_assert(mem_commit(p + 65536, 65536));
    ck_assert(mem_commit(p, 0));
    ck_assert_uint_eq(p[131071], 0);
    p[131071] = 1;
    mem_unmap(p, size);
    ck_assert_ptr_null(mem_reserve(SIZE_MAX / 2));
}
END_TEST

#ifdef CUPEL_FAULT_INJECTION
START_TEST(the_nth_fails_once)
{
    mem_fail_at(3);
    void *a = mem_alloc(1), *b = mem_calloc(1, 1), *c = mem_realloc(a, 2), *d = mem_alloc(1);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_ptr_null(c);
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(mem_alloc_count(), 4);
    mem_fail_at(0);
    ck_assert_uint_eq(mem_alloc_count(), 0);
    mem_free(a);
    mem_free(b);
    mem_free(d);
}
END_TEST

START_TEST(maps_fail_too)
{
    mem_fail_at(1);
    ck_assert_ptr_null(mem_map(4096));
    mem_fail_at(1);
    ck_assert_ptr_null(mem_reserve(4096));
    mem_fail_at(2);
    void *p = mem_reserve(4096);
    ck_assert_ptr_nonnull(p);
    ck_assert(!mem_commit(p, 4096));
    ck_assert(mem_commit(p, 4096));
    mem_fail_at(0);
    mem_unmap(p, 4096);
}
END_TEST
#endif

Suite *suite_alloc(void)
{
    Suite *suite = SUITE_OF("base/alloc", nothing_is_something, too_much_is_null,
                            calloc_gives_zeros, maps_are_zeros, reservations_are_committed_in_part);
#ifdef CUPEL_FAULT_INJECTION
    TCase *tcase = tcase_create("faults");
    tcase_add_test(tcase, the_nth_fails_once);
    tcase_add_test(tcase, maps_fail_too);
    suite_add_tcase(suite, tcase);
#endif
    return suite;
}
