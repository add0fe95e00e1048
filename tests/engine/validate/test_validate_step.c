/* Every instruction with a fixed signature by its table, and the others one by one. */
#include <stdio.h>
#include <string.h>

#include "tests/engine/validate/validate_suites.h"

static const char *const constants[] = {
    [SIG_NO] = "",          [SIG_I32] = "41 00 ",   [SIG_I64] = "42 00 ",
    [SIG_F32] = "43 00*4 ", [SIG_F64] = "44 00*8 ", [SIG_V128] = "fd 0c 00*16 ",
    [SIG_PTR] = "41 00 "};
static const char *const other[] = {
    [SIG_NO] = "",        [SIG_I32] = "42 00 ",  [SIG_I64] = "43 00*4 ", [SIG_F32] = "44 00*8 ",
    [SIG_F64] = "41 00 ", [SIG_V128] = "42 00 ", [SIG_PTR] = "44 00*8 "};

static const char *immediate_text(unsigned imm)
{
    return imm == IMM_MEMARG                     ? "00 00 "
           : imm == IMM_I32 || imm == IMM_I64    ? "05 "
           : imm == IMM_F32                      ? "00*4 "
           : imm == IMM_F64                      ? "00*8 "
           : imm == IMM_V128 || imm == IMM_LANES ? "00*16 "
           : imm == IMM_LANE                     ? "00 "
           : imm == IMM_MEMARG_LANE              ? "00 00 00 "
                                                 : "";
}

/* The instruction behind its operands, of which number `wrong` is of another type and number
 * `missing` is not there. */
static enum status try_op(const struct wasm_op_info *info, int wrong, int missing, bool unreachable,
                          struct errinfo *e)
{
    char code[200] = "";
    uint64_t offset;
    if (unreachable)
        strcat(code, "00 ");
    for (int i = 0; i < 3; i++) {
        unsigned c = SIG_OPERAND(info->sig, i);
        if (i != missing)
            strcat(code, i == wrong ? other[c] : constants[c]);
    }
    char op[20];
    if (info->prefix && info->code >= 0x80)
        snprintf(op, sizeof op, "%02x %02x %02x ", info->prefix, (info->code & 0x7f) | 0x80,
                 info->code >> 7);
    else if (info->prefix)
        snprintf(op, sizeof op, "%02x %02x ", info->prefix, info->code);
    else
        snprintf(op, sizeof op, "%02x ", info->code);
    strcat(code, op);
    strcat(code, immediate_text(info->imm));
    strcat(code, SIG_RESULT(info->sig) == SIG_NO ? "0b" : "1a 0b");
    struct body body = {.code = code};
    return check_body(&body, e, &offset, NULL);
}

START_TEST(fixed_signatures)
{
    int tried = 0;
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct wasm_op_info *info = &wasm_op_info[op];
        struct errinfo e;
        char says[80];
        if (info->sig == SPECIAL || !(fixture_config().features >> info->feature & 1))
            continue;
        tried++;
        ck_assert_msg(try_op(info, -1, -1, false, &e) == OK, "%s: %s", info->mnemonic, e.text);
        ck_assert_msg(try_op(info, -1, 0, true, &e) == OK, "%s: %s", info->mnemonic, e.text);
        snprintf(says, sizeof says, "type mismatch: %s expects ", info->mnemonic);
        for (int i = 0; i < 3 && SIG_OPERAND(info->sig, i) != SIG_NO; i++) {
            ck_assert_msg(try_op(info, i, -1, false, &e) == ERR_INVALID && strstr(e.text, says) &&
                              strstr(e.text, ", found "),
                          "%s: %s", info->mnemonic, e.text);
            ck_assert_msg(try_op(info, i, -1, true, &e) == ERR_INVALID, "%s", info->mnemonic);
            ck_assert_msg(try_op(info, -1, i, false, &e) == ERR_INVALID, "%s", info->mnemonic);
        }
    }
    ck_assert_int_gt(tried, 150);
}
END_TEST

