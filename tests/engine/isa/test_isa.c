/*
 * The table of WebAssembly's instructions, against the numbers of the specification (5.4) where a slip would not show elsewhere.
 */
#include "engine/isa/isa.h"

#include <stdbool.h>
#include <string.h>

#include "tests/engine/isa/isa_tests.h"

START_TEST(maps_lead_to_rows_and_back)
{
    unsigned plain = 0, prefixed = 0, vector = 0;
    for (unsigned code = 0; code < 256; code++) {
        uint16_t op = wasm_op_by_code[code];
        if (op == OP_COUNT)
            continue;
        plain++;
        ck_assert_uint_lt(op, OP_COUNT);
        ck_assert(wasm_op_info[op].prefix == 0 && wasm_op_info[op].code == code);
    }
    for (unsigned code = 0; code < WASM_OP_FC_COUNT; code++) {
        uint16_t op = wasm_op_by_fc_code[code];
        if (op == OP_COUNT)
            continue;
        prefixed++;
        ck_assert(wasm_op_info[op].prefix == 0xfc && wasm_op_info[op].code == code);
    }
    ck_assert_uint_ge(prefixed, 18);
    for (unsigned code = 0; code < WASM_OP_FD_COUNT; code++) {
        uint16_t op = wasm_op_by_fd_code[code];
        if (op == OP_COUNT)
            continue;
        vector++;
        ck_assert(wasm_op_info[op].prefix == 0xfd && wasm_op_info[op].code == code);
    }
    ck_assert_uint_eq(vector, 236 + 20);
    ck_assert_uint_eq(plain + prefixed + vector, OP_COUNT);
}
END_TEST

START_TEST(codes_of_the_specification)
{
    static const struct {
        uint8_t code;
        const char *mnemonic;
    } known[] = {{0x00, "unreachable"},     {0x0e, "br_table"},
                 {0x0f, "return"},          {0x11, "call_indirect"},
                 {0x12, "return_call"},     {0x1a, "drop"},
                 {0x20, "local.get"},       {0x28, "i32.load"},
                 {0x35, "i64.load32_u"},    {0x36, "i32.store"},
                 {0x3e, "i64.store32"},     {0x40, "memory.grow"},
                 {0x45, "i32.eqz"},         {0x50, "i64.eqz"},
                 {0x5b, "f32.eq"},          {0x66, "f64.ge"},
                 {0x67, "i32.clz"},         {0x78, "i32.rotr"},
                 {0x8a, "i64.rotr"},        {0x8b, "f32.abs"},
                 {0x98, "f32.copysign"},    {0xa6, "f64.copysign"},
                 {0xa7, "i32.wrap_i64"},    {0xb1, "i64.trunc_f64_u"},
                 {0xbb, "f64.promote_f32"}, {0xbf, "f64.reinterpret_i64"},
                 {0xc4, "i64.extend32_s"},  {0xd2, "ref.func"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_str_eq(wasm_op_info[wasm_op_by_code[known[i].code]].mnemonic, known[i].mnemonic);
    ck_assert_str_eq(wasm_op_info[wasm_op_by_fc_code[7]].mnemonic, "i64.trunc_sat_f64_u");
    ck_assert_str_eq(wasm_op_info[wasm_op_by_fc_code[8]].mnemonic, "memory.init");
    ck_assert_str_eq(wasm_op_info[wasm_op_by_fc_code[17]].mnemonic, "table.fill");
    ck_assert_uint_eq(wasm_op_by_code[0x06], OP_COUNT);
    ck_assert_uint_eq(wasm_op_by_code[0xff], OP_COUNT);
    ck_assert_uint_eq(wasm_op_by_fc_code[31], OP_COUNT);
}
END_TEST

static unsigned operands(uint16_t sig)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 3; i++)
        n += SIG_OPERAND(sig, i) != SIG_NO;
    return n;
}

/* The width that an access's name says: i32.load8_s one byte, f64.store eight. */
static unsigned width_of(const char *mnemonic)
{
    const char *dot = strchr(mnemonic, '.');
    const char *digits = dot + strcspn(dot, "0123456789");
    if (*digits == '\0')
        return mnemonic[1] == '3' ? 4 : 8;
    return *digits == '8' ? 1 : *digits == '1' ? 2 : 4;
}

