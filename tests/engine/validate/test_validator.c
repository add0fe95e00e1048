/* Local declarations, the ends of bodies, and a validator's life over many functions. */
#include "engine/validate/validate.h"

#include <string.h>

#include "tests/engine/validate/validate_suites.h"

START_TEST(local_declarations)
{
    static const struct body_row rows[] = {
        {{.code = "20 02 21 02 0b", .locals = "01 05 7f"}, OK, 0, NULL},
        {{.code = "20 00 1a 20 01 1a 20 04 1a 0b", .locals = "02 03 7f 02 7c"}, OK, 0, NULL},
        {{.code = "20 05 1a 0b", .locals = "02 03 7f 02 7c"},
         ERR_INVALID,
         0,
         "unknown local 5: there are 5"},
        {{.code = "20 01 21 00 0b", .locals = "02 01 7f 01 7c"},
         ERR_INVALID,
         2,
         "local.set expects i32, found f64"},
        {{.code = "20 02 1a 0b", .params = "7f 7f", .locals = "01 01 7e"}, OK, 0, NULL},
        {{.code = "20 00 1a 0b", .locals = "03 00 7f 00 7e 00 7d"},
         ERR_INVALID,
         0,
         "unknown local"},
        {{.code = "20 00 d1 1a 0b", .locals = "01 01 6f"}, OK, 0, NULL},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(declarations_that_do_not_decode)
{
    static const struct {
        const char *locals;
        enum status status;
        const char *says;
    } rows[] = {
        {"05 01 7f", ERR_MALFORMED, "number of local declarations is 5"},
        {"01 01 7a", ERR_MALFORMED, "malformed value type"},
        {"01 01 7b", OK, ""},
        {"02 01 7f 80 80 80 80 80 00 7f", ERR_MALFORMED, "too long"},
        {"02 #4294967295 7f 01 7e", ERR_MALFORMED, "too many locals: 4294967296"},
        {"01 #4294967295 7f", ERR_LIMIT, "\"locals\" exceeded"},
        {"01 #50001 7f", ERR_LIMIT, "\"locals\" exceeded: 50001, at most 50000"},
        {"01 #50000 7f", OK, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct body body = {.code = "0b", .locals = rows[i].locals};
        struct errinfo e;
        uint64_t offset;
        enum status status = check_body(&body, &e, &offset, NULL);
        ck_assert_msg(status == rows[i].status && strstr(e.text, rows[i].says), "%s: %d %s",
                      rows[i].locals, status, e.text);
        ck_assert_msg(status == OK || e.func == 2, "%s", rows[i].locals);
    }
}
END_TEST

START_TEST(ends_of_bodies)
{
    static const struct body_row rows[] = {
        {{.code = "0b"}, OK, 0, NULL},
        {{.code = ""}, ERR_MALFORMED, 0, "unexpected end: an instruction expected"},
        {{.code = "01 01 01"}, ERR_MALFORMED, 3, "unexpected end"},
        {{.code = "0b 01"}, ERR_MALFORMED, 1, "1 bytes behind the end of the function"},
        {{.code = "0b 0b 0b"}, ERR_MALFORMED, 1, "2 bytes behind"},
        {{.code = "02 40 0b"}, ERR_MALFORMED, 3, "unexpected end"},
        {{.code = "41"}, ERR_MALFORMED, 1, "unexpected end: an i32 constant expected"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(serves_many_functions)
{
    struct decode_config config = fixture_config();
    struct module m = decode_good("01 [02 60 00 00 60 01 7f 01 7f] 03 [03 00 01 00]"
                                  "0a [03 [01 03 7e 20 01 0b] [00 20 00 0b] [00 0b]]");
    struct validator v = {0};
    struct errinfo e;
    for (int round = 0; round < 3; round++) {
        /* A function that fails leaves nothing behind that the next one minds. */
        ck_assert_int_eq(validate_func(&v, &m, &config, 0, &e), ERR_INVALID);
        ck_assert_uint_eq(e.func, 0);
        ck_assert_int_eq(validate_func(&v, &m, &config, 1, &e), OK);
        ck_assert_int_eq(validate_func(&v, &m, &config, 2, &e), OK);
        ck_assert(validator_done(&v));
        ck_assert_uint_eq(v.locals.len, 0);
    }
    validator_fini(&v);
    validator_fini(&v);
    module_fini(&m);
}
END_TEST

START_TEST(frames_can_be_watched)
{
    struct decode_config config = fixture_config();
    struct module m = decode_good("01 [02 60 01 7f 01 7f 60 01 7f 00] 03 [01 00]"
                                  "0a [01 [01 02 7e 41 05 02 01 1a 0b 20 00 0b]]");
    struct validator v = {0};
    struct errinfo e;
    struct reader r;
    struct instr in;
    func_body_reader(&m, 0, &r, &e);
    ck_assert_int_eq(validator_begin(&v, &m, &config, 0, &r), OK);
    ck_assert(v.locals.len == 3 && v.locals.data[0] == VT_I32 && v.locals.data[2] == VT_I64);
    ck_assert(v.ctrls.len == 1 && v.ctrls.data[0].op == OP_BLOCK);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(instr_decode(&r, &m, &config, &in), OK);
        ck_assert_int_eq(validator_step(&v, &in), OK);
    }
    ck_assert(v.ctrls.len == 2 && v.ctrls.data[1].height == 0 && v.operands.len == 1);
    ck_assert_uint_eq(v.operands.data[0], VT_I32);
    while (!validator_done(&v)) {
        ck_assert_int_eq(instr_decode(&r, &m, &config, &in), OK);
        ck_assert_int_eq(validator_step(&v, &in), OK);
    }
    ck_assert_int_eq(validator_finish(&v, &r), OK);
    validator_fini(&v);
    module_fini(&m);
}
END_TEST

START_TEST(features_are_noted)
{
    static const struct {
        struct body body;
        uint64_t features;
    } rows[] = {
        {{.code = "41 00 1a 0b"}, 0},
        {{.code = "41 00 c0 1a 0b"}, FEATURE_BIT(SIGN_EXTENSION)},
        {{.code = "43 00*4 fc 00 1a 0b"}, FEATURE_BIT(SATURATING_FLOAT_TO_INT)},
        {{.code = "02 03 41 00 42 00 0b 1a 1a 0b"}, FEATURE_BIT(MULTI_VALUE)},
        {{.code = "02 00 0b 0b"}, FEATURE_BIT(MULTI_VALUE)},
        {{.code = "02 7f 41 00 0b 1a 0b"}, 0},
        {{.code = "02 70 d0 70 0b 1a 0b"}, FEATURE_BIT(REFERENCE_TYPES)},
        {{.code = "0b", .locals = "01 01 6f"}, FEATURE_BIT(REFERENCE_TYPES)},
        {{.code = "41 00 41 00 41 00 fc 0b 00 0b"}, FEATURE_BIT(BULK_MEMORY)},
        {{.code = "41 00 11 00 00 0b"}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errinfo e;
        uint64_t offset, features;
        ck_assert_msg(check_body(&rows[i].body, &e, &offset, &features) == OK, "%s: %s",
                      rows[i].body.code, e.text);
        ck_assert_msg(features == (rows[i].features | FEATURE_BIT(MVP)), "%s: %llx",
                      rows[i].body.code, (unsigned long long)features);
    }
}
END_TEST

Suite *suite_validator(void)
{
    return SUITE_OF("validate/validator", local_declarations, declarations_that_do_not_decode,
                    ends_of_bodies, serves_many_functions, frames_can_be_watched,
                    features_are_noted);
}
