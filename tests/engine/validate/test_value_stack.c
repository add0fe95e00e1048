/* What errors about operands say, and where they say it is. */
#include <string.h>

#include "tests/engine/validate/validate_suites.h"

START_TEST(sentences)
{
    static const struct {
        const char *code, *text;
    } rows[] = {
        {"41 00 44 00*8 6a 1a 0b", "type mismatch: i32.add expects i32, found f64"},
        {"41 00 6a 1a 0b", "type mismatch: i32.add expects i32, found nothing"},
        {"41 00 02 40 6a 1a 0b 0b",
         "type mismatch: i32.add expects i32 from within its block, found nothing"},
        {"1a 0b", "type mismatch: drop expects an operand, found nothing"},
        {"41 00 41 00 0b", "type mismatch: 2 values too many at the end of a block with 0 results"},
        {"20 09 1a 0b", "unknown local 9: there are 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct body body = {.code = rows[i].code};
        struct errinfo e;
        uint64_t offset;
        ck_assert_int_eq(check_body(&body, &e, &offset, NULL), ERR_INVALID);
        ck_assert_str_eq(e.text, rows[i].text);
        ck_assert_uint_eq(e.func, 2);
    }
}
END_TEST

START_TEST(limits_name_the_function)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    config.limits.operand_height = 1;
    ck_assert_int_eq(check_text(&config,
                                "01 [01 60 00 00] 03 [02 00 00]"
                                "0a [02 [00 0b] [00 41 00 41 00 0c 00 0b]]",
                                &e, NULL),
                     ERR_LIMIT);
    ck_assert_str_eq(e.limit, "operand_height");
    ck_assert_uint_eq(e.func, 1);
    ck_assert_str_eq(e.text, "limit \"operand_height\" exceeded: 2 operands, at most 1");
}
END_TEST

Suite *suite_value_stack(void)
{
    return SUITE_OF("validate/value_stack", sentences, limits_name_the_function);
}
