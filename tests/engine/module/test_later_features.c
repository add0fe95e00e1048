/* What releases after 2.0 add to modules: constant expressions, memories, tables. */
#include <stdlib.h>

#include "tests/engine/module/module_suites.h"

static void expect_all(const struct expectation *rows, size_t count)
{
    struct decode_config config = fixture_config_all();
    expect_rows(&config, rows, count);
}
#define EXPECT_ALL(rows) expect_all(rows, sizeof(rows) / sizeof *(rows))

START_TEST(extended_constants)
{
    static const struct expectation rows[] = {
        {"06 [01 7f 00 41 05 41 03 6b 41 07 6c 0b]", OK, 0, NULL},
        {"06 [02 7f 00 41 05 0b 7f 00 23 00 23 00 6a 0b]", OK, 0, NULL},
        {"06 [01 7f 00 41 05 6a 0b]", ERR_INVALID, 15, "i32.add in a constant expression expects"},
        {"06 [01 7f 00 41 05 42 03 6a 0b]", ERR_INVALID, 17, "expects two i32"},
        {"06 [01 7e 00 41 05 41 03 6a 0b]", ERR_INVALID, ANY_OFFSET, "must give i64, found i32"},
        {"06 [01 7f 00 41 05 41 03 0b]", ERR_INVALID, 17, "found 2 values"},
        {"06 [01 7f 00 41 05 41 03 6d 0b]", ERR_INVALID, 17, "i32.div_s is not constant"},
        {"06 [01 7f 00 23 00 0b]", ERR_INVALID, 13, "unknown global 0: there are 0 so far"},
        {"06 [02 7f 01 41 05 0b 7f 00 23 00 0b]", ERR_INVALID, 18, "global 0 is mutable"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(extended_constants_are_evaluated)
{
    struct bytes b = assemble_module("02 [01 [] [] 03 7f 00] 06 [03 7f 00 41 05 41 07 6b 0b"
                                     " 7e 00 42 03 42 7f 7e 0b 7f 00 23 00 41 01 6a 0b]");
    struct decode_config config = fixture_config_all();
    struct errinfo e;
    struct module m;
    ck_assert_int_eq(module_decode(&m, &config, b.data, b.len, &e), OK);
    ck_assert(m.globals[1].init.kind == INIT_CONST && m.globals[1].init.bits == UINT32_MAX - 1);
    ck_assert(m.globals[2].init.kind == INIT_CONST && m.globals[2].init.bits == (uint64_t)-3);
    ck_assert_int_eq(m.globals[3].init.kind, INIT_EXTENDED);
    ck_assert_uint_eq(m.bytes[m.globals[3].init.offset], 0x23);
    ck_assert(m.features_used & FEATURE_BIT(EXTENDED_CONST));
    module_fini(&m);
    free(b.data);
}
END_TEST

START_TEST(constants_are_bounded)
{
    /* 41 41 is a constant: 64 of them, and 65. */
    static const struct expectation rows[] = {
        {"06 [01 7f 00 41*128 6a*63 0b]", OK, 0, NULL},
        {"06 [01 7f 00 41*130 6a*64 0b]", ERR_LIMIT, ANY_OFFSET, "64 values at once"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(memories)
{
    static const struct expectation rows[] = {
        {"05 [02 00 00 01 01 02]", OK, 0, NULL},
        {"05 [01 04 00]", OK, 0, NULL},
        {"05 [01 05 00 80 80 80 80 80 80 40]", OK, 0, NULL},
        {"05 [01 05 00 81 80 80 80 80 80 40]", ERR_INVALID, 11, "must be at most 281474976710656"},
        {"05 [01 05 02 01]", ERR_INVALID, 11, "memory of 2 to 1"},
        {"05 [01 08 00 00]", OK, 0, NULL},
        {"05 [01 08 00 10]", OK, 0, NULL},
        {"05 [01 08 00 0c]", ERR_INVALID, 13, "invalid custom page size: 2^12"},
        {"05 [01 08 00 40]", ERR_MALFORMED, 13, "malformed page size: 2^64"},
        {"05 [01 08 ff ff ff ff 0f 00]", OK, 0, NULL},
        {"05 [01 08 80 80 80 80 10 00]", ERR_INVALID, 11, "must be at most 4294967295"},
        {"05 [01 02 00]", ERR_UNSUPPORTED, 11, "\"threads\""},
        {"05 [02 00 01 04 01] 0b [02 00 41 00 0b [] 02 01 42 00 0b []]", OK, 0, NULL},
        {"05 [01 04 01] 0b [01 00 41 00 0b []]", ERR_INVALID, ANY_OFFSET, "must give i64"},
        {"05 [02 00 01 04 01] 0b [01 02 02 42 00 0b []]", ERR_INVALID, ANY_OFFSET,
         "unknown memory 2"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(tables)
{
    static const struct expectation rows[] = {
        {"04 [01 70 04 00]", OK, 0, NULL},
        {"04 [01 70 05 02 01]", ERR_INVALID, 12, "table of 2 to 1"},
        {"04 [01 70 04 ff ff ff ff ff ff ff ff ff 01]", OK, 0, NULL},
        {"04 [01 70 04 00] 09 [01 00 42 00 0b 00]", OK, 0, NULL},
        {"04 [01 70 04 00] 09 [01 00 41 00 0b 00]", ERR_INVALID, ANY_OFFSET, "must give i64"},
    };
    EXPECT_ALL(rows);
}
END_TEST

Suite *suite_later_features(void)
{
    return SUITE_OF("module/later_features", extended_constants, extended_constants_are_evaluated,
                    constants_are_bounded, memories, tables);
}
