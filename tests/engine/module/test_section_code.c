/* Cutting the code section into bodies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

#define FUNCS "01 [01 60 00 00] 03 [02 00 00] " /* the code section's contents begin at 21 */

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {FUNCS "0a [02 [00 0b] [00 0b]]", OK, 0, NULL},
        {FUNCS "0a [01 [00 0b]]", ERR_MALFORMED, 21, "inconsistent lengths: 2 and 1"},
        {FUNCS "0a [03 [00 0b] [00 0b] [00 0b]]", ERR_MALFORMED, 21, "2 and 3"},
        {FUNCS "0a [02 [00 0b] 05 00 0b]", ERR_MALFORMED, 26, "a function body of 5 bytes"},
        {FUNCS "0a [02 [00 0b] [00 0b] 00]", ERR_MALFORMED, 28, "1 bytes left behind the code"},
        {FUNCS "0a [02 [00 0b]]", ERR_MALFORMED, 25, "unexpected end"},
        {FUNCS "0a [02 [00 0b] []]", ERR_MALFORMED, ANY_OFFSET, "unexpected end"},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(bodies_know_their_function)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    ck_assert_int_eq(check_text(&config, FUNCS "0a [02 [00 0b] 05 00 0b]", &e, NULL),
                     ERR_MALFORMED);
    ck_assert_uint_eq(e.func, 1);
    struct module m = decode_good(FUNCS "0a [02 [00 01 0b] [00 0b]]");
    ck_assert_uint_eq(m.code_offset, 21);
    ck_assert_uint_eq(m.code_len, 8);
    ck_assert(m.funcs[0].body_offset == 23 && m.funcs[0].body_len == 3);
    ck_assert(m.funcs[1].body_offset == 27 && m.funcs[1].body_len == 2);
    module_fini(&m);
}
END_TEST

START_TEST(small_bodies_can_be_refused)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    config.limits.min_avg_function_bytes = 3;
    config.limits.min_avg_function_bytes_from = 5;
    ck_assert_int_eq(check_text(&config, FUNCS "0a [02 [00 0b] [00 0b]]", &e, NULL), OK);
    ck_assert_int_eq(check_text(&config, FUNCS "0a [02 [00 0b] [00 01 0b]]", &e, NULL), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "min_avg_function_bytes");
    ck_assert_int_eq(check_text(&config, FUNCS "0a [02 [00 01 0b] [00 01 0b]]", &e, NULL), OK);
    config.limits.min_avg_function_bytes_from = 0;
    ck_assert_int_eq(check_text(&config, "0a [00]", &e, NULL), OK);
}
END_TEST

START_TEST(locals_are_bounded_together)
{
    /* 1,100 functions of 50,000 locals each, in ten bytes apiece. */
    enum { COUNT = 1100 };
    char *text = malloc(COUNT * 40 + 200), *p = text;
    p += sprintf(p, "01 [01 60 00 00] 03 [#%d 00*%d] 0a [#%d ", COUNT, COUNT, COUNT);
    for (int i = 0; i < COUNT; i++)
        p += sprintf(p, "[01 #50000 7f 0b] ");
    strcpy(p, "]");
    struct decode_config config = fixture_config();
    struct errinfo e;
    ck_assert_int_eq(check_text(&config, text, &e, NULL), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "total_locals");
    ck_assert_uint_eq(e.func, 1000);
    free(text);
}
END_TEST

Suite *suite_section_code(void)
{
    return SUITE_OF("module/section_code", errors_and_where, bodies_know_their_function,
                    small_bodies_can_be_refused, locals_are_bounded_together);
}
