/*
 * The table of internal ops: what translator, verifier, disassembler and image take for granted about it.
 */
#include "engine/isa/ir.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/isa/isa_tests.h"

/* Places and widths of isa/ir.h; D, v and the type index of indirect calls are looked at apart. */
static const struct {
    char letter;
    uint8_t at, width;
} places[] = {{'d', 8, 2},
              {'x', 8, 2},
              {'a', 10, 2},
              {'y', 10, 2},
              {'b', 12, 2},
              {'z', 12, 2},
              {'c', 14, 2},
              {'h', 10, 2},
              {'i', 12, 4},
              {'w', 16, 8},
              {'o', 12, 4},
              {'l', 12, 4},
              {'p', 16, 2},
              {'q', 18, 2},
              {'k', 20, 4},
              {'P', 8, 4},
              {'s', 16, 2},
              {'u', 18, 2},
              {'I', 24, 4},
              {'Y', 28, 2},
              {'H', 28, 2},
              {'e', 24, 2},
              {'g', 16, 4},
              {'X', 24, 8},
              {'O', 14, 2},
              {'U', 16, 4},
              {'t', 12, 4},
              {'f', 8, 4},
              {'r', 12, 4},
              {'T', 10, 2},
              {'m', 14, 2},
              {'M', 16, 4},
              {'S', 16, 4},
              {'F', 8, 4},
              {'C', 12, 4},
              {'N', 8, 4},
              {'n', 12, 4},
              {'Z', 12, 4},
              {'G', 12, 4},
              /* vectors */
              {'R', 8, 2},
              {'A', 10, 2},
              {'B', 12, 2},
              {'K', 14, 2},
              {'E', 10, 2},
              {'V', 16, 16},
              {'W', 32, 16},
              {'J', 16, 2},
              {'L', 24, 16},
              {'j', 14, 2}};

static int place_of(char letter)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].letter == letter)
            return (int)i;
    return -1;
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

START_TEST(operands_have_a_place)
{
    for (int op = 0; op < IR_COUNT; op++) {
        const struct ir_info *info = &ir_info[op];
        bool used[64] = {false};
        ck_assert_msg(info->len >= 8 && info->len % 8 == 0 && info->len <= 64, "%s: %u bytes",
                      info->name, info->len);
        for (const char *letter = info->format; *letter; letter++) {
            if (*letter == 'D' || *letter == 'v' ||
                (*letter == 'y' && ir_is_call_indirect((uint64_t)op)))
                continue;
            int i = place_of(*letter);
            ck_assert_msg(i >= 0, "%s: no place for '%c'", info->name, *letter);
            ck_assert_msg(places[i].at + places[i].width <= info->len, "%s: '%c' lies outside",
                          info->name, *letter);
            for (unsigned at = places[i].at; at < places[i].at + places[i].width + 0u; at++) {
                ck_assert_msg(!used[at], "%s: '%c' lies over another operand", info->name, *letter);
                used[at] = true;
            }
        }
    }
}
END_TEST

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(names_are_unique)
{
    static const char *sorted[IR_COUNT];
    for (int i = 0; i < IR_COUNT; i++) {
        ck_assert(ir_info[i].name[0] != '\0' && ir_info[i].synopsis[0] != '\0');
        sorted[i] = ir_info[i].name;
    }
    qsort(sorted, IR_COUNT, sizeof *sorted, by_name);
    for (int i = 1; i < IR_COUNT; i++)
        ck_assert_msg(strcmp(sorted[i - 1], sorted[i]) != 0, "%s", sorted[i]);
}
END_TEST

START_TEST(flags_agree_with_formats)
{
    for (int op = 0; op < IR_COUNT; op++) {
        const struct ir_info *info = &ir_info[op];
        bool table = op == IR_BR_TABLE_s || op == IR_BR_TABLE_a;
        ck_assert_msg(!(info->flags & IR_BRANCH) == !(strchr(info->format, 'l') || table), "%s",
                      info->name);
        ck_assert_msg(!(info->flags & IR_CALLS) == !strchr(info->format, 'D'), "%s", info->name);
        if (strchr(info->format, 'o') ||
            (info->name[0] == 'I' && (strstr(info->name, "_DIV_") || strstr(info->name, "_REM_"))))
            ck_assert_msg(info->flags & IR_TRAPS, "%s", info->name);
    }
    ck_assert(ir_info[IR_I32_TRUNC_F32_S_s_a].flags & IR_TRAPS);
    ck_assert(!(ir_info[IR_I32_TRUNC_SAT_F32_S_s_a].flags & IR_TRAPS));
}
END_TEST