START_TEST(memory_arguments)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 28 02 00 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 28 03 00 1a 0b"},
         ERR_INVALID,
         2,
         "alignment must not be larger than natural: 2^3 for i32.load, whose own is 2^2"},
        {{.code = "41 00 28 20 00 1a 0b"}, ERR_INVALID, 2, "2^32 for i32.load"},
        {{.code = "41 00 28 41 00 1a 0b"}, ERR_INVALID, 2, "2^65 for i32.load"},
        {{.code = "41 00 2d 01 00 1a 0b"}, ERR_INVALID, 2, "2^1 for i32.load8_u"},
        {{.code = "41 00 29 03 ff ff ff ff 0f 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 28 02 80 80 80 80 10 1a 0b"},
         ERR_INVALID,
         2,
         "offset out of range: 4294967296"},
    };
    EXPECT_BODIES(rows);
    static const struct expectation none[] = {
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 28 02 00 1a 0b]]", ERR_INVALID, 25,
         "unknown memory 0: there are 0"},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 41 00 36 02 00 0b]]", ERR_INVALID, 27,
         "unknown memory 0"},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 3f 00 1a 0b]]", ERR_INVALID, 23, "unknown memory"},
    };
    EXPECT(none);
}
END_TEST

START_TEST(lanes)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 fd 0f fd 15 0f 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 fd 0f fd 15 10 1a 0b"}, ERR_INVALID, 4, "invalid lane index 16"},
        {{.code = "41 00 fd 0f fd 18 08 1a 0b"}, ERR_INVALID, 4, "has 8 lanes"},
        {{.code = "41 00 fd 0f fd 1b 04 1a 0b"}, ERR_INVALID, 4, "has 4 lanes"},
        {{.code = "41 00 fd 0f fd 21 02 1a 0b"}, ERR_INVALID, 4, "has 2 lanes"},
        {{.code = "41 00 fd 0f 41 00 fd 17 10 1a 0b"}, ERR_INVALID, 6, "invalid lane index 16"},
        {{.code = "fd 0c 00*16 fd 0c 00*16 fd 0d 1f*16 1a 0b"}, OK, 0, NULL},
        {{.code = "fd 0c 00*16 fd 0c 00*16 fd 0d 00*15 20 1a 0b"},
         ERR_INVALID,
         36,
         "invalid lane index 32"},
        {{.code = "41 00 fd 0c 00*16 fd 54 00 00 0f 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 fd 0c 00*16 fd 54 00 00 10 1a 0b"},
         ERR_INVALID,
         20,
         "invalid lane index 16"},
        {{.code = "41 00 fd 0c 00*16 fd 5b 03 00 02 0b"}, ERR_INVALID, 20, "invalid lane index 2"},
        {{.code = "41 00 fd 0c 00*16 fd 5b 04 00 01 0b"}, ERR_INVALID, 20, "alignment"},
        {{.code = "41 00 fd 00 04 00 1a 0b"}, OK, 0, NULL},
        {{.code = "41 00 fd 00 05 00 1a 0b"}, ERR_INVALID, 2, "alignment"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(variables)
{
    static const struct body_row rows[] = {
        {{.code = "20 00 21 00 0b", .params = "7f"}, OK, 0, NULL},
        {{.code = "20 00 22 00 1a 0b", .params = "7d"}, OK, 0, NULL},
        {{.code = "42 00 22 00 1a 0b", .params = "7f"},
         ERR_INVALID,
         2,
         "local.tee expects i32, found i64"},
        {{.code = "21 00 0b", .params = "7f"},
         ERR_INVALID,
         0,
         "local.set expects i32, found nothing"},
        {{.code = "00 21 00 0b", .params = "7f"}, OK, 0, NULL},
        {{.code = "20 80 80 04 0b"}, ERR_INVALID, 0, "unknown local 65536: there are 0"},
        {{.code = "41 00 21 80 01 0b"}, ERR_INVALID, 2, "unknown local 128"},
        {{.code = "22 01 0b"}, ERR_INVALID, 0, "unknown local 1"},
        {{.code = "23 00 24 00 0b"}, OK, 0, NULL},
        {{.code = "23 01 24 00 0b"}, ERR_INVALID, 2, "global.set expects i32, found i64"},
        {{.code = "23 01 24 01 0b"}, ERR_INVALID, 2, "global is immutable: global.set of global 1"},
        {{.code = "23 02 24 02 0b"}, OK, 0, NULL},
        {{.code = "23 03 1a 0b"}, ERR_INVALID, 0, "unknown global 3: there are 3"},
        {{.code = "41 00 24 03 0b"}, ERR_INVALID, 2, "unknown global 3"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(parametric)
{
    static const struct body_row rows[] = {
        {{.code = "41 00 1a 0b"}, OK, 0, NULL},
        {{.code = "1a 0b"}, ERR_INVALID, 0, "drop expects an operand, found nothing"},
        {{.code = "00 1a 1a 0b"}, OK, 0, NULL},
        {{.code = "42 00 42 00 41 00 1b 1a 0b"}, OK, 0, NULL},
        {{.code = "42 00 41 00 41 00 1b 1a 0b"},
         ERR_INVALID,
         6,
         "operands of one type, found i64 and i32"},
        {{.code = "42 00 42 00 42 00 1b 1a 0b"}, ERR_INVALID, 6, "select expects i32, found i64"},
        {{.code = "d0 70 d0 70 41 00 1b 1a 0b"},
         ERR_INVALID,
         6,
         "select without a type expects numbers, found funcref"},
        {{.code = "d0 70 d0 70 41 00 1c 01 70 1a 0b"}, OK, 0, NULL},
        {{.code = "d0 70 d0 6f 41 00 1c 01 70 1a 0b"},
         ERR_INVALID,
         6,
         "select expects funcref, found externref"},
        {{.code = "42 00 42 00 41 00 1c 01 7f 1a 0b"}, ERR_INVALID, 6, "expects i32, found i64"},
        {{.code = "00 1b 0b", .results = "7f"}, OK, 0, NULL},
        {{.code = "00 41 00 1b 0b", .results = "7d"}, OK, 0, NULL},
        {{.code = "00 42 00 41 00 1b 0b", .results = "7f"}, ERR_INVALID, 6, "end expects i32"},
        {{.code = "00 1b d1 1a 0b"}, OK, 0, NULL},
        {{.code = "00 1c 01 7f 0b", .results = "7e"}, ERR_INVALID, 4, "end expects i64, found i32"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

START_TEST(references)
{
    static const struct body_row rows[] = {
        {{.code = "d0 70 d1 1a 0b"}, OK, 0, NULL},
        {{.code = "d0 6f 0b", .results = "70"},
         ERR_INVALID,
         2,
         "end expects funcref, found externref"},
        {{.code = "41 00 d1 1a 0b"}, ERR_INVALID, 2, "ref.is_null expects a reference, found i32"},
        {{.code = "d1 1a 0b"}, ERR_INVALID, 0, "ref.is_null expects an operand, found nothing"},
        {{.code = "00 d1 1a 0b"}, OK, 0, NULL},
        {{.code = "d2 00 1a 0b"}, OK, 0, NULL},
        {{.code = "d2 01 1a 0b"},
         ERR_INVALID,
         0,
         "undeclared function reference: ref.func of function 1"},
        {{.code = "d2 03 1a 0b"}, ERR_INVALID, 0, "unknown function 3: there are 3"},
    };
    EXPECT_BODIES(rows);
}
END_TEST

Suite *suite_validate_step(void)
{
    return SUITE_OF("validate/step", fixed_signatures, memory_arguments, lanes, variables,
                    parametric, references);
}
