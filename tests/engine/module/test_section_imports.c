/* The import section. */
#include <string.h>

#include "tests/engine/module/module_suites.h"

#define TYPE "01 [01 60 00 00] " /* seven bytes less one: imports begin at 14 */

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {TYPE "02 [01 ['m'] ['n'] 00 00]", OK, 0, NULL},
        {TYPE "02 [01 ['m'] ['n'] 00 01]", ERR_INVALID, 22, "unknown type 1: the module has 1"},
        {"02 [01 ['m'] ['n'] 04 00 00]", ERR_UNSUPPORTED, 15, "\"exceptions\""},
        {"02 [01 ['m'] ['n'] 05 00]", ERR_MALFORMED, 15, "malformed import kind 0x05"},
        {"02 [01 ['m'] ['n'] 80 00]", ERR_MALFORMED, 15, "malformed import kind 0x80"},
        {"02 [01 [c3 28] ['n'] 03 7f 00]", ERR_MALFORMED, 12, "malformed UTF-8"},
        {"02 [01 ['m'] [ff] 03 7f 00]", ERR_MALFORMED, 14, "malformed UTF-8"},
        {"02 [01 ['m'] 05 'n' 03 7f]", ERR_MALFORMED, 13, "length out of bounds"},
        {"02 [02 ['m'] ['n'] 03 7f 00]", ERR_MALFORMED, 10, "length out of bounds"},
        {"02 [01 [] [] 03 7f 00]", OK, 0, NULL},
        {"02 [01 [] [] 03 7f 02]", ERR_MALFORMED, 15, "malformed mutability"},
        {"02 [01 [] [] 01 70 00 00]", OK, 0, NULL},
        {"02 [01 [] [] 02 00 01]", OK, 0, NULL},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(imports_open_the_index_spaces)
{
    struct module m =
        decode_good(TYPE "02 [06 ['m'] ['a'] 00 00 ['m'] ['b'] 03 7f 00 ['m'] ['c'] 00 00"
                         " ['m'] ['d'] 01 70 01 02 03 ['m'] ['e'] 02 00 01 ['m'] ['f'] 03 7e 01]"
                         "03 [01 00] 06 [01 7d 00 43 00 00 00 00 0b] 0a [01 [00 0b]]");
    static const cupel_externkind_t kinds[] = {CUPEL_EXTERN_FUNC,   CUPEL_EXTERN_GLOBAL,
                                               CUPEL_EXTERN_FUNC,   CUPEL_EXTERN_TABLE,
                                               CUPEL_EXTERN_MEMORY, CUPEL_EXTERN_GLOBAL};
    static const uint32_t indices[] = {0, 0, 1, 0, 0, 1};
    ck_assert_uint_eq(m.nimports, 6);
    for (uint32_t i = 0; i < 6; i++) {
        ck_assert_int_eq(m.imports[i].kind, kinds[i]);
        ck_assert_uint_eq(m.imports[i].index, indices[i]);
        ck_assert_int_eq(m.imports[i].name.data[0], "abcdef"[i]);
    }
    ck_assert_uint_eq(m.nfuncs, 3);
    ck_assert_uint_eq(m.nimported_funcs, 2);
    ck_assert_uint_eq(m.funcs[1].body_offset, 0);
    ck_assert_uint_eq(m.nglobals, 3);
    ck_assert_uint_eq(m.nimported_globals, 2);
    ck_assert(m.globals[1].type.is_mutable && m.globals[1].type.content == VT_I64);
    ck_assert_uint_eq(m.tables[0].type.limits.max, 3);
    ck_assert(!m.memories[0].limits.has_max && m.memories[0].page_log2 == 16);
    ck_assert_uint_eq(m.features_used, FEATURE_BIT(MVP) | FEATURE_BIT(MUTABLE_GLOBAL));
    module_fini(&m);
}
END_TEST

START_TEST(mutable_globals_can_be_off)
{
    struct decode_config config = fixture_config();
    config.features &= ~FEATURE_BIT(MUTABLE_GLOBAL);
    static const struct expectation rows[] = {
        {"02 [01 [] [] 03 7f 00]", OK, 0, NULL},
        {"02 [01 [] [] 03 7f 01]", ERR_UNSUPPORTED, 14, "\"mutable-global\""},
        {"06 [01 7f 01 41 00 0b]", OK, 0, NULL},
        {"06 [01 7f 01 41 00 0b] 07 [01 [] 03 00]", ERR_UNSUPPORTED, 21, "\"mutable-global\""},
    };
    expect_rows(&config, rows, sizeof rows / sizeof *rows);
}
END_TEST

Suite *suite_section_imports(void)
{
    return SUITE_OF("module/section_imports", errors_and_where, imports_open_the_index_spaces,
                    mutable_globals_can_be_off);
}