/* A call's distance is its last four bytes: returns read it in front of the return address. */
START_TEST(distances_come_last)
{
    ck_assert_uint_eq(ir_info[IR_CALL].len, 12 + 4);
    ck_assert_uint_eq(ir_info[IR_CALL_IMPORT].len, 12 + 4);
    ck_assert_uint_eq(ir_info[IR_CALL_INDIRECT_s].len, 20 + 4);
    ck_assert_uint_eq(ir_info[IR_CALL_INDIRECT_a].len, 20 + 4);
}
END_TEST

/* An op that keeps its result in the accumulator stands before the one that writes it to a slot, too: the translator subtracts 1. */
START_TEST(accumulator_variants_come_first)
{
    unsigned pairs = 0;
    for (int op = 1; op < IR_COUNT; op++) {
        const char *name = ir_info[op].name, *before = ir_info[op - 1].name;
        size_t n = strlen(name);
        if (strlen(before) != n || strncmp(name, before, n - 1) != 0 || !ends_with(name, "_s") ||
            !ends_with(before, "_a"))
            continue;
        pairs++;
        ck_assert_msg((ir_info[op].format[0] == 'd' || ir_info[op].format[0] == 'R') &&
                          strcmp(ir_info[op].format + 1, ir_info[op - 1].format) == 0,
                      "%s", name);
        ck_assert_uint_eq(ir_info[op].len, ir_info[op - 1].len);
        ck_assert_uint_eq(ir_info[op].flags, ir_info[op - 1].flags);
    }
    ck_assert_uint_gt(pairs, 300);
}
END_TEST

/* Names of the forms, in the order of their numbers, from a family's first op on. */
static void expect_forms(uint32_t first, const char *family, const char *const *forms)
{
    char name[64];
    for (; *forms; forms++, first++) {
        strcpy(name, family);
        strcat(name, *forms);
        ck_assert_str_eq(ir_info[first].name, name);
    }
}

