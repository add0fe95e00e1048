/* Functions, tables, memories, globals. */
#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {"01 [01 60 00 00] 03 [01 01] 0a [01 [00 0b]]", ERR_INVALID, 17, "unknown type 1"},
        {"03 [01 00]", ERR_INVALID, 11, "unknown type 0: the module has 0"},
        {"03 [05 00]", ERR_MALFORMED, 10, "number of functions is 5"},
        {"04 [02 70 00 00]", ERR_MALFORMED, 10, "number of tables is 2"},
        {"05 [05 00 00]", ERR_MALFORMED, 10, "number of memories is 5"},
        {"06 [02 7f 00 41 00 0b]", ERR_MALFORMED, 10, "number of globals is 2"},
        {"06 [01 7f 00 42 00 0b]", ERR_INVALID, 13, "must give i32, found i64"},
        {"04 [02 70 00 00 6f 00 01]", OK, 0, NULL},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(what_they_hold)
{
    struct module m = decode_good(
        "01 [02 60 00 00 60 00 01 7f] 03 [02 01 00] 04 [02 70 00 01 6f 01 02 03] 05 [01 01 01 02]"
        "06 [02 7f 01 41 7f 0b 6f 00 d0 6f 0b] 0a [02 [00 41 00 0b] [00 0b]]");
    ck_assert_uint_eq(m.funcs[0].type_index, 1);
    ck_assert_ptr_eq(m.funcs[0].type, m.types[1]);
    ck_assert_uint_eq(m.funcs[0].body_len, 4);
    ck_assert_uint_eq(m.bytes[m.funcs[0].body_offset + 1], 0x41);
    ck_assert_uint_eq(m.tables[0].type.limits.max, UINT64_MAX);
    ck_assert_uint_eq(m.tables[1].type.element, VT_EXTERNREF);
    ck_assert_int_eq(m.tables[1].init.kind, INIT_CONST);
    ck_assert_uint_eq(m.tables[1].init.type, VT_EXTERNREF);
    ck_assert_uint_eq(m.memories[0].limits.max, 2);
    ck_assert_uint_eq(m.globals[0].init.bits, UINT32_MAX);
    ck_assert_uint_eq(m.globals[1].init.type, VT_EXTERNREF);
    ck_assert_uint_eq(m.globals[1].init.bits, 0);
    ck_assert_uint_eq(m.features_used, FEATURE_BIT(MVP) | FEATURE_BIT(REFERENCE_TYPES));
    module_fini(&m);
}
END_TEST

Suite *suite_section_entities(void)
{
    return SUITE_OF("module/section_entities", errors_and_where, what_they_hold);
}
