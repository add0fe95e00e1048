/* Table and memory instructions. */
#include "tests/engine/validate/validate_suites.h"

START_TEST(tables)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 25 00 0b", .results = "70"}, OK, 0, NULL},
        {{.code = "41 00 25 01 0b", .results = "70"},
         ERR_INVALID,
         4,
         "end expects funcref, found externref"},
        {{.code = "41 00 25 02 1a 0b"}, ERR_INVALID, 2, "unknown table 2: there are 2"},
        {{.code = "42 00 25 00 1a 0b"}, ERR_INVALID, 2, "table.get expects i32, found i64"},
        {{.code = "41 00 d0 6f 26 01 0b"}, OK, 0, NULL},
        {{.code = "41 00 d0 70 26 01 0b"}, ERR_INVALID, 4, "table.set expects externref"},
        {{.code = "fc 10 00 1a 0b"}, OK, 0, NULL},
        {{.code = "fc 10 07 1a 0b"}, ERR_INVALID, 0, "unknown table 7"},
        {{.code = "d0 70 41 01 fc 0f 00 1a 0b"}, OK, 0, NULL},
        {{.code = "d0 6f 41 01 fc 0f 00 1a 0b"}, ERR_INVALID, 4, "table.grow expects funcref"},
        {{.code = "41 00 d0 6f 41 01 fc 11 01 0b"}, OK, 0, NULL},
        {{.code = "41 00 d0 70 41 01 fc 11 01 0b"}, ERR_INVALID, 6, "table.fill expects externref"},
        {{.code = "d0 6f 41 01 fc 11 01 0b"}, ERR_INVALID, 4, "table.fill expects i32, found"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(segments_of_elements)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 41 00 41 00 fc 0e 00 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 0e 00 01 0b"},
         ERR_INVALID,
         6,
         "table.copy from externref to a table of funcref"},
        {{.code = "41 00 41 00 41 00 fc 0e 02 00 0b"}, ERR_INVALID, 6, "unknown table 2"},
        {{.code = "41 00 41 00 41 00 fc 0e 00 02 0b"}, ERR_INVALID, 6, "unknown table 2"},
        {{.code = "41 00 42 00 41 00 fc 0e 00 00 0b"}, ERR_INVALID, 6, "table.copy expects i32"},
        {{.code = "41 00 41 00 41 00 fc 0c 00 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 0c 01 01 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 0c 01 00 0b"},
         ERR_INVALID,
         6,
         "table.init from externref to a table of funcref"},
        {{.code = "41 00 41 00 41 00 fc 0c 02 00 0b"}, ERR_INVALID, 6, "unknown element segment 2"},
        {{.code = "41 00 41 00 41 00 fc 0c 00 02 0b"}, ERR_INVALID, 6, "unknown table 2"},
        {{.code = "41 00 41 00 fc 0c 00 00 0b"},
         ERR_INVALID,
         4,
         "table.init expects i32, found nothing"},
        {{.code = "fc 0d 01 0b"}, OK, 0, NULL},
        {{.code = "fc 0d 02 0b"}, ERR_INVALID, 0, "unknown element segment 2: there are 2"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(memories)
{
    static const struct body_row rows[] = {
        {{.code = "3f 00 1a 0b"}, OK, 0, NULL},
        {{.code = "3f 01 1a 0b"}, ERR_INVALID, 0, "unknown memory 1: there are 1"},
        {{.code = "41 00 40 00 1a 0b"}, OK, 0, NULL},
        {{.code = "42 00 40 00 1a 0b"}, ERR_INVALID, 2, "memory.grow expects i32, found i64"},
        {{.code = "41 00 40 01 1a 0b"}, ERR_INVALID, 2, "unknown memory 1"},
        {{.code = "41 00 41 00 41 00 fc 0b 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 0b 01 0b"}, ERR_INVALID, 6, "unknown memory 1"},
        {{.code = "41 00 41 00 41 00 fc 0a 00 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 0a 00 01 0b"}, ERR_INVALID, 6, "unknown memory 1"},
        {{.code = "41 00 41 00 41 00 fc 0a 01 00 0b"}, ERR_INVALID, 6, "unknown memory 1"},
        {{.code = "41 00 44 00*8 41 00 fc 0a 00 00 0b"},
         ERR_INVALID,
         13,
         "memory.copy expects i32"},
        {{.code = "41 00 41 00 41 00 fc 08 00 00 0b"}, OK, 0, NULL},
        {{.code = "41 00 41 00 41 00 fc 08 01 00 0b"}, ERR_INVALID, 6, "unknown data segment 1"},
        {{.code = "41 00 41 00 41 00 fc 08 00 01 0b"}, ERR_INVALID, 6, "unknown memory 1"},
        {{.code = "fc 09 00 0b"}, OK, 0, NULL},
        {{.code = "fc 09 01 0b"}, ERR_INVALID, 0, "unknown data segment 1: there are 1"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

Suite *suite_validate_bulk(void)
{
    return SUITE_OF("validate/bulk", tables, segments_of_elements, memories);
}
