/*
 * exec/numeric.h, row by row of ir_ops.def, against the reference: all pairs of borders, then numbers at random.
 */
#include "engine/exec/numeric.h"

#include "engine/isa/isa.h"
#include "tests/engine/exec/exec_tests.h"
#include "tests/engine/exec/number_values.h"
#include "tests/engine/reference.h"

#define RANDOM_PAIRS 10000

struct row {
    const char *name;
    uint16_t op; /* enum wasm_op */
    char operand, result;
    bool (*run)(uint64_t a, uint64_t b,
                uint64_t *out); /* false where the predicate says that it traps */
};

#define IN_I32(c)  (uint32_t)(c)
#define IN_I64(c)  (c)
#define IN_F32(c)  f32_from_bits((uint32_t)(c))
#define IN_F64(c)  f64_from_bits(c)
#define OUT_I32(v) (uint32_t)(v)
#define OUT_I64(v) (v)
#define OUT_F32(v) f32_bits(v)
#define OUT_F64(v) f64_bits(v)
#define LETTER_I32 'i'
#define LETTER_I64 'I'
#define LETTER_F32 'f'
#define LETTER_F64 'F'

#define RUN(name, tout, possible, call)                                                            \
    static bool run_##name(uint64_t a, uint64_t b, uint64_t *out)                                  \
    {                                                                                              \
        (void)b;                                                                                   \
        if (!(possible))                                                                           \
            return false;                                                                          \
        *out = OUT_##tout(call);                                                                   \
        return true;                                                                               \
    }

