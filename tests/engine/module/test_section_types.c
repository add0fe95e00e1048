/* The type section. */
#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {"01 [00]", OK, 0, NULL},
        {"01 [02 60 00 00 60 02 7f 7e 02 7d 7c]", OK, 0, NULL},
        {"01 [01 61 00 00]", ERR_MALFORMED, 11, "malformed type: 0x60"},
        {"01 [01 5f 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"01 [01 5e 7f 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"01 [01 4e 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"01 [01 4f 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"01 [01 50 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"01 [01 60 01 7a 00]", ERR_MALFORMED, 13, "malformed value type: 0x7a"},
        {"01 [01 60 01 7f 01 63 70]", ERR_UNSUPPORTED, 15, "\"function-references\""},
        {"01 [01 60 05 7f]", ERR_MALFORMED, 12, "number of parameters is 5, but only 1"},
        {"01 [01 60 00 05 7f]", ERR_MALFORMED, 13, "number of results is 5"},
        {"01 [80 80 80 08 60 00 00]", ERR_MALFORMED, 10, "number of types is 16777216"},
        {"01 [01 60 00 #1001 7f*1001]", ERR_LIMIT, 14, "\"results\" exceeded: 1001, at most 1000"},
        {"01 [01 60 #1001 7f*1001 00]", ERR_LIMIT, 13, "\"params\" exceeded"},
        {"01 [01 60 #1000 7f*1000 #1000 7e*1000]", OK, 0, NULL},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(several_results_are_multi_value)
{
    struct decode_config config = fixture_config();
    uint64_t features = 0;
    struct errinfo e;
    ck_assert_int_eq(check_text(&config, "01 [01 60 00 02 7f 7f]", &e, &features), OK);
    ck_assert_uint_eq(features, FEATURE_BIT(MVP) | FEATURE_BIT(MULTI_VALUE));
    ck_assert_int_eq(check_text(&config, "01 [01 60 01 70 01 7f]", &e, &features), OK);
    ck_assert_uint_eq(features, FEATURE_BIT(MVP) | FEATURE_BIT(REFERENCE_TYPES));
    config.features &= ~FEATURE_BIT(MULTI_VALUE);
    ck_assert_int_eq(check_text(&config, "01 [01 60 00 01 7f]", &e, NULL), OK);
    ck_assert_int_eq(check_text(&config, "01 [01 60 00 02 7f 7f]", &e, NULL), ERR_UNSUPPORTED);
    ck_assert_uint_eq(e.offset, 13);
    ck_assert_ptr_nonnull(strstr(e.text, "\"multi-value\" (a function with several results)"));
}
END_TEST

START_TEST(equal_types_are_one)
{
    struct module m = decode_good("01 [03 60 01 7f 00 60 00 01 7f 60 01 7f 00]");
    ck_assert_uint_eq(m.ntypes, 3);
    ck_assert_ptr_eq(m.types[0], m.types[2]);
    ck_assert_ptr_ne(m.types[0], m.types[1]);
    module_fini(&m);
}
END_TEST

Suite *suite_section_types(void)
{
    return SUITE_OF("module/section_types", errors_and_where, several_results_are_multi_value,
                    equal_types_are_one);
}