START_TEST(forms_are_in_order)
{
    static const char *const unary[] = {"_s_a", "_s_s", "_a_a", "_a_s", NULL};
    static const char *const commuting[] = {"_ss_a", "_ss_s", "_sa_a", "_sa_s", "_si_a",
                                            "_si_s", "_ai_a", "_ai_s", NULL};
    static const char *const binary[] = {"_ss_a", "_ss_s", "_sa_a", "_sa_s", "_si_a",
                                         "_si_s", "_ai_a", "_ai_s", "_as_a", "_as_s",
                                         "_is_a", "_is_s", "_ia_a", "_ia_s", NULL};
    static const char *const branch[] = {"_ss", "_sa", "_si", "_ai", NULL};
    static const char *const branch_float[] = {"_ss", "_sa", NULL};
    static const char *const counting[] = {"_s", "_i", NULL};
    static const char *const ahead[] = {"_ss", "_si", NULL};
    static const char *const from_imm[] = {"_s", "_a", NULL};
    static const char *const sum[] = {"_ss_a", "_ss_s", "_sa_a", "_sa_s", "_si_a",
                                      "_si_s", "_ai_a", "_ai_s", NULL};
    static const char *const store_sum[] = {"_ss_s", "_sa_s", "_si_s", "_ai_s",
                                            "_ss_a", "_si_a", NULL};
    static const char *const store_sum_i[] = {"_ss_i", "_sa_i", "_si_i", "_ai_i", NULL};
    static const char *const load[] = {"_s_a", "_s_s", "_a_a", "_a_s", "_i_a", "_i_s", NULL};
    static const char *const store[] = {"_ss", "_sa", "_as", "_aa", "_is",
                                        "_ia", "_si", "_ai", "_ii", NULL};
#define MOVE(name, t, fn)                    expect_forms(IR_##name##_s_a, #name, unary);
#define UNARY(name, tin, tout, fn)           expect_forms(IR_##name##_s_a, #name, unary);
#define UNARY_TRAPS(name, tin, tout, fn, ok) expect_forms(IR_##name##_s_a, #name, unary);
#define BINARY_COMM(name, t, fn)             expect_forms(IR_##name##_ss_a, #name, commuting);
#define BINARY(name, t, fn)                  expect_forms(IR_##name##_ss_a, #name, binary);
#define BINARY_TRAPS(name, t, fn, ok)        expect_forms(IR_##name##_ss_a, #name, binary);
#define COMPARE(name, t, fn, swapped)        expect_forms(IR_##name##_ss_a, #name, commuting);
#define BRANCH_INT(name, t, fn, inverse)                                                           \
    expect_forms(IR_BR_##name##_ss, "BR_" #name, branch);                                          \
    expect_forms(IR_BR_##name##_ss + IR_BRANCH_PAYS, "BR_PAY_" #name, branch);                     \
    expect_forms(IR_BR_##name##_ss + 8, "BR_INC_" #name, counting);                                \
    expect_forms(IR_BR_##name##_ss + 10, "BR_AHEAD_" #name, ahead);                                \
    expect_forms(IR_BR_##name##_ss + 12, "BR_ADD_" #name, counting);                               \
    expect_forms(IR_BR_##name##_ss + 14, "BR_INC_AHEAD_" #name, counting);                         \
    expect_forms(IR_BR_##name##_ss + 16, "BR_ADD_AHEAD_" #name, counting);
#define BRANCH_FLOAT(name, t, fn)                                                                  \
    expect_forms(IR_BR_##name##_ss, "BR_" #name, branch_float);                                    \
    expect_forms(IR_BR_##name##_ss + 2, "BRN_" #name, branch_float);                               \
    expect_forms(IR_BR_##name##_ss + IR_BRANCH_PAYS, "BR_PAY_" #name, branch_float);               \
    expect_forms(IR_BR_##name##_ss + IR_BRANCH_PAYS + 2, "BRN_PAY_" #name, branch_float);          \
    ck_assert_int_eq(IR_BR_AHEAD_##name##_ss, IR_BR_##name##_ss + 8);                              \
    ck_assert_int_eq(IR_BRN_AHEAD_##name##_ss, IR_BR_##name##_ss + 9);                             \
    expect_forms(IR_BR_##name##_ss + 10, "BR_IMM_" #name, from_imm);                               \
    expect_forms(IR_BR_##name##_ss + 12, "BRN_IMM_" #name, from_imm);
#define LOAD(name, t, ctype)                                                                       \
    expect_forms(IR_##name##_s_a, #name, load);                                                    \
    expect_forms(IR_##name##_SUM_ss_a, #name "_SUM", sum);                                         \
    expect_forms(IR_##name##_CHK_s_a, #name "_CHK", load);
#define STORE_INT(name, t, ctype)                                                                  \
    expect_forms(IR_##name##_ss, #name, store);                                                    \
    expect_forms(IR_##name##_SUM_ss_s, #name "_SUM", store_sum);                                   \
    expect_forms(IR_##name##_SUM_ss_s + 6, #name "_SUM", store_sum_i);                             \
    expect_forms(IR_##name##_CHK_ss, #name "_CHK", store);
#define STORE_FLOAT(name, t, ctype)                                                                \
    ck_assert_int_eq(IR_##name##_ia, IR_##name##_ss + 5);                                          \
    ck_assert_int_eq(IR_##name##_CHK_ia, IR_##name##_CHK_ss + 5);
#define CONST(name, t)  ck_assert_int_eq(IR_##name##_s, IR_##name##_a + 1);
#define SELECT(name, t) ck_assert_int_eq(IR_##name##_a, IR_##name##_s + 1);
#define PLAIN(name, len, fmt, flags, synopsis)
#include "engine/isa/ir_ops.def"
    static const char *const fused[] = {"_sss_a", "_sss_s", "_sas_a", "_sas_s",
                                        "_ass_a", "_ass_s", NULL};
    static const char *const fused_comm[] = {"_sss_a", "_sss_s", "_sas_a", "_sas_s", NULL};
    static const char *const fused_imm[] = {"_sis_a", "_sis_s", "_ais_a", "_ais_s", NULL};
    static const char *const then_imm[] = {"_ssi_a", "_ssi_s", "_sai_a", "_sai_s", NULL};
#define FUSED(name, t, first, second, place, f, g) expect_forms(IR_##name##_sss_a, #name, fused);
#define FUSED_COMM(name, t, first, second, f, g)   expect_forms(IR_##name##_sss_a, #name, fused_comm);
#define FUSED_IMM(name, t, first, second, f, g)    expect_forms(IR_##name##_sis_a, #name, fused_imm);
#define THEN_IMM(name, t, first, second, f, g)     expect_forms(IR_##name##_ssi_a, #name, then_imm);
#include "engine/isa/ir_fused.def"
    ck_assert_int_eq(IR_BR_TABLE_a, IR_BR_TABLE_s + 1);
    ck_assert_int_eq(IR_CALL_INDIRECT_a, IR_CALL_INDIRECT_s + 1);
    ck_assert_int_eq(IR_RETURN_CALL_INDIRECT_a, IR_RETURN_CALL_INDIRECT_s + 1);
}
END_TEST

START_TEST(indirect_calls_are_told)
{
    unsigned found = 0;
    for (int op = 0; op < IR_COUNT; op++) {
        bool is = strstr(ir_info[op].name, "CALL_INDIRECT") != NULL;
        ck_assert_msg(!ir_is_call_indirect((uint64_t)op) == !is, "%s", ir_info[op].name);
        found += is;
    }
    ck_assert_uint_eq(found, 4);
}
END_TEST

START_TEST(branch_tables_have_room_for_their_labels)
{
    uint8_t op[16] = {0};
    for (uint32_t n = 0; n < 100; n++) {
        ir_put64(op, 0, n % 2 ? IR_BR_TABLE_s : IR_BR_TABLE_a);
        ir_put32(op, 12, n);
        ck_assert_uint_ge(ir_len(op), 16 + 4 * (n + 1));
        ck_assert_uint_lt(ir_len(op), 16 + 4 * (n + 1) + 8);
        ck_assert_uint_eq(ir_len(op) % 8, 0);
    }
    ir_put64(op, 0, IR_F64_ADD_si_s);
    ck_assert_uint_eq(ir_len(op), 24);
}
END_TEST

START_TEST(operands_are_read_as_written)
{
    uint8_t op[32] = {0};
    ir_put16(op, 10, -32768);
    ir_put32(op, 12, 0xfffffffe);
    ir_put64(op, 16, UINT64_C(0x8000000000000001));
    ck_assert_int_eq(ir_s16(op, 10), -32768);
    ck_assert_uint_eq(ir_u16(op, 10), 32768);
    ck_assert_int_eq(ir_s32(op, 12), -2);
    ck_assert_uint_eq(ir_u32(op, 12), 0xfffffffe);
    ck_assert_uint_eq(ir_u64(op, 16), UINT64_C(0x8000000000000001));
    ck_assert_uint_eq(ir_u64(op, 0), 0);
}
END_TEST

/* What is checked is called the same but for _CHK, and has the same operands. */
START_TEST(accesses_have_a_checked_form)
{
    unsigned changed = 0;
    for (unsigned op = 0; op < IR_COUNT; op++) {
        const struct ir_info *plain = &ir_info[op], *checked = &ir_info[ir_checked(op)];
        if (checked == plain) {
            /* Nothing that relies on guard pages is left out. */
            ck_assert_msg(!strpbrk(plain->format, "oOU") || strstr(plain->name, "_CHK_"), "%s",
                          plain->name);
            continue;
        }
        const char *form = strstr(checked->name, "_CHK_");
        ck_assert_ptr_nonnull(form);
        size_t n = (size_t)(form - checked->name);
        ck_assert(strncmp(plain->name, checked->name, n) == 0);
        ck_assert_str_eq(plain->name + n + 1, form + 5);
        ck_assert_str_eq(plain->format, checked->format);
        ck_assert_uint_eq(plain->len, checked->len);
        ck_assert_uint_eq(ir_checked(ir_checked(op)), ir_checked(op));
        changed++;
    }
    ck_assert_uint_gt(changed, 200);
}
END_TEST

void add_ir(TCase *tc)
{
    tcase_add_test(tc, operands_have_a_place);
    tcase_add_test(tc, names_are_unique);
    tcase_add_test(tc, flags_agree_with_formats);
    tcase_add_test(tc, distances_come_last);
    tcase_add_test(tc, accumulator_variants_come_first);
    tcase_add_test(tc, forms_are_in_order);
    tcase_add_test(tc, indirect_calls_are_told);
    tcase_add_test(tc, branch_tables_have_room_for_their_labels);
    tcase_add_test(tc, operands_are_read_as_written);
    tcase_add_test(tc, accesses_have_a_checked_form);
}
