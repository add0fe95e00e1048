/* Every opcode there could be is an instruction, one of a feature that is not there, or none. */
#include "engine/module/feature_gate.h"

#include <stdio.h>
#include <string.h>

#include "engine/module/instr.h"
#include "tests/engine/module/module_suites.h"

/* What decoding an opcode with zeros behind it gives. */
static enum status decode_opcode(const struct decode_config *config, uint8_t prefix, uint32_t code,
                                 struct errinfo *e, struct instr *in)
{
    uint8_t bytes[40] = {0}, *p = bytes;
    struct reader r;
    static const struct module empty = {.has_data_count = true};
    errinfo_init(e);
    if (prefix)
        *p++ = prefix;
    for (uint32_t rest = code; prefix && rest >= 0x80; rest >>= 7, code = rest)
        *p++ = (uint8_t)(rest | 0x80);
    *p = (uint8_t)code;
    reader_init(&r, bytes, sizeof bytes, e);
    return instr_decode(&r, &empty, config, in);
}

START_TEST(single_byte_opcodes)
{
    struct decode_config config = fixture_config();
    for (uint32_t code = 0; code < 0xfb; code++) {
        struct errinfo e;
        struct instr in;
        enum status status = decode_opcode(&config, 0, code, &e, &in);
        uint16_t op = wasm_op_by_code[code];
        bool known = op != OP_COUNT && feature_is_on(&config, wasm_op_info[op].feature);
        if (known)
            ck_assert_msg(status == OK || strstr(e.text, "select takes 1 type, not 0") ||
                              strstr(e.text, "unknown type 0") || strstr(e.text, "heap type"),
                          "0x%02x: %s", code, e.text);
        else
            ck_assert_msg(status == ERR_UNSUPPORTED ||
                              (status == ERR_MALFORMED && strstr(e.text, "illegal opcode")),
                          "0x%02x: %s", code, e.text);
    }
    static const uint8_t foreign[] = {0x06, 0x07, 0x08, 0x09, 0x0a, 0x14, 0x15,
                                      0x18, 0x19, 0x1f, 0xd3, 0xd4, 0xd5, 0xd6};
    for (size_t i = 0; i < sizeof foreign; i++) {
        struct errinfo e;
        struct instr in;
        ck_assert_int_eq(decode_opcode(&config, 0, foreign[i], &e, &in), ERR_UNSUPPORTED);
    }
}
END_TEST

START_TEST(prefixed_opcodes)
{
    static const struct {
        uint8_t prefix;
        uint32_t code;
        enum status status;
        const char *says;
    } rows[] = {
        {0xfb, 0, ERR_UNSUPPORTED, "\"gc\" (instruction 0xfb 0), which this build does not have"},
        {0xfb, 30, ERR_UNSUPPORTED, "\"gc\""},
        {0xfb, 31, ERR_MALFORMED, "illegal opcode: there is no instruction 0xfb 31"},
        {0xfc, 0, OK, ""},
        {0xfc, 17, OK, ""},
        {0xfc, 18, ERR_MALFORMED, "illegal opcode"},
        {0xfc, 19, ERR_UNSUPPORTED, "\"wide-arithmetic\""},
        {0xfc, 22, ERR_UNSUPPORTED, "\"wide-arithmetic\""},
        {0xfc, 23, ERR_MALFORMED, "illegal opcode"},
        {0xfc, 100000, ERR_MALFORMED, "illegal opcode"},
        {0xfd, 83, OK, ""},
        {0xfd, 0x9a, ERR_MALFORMED, "illegal opcode"},
        {0xfd, 0xff, OK, ""},
        {0xfd, 0x100, OK, ""},
        {0xfd, 0x113, OK, ""},
        {0xfd, 0x114, ERR_MALFORMED, "illegal opcode"},
        {0xfe, 3, ERR_UNSUPPORTED, "\"threads\""},
        {0xfe, 4, ERR_MALFORMED, "illegal opcode"},
        {0xfe, 0x4e, ERR_UNSUPPORTED, "\"threads\""},
        {0xfe, 0x4f, ERR_MALFORMED, "illegal opcode"},
        {0xff, 0, ERR_MALFORMED, "illegal opcode: there is no instruction 0xff"},
    };
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errinfo e;
        struct instr in;
        enum status status = decode_opcode(&config, rows[i].prefix, rows[i].code, &e, &in);
        ck_assert_msg(status == rows[i].status && strstr(e.text, rows[i].says), "row %zu: %d %s", i,
                      status, e.text);
        ck_assert_msg(status == OK || e.offset == 0, "row %zu", i);
    }
}
END_TEST

START_TEST(instructions_can_be_off)
{
    struct decode_config config = fixture_config();
    config.features = 0;
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct wasm_op_info *info = &wasm_op_info[op];
        struct errinfo e;
        struct instr in;
        char says[80];
        enum status status = decode_opcode(&config, info->prefix, info->code, &e, &in);
        if (info->feature == FEATURE_MVP)
            continue;
        snprintf(says, sizeof says, "needs the feature \"%s\" (%s), which ",
                 feature_info[info->feature].name, info->mnemonic);
        ck_assert_msg(status == ERR_UNSUPPORTED && strstr(e.text, says), "%s: %s", says, e.text);
    }
}
END_TEST

Suite *suite_feature_gate(void)
{
    return SUITE_OF("module/feature_gate", single_byte_opcodes, prefixed_opcodes,
                    instructions_can_be_off);
}
