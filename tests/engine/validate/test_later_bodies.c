/* What releases after 2.0 add to bodies: tail calls, 64-bit addresses, several memories, 128 bits.
 * */
#include "tests/engine/validate/validate_suites.h"

/* Memories of 32 and 64 bits, tables likewise, and one body of type 0, () -> (); type 1 is
 * (i32) -> (), 2 () -> (i32). The code begins at 55. */
#define BODY(code)                                                                                 \
    "01 [03 60 00 00 60 01 7f 00 60 00 01 7f] 03 [03 00 01 02] 04 [02 70 00 05 70 04 05]"          \
    "05 [02 00 01 04 01] 0a [03 [00 " code "] [00 0b] [00 41 00 0b]]"

static void expect_all(const struct expectation *rows, size_t count)
{
    struct decode_config config = fixture_config_all();
    expect_rows(&config, rows, count);
}
#define EXPECT_ALL(rows) expect_all(rows, sizeof(rows) / sizeof *(rows))

START_TEST(tail_calls)
{
    static const struct expectation rows[] = {
        {BODY("12 00 0b"), OK, 0, NULL},
        {BODY("41 00 12 01 0b"), OK, 0, NULL},
        {BODY("42 00 12 01 0b"), ERR_INVALID, ANY_OFFSET, "return_call expects i32, found i64"},
        {BODY("12 02 0b"), ERR_INVALID, ANY_OFFSET, "results are not the caller's"},
        {BODY("12 03 0b"), ERR_INVALID, ANY_OFFSET, "unknown function 3"},
        {BODY("41 00 13 00 00 0b"), OK, 0, NULL},
        {BODY("42 00 13 00 01 0b"), OK, 0, NULL},
        {BODY("41 00 13 00 01 0b"), ERR_INVALID, ANY_OFFSET, "expects i64, found i32"},
        {BODY("41 00 13 02 00 0b"), ERR_INVALID, ANY_OFFSET, "results are not the caller's"},
        {BODY("12 00 6a 1a 0b"), OK, 0, NULL},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(addresses_of_64_bits)
{
    static const struct expectation rows[] = {
        {BODY("41 00 28 02 00 1a 0b"), OK, 0, NULL},
        {BODY("42 00 28 42 01 00 1a 0b"), OK, 0, NULL},
        {BODY("41 00 28 42 01 00 1a 0b"), ERR_INVALID, ANY_OFFSET, "i32.load expects i64"},
        {BODY("42 00 28 02 00 1a 0b"), ERR_INVALID, ANY_OFFSET, "i32.load expects i32"},
        {BODY("42 00 28 42 01 80 80 80 80 10 1a 0b"), OK, 0, NULL},
        {BODY("41 00 28 02 80 80 80 80 10 1a 0b"), ERR_INVALID, ANY_OFFSET, "offset out of range"},
        {BODY("42 00 28 43 01 00 1a 0b"), ERR_INVALID, ANY_OFFSET, "larger than natural: 2^3"},
        {BODY("42 00 28 42 02 00 1a 0b"), ERR_INVALID, ANY_OFFSET, "unknown memory 2"},
        {BODY("42 00 41 00 36 42 01 00 0b"), OK, 0, NULL},
        {BODY("42 00 42 00 36 42 01 00 0b"), ERR_INVALID, ANY_OFFSET, "i32.store expects i32"},
        {BODY("3f 01 40 01 1a 0b"), OK, 0, NULL},
        {BODY("3f 00 40 01 1a 0b"), ERR_INVALID, ANY_OFFSET, "memory.grow expects i64"},
        {BODY("42 00 41 00 41 00 fc 0a 01 00 0b"), OK, 0, NULL},
        {BODY("42 00 42 00 42 00 fc 0a 01 01 0b"), OK, 0, NULL},
        {BODY("42 00 41 00 42 00 fc 0a 01 00 0b"), ERR_INVALID, ANY_OFFSET, "expects i32"},
        {BODY("42 00 41 00 42 00 fc 0b 01 0b"), OK, 0, NULL},
        {BODY("42 00 41 00 fc 0f 01 1a 0b"), ERR_INVALID, ANY_OFFSET, "table.grow expects i64"},
        {BODY("d0 70 42 00 fc 0f 01 50 1a 0b"), OK, 0, NULL},
        {BODY("42 00 25 01 1a 0b"), OK, 0, NULL},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(wide_arithmetic)
{
    static const struct expectation rows[] = {
        {BODY("42 00 42 00 42 00 42 00 fc 13 1a 1a 0b"), OK, 0, NULL},
        {BODY("42 00 42 00 42 00 fc 14 1a 1a 0b"), ERR_INVALID, ANY_OFFSET, "found nothing"},
        {BODY("42 00 42 00 fc 15 50 1a 1a 0b"), OK, 0, NULL},
        {BODY("42 00 41 00 fc 16 1a 1a 0b"), ERR_INVALID, ANY_OFFSET, "expects i64, found i32"},
    };
    EXPECT_ALL(rows);
}
END_TEST

START_TEST(they_are_noted)
{
    static const struct {
        const char *module;
        uint64_t feature;
    } rows[] = {
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 12 00 0b]]", FEATURE_BIT(TAIL_CALL)},
        {"05 [02 00 01 00 01]", FEATURE_BIT(MULTI_MEMORY)},
        {"05 [01 04 01]", FEATURE_BIT(MEMORY64)},
        {"04 [01 70 04 01]", FEATURE_BIT(MEMORY64)},
        {"05 [01 08 01 00]", FEATURE_BIT(CUSTOM_PAGE_SIZES)},
        {"06 [01 7f 00 41 00 41 00 6a 0b]", FEATURE_BIT(EXTENDED_CONST)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decode_config config = fixture_config_all();
        struct errinfo e;
        uint64_t used = 0;
        ck_assert_int_eq(check_text(&config, rows[i].module, &e, &used), OK);
        ck_assert_msg(used == (rows[i].feature | FEATURE_BIT(MVP)), "%s: %llx", rows[i].module,
                      (unsigned long long)used);
        config.features &= ~rows[i].feature;
        ck_assert_msg(check_text(&config, rows[i].module, &e, NULL) == ERR_UNSUPPORTED, "%s: %s",
                      rows[i].module, e.text);
    }
}
END_TEST

Suite *suite_later_bodies(void)
{
    return SUITE_OF("validate/later_bodies", tail_calls, addresses_of_64_bits, wide_arithmetic,
                    they_are_noted);
}
