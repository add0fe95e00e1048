/* Blocks, branches, calls, and code that is never reached. */
#include "tests/engine/validate/validate_suites.h"

START_TEST(blocks)
{
    static const struct body_row rows[] = {
        {{.code = "02 40 0b 03 40 0b 0b"}, OK, 0, NULL},
        {{.code = "02 7f 41 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "02 7f 0b 1a 0b"}, ERR_INVALID, 2, "end expects i32 from within its block"},
        {{.code = "02 7f 42 00 0b 1a 0b"}, ERR_INVALID, 4, "end expects i32, found i64"},
        {{.code = "02 40 41 00 0b 0b"},
         ERR_INVALID,
         4,
         "1 values too many at the end of a block with 0 results"},
        {{.code = "41 00 02 40 1a 0b 0b"}, ERR_INVALID, 4, "drop expects an operand from within"},
        {{.code = "41 00 02 04 45 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "42 00 02 04 45 0b 1a 0b"}, ERR_INVALID, 2, "block expects i32, found i64"},
        {{.code = "02 04 0b 0b"}, ERR_INVALID, 0, "block expects i32, found nothing"},
        {{.code = "02 03 41 00 42 00 0b 1a 1a 0b"}, OK, 0, NULL},
        {{.code = "02 03 42 00 41 00 0b 1a 1a 0b"}, ERR_INVALID, 6, "end expects i64, found i32"},
        {{.code = "02 06 0b 0b"}, ERR_INVALID, 1, "unknown type 6 of a block"},
        {{.code = "41 00 0b", .results = "7f"}, OK, 0, NULL},
        {{.code = "0b", .results = "7f"}, ERR_INVALID, 0, "end expects i32, found nothing"},
        {{.code = "41 00 41 00 0b", .results = "7f"}, ERR_INVALID, 4, "1 values too many"},
        {{.code = "05 0b"}, ERR_MALFORMED, 0, "else without an if"},
        {{.code = "02 40 05 0b 0b"}, ERR_MALFORMED, 2, "else without an if"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(ifs)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 04 40 0b 0b"}, OK, 0, NULL},
        {{.code = "41 00 04 40 05 0b 0b"}, OK, 0, NULL},
        {{.code = "42 00 04 40 0b 0b"}, ERR_INVALID, 2, "if expects i32, found i64"},
        {{.code = "04 40 0b 0b"}, ERR_INVALID, 0, "if expects i32, found nothing"},
        {{.code = "41 00 04 7f 41 00 05 41 01 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 04 7f 41 00 0b 1a 0b"},
         ERR_INVALID,
         6,
         "an if without else must give what it takes, but it takes 0 values and gives 1"},
        {{.code = "41 00 41 00 04 04 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 42 00 41 00 04 05 1a 1a 0b 0b"}, ERR_INVALID, 10, "if without else"},
        {{.code = "41 00 42 00 41 00 04 05 1a 1a 05 1a 1a 0b 0b"}, OK, 0, NULL},
        {{.code = "41 00 04 7f 05 41 01 0b 1a 0b"}, ERR_INVALID, 4, "else expects i32"},
        {{.code = "41 00 04 7f 41 00 05 0b 1a 0b"}, ERR_INVALID, 7, "end expects i32"},
        {{.code = "41 00 04 7f 41 00 41 00 05 41 00 0b 1a 0b"},
         ERR_INVALID,
         8,
         "1 values too many at the else"},
        {{.code = "41 00 04 40 05 05 0b 0b"}, ERR_MALFORMED, 5, "else without an if"},
        {{.code = "41 00 04 40 00 05 00 0b 0b"}, OK, 0, NULL},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(branches)
{
    static const struct body_row rows[] = {
        {{.code = "0c 00 0b"}, OK, 0, NULL},
        {{.code = "0c 01 0b"}, ERR_INVALID, 0, "unknown label 1: there are 1"},
        {{.code = "02 40 0c 01 0b 0b"}, OK, 0, NULL},
        {{.code = "02 7f 41 00 0c 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "02 7f 0c 00 0b 1a 0b"}, ERR_INVALID, 2, "br expects i32 from within its block"},
        {{.code = "02 7f 43 00*4 0c 00 0b 1a 0b"}, ERR_INVALID, 7, "br expects i32, found f32"},
        {{.code = "03 7f 0c 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 03 04 0c 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 03 04 1a 0c 00 0b 1a 0b"}, ERR_INVALID, 5, "br expects i32"},
        {{.code = "41 01 41 02 41 03 0c 00 0b", .results = "7f"}, OK, 0, NULL},
        {{.code = "0c ff ff ff ff 0f 0b"}, ERR_INVALID, 0, "unknown label 4294967295"},
        {{.code = "41 00 0d 00 0b"}, OK, 0, NULL},
        {{.code = "0d 00 0b"}, ERR_INVALID, 0, "br_if expects i32, found nothing"},
        {{.code = "44 00*8 0d 00 0b"}, ERR_INVALID, 9, "br_if expects i32, found f64"},
        {{.code = "41 00 0d 05 0b"}, ERR_INVALID, 2, "unknown label 5"},
        {{.code = "42 00 41 00 0d 00 0b", .results = "7e"}, OK, 0, NULL},
        {{.code = "41 00 41 00 0d 00 0b", .results = "7e"},
         ERR_INVALID,
         4,
         "br_if expects i64, found i32"},
        {{.code = "41 00 0d 00 42 00 0b", .results = "7e"},
         ERR_INVALID,
         2,
         "br_if expects i64, found nothing"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(tables_of_branches)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 0e 00 00 0b"}, OK, 0, NULL},
        {{.code = "02 40 41 00 0e 02 00 01 00 0b 0b"}, OK, 0, NULL},
        {{.code = "0e 00 00 0b"}, ERR_INVALID, 0, "br_table expects i32, found nothing"},
        {{.code = "41 00 0e 01 00 01 0b"}, ERR_INVALID, 2, "unknown label 1"},
        {{.code = "41 00 0e 01 01 00 0b"}, ERR_INVALID, 2, "unknown label 1"},
        {{.code = "02 7f 41 00 0e 01 01 00 0b 1a 0b"},
         ERR_INVALID,
         4,
         "target 1 of br_table takes 1 values, the first 0"},
        {{.code = "02 7f 41 05 41 00 0e 01 00 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "02 7e 02 7f 41 05 41 00 0e 01 00 01 0b 1a 42 00 0b 1a 0b"},
         ERR_INVALID,
         8,
         "br_table expects i64, found i32"},
        {{.code = "02 7e 02 7f 00 0e 01 00 01 0b 1a 42 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "02 7e 02 7f 00 41 00 41 00 0e 01 00 01 0b 1a 42 00 0b 1a 0b"},
         ERR_INVALID,
         9,
         "br_table expects i64, found i32"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(returns_and_calls)
{
    static const struct body_row rows[] = {
        {{.code = "0f 0b"}, OK, 0, NULL},
        {{.code = "41 00 0f 0b", .results = "7f"}, OK, 0, NULL},
        {{.code = "0f 0b", .results = "7f"}, ERR_INVALID, 0, "return expects i32, found nothing"},
        {{.code = "41 00 41 00 0f 0b", .results = "7f"}, OK, 0, NULL},
        {{.code = "10 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 42 00 10 01 1a 1a 0b"}, OK, 0, NULL},
        {{.code = "42 00 41 00 10 01 1a 1a 0b"}, ERR_INVALID, 4, "call expects i64, found i32"},
        {{.code = "42 00 10 01 1a 1a 0b"}, ERR_INVALID, 2, "call expects i32, found nothing"},
        {{.code = "10 03 0b"}, ERR_INVALID, 0, "unknown function 3: there are 3"},
        {{.code = "41 00 42 00 41 00 11 01 00 1a 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 42 00 11 01 00 1a 1a 0b"},
         ERR_INVALID,
         4,
         "call_indirect expects i32, found i64"},
        {{.code = "41 00 11 06 00 0b"}, ERR_INVALID, 2, "unknown type 6: there are 6"},
        {{.code = "41 00 11 00 02 0b"}, ERR_INVALID, 2, "unknown table 2: there are 2"},
        {{.code = "41 00 11 00 01 0b"},
         ERR_INVALID,
         2,
         "call_indirect expects a table of funcref, but table 1 holds externref"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(unreachable_code)
{
    static const struct body_row rows[] = {
        {{.code = "00 6a 1a 0b"}, OK, 0, NULL},
        {{.code = "00 42 00 6a 1a 0b"}, ERR_INVALID, 3, "i32.add expects i32, found i64"},
        {{.code = "00 0b", .results = "7f 7e"}, OK, 0, NULL},
        {{.code = "00 42 00 0b", .results = "7f 7e"}, OK, 0, NULL},
        {{.code = "00 41 00 0b", .results = "7f 7e"}, ERR_INVALID, 3, "end expects i64, found i32"},
        {{.code = "00 41 00 41 00 0b"}, ERR_INVALID, 5, "2 values too many"},
        {{.code = "02 40 00 0b 1a 0b"}, ERR_INVALID, 4, "drop expects"},
        {{.code = "0c 00 10 01 1a 1a 0b"}, OK, 0, NULL},
        {{.code = "0c 00 10 01 10 01 0b"}, ERR_INVALID, 4, "call expects i64, found f64"},
        {{.code = "00 02 04 45 0b 1a 0b"}, OK, 0, NULL},
        /* br_if gives any type the label's. */
        {{.code = "02 7f 00 0d 00 0b 1a 0b"}, OK, 0, NULL},
        {{.code = "02 7f 00 0d 00 92 0b 1a 0b"}, ERR_INVALID, 5, "f32.add expects f32, found i32"},
        {{.code = "02 7f 00 0d 00 1a 42 00 0b 1a 0b"},
         ERR_INVALID,
         8,
         "end expects i32, found i64"},
        {{.code = "00 04 40 05 0b 0b"}, OK, 0, NULL},
        {{.code = "00 1b 1b 1b 1a 0b"}, OK, 0, NULL},
        {{.code = "0f 22 00 1a 0b", .params = "7f"}, OK, 0, NULL},
        {{.code = "0f 22 00 42 00 7c 1a 0b", .params = "7f"},
         ERR_INVALID,
         5,
         "i64.add expects i64, found i32"},
        {{.code = "00 02 40 0b 6a 1a 0b"}, OK, 0, NULL},
        {{.code = "00 0c 09 0b"}, ERR_INVALID, 1, "unknown label 9"},
        {{.code = "00 ff 0b"}, ERR_MALFORMED, 1, "illegal opcode"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

Suite *suite_validate_control(void)
{
    return SUITE_OF("validate/control", blocks, ifs, branches, tables_of_branches,
                    returns_and_calls, unreachable_code);
}
