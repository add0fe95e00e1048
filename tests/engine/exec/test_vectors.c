/*
 * Random straight lines of vector instructions, computed here lane by lane while they are made: what the translator fuses, folds and keeps in the accumulator
 * comes out as if it had not.
 *
 * What gives a NaN is left out, as its bits are up to the host.
 */
#include "engine/isa/isa.h"
#include "tests/engine/exec/code_bytes.h"
#include "tests/engine/exec/exec_tests.h"
#include "tests/engine/exec/simd_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS 400
#define VECTORS   5 /* locals: parameters 0 to 2, then 5 and 6; 3 and 4 are addresses */
#define STACK     8
#define DATA      256

enum kind { ONE, TWO, THREE, SHIFT, LOAD };

static const struct subject {
    uint16_t op;
    uint8_t kind;
    const char *name;
} subjects[] = {
#define ROW(name, kind) {OP_##name, kind, #name},
#define V_MOVE(name)
#define V_CONST(name)
#define V_SELECT(name)
#define V_SHUFFLE(name)
#define V_PERMUTE(name)
#define V_UNARY(name, fn) ROW(name, ONE)
#define V_TEST(name, fn)
#define SPLAT(name, t, fn)
#define V_BINARY_COMM(name, fn) ROW(name, TWO)
#define V_BINARY(name, fn)      ROW(name, TWO)
#define V_TERNARY(name, fn)     ROW(name, THREE)
#define V_FUSED(name, first, second, place, fn)
#define V_ROTATE(name, left, right, bits, fn)
#define V_SHIFT(name, fn) ROW(name, SHIFT)
#define EXTRACT(name, t, ctype)
#define REPLACE(name, t, fn)
#define V_LOAD(name, raw, fn) ROW(name, LOAD)
#define V_LOAD_LANE(name, raw, fn)
#define V_STORE(name)
#define V_STORE_LANE(name, t, ctype)
#define V_PLAIN(name, len, fmt, flags, synopsis)
#define V_SAME(wasm, name)
#include "engine/isa/ir_simd.def"
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

/* Instructions that are fused. */
static const struct subject fused[] = {
#undef V_UNARY
#undef V_BINARY_COMM
#undef V_BINARY
#undef V_TERNARY
#undef V_FUSED
#undef V_SHIFT
#undef V_LOAD
#define V_UNARY(name, fn)
#define V_BINARY_COMM(name, fn)
#define V_BINARY(name, fn)
#define V_TERNARY(name, fn)
#define V_FUSED(name, first, second, place, fn) ROW(first, TWO) ROW(second, TWO)
#define V_SHIFT(name, fn)
#define V_LOAD(name, raw, fn)
#include "engine/isa/ir_simd.def"
};
#define FUSED (sizeof fused / sizeof fused[0])

struct made {
    struct code_bytes code;
    v128 params[3];
    v128 locals[VECTORS];
    v128 stack[STACK];
    unsigned height;
    uint32_t addresses[2];
};

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
static uint8_t data[DATA];

static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

/* Numbers that are small integers as 32-bit floats too, often the same in all lanes. */
static v128 any_vector(void)
{
    union {
        float f[4];
        uint8_t bytes[16];
        v128 v;
    } of;
    bool bytes = any(2) == 0;
    for (unsigned i = 0; i < 16; i++)
        of.bytes[i] = (uint8_t)any(bytes ? 256 : 4);
    for (unsigned i = 0; !bytes && i < 4; i++)
        of.f[i] = (float)(int32_t)any(200) - 100;
    return any(3) == 0 ? v128_spread32(of.v) : of.v;
}

static const struct simd_row *row_of(const char *name)
{
    for (unsigned i = 0; i < simd_row_count; i++)
        if (strcmp(simd_portable[i].name, name) == 0)
            return &simd_portable[i];
    ck_abort_msg("%s: no row", name);
    return NULL;
}

static bool has_nan(v128 v, uint16_t op)
{
    const char *mnemonic = wasm_op_info[op].mnemonic;
    f32x4 single = (f32x4)v;
    f64x2 pair = (f64x2)v;
    if (strncmp(mnemonic, "f32x4", 5) == 0)
        return single[0] != single[0] || single[1] != single[1] || single[2] != single[2] ||
               single[3] != single[3];
    return strncmp(mnemonic, "f64x2", 5) == 0 && (pair[0] != pair[0] || pair[1] != pair[1]);
}

static void put_op(struct made *m, uint16_t op)
{
    code_put(&m->code, 0xfd);
    code_u(&m->code, wasm_op_info[op].code);
}

static void put_bytes(struct made *m, v128 v)
{
    uint8_t bytes[16];
    memcpy(bytes, &v, sizeof bytes);
    for (unsigned i = 0; i < 16; i++)
        code_put(&m->code, bytes[i]);
}

static unsigned local_index(unsigned vector)
{
    return vector < 3 ? vector : vector + 2;
}

/* Pushes a local or a constant. */
static void push_operand(struct made *m)
{
    unsigned local = any(VECTORS);
    if (any(4) == 0) {
        v128 v = any_vector();
        put_op(m, OP_V128_CONST);
        put_bytes(m, v);
        m->stack[m->height++] = v;
        return;
    }
    code_op_u(&m->code, 0x20, local_index(local));
    m->stack[m->height++] = m->locals[local];
}

static void pop_local(struct made *m)
{
    unsigned local = any(VECTORS);
    bool tee = m->height == 1 || any(2) == 0;
    m->locals[local] = m->stack[m->height - 1];
    code_op_u(&m->code, tee ? 0x22 : 0x21, local_index(local));
    m->height -= !tee;
}

/* An address: a parameter, a constant, or a sum of two of these. Its value is below 128. */
static uint32_t put_address(struct made *m)
{
    uint32_t constant = any(32);
    unsigned first = any(2), way = any(4);
    if (way == 3) {
        code_const(&m->code, 'i', constant);
        return constant;
    }
    code_op_u(&m->code, 0x20, 3 + first);
    if (way == 0)
        return m->addresses[first];
    if (way == 1)
        code_const(&m->code, 'i', constant);
    else
        code_op_u(&m->code, 0x20, 4 - first);
    code_put(&m->code, 0x6a);
    return m->addresses[first] + (way == 1 ? constant : m->addresses[1 - first]);
}

static void do_load(struct made *m, const struct subject *s)
{
    v128 operands[3] = {{0}};
    uint64_t number;
    uint32_t offset = any(3) == 0 ? any(64) : 0, at = put_address(m) + offset;
    put_op(m, s->op);
    code_u(&m->code, 0);
    code_u(&m->code, offset);
    memcpy(&operands[0], data + at, sizeof operands[0]);
    memcpy(&number, data + at, sizeof number);
    row_of(s->name)->run(&m->stack[m->height++], operands, number);
}

/* An instruction on what is on the stack, unless it gives a NaN. */
static void do_op(struct made *m, const struct subject *s)
{
    unsigned count = s->kind == THREE ? 3 : s->kind == TWO ? 2 : 1;
    v128 operands[3] = {{0}}, result;
    uint32_t number = any(80);
    if (m->height < count)
        return;
    for (unsigned i = 0; i < count; i++)
        operands[i] = m->stack[m->height - count + i];
    row_of(s->name)->run(&result, operands, number);
    if (has_nan(result, s->op))
        return;
    if (s->kind == SHIFT)
        code_const(&m->code, 'i', number);
    put_op(m, s->op);
    m->height -= count;
    m->stack[m->height++] = result;
}

static void do_shuffle(struct made *m)
{
    v128 operands[3], result;
    uint8_t lanes[16];
    unsigned local = any(VECTORS), from = any(4);
    if (from == 0) { /* the same local twice */
        for (unsigned i = 0; i < 2; i++) {
            code_op_u(&m->code, 0x20, local_index(local));
            m->stack[m->height++] = m->locals[local];
        }
    }
    if (m->height < 2)
        return;
    for (unsigned i = 0; i < 16; i++)
        lanes[i] = (uint8_t)(any(from == 1 || from == 2 ? 16 : 32) + (from == 2 ? 16 : 0));
    memcpy(&operands[2], lanes, sizeof lanes);
    operands[0] = m->stack[m->height - 2];
    operands[1] = m->stack[m->height - 1];
    row_of("I8X16_SHUFFLE")->run(&result, operands, 0);
    put_op(m, OP_I8X16_SHUFFLE);
    put_bytes(m, operands[2]);
    m->stack[--m->height - 1] = result;
}

/* A local or an operand, shifted both ways and joined; mostly a rotation. */
static void do_rotation(struct made *m)
{
    static const struct {
        uint16_t left, right;
        unsigned bits;
    } ways[] = {{OP_I32X4_SHL, OP_I32X4_SHR_U, 32},
                {OP_I64X2_SHL, OP_I64X2_SHR_U, 64},
                {OP_I32X4_SHL, OP_I32X4_SHR_U, 31}};
    unsigned way = any(3), local = any(VECTORS), n = any(64),
             other = any(5) > 0 ? local : any(VECTORS);
    unsigned counts[2] = {n, ways[way].bits - n % ways[way].bits};
    bool right_first = any(2) == 0;
    v128 joined = {0, 0};
    if (any(2) == 0 && m->height > 0)
        pop_local(m);
    for (unsigned i = 0; i < 2; i++) {
        uint16_t op = (i == 0) == right_first ? ways[way].right : ways[way].left;
        unsigned from = i == 0 ? local : other;
        v128 operands[3] = {m->locals[from]}, result;
        code_op_u(&m->code, 0x20, local_index(from));
        code_const(&m->code, 'i', counts[i]);
        put_op(m, op);
        row_of(op == OP_I32X4_SHL     ? "I32X4_SHL"
               : op == OP_I32X4_SHR_U ? "I32X4_SHR_U"
               : op == OP_I64X2_SHL   ? "I64X2_SHL"
                                      : "I64X2_SHR_U")
            ->run(&result, operands, counts[i]);
        joined |= result;
    }
    put_op(m, OP_V128_OR);
    m->stack[m->height++] = joined;
}

static void do_step(struct made *m)
{
    switch (m->height + 2 < STACK ? any(9) : 8) {
    case 0:
    case 1:
        push_operand(m);
        break;
    case 2:
        do_shuffle(m);
        break;
    case 3:
        if (m->height > 0)
            pop_local(m);
        break;
    case 4:
        do_rotation(m);
        break;
    default: {
        const struct subject *s = any(3) > 0 ? &subjects[any(SUBJECTS)] : &fused[any(FUSED)];
        if (s->kind != LOAD)
            do_op(m, s);
        else if (m->height + 1 < STACK)
            do_load(m, s);
    }
    }
}

/* A function of three vectors and two addresses; leaves the result in stack[0]. */
static void make(struct made *m)
{
    m->code.len = 0;
    m->height = 0;
    for (unsigned i = 0; i < VECTORS; i++)
        m->locals[i] = (v128){0, 0};
    for (unsigned i = 0; i < 3; i++)
        m->locals[i] = m->params[i] = any_vector();
    m->addresses[0] = any(64);
    m->addresses[1] = any(64);
    push_operand(m);
    while (m->code.len < sizeof m->code.bytes - 100)
        do_step(m);
    for (; m->height > 1; m->height--)
        put_op(m, OP_V128_XOR), m->stack[m->height - 2] ^= m->stack[m->height - 1];
    code_put(&m->code, 0x0b);
}

static void call(struct world *t, cupel_instance_t instance, const struct made *m, unsigned n)
{
    char name[16];
    cupel_val_t args[5], result;
    cupel_trap_t *trap;
    for (unsigned i = 0; i < 3; i++) {
        args[i].kind = CUPEL_V128;
        memcpy(args[i].of.v128, &m->params[i], 16);
    }
    args[3] = val_i32((int32_t)m->addresses[0]);
    args[4] = val_i32((int32_t)m->addresses[1]);
    snprintf(name, sizeof name, "f%u", n);
    must(cupel_func_call(t->ctx, get_func(t, instance, name), args, 5, &result, 1, &trap));
    ck_assert_msg(!trap, "%s traps", name);
    ck_assert_msg(memcmp(result.of.v128, &m->stack[0], 16) == 0, "%s: another result", name);
}

static void run_all(const struct made *made, unsigned flags)
{
    struct world t;
    world_init(&t, flags);
    uint32_t type = wasm_type(&t.w, "vvvii", "v");
    wasm_memory(&t.w, 1, 1);
    wasm_data(&t.w, 0, data, sizeof data);
    for (unsigned n = 0; n < FUNCTIONS; n++) {
        char name[16];
        snprintf(name, sizeof name, "f%u", n);
        wasm_export(&t.w, name, 0,
                    wasm_func(&t.w, type, "vv", made[n].code.bytes, made[n].code.len));
    }
    cupel_instance_t instance = world_instantiate(&t, NULL, 0);
    for (unsigned n = 0; n < FUNCTIONS; n++) {
        if (flags & WORLD_METERED)
            must(cupel_context_set_fuel(t.ctx, 1000000));
        call(&t, instance, &made[n], n);
    }
    world_fini(&t);
}

START_TEST(random_lines)
{
    static struct made made[FUNCTIONS];
    for (unsigned i = 0; i < DATA; i++)
        data[i] = (uint8_t)(i * 37 + 11);
    state += (uint64_t)_i * UINT64_C(0xbf58476d1ce4e5b9);
    for (unsigned n = 0; n < FUNCTIONS; n++)
        make(&made[n]);
    for (unsigned flags = 0; flags < 4; flags++)
        run_all(made, flags);
}
END_TEST

/* Loads at sums: (i32, i32) -> v128's low lane. */
START_TEST(sums_beyond_the_end_trap)
{
    static const struct {
        uint32_t a, b;
        bool traps;
    } sums[] = {{0, 0, false},          {65536 - 24, 0, false}, {65536 - 24, 1, true},
                {0x80000000u, 8, true}, {0xfffffff0u, 0, true}, {0xfffffff8u, 16, false},
                {0xffffffffu, 1, false}};
    for (unsigned flags = 0; flags < 2; flags++) {
        struct world t;
        world_init(&t, flags ? WORLD_CHECKED : 0);
        wasm_memory(&t.w, 1, 1);
        wasm_export_func(&t.w, "slots", "ii", "i",
                         BYTES(0x20, 0, 0x20, 1, 0x6a, 0xfd, 0, 0, 8, 0xfd, 0x1b, 0, 0x0b));
        wasm_export_func(&t.w, "sixteen", "ii", "i",
                         BYTES(0x20, 0, 0x41, 16, 0x6a, 0xfd, 0, 0, 8, 0xfd, 0x1b, 0, 0x0b));
        cupel_instance_t instance = world_instantiate(&t, NULL, 0);
        for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
            const int32_t args[2] = {(int32_t)sums[i].a, (int32_t)sums[i].b};
            const char *name = sums[i].b == 16 ? "sixteen" : "slots";
            cupel_func_t f = get_func(&t, instance, name);
            if (sums[i].traps)
                expect_trap(call_trap(&t, f, 2, args), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
            else
                ck_assert_int_eq(call_i32(&t, f, 2, args), 0);
        }
        world_fini(&t);
    }
}
END_TEST

void add_vectors(TCase *tc)
{
    tcase_add_loop_test(tc, random_lines, 0, getenv("CUPEL_TEST_QUICK") ? 1 : 20);
    tcase_add_test(tc, sums_beyond_the_end_trap);
}
