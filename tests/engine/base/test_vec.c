/* Growth, and sizes that cannot be. */
#include "engine/base/vec.h"

#include <stdint.h>

#include "tests/engine/base/base_suites.h"

START_TEST(grows_and_keeps)
{
    VEC(uint32_t) v = {0};
    for (uint32_t i = 0; i < 100000; i++)
        ck_assert(vec_push(&v, i * 3));
    ck_assert_uint_eq(v.len, 100000);
    for (uint32_t i = 0; i < 100000; i++)
        ck_assert_uint_eq(v.data[i], i * 3);
    ck_assert_uint_eq(*vec_last(&v), 99999 * 3);
    vec_fini(&v);
    ck_assert_ptr_null(v.data);
    ck_assert_uint_eq(v.len + v.cap, 0);
}
END_TEST

START_TEST(reserves_what_is_asked)
{
    VEC(uint64_t) v = {0};
    size_t none = 0; /* a variable, for gcc knows that nothing is less than 0 */
    ck_assert(vec_reserve(&v, none));
    ck_assert_ptr_null(v.data);
    ck_assert(vec_reserve(&v, 1000));
    ck_assert_uint_ge(v.cap, 1000);
    uint64_t *data = v.data;
    ck_assert(vec_reserve(&v, 900));
    ck_assert_ptr_eq(v.data, data);
    vec_fini(&v);
}
END_TEST

START_TEST(refuses_what_cannot_be)
{
    VEC(uint64_t) v = {0};
    ck_assert(vec_push(&v, 5));
    ck_assert(!vec_reserve(&v, SIZE_MAX));
    ck_assert(!vec_reserve(&v, SIZE_MAX / 8));
    ck_assert(!vec_reserve(&v, SIZE_MAX / 17));
    ck_assert_uint_eq(v.len, 1);
    ck_assert_uint_eq(v.data[0], 5);
    vec_fini(&v);
}
END_TEST

START_TEST(takes_structs)
{
    struct pair {
        int a, b;
    };
    VEC(struct pair) v = {0};
    ck_assert(vec_push(&v, (struct pair){1, 2}));
    ck_assert_int_eq(vec_last(&v)->b, 2);
    vec_fini(&v);
}
END_TEST

Suite *suite_vec(void)
{
    return SUITE_OF("base/vec", grows_and_keeps, reserves_what_is_asked, refuses_what_cannot_be,
                    takes_structs);
}