#define MOVE(name, t, fn)
#define UNARY(name, tin, tout, fn)           RUN(name, tout, true, fn(IN_##tin(a)))
#define UNARY_TRAPS(name, tin, tout, fn, ok) RUN(name, tout, ok(IN_##tin(a)), fn(IN_##tin(a)))
#define BINARY_COMM(name, t, fn)             RUN(name, t, true, fn(IN_##t(a), IN_##t(b)))
#define BINARY(name, t, fn)                  RUN(name, t, true, fn(IN_##t(a), IN_##t(b)))
#define BINARY_TRAPS(name, t, fn, ok)                                                              \
    RUN(name, t, ok(IN_##t(a), IN_##t(b)), fn(IN_##t(a), IN_##t(b)))
#define COMPARE(name, t, fn, swapped) RUN(name, I32, true, fn(IN_##t(a), IN_##t(b)))
#define BRANCH_INT(name, t, fn, inverse)
#define BRANCH_FLOAT(name, t, fn)
#define LOAD(name, t, ctype)
#define STORE_INT(name, t, ctype)
#define STORE_FLOAT(name, t, ctype)
#define CONST(name, t)
#define SELECT(name, t)
#define PLAIN(name, len, fmt, flags, synopsis)
#include "engine/isa/ir_ops.def"
#undef UNARY
#undef UNARY_TRAPS
#undef BINARY_COMM
#undef BINARY
#undef BINARY_TRAPS
#undef COMPARE

static const struct row rows[] = {
#define ROW(name, tin, tout)                 {#name, OP_##name, LETTER_##tin, LETTER_##tout, run_##name},
#define UNARY(name, tin, tout, fn)           ROW(name, tin, tout)
#define UNARY_TRAPS(name, tin, tout, fn, ok) ROW(name, tin, tout)
#define BINARY_COMM(name, t, fn)             ROW(name, t, t)
#define BINARY(name, t, fn)                  ROW(name, t, t)
#define BINARY_TRAPS(name, t, fn, ok)        ROW(name, t, t)
#define COMPARE(name, t, fn, swapped)        ROW(name, t, I32)
#include "engine/isa/ir_ops.def"
};
#define ROWS (int)(sizeof rows / sizeof *rows)

static uint32_t reference_code(const struct row *row)
{
    const struct wasm_op_info *info = &wasm_op_info[row->op];
    return info->prefix ? info->prefix * 256u + info->code : info->code;
}

/* Results that arithmetic makes; abs, neg, copysign, reinterpretations keep the bits that they get. */
static bool makes_nans(uint32_t code)
{
    return (code >= 0x8d && code <= 0x97) || (code >= 0x9b && code <= 0xa5) || code == 0xb6 ||
           code == 0xbb;
}

static bool plain_operand(char type, uint64_t cell)
{
    return !number_is_nan(type, cell) || number_is_canonical(type, cell);
}

static void check(const struct row *row, uint64_t a, uint64_t b)
{
    uint32_t code = reference_code(row);
    uint64_t mine = 0, wanted = 0;
    bool binary = !reference_is_unary(code);
    bool ok = row->run(a, b, &mine);
    const char *trap = reference_numeric(code, a, b, &wanted);
    ck_assert_msg(ok == !trap, "%s %#lx %#lx: %s", row->name, (unsigned long)a, (unsigned long)b,
                  trap ? trap : "does not trap");
    if (!ok)
        return;
    ck_assert_msg(number_equal(row->result, mine, wanted), "%s %#lx %#lx: %#lx, not %#lx",
                  row->name, (unsigned long)a, (unsigned long)b, (unsigned long)mine,
                  (unsigned long)wanted);
    if (!number_is_nan(row->result, mine) || !makes_nans(code))
        return;
    ck_assert_msg(number_is_quiet(row->result, mine), "%s %#lx %#lx: a signalling NaN", row->name,
                  (unsigned long)a, (unsigned long)b);
    if (plain_operand(row->operand, a) && (!binary || plain_operand(row->operand, b)))
        ck_assert_msg(number_is_canonical(row->result, mine), "%s %#lx %#lx: the NaN is %#lx",
                      row->name, (unsigned long)a, (unsigned long)b, (unsigned long)mine);
}

START_TEST(borders)
{
    const struct row *row = &rows[_i];
    size_t n;
    const uint64_t *values = number_borders(row->operand, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            check(row, values[i], values[j]);
}
END_TEST

START_TEST(random_numbers)
{
    const struct row *row = &rows[_i];
    uint64_t state = 88172645463325252u + (uint64_t)_i;
    int pairs = getenv("CUPEL_TEST_QUICK") ? RANDOM_PAIRS / 50 : RANDOM_PAIRS;
    for (int i = 0; i < pairs; i++) {
        uint64_t a = number_random(row->operand, &state);
        check(row, a, number_random(row->operand, &state));
    }
}
END_TEST

/* Signs of zero, which == does not see, and ties. */
START_TEST(details)
{
    ck_assert_uint_eq(f64_bits(f64_min(0.0, -0.0)), UINT64_C(1) << 63);
    ck_assert_uint_eq(f64_bits(f64_min(-0.0, 0.0)), UINT64_C(1) << 63);
    ck_assert_uint_eq(f64_bits(f64_max(0.0, -0.0)), 0);
    ck_assert_uint_eq(f64_bits(f64_max(-0.0, 0.0)), 0);
    ck_assert_uint_eq(f32_bits(f32_ceil(-0.5f)), UINT32_C(1) << 31);
    ck_assert_uint_eq(f32_bits(f32_trunc(-0.5f)), UINT32_C(1) << 31);
    ck_assert_uint_eq(f32_bits(f32_nearest(-0.5f)), UINT32_C(1) << 31);
    ck_assert(f64_nearest(0.5) == 0 && f64_nearest(1.5) == 2 && f64_nearest(2.5) == 2 &&
              f64_nearest(-2.5) == -2);
    ck_assert(f64_nearest(4503599627370495.5) == 4503599627370496.0);
    ck_assert_uint_eq(i32_rotl(0x80000001, 33), 3);
    ck_assert_uint_eq(i32_shl(1, 32), 1);
    ck_assert_uint_eq(i64_shr_s(UINT64_C(1) << 63, 127), UINT64_MAX);
    ck_assert(!i32_div_s_ok(0x80000000, UINT32_MAX) && i32_div_s_ok(0x80000000, 1));
    ck_assert_uint_eq(i32_rem_s(0x80000000, UINT32_MAX), 0);
}
END_TEST

void add_numeric(TCase *tc)
{
    tcase_add_loop_test(tc, borders, 0, ROWS);
    tcase_add_loop_test(tc, random_numbers, 0, ROWS);
    tcase_add_test(tc, details);
}