START_TEST(families_and_signatures)
{
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct wasm_op_info *info = &wasm_op_info[op];
        bool result = info->sig != SPECIAL && SIG_RESULT(info->sig) != SIG_NO;
        unsigned n = info->sig == SPECIAL ? 9 : operands(info->sig);
        switch ((enum family)info->family) {
        case FAMILY_CONST:
            ck_assert_msg(n == 0 && result, "%s", info->mnemonic);
            break;
        case FAMILY_UNARY:
            ck_assert_msg(n == 1 && result && info->imm == IMM_NONE, "%s", info->mnemonic);
            break;
        case FAMILY_BINARY:
        case FAMILY_COMPARE:
            ck_assert_msg(n == 2 && result &&
                              SIG_OPERAND(info->sig, 0) == SIG_OPERAND(info->sig, 1),
                          "%s", info->mnemonic);
            ck_assert_msg(
                SIG_RESULT(info->sig) ==
                    (info->family == FAMILY_COMPARE ? SIG_I32 : SIG_OPERAND(info->sig, 0)),
                "%s", info->mnemonic);
            break;
        case FAMILY_LOAD:
        case FAMILY_STORE:
            ck_assert_msg(n == (info->family == FAMILY_LOAD ? 1 : 2) &&
                              SIG_OPERAND(info->sig, 0) == SIG_PTR,
                          "%s", info->mnemonic);
            ck_assert_msg(result == (info->family == FAMILY_LOAD), "%s", info->mnemonic);
            ck_assert_msg(1u << info->align == width_of(info->mnemonic), "%s: alignment",
                          info->mnemonic);
            break;
        case FAMILY_SIMD:
            ck_assert_msg(info->prefix == 0xfd, "%s", info->mnemonic);
            break;
        default:
            ck_assert_msg(info->sig == SPECIAL, "%s", info->mnemonic);
        }
    }
}
END_TEST

/* The type that a mnemonic begins with is that of the result, of a store and a comparison that of the operand. */
START_TEST(mnemonics_say_their_type)
{
    static const char *const names[] = {
        [SIG_I32] = "i32.", [SIG_I64] = "i64.", [SIG_F32] = "f32.", [SIG_F64] = "f64."};
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct wasm_op_info *info = &wasm_op_info[op];
        if (info->sig == SPECIAL || info->family == FAMILY_SIMD)
            continue;
        unsigned type = SIG_RESULT(info->sig);
        if (info->family == FAMILY_COMPARE || info->code == 0x50)
            type = SIG_OPERAND(info->sig, 0);
        else if (info->family == FAMILY_STORE)
            type = SIG_OPERAND(info->sig, 1);
        ck_assert_msg(strncmp(info->mnemonic, names[type], 4) == 0, "%s", info->mnemonic);
    }
}
END_TEST

START_TEST(features_are_named)
{
    for (unsigned i = 0; i < FEATURE_COUNT; i++) {
        ck_assert_uint_gt(strlen(feature_info[i].name), 0);
        ck_assert_msg(!feature_info[i].on || feature_info[i].implemented, "%s",
                      feature_info[i].name);
    }
    ck_assert_uint_eq(wasm_op_info[OP_I32_EXTEND8_S].feature, FEATURE_SIGN_EXTENSION);
    ck_assert_uint_eq(wasm_op_info[OP_MEMORY_COPY].feature, FEATURE_BULK_MEMORY);
    ck_assert_uint_eq(wasm_op_info[OP_RETURN_CALL].feature, FEATURE_TAIL_CALL);
    ck_assert_uint_eq(wasm_op_info[OP_I32_TRUNC_SAT_F32_S].feature,
                      FEATURE_SATURATING_FLOAT_TO_INT);
    ck_assert_uint_eq(wasm_op_info[OP_REF_NULL].feature, FEATURE_REFERENCE_TYPES);
}
END_TEST

void add_isa(TCase *tc)
{
    tcase_add_test(tc, maps_lead_to_rows_and_back);
    tcase_add_test(tc, codes_of_the_specification);
    tcase_add_test(tc, families_and_signatures);
    tcase_add_test(tc, mnemonics_say_their_type);
    tcase_add_test(tc, features_are_named);
}
