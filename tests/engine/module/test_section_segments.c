/* Element and data segments of every kind. */
#include <string.h>

#include "tests/engine/module/module_suites.h"

/* A type, an imported global of i32 and one of funcref, two functions, a table of each kind. */
#define SPACE                                                                                      \
    "01 [01 60 00 00] 02 [02 [] ['i'] 03 7f 00 [] ['r'] 03 70 00] 03 [02 00 00]"                   \
    "04 [02 70 00 05 6f 00 05] "
#define CODE " 0a [02 [00 0b] [00 0b]]"
#define ELEM 46 /* offset of the first segment of an element section behind SPACE */

START_TEST(element_errors)
{
    static const struct expectation rows[] = {
        {SPACE "09 [01 00 41 00 0b 02 00 01]" CODE, OK, 0, NULL},
        {SPACE "09 [01 00 23 00 0b 02 00 01]" CODE, OK, 0, NULL},
        {SPACE "09 [01 00 41 00 0b 01 02]" CODE, ERR_INVALID, ELEM + 5, "unknown function 2"},
        {SPACE "09 [01 00 42 00 0b 00]" CODE, ERR_INVALID, ELEM + 1, "must give i32, found i64"},
        {SPACE "09 [01 02 01 41 00 0b 00 00]" CODE, ERR_INVALID, ELEM,
         "table 1 holds externref, but the segment funcref"},
        {SPACE "09 [01 02 02 41 00 0b 00 00]" CODE, ERR_INVALID, ELEM, "unknown table 2"},
        {SPACE "09 [01 02 00 41 00 0b 01 00]" CODE, ERR_MALFORMED, ELEM + 5,
         "malformed element kind 0x01"},
        {SPACE "09 [01 08 00 00]" CODE, ERR_MALFORMED, ELEM, "kind 8 is above 7"},
        {SPACE "09 [01 01 00 01 07]" CODE, ERR_INVALID, ELEM + 3, "unknown function 7"},
        {SPACE "09 [01 01 00 80 80 80 80 08 00]" CODE, ERR_MALFORMED, ELEM + 2, "out of bounds"},
        {SPACE "09 [01 05 70 01 41 00 0b]" CODE, ERR_INVALID, ELEM + 3, "must give funcref"},
        {SPACE "09 [01 05 7f 01 d2 00 0b]" CODE, ERR_MALFORMED, ELEM + 1,
         "malformed reference type"},
        {SPACE "09 [01 06 01 41 00 0b 6f 01 d0 6f 0b]" CODE, OK, 0, NULL},
        {SPACE "09 [01 06 00 41 00 0b 6f 01 d0 6f 0b]" CODE, ERR_INVALID, ELEM,
         "table 0 holds funcref, but the segment externref"},
        {SPACE "09 [01 04 41 00 0b 01 d2 01 0b]" CODE, OK, 0, NULL},
        {SPACE "09 [01 07 70 01 d2 05 0b]" CODE, ERR_INVALID, ELEM + 3, "unknown function 5"},
        {"09 [01 00 41 00 0b 00]", ERR_INVALID, 11, "unknown table 0: the module has 0"},
        {"09 [02 00 41 00 0b 00]", ERR_MALFORMED, ANY_OFFSET, NULL},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(element_kinds)
{
    struct module m = decode_good(SPACE "09 [07"
                                        " 00 41 03 0b 02 01 00"
                                        " 01 00 01 01"
                                        " 02 00 23 00 0b 00 01 00"
                                        " 03 00 01 00"
                                        " 05 70 03 d2 01 0b d0 70 0b 23 01 0b"
                                        " 05 70 02 d2 01 0b d0 70 0b"
                                        " 07 6f 01 d0 6f 0b]" CODE);
    const struct elem_segment *s = m.elems;
    static const uint8_t modes[] = {SEGMENT_ACTIVE,      SEGMENT_PASSIVE, SEGMENT_ACTIVE,
                                    SEGMENT_DECLARATIVE, SEGMENT_PASSIVE, SEGMENT_PASSIVE,
                                    SEGMENT_DECLARATIVE};
    ck_assert_uint_eq(m.nelems, 7);
    for (size_t i = 0; i < 7; i++)
        ck_assert_uint_eq(s[i].mode, modes[i]);
    ck_assert(s[0].offset.bits == 3 && s[0].count == 2 && s[0].funcs[0] == 1);
    ck_assert(s[2].offset.kind == INIT_GLOBAL_GET && s[2].offset.index == 0);
    /* A global makes expressions of all that came before it. */
    ck_assert(!s[4].funcs && s[4].count == 3);
    ck_assert(s[4].items[0].kind == INIT_REF_FUNC && s[4].items[0].index == 1);
    ck_assert(s[4].items[1].kind == INIT_CONST && s[4].items[1].bits == 0);
    ck_assert(s[4].items[2].kind == INIT_GLOBAL_GET && s[4].items[2].index == 1);
    /* Functions and nulls alone are indices. */
    ck_assert(!s[5].items && s[5].funcs[0] == 1 && s[5].funcs[1] == NO_INDEX);
    ck_assert(s[6].type == VT_EXTERNREF && s[6].items && s[6].items[0].type == VT_EXTERNREF);
    ck_assert(module_func_is_declared(&m, 0) && module_func_is_declared(&m, 1));
    module_fini(&m);
}
END_TEST

START_TEST(data_errors)
{
    static const struct expectation rows[] = {
        {"05 [01 00 01] 0b [01 00 41 00 0b ['ab']]", OK, 0, NULL},
        {"05 [01 00 01] 0b [01 02 00 41 00 0b ['ab']]", OK, 0, NULL},
        {"0b [01 00 41 00 0b ['ab']]", ERR_INVALID, 11, "unknown memory 0: the module has 0"},
        {"0b [01 01 ['ab']]", OK, 0, NULL},
        {"05 [01 00 01] 0b [01 02 01 41 00 0b ['ab']]", ERR_INVALID, 16, "unknown memory 1"},
        {"05 [01 00 01] 0b [01 03 00]", ERR_MALFORMED, 16, "kind 3 is above 2"},
        {"05 [01 00 01] 0b [01 00 42 00 0b ['ab']]", ERR_INVALID, 17, "must give i32, found i64"},
        {"05 [01 00 01] 0b [01 00 41 00 0b 05 'ab']", ERR_MALFORMED, 21,
         "a data segment of 5 bytes, but only 2 are left"},
        {"0b [05 01 00]", ERR_MALFORMED, 10, "number of data segments is 5"},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(data_points_into_the_module)
{
    struct module m = decode_good("05 [01 00 01] 0b [02 00 41 07 0b ['ab'] 01 []]");
    ck_assert_uint_eq(m.ndatas, 2);
    ck_assert(m.datas[0].mode == SEGMENT_ACTIVE && m.datas[0].offset.bits == 7);
    ck_assert(m.datas[0].len == 2 && memcmp(m.datas[0].bytes, "ab", 2) == 0);
    ck_assert(m.datas[0].bytes > m.bytes && m.datas[0].bytes < m.bytes + m.len);
    ck_assert(m.datas[1].mode == SEGMENT_PASSIVE && m.datas[1].len == 0);
    ck_assert(!m.has_data_count);
    module_fini(&m);
}
END_TEST

START_TEST(kinds_can_be_off)
{
    struct decode_config config = fixture_config();
    config.features &= ~FEATURE_BIT(BULK_MEMORY);
    static const struct expectation rows[] = {
        {SPACE "09 [01 00 41 00 0b 02 00 01]" CODE, OK, 0, NULL},
        {SPACE "09 [01 01 00 00]" CODE, ERR_UNSUPPORTED, ELEM, "\"bulk-memory\""},
        {"0b [01 01 []]", ERR_UNSUPPORTED, 11, "\"bulk-memory\""},
        {"0c [00]", ERR_UNSUPPORTED, 10, "\"bulk-memory\" (the data count section)"},
    };
    expect_rows(&config, rows, sizeof rows / sizeof *rows);
    config = fixture_config();
    config.features &= ~FEATURE_BIT(REFERENCE_TYPES);
    static const struct expectation typed[] = {
        {"09 [01 05 70 00]", ERR_UNSUPPORTED, 12, "\"reference-types\""},
    };
    expect_rows(&config, typed, 1);
}
END_TEST

Suite *suite_section_segments(void)
{
    return SUITE_OF("module/section_segments", element_errors, element_kinds, data_errors,
                    data_points_into_the_module, kinds_can_be_off);
}
