/*
 * Where instructions end, and where in them their parts lie: by a table, as the processor's manual has them.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/native/x86_64/decode.h"

struct row {
    const char *what;
    uint8_t bytes[16];
    uint32_t len, modrm_at, disp_at, imm_at;
    enum insn_flow flow;
};

static const struct row rows[] = {
    {"mov disp32(%r13), %eax", {0x41, 0x8b, 0x85, 1, 2, 3, 4}, 7, 2, 3, 0, FLOW_ON},
    {"mov disp8(%r13), %eax", {0x41, 0x8b, 0x45, 1}, 4, 2, 3, 0, FLOW_ON},
    {"mov %esi, %eax", {0x89, 0xf0}, 2, 1, 0, 0, FLOW_ON},
    {"mov disp32(%rdi,%rax), %esi", {0x8b, 0xb4, 0x07, 1, 2, 3, 4}, 7, 1, 3, 0, FLOW_ON},
    {"mov (%rcx,%rax,8), %rcx", {0x48, 0x8b, 0x0c, 0xc1}, 4, 2, 0, 0, FLOW_ON},
    {"mov disp32, no base", {0x48, 0x8b, 0x04, 0x25, 1, 2, 3, 4}, 8, 2, 4, 0, FLOW_ON},
    {"xorps disp32(%rip), %xmm1", {0x0f, 0x57, 0x0d, 1, 2, 3, 4}, 7, 2, 3, 0, FLOW_ON},
    {"mov $imm32, %esi", {0xbe, 1, 2, 3, 4}, 5, 0, 0, 1, FLOW_ON},
    {"movabs $imm64, %rax", {0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}, 10, 0, 0, 2, FLOW_ON},
    {"cmpl $0, disp32(%r13)", {0x41, 0x83, 0xbd, 1, 2, 3, 4, 0}, 8, 2, 3, 7, FLOW_ON},
    {"add $imm32, %r14", {0x49, 0x81, 0xc6, 1, 2, 3, 4}, 7, 2, 0, 3, FLOW_ON},
    {"movw $imm16, (%rdi,%rax)", {0x66, 0xc7, 0x04, 0x07, 1, 2}, 6, 2, 0, 4, FLOW_ON},
    {"test $imm8, %al by group", {0xf6, 0xc0, 1}, 3, 1, 0, 2, FLOW_ON},
    {"test $imm32, %ecx", {0xf7, 0xc1, 1, 2, 3, 4}, 6, 1, 0, 2, FLOW_ON},
    {"idiv %ecx", {0xf7, 0xf9}, 2, 1, 0, 0, FLOW_ON},
    {"movsd disp32(%r13), %xmm3", {0xf2, 0x41, 0x0f, 0x10, 0x9d, 1, 2, 3, 4}, 9, 4, 5, 0, FLOW_ON},
    {"roundsd $9, %xmm0, %xmm0", {0x66, 0x0f, 0x3a, 0x0b, 0xc0, 9}, 6, 4, 0, 5, FLOW_ON},
    {"pshufb %xmm1, %xmm0", {0x66, 0x0f, 0x38, 0x00, 0xc1}, 5, 4, 0, 0, FLOW_ON},
    {"pshufd $1, %xmm1, %xmm0", {0x66, 0x0f, 0x70, 0xc1, 1}, 5, 3, 0, 4, FLOW_ON},
    {"popcnt %eax, %eax", {0xf3, 0x0f, 0xb8, 0xc0}, 4, 3, 0, 0, FLOW_ON},
    {"je rel8", {0x74, 1}, 2, 0, 0, 1, FLOW_JCC},
    {"jge rel32", {0x0f, 0x8d, 1, 2, 3, 4}, 6, 0, 0, 2, FLOW_JCC},
    {"jmp rel8", {0xeb, 1}, 2, 0, 0, 1, FLOW_JUMP},
    {"jmp rel32", {0xe9, 1, 2, 3, 4}, 5, 0, 0, 1, FLOW_JUMP},
    {"jmp *%rcx", {0xff, 0xe1}, 2, 1, 0, 0, FLOW_JUMP_INDIRECT},
    {"jmp *disp32(%rip)", {0xff, 0x25, 1, 2, 3, 4}, 6, 1, 2, 0, FLOW_JUMP_INDIRECT},
    {"call rel32", {0xe8, 1, 2, 3, 4}, 5, 0, 0, 1, FLOW_CALL},
    {"call *(%rax)", {0xff, 0x10}, 2, 1, 0, 0, FLOW_CALL},
    {"ret", {0xc3}, 1, 0, 0, 0, FLOW_RETURN},
};

START_TEST(finds_the_parts)
{
    const struct row *r = &rows[_i];
    struct insn i;
    ck_assert_msg(insn_decode(r->bytes, sizeof r->bytes, 0, &i), "%s", r->what);
    ck_assert_msg(i.len == r->len && i.modrm_at == r->modrm_at && i.disp_at == r->disp_at &&
                      i.imm_at == r->imm_at && i.flow == r->flow,
                  "%s: %u bytes, ModRM at %u, displacement at %u, immediate at %u, flow %d",
                  r->what, i.len, i.modrm_at, i.disp_at, i.imm_at, (int)i.flow);
    /* Cut short anywhere, it is not one. */
    for (uint32_t n = 0; n < r->len; n++)
        ck_assert_msg(!insn_decode(r->bytes, n, 0, &i), "%s: accepted %u bytes", r->what, n);
}
END_TEST

static const uint8_t unknown[][4] = {
    {0xc5, 0xf8, 0x57, 0xc0}, /* VEX */
    {0x62, 0xf1, 0x7c, 0x48}, /* EVEX */
    {0x0f, 0x05, 0, 0},       /* syscall */
    {0xcc, 0, 0, 0},          /* int3 */
    {0xc2, 8, 0, 0},          /* ret $8 */
};

START_TEST(refuses_what_it_does_not_know)
{
    struct insn i;
    ck_assert(!insn_decode(unknown[_i], 4, 0, &i));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tc = tcase_create("decode");
    tcase_add_loop_test(tc, finds_the_parts, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_loop_test(tc, refuses_what_it_does_not_know, 0,
                        (int)(sizeof unknown / sizeof *unknown));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
