/*
 * Lowering of the numeric families. A Wasm instruction and its family of internal ops bear the same
 * name, so one table, made from ir_ops.def, leads from the one to the other; the operands' places
 * then choose the variant.
 */
#include "engine/translate/emit.h"

enum { COMMUTES = 1, COMPARES = 2, WIDE = 4 };

struct lowering {
    uint16_t base; /* first variant */
    uint16_t
        swapped; /* with operands exchanged; of a comparison another op, if nothing commutes the same one */
    uint8_t type;   /* of the result */
    uint8_t result; /* its class */
    uint8_t flags;  /* WIDE: an immediate takes eight bytes */
};

#define CLASS_I32 CLASS_INT
#define CLASS_I64 CLASS_INT

#define WIDE_I32 0
#define WIDE_I64 0
#define WIDE_F32 0
#define WIDE_F64 WIDE

static const struct lowering lowerings[OP_COUNT] = {
#define MOVE(name, t, fn)
#define UNARY(name, tin, tout, fn)           [OP_##name] = {IR_##name##_s_a, 0, VT_##tout, CLASS_##tout, 0},
#define UNARY_TRAPS(name, tin, tout, fn, ok) UNARY(name, tin, tout, fn)
#define BINARY_COMM(name, t, fn)                                                                   \
    [OP_##name] = {IR_##name##_ss_a, IR_##name##_ss_a, VT_##t, CLASS_##t, COMMUTES | WIDE_##t},
#define BINARY(name, t, fn)                                                                        \
    [OP_##name] = {IR_##name##_ss_a, IR_##name##_ss_a, VT_##t, CLASS_##t, WIDE_##t},
#define BINARY_TRAPS(name, t, fn, ok) BINARY(name, t, fn)
#define COMPARE(name, t, fn, swapped)                                                              \
    [OP_##name] = {IR_##name##_ss_a, IR_##swapped##_ss_a, VT_I32, CLASS_INT, COMPARES | WIDE_##t},
#define BRANCH_INT(name, t, fn, inverse)
#define BRANCH_FLOAT(name, t, fn)
#define LOAD(name, t, ctype)
#define STORE_INT(name, t, ctype)
#define STORE_FLOAT(name, t, ctype)
#define CONST(name, t)
#define SELECT(name, t)
#define PLAIN(name, len, fmt, flags, synopsis)
#include "engine/isa/ir_ops.def"
};

void lower_unary(struct translator *t, const struct instr *in)
{
    const struct lowering *l = &lowerings[in->op];
    struct entry *a = top(t, 0);
    if (in->op == OP_I32_EQZ && invert_comparison(t, a))
        return;
    settle_const(t, a);
    bool acc = in_acc(t, a);
    int32_t slot = acc ? 0 : a->slot;
    if (acc)
        take_acc(t, a);
    release_local(t, a);
    make_temp(a, l->result, l->type);
    ir_put16(append_result(t, (enum ir_op)(l->base + (acc ? 3 : 1)), (enum value_class)l->result,
                           a->own, true),
             10, slot);
}

/* Whether a constant fits the immediate of its type. */
static inline bool is_immediate(const struct entry *e)
{
    return e->kind == ENTRY_CONST &&
           (e->type != VT_I64 || (int64_t)e->bits == (int32_t)(uint32_t)e->bits);
}

/* Operand forms in the order of isa/ir.h. */
enum form { FORM_ss, FORM_sa, FORM_si, FORM_ai, FORM_as, FORM_is, FORM_ia };

/* x - constant is x + -constant. */
static void negate_subtrahend(uint16_t op, uint32_t *base, struct entry *b)
{
    if (b->kind != ENTRY_CONST)
        return;
    if (op == OP_I32_SUB) {
        *base = IR_I32_ADD_ss_a;
        b->bits = (uint32_t)-b->bits;
    } else if (op == OP_I64_SUB && (int32_t)(uint32_t)b->bits != INT32_MIN) {
        *base = IR_I64_ADD_ss_a;
        b->bits = -b->bits;
    }
}

/* The low half of an i64: 0xffffffff would fit no immediate. */
static bool lower_low_half(struct translator *t, const struct instr *in)
{
    if (in->op != OP_I64_AND || t->stack.len < 2)
        return false;
    const struct entry *mask = top(t, 0);
    if (mask->kind != ENTRY_CONST || mask->bits != UINT32_MAX)
        return false;
    pop_entry(t);
    const struct instr extend = {.op = OP_I64_EXTEND_I32_U, .offset = in->offset};
    lower_unary(t, &extend);
    return true;
}

/* Puts `op`, one without an immediate, or I32_BITS with a mask, in the place of the last one, which shifts by a constant and whose result is taken. */
static void replace_shift(struct translator *t, enum ir_op op, uint32_t mask)
{
    const uint8_t *p = code_at(t, t->last);
    bool acc = ir_u64(p, 0) == IR_I32_SHL_ai_s || ir_u64(p, 0) == IR_I32_SHR_U_ai_s;
    int32_t a = ir_s16(p, 10);
    uint32_t count = ir_u32(p, 12);
    pop_entry(t);
    pop_entry(t);
    unemit_last(t);
    struct entry *r = push_temp(t, VT_I32);
    uint8_t *q = emit_result(t, (enum ir_op)(op + (acc ? 3 : 1)), CLASS_INT, r->own, true);
    if (!acc)
        ir_put16(q, 10, a);
    if (op == IR_I32_BITS_s_a) {
        ir_put32(q, 12, count);
        ir_put32(q, 16, mask);
    }
}

/* A number that is shifted up and down again is extended; one that is shifted down and masked has bits taken out. */
static bool lower_shifted(struct translator *t, const struct instr *in)
{
    if ((in->op != OP_I32_SHR_S && in->op != OP_I32_AND) || t->stack.len < 2 ||
        top(t, 0)->kind != ENTRY_CONST)
        return false;
    const uint8_t *p = producer_of(t, top(t, 1));
    uint32_t bits = (uint32_t)top(t, 0)->bits;
    if (!p)
        return false;
    uint64_t before = ir_u64(p, 0);
    if (in->op == OP_I32_AND && (before == IR_I32_SHR_U_si_s || before == IR_I32_SHR_U_ai_s)) {
        replace_shift(t, IR_I32_BITS_s_a, bits);
        return true;
    }
    if (in->op != OP_I32_SHR_S || (before != IR_I32_SHL_si_s && before != IR_I32_SHL_ai_s) ||
        ir_u32(p, 12) != bits || (bits != 16 && bits != 24))
        return false;
    replace_shift(t, bits == 16 ? IR_I32_EXTEND16_S_s_a : IR_I32_EXTEND8_S_s_a, 0);
    return true;
}

/* Instructions that may become one with what came before, or another one. */
static inline bool is_peculiar(uint16_t op)
{
    return op == OP_I32_AND || op == OP_I32_SHR_S || op == OP_I64_AND
#define FUSED(name, t, first, second, place, f, g) || op == OP_##second
#define FUSED_COMM(name, t, first, second, f, g)   || op == OP_##second
#define FUSED_IMM(name, t, first, second, f, g)    || op == OP_##second
#define THEN_IMM(name, t, first, second, f, g)     || op == OP_##second
#include "engine/isa/ir_fused.def"
        ;
}

static bool lower_peculiar(struct translator *t, const struct instr *in)
{
    return lower_low_half(t, in) ||
           (t->last != 0 && (lower_shifted(t, in) || fuse_binary(t, in->op)));
}

/* Where the operands are exchanged, the op of `form` may be another one; `exchanged` is what the form then is. */
static inline uint32_t exchanged_form(const struct lowering *l, uint32_t *base, enum form form,
                                      enum form exchanged)
{
    if (!(l->flags & (COMMUTES | COMPARES)))
        return form;
    *base = l->swapped;
    return exchanged;
}

/* The two topmost entries become the result of the op, of which the operand at 10 and, in most forms, the one at 12 are given. */
static __attribute__((noinline)) uint8_t *put_binary(struct translator *t, const struct lowering *l,
                                                     uint32_t op, int32_t slot, uint32_t second)
{
    struct entry *b = top(t, 0), *a = b - 1;
    release_local(t, a);
    release_local(t, b);
    t->stack.len--;
    t->height--;
    make_temp(a, l->result, l->type);
    uint8_t *p = append_result(t, (enum ir_op)(op + 1), (enum value_class)l->result, a->own, true);
    ir_put16(p, 10, slot);
    ir_put32(p, 12, second);
    return p;
}

/* The immediate of an op that is otherwise complete. */
static void put_binary_imm(struct translator *t, const struct lowering *l, uint32_t base,
                           enum form form, int32_t slot, uint64_t bits)
{
    bool wide = l->flags & WIDE;
    uint8_t *p = put_binary(t, l, base + 2 * (uint32_t)form, slot, wide ? 0 : (uint32_t)bits);
    if (wide)
        ir_put64(p, 16, bits);
}

static void lower_const_first(struct translator *t, const struct lowering *l, struct entry *a,
                              const struct entry *b)
{
    uint32_t base = l->base;
    bool acc = in_acc(t, b);
    int32_t slot = acc ? 0 : b->slot;
    if (acc)
        take_acc(t, b);
    uint32_t form = acc ? exchanged_form(l, &base, FORM_ia, FORM_ai)
                        : exchanged_form(l, &base, FORM_is, FORM_si);
    put_binary_imm(t, l, base, (enum form)form, slot, a->bits);
}

static void lower_const_second(struct translator *t, const struct lowering *l, uint16_t op,
                               const struct entry *a, struct entry *b)
{
    uint32_t base = l->base;
    negate_subtrahend(op, &base, b);
    bool acc = in_acc(t, a);
    int32_t slot = acc ? 0 : a->slot;
    if (acc)
        take_acc(t, a);
    put_binary_imm(t, l, base, acc ? FORM_ai : FORM_si, slot, b->bits);
}

void lower_binary(struct translator *t, const struct instr *in)
{
    const struct lowering *l = &lowerings[in->op];
    if (is_peculiar(in->op) && lower_peculiar(t, in))
        return;
    struct entry *b = top(t, 0), *a = b - 1;
    /* Two constants, or one too wide: a slot takes it. The right one may be in the accumulator, so
     * it goes last. */
    if (a->kind == ENTRY_CONST && (b->kind == ENTRY_CONST || !is_immediate(a)))
        settle_const(t, a);
    if (b->kind == ENTRY_CONST && !is_immediate(b))
        settle_const(t, b);
    if (b->kind == ENTRY_CONST) {
        lower_const_second(t, l, in->op, a, b);
    } else if (a->kind == ENTRY_CONST) {
        lower_const_first(t, l, a, b);
    } else if (in_acc(t, b)) {
        take_acc(t, b);
        put_binary(t, l, l->base + 2 * (uint32_t)FORM_sa, a->slot, 0);
    } else if (in_acc(t, a)) {
        uint32_t base = l->base, form = exchanged_form(l, &base, FORM_as, FORM_sa);
        take_acc(t, a);
        put_binary(t, l, base + 2 * form, b->slot, 0);
    } else {
        put_binary(t, l, l->base + 2 * (uint32_t)FORM_ss, a->slot, (uint16_t)b->slot);
    }
}

void lower_select(struct translator *t)
{
    static const enum ir_op ops[CLASS_COUNT] = {IR_I64_SELECT_s, IR_F32_SELECT_s, IR_F64_SELECT_s,
                                                IR_V128_SELECT_s};
    struct entry c = pop_entry(t), b = pop_entry(t), a = pop_entry(t);
    /* All three lie in slots; a constant condition too. */
    settle_const(t, &a);
    settle_const(t, &b);
    settle_const(t, &c);
    bool acc = in_acc(t, &c);
    if (acc)
        take_acc(t, &c);
    struct entry *r = push_temp(t, a.type);
    if (!r)
        return;
    uint8_t *p =
        emit_result(t, (enum ir_op)(ops[r->class] + (acc ? 1 : 0)), r->class, r->own, false);
    ir_put16(p, 10, a.slot);
    ir_put16(p, 12, b.slot);
    if (!acc)
        ir_put16(p, 14, c.slot);
}

/* Operands lie in their own slots, next to each other; the results take the first two. */
void lower_wide(struct translator *t, const struct instr *in)
{
    bool sum = in->op == OP_I64_ADD128 || in->op == OP_I64_SUB128;
    enum ir_op op = in->op == OP_I64_ADD128       ? IR_I64_ADD128
                    : in->op == OP_I64_SUB128     ? IR_I64_SUB128
                    : in->op == OP_I64_MUL_WIDE_S ? IR_I64_MUL_WIDE_S
                                                  : IR_I64_MUL_WIDE_U;
    uint32_t operands = sum ? 4 : 2;
    settle_top(t, operands);
    for (uint32_t i = 0; i < operands; i++)
        pop_entry(t);
    int32_t slot = next_slot(t);
    ir_put16(emit_op(t, op), 8, slot);
    forget_slot(t, slot);
    forget_slot(t, slot + 8);
    push_temp(t, VT_I64);
    push_temp(t, VT_I64);
}
