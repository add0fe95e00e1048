/* Errors: what is set, what is left alone, and texts that do not fit. */
#include "engine/base/status.h"

#include <string.h>

#include "engine/base/utf8.h"
#include "tests/engine/base/base_suites.h"

START_TEST(starts_without_position)
{
    struct errinfo e;
    memset(&e, 0x55, sizeof e);
    errinfo_init(&e);
    ck_assert_int_eq(e.status, OK);
    ck_assert(e.offset == NO_OFFSET && e.func == NO_INDEX && e.limit == NULL);
    ck_assert_str_eq(e.text, "");
}
END_TEST

START_TEST(is_filled_where_it_happens)
{
    struct errinfo e;
    errinfo_init(&e);
    e.func = 7;
    ck_assert_int_eq(errinfo_set(&e, ERR_INVALID, 12, "found %d of %s", 3, "four"), ERR_INVALID);
    ck_assert_int_eq(e.status, ERR_INVALID);
    ck_assert_uint_eq(e.offset, 12);
    ck_assert_uint_eq(e.func, NO_INDEX);
    ck_assert_str_eq(e.text, "found 3 of four");

    ck_assert_int_eq(errinfo_limit(&e, "locals", 9, "%s", "too many"), ERR_LIMIT);
    ck_assert_int_eq(e.status, ERR_LIMIT);
    ck_assert_str_eq(e.limit, "locals");
    ck_assert_str_eq(e.text, "too many");

    ck_assert_int_eq(errinfo_nomem(&e), ERR_OUT_OF_MEMORY);
    ck_assert_int_eq(e.status, ERR_OUT_OF_MEMORY);
    ck_assert_ptr_null(e.limit);
    ck_assert_str_eq(e.text, "out of memory");
}
END_TEST

START_TEST(nobody_may_be_listening)
{
    ck_assert_int_eq(errinfo_set(NULL, ERR_TYPE, 0, "x"), ERR_TYPE);
    ck_assert_int_eq(errinfo_limit(NULL, "x", 0, "x"), ERR_LIMIT);
    ck_assert_int_eq(errinfo_nomem(NULL), ERR_OUT_OF_MEMORY);
}
END_TEST

START_TEST(long_texts_stay_utf8)
{
    for (size_t shift = 0; shift < 4; shift++) {
        struct errinfo e;
        char text[600] = "";
        memset(text, 'a', shift);
        while (strlen(text) < 500)
            strcat(text, "\xf0\x9f\xa6\x80");
        (void)errinfo_set(&e, ERR_INVALID, 0, "%s", text);
        ck_assert(strlen(e.text) >= sizeof e.text - 5);
        ck_assert(utf8_valid(e.text, strlen(e.text)));
    }
}
END_TEST

Suite *suite_status(void)
{
    return SUITE_OF("base/status", starts_without_position, is_filled_where_it_happens,
                    nobody_may_be_listening, long_texts_stay_utf8);
}
