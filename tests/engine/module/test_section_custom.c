/* Custom sections, and names that may be wrong without harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(kept_in_order)
{
    struct module m = decode_good("00 [['a'] 01] 01 [00] 00 [[] 02 03] 07 [00] 00 [['a']]");
    ck_assert_uint_eq(m.ncustoms, 3);
    ck_assert(m.customs[0].name.len == 1 && m.customs[0].len == 1 && m.customs[0].data[0] == 1);
    ck_assert(m.customs[0].offset == 12);
    ck_assert(m.customs[1].name.len == 0 && m.customs[1].len == 2 && m.customs[1].data[1] == 3);
    ck_assert(m.customs[2].name.len == 1 && m.customs[2].len == 0);
    module_fini(&m);
}
END_TEST

START_TEST(names_must_be_utf8)
{
    static const struct expectation rows[] = {
        {"00 [[ff]]", ERR_MALFORMED, 11, "malformed UTF-8"},
        {"00 [05 'abc']", ERR_MALFORMED, 10, "length out of bounds"},
        {"00 [['name'] ff ff ff]", OK, 0, NULL},
    };
    EXPECT(rows);
}
END_TEST

#define NAMES "01 [01 60 00 00] 03 [03 00 00 00] 0a [03 [00 0b] [00 0b] [00 0b]] 00 [['name'] "

static void expect_names(const char *subsections, const char *module, const char *const names[3])
{
    char text[400];
    snprintf(text, sizeof text, NAMES "%s]", subsections);
    struct module m = decode_good(text);
    ck_assert_msg(m.name.len == strlen(module) &&
                      memcmp(m.name.data ? m.name.data : "", module, m.name.len) == 0,
                  "%s", subsections);
    for (uint32_t i = 0; i < 3; i++) {
        cupel_name_t name = module_find_func_name(&m, i);
        ck_assert_msg(name.len == strlen(names[i]) &&
                          (name.len == 0 || memcmp(name.data, names[i], name.len) == 0),
                      "%s: function %u is %.*s", subsections, i, (int)name.len, name.data);
    }
    module_fini(&m);
}

START_TEST(functions_have_names)
{
    expect_names("00 [['mod']] 01 [02 00 ['f'] 02 ['hh']]", "mod",
                 (const char *const[]){"f", "", "hh"});
    /* Other subsections are passed over. */
    expect_names("02 [ff ff] 01 [01 01 ['g']] 09 [00]", "", (const char *const[]){"", "g", ""});
}
END_TEST

START_TEST(wrong_names_do_no_harm)
{
    static const char *const none[] = {"", "", ""}, *const first[] = {"f", "", ""};
    expect_names("01 [ff ff ff ff ff 00]", "", none);
    expect_names("01 [09 00 ['f']]", "", none);
    expect_names("01 [02 00 ['f'] 01 [ff]]", "", first);   /* not UTF-8 */
    expect_names("01 [02 00 ['f'] 00 ['g']]", "", first);  /* twice */
    expect_names("01 [02 00 ['f'] 01 09 'g']", "", first); /* cut short */
    expect_names("01 [02 02 ['h'] 01 ['g']]", "", (const char *const[]){"", "", "h"});
    expect_names("01 [01 00 ['f']] 01 [01 01 ['g']]", "", first); /* a second list */
    expect_names("00 [['m']] 01 7f 00", "m", none);               /* longer than the section */
    expect_names("00 [[ff]] 01 [01 00 ['f']]", "", first);
    expect_names("01 [01 ff ff ff ff 0f ['x']]", "", none);
}
END_TEST

START_TEST(can_be_left_out)
{
    struct bytes b = assemble_module("00 [['a'] 01] 00 [['name'] 00 [['m']]]");
    struct decode_config config = fixture_config();
    struct errinfo e;
    struct module m;
    config.ignore_custom_sections = true;
    ck_assert_int_eq(module_decode(&m, &config, b.data, b.len, &e), OK);
    ck_assert_uint_eq(m.ncustoms, 0);
    ck_assert_uint_eq(m.name.len, 1);
    module_fini(&m);
    free(b.data);
}
END_TEST

Suite *suite_section_custom(void)
{
    return SUITE_OF("module/section_custom", kept_in_order, names_must_be_utf8,
                    functions_have_names, wrong_names_do_no_harm, can_be_left_out);
}
