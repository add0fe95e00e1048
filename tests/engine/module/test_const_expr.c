/* Constant expressions: what they may be, and what they come to. */
#include <string.h>

#include "tests/engine/module/module_suites.h"

/* Imported globals: i32, mutable i32, funcref. A global section's first expression is at 44. */
#define GLOBALS                                                                                    \
    "01 [01 60 00 00] 02 [03 [] ['i'] 03 7f 00 [] ['m'] 03 7f 01 [] ['r'] 03 70 00] 03 [01 00] "
#define CODE " 0a [01 [00 0b]]"

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {GLOBALS "06 [01 7f 00 0b]" CODE, ERR_INVALID, 44, "one i32, found 0 values"},
        {GLOBALS "06 [01 7f 00 41 00 41 01 0b]" CODE, ERR_INVALID, 48, "found 2 values"},
        {GLOBALS "06 [01 7f 00 01 0b]" CODE, ERR_INVALID, 44, "nop is not constant"},
        {GLOBALS "06 [01 7f 00 41 00 45 0b]" CODE, ERR_INVALID, 46, "i32.eqz is not constant"},
        {GLOBALS "06 [01 7f 00 41 00 41 00 6a 0b]" CODE, ERR_UNSUPPORTED, 48, "\"extended-const\""},
        {GLOBALS "06 [01 7e 00 42 00 42 00 7e 0b]" CODE, ERR_UNSUPPORTED, 48, "\"extended-const\""},
        {GLOBALS "06 [01 7f 00 23 00 0b]" CODE, OK, 0, NULL},
        {GLOBALS "06 [01 7f 00 23 01 0b]" CODE, ERR_INVALID, 44,
         "constant expression required: global 1 is mutable"},
        {GLOBALS "06 [01 7f 00 23 02 0b]" CODE, ERR_INVALID, 44, "must give i32, found funcref"},
        {GLOBALS "06 [01 7f 00 23 03 0b]" CODE, ERR_INVALID, 44,
         "unknown global 3: there are 3 so far"},
        {GLOBALS "06 [02 7f 00 41 00 0b 7f 00 23 03 0b]" CODE, ERR_UNSUPPORTED, 49,
         "\"extended-const\""},
        {GLOBALS "06 [02 7f 01 41 00 0b 7f 00 23 03 0b]" CODE, ERR_INVALID, 49, "is mutable"},
        {GLOBALS "06 [01 70 00 d2 00 0b]" CODE, OK, 0, NULL},
        {GLOBALS "06 [01 70 00 d2 01 0b]" CODE, ERR_INVALID, 44, "unknown function 1"},
        {GLOBALS "06 [01 6f 00 d0 70 0b]" CODE, ERR_INVALID, 44, "externref, found funcref"},
        {GLOBALS "06 [01 7f 00 41 00]" CODE, ERR_MALFORMED, 46, "unexpected end"},
        {GLOBALS "06 [01 7f 00 41 80 80 80 80 10 0b]" CODE, ERR_MALFORMED, 45, "too large"},
        {GLOBALS "06 [01 7b 00 fd 0c 00*16 0b]" CODE, OK, 0, NULL},
        {GLOBALS "06 [01 7f 00 fd 0c 00*16 0b]" CODE, ERR_INVALID, 44, "must give i32, found v128"},
        {GLOBALS "06 [01 7f 00 ff 0b]" CODE, ERR_MALFORMED, 44, "illegal opcode"},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(values)
{
    struct module m = decode_good(GLOBALS "06 [07 7f 00 41 7f 0b 7e 00 42 7f 0b"
                                          " 7d 00 43 00 00 a0 7f 0b"
                                          " 7c 00 44 01 00 00 00 00 00 f4 7f 0b"
                                          " 70 00 d2 00 0b 70 00 d0 70 0b 70 00 23 02 0b]" CODE);
    const struct global *g = m.globals + m.nimported_globals;
    ck_assert_uint_eq(g[0].init.bits, UINT32_MAX);
    ck_assert_uint_eq(g[1].init.bits, UINT64_MAX);
    ck_assert_uint_eq(g[2].init.bits, 0x7fa00000);
    ck_assert_uint_eq(g[3].init.bits, UINT64_C(0x7ff4000000000001));
    ck_assert(g[4].init.kind == INIT_REF_FUNC && g[4].init.index == 0);
    ck_assert(g[5].init.kind == INIT_CONST && g[5].init.bits == 0 && g[5].init.type == VT_FUNCREF);
    ck_assert(g[6].init.kind == INIT_GLOBAL_GET && g[6].init.index == 2);
    ck_assert_uint_eq(g[0].init.offset, 44);
    ck_assert(module_func_is_declared(&m, 0));
    module_fini(&m);
}
END_TEST

Suite *suite_const_expr(void)
{
    return SUITE_OF("module/const_expr", errors_and_where, values);
}
