/*
 * Lowering of the numeric families. A Wasm instruction and its family of internal ops bear the same
 * name, so one table, made from ir_ops.def, leads from the one to the other; the operands' places
 * then choose the variant.
 */
#include "engine/translate/translator.h"

enum { COMMUTES = 1, COMPARES = 2 };

struct lowering {
    uint16_t base;    /* first variant */
    uint16_t swapped; /* of a comparison: the one with operands exchanged */
    uint8_t result;   /* class */
    uint8_t flags;
};

#define CLASS_I32 CLASS_INT
#define CLASS_I64 CLASS_INT

static const struct lowering lowerings[OP_COUNT] = {
#define MOVE(name, t, fn)
#define UNARY(name, tin, tout, fn)           [OP_##name] = {IR_##name##_s_a, 0, CLASS_##tout, 0},
#define UNARY_TRAPS(name, tin, tout, fn, ok) [OP_##name] = {IR_##name##_s_a, 0, CLASS_##tout, 0},
#define BINARY_COMM(name, t, fn)             [OP_##name] = {IR_##name##_ss_a, 0, CLASS_##t, COMMUTES},
#define BINARY(name, t, fn)                  [OP_##name] = {IR_##name##_ss_a, 0, CLASS_##t, 0},
#define BINARY_TRAPS(name, t, fn, ok)        [OP_##name] = {IR_##name##_ss_a, 0, CLASS_##t, 0},
#define COMPARE(name, t, fn, swapped)                                                              \
    [OP_##name] = {IR_##name##_ss_a, IR_##swapped##_ss_a, CLASS_INT, COMPARES},
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

static valtype result_type(const struct instr *in)
{
    static const valtype types[] = {
        [SIG_I32] = VT_I32, [SIG_I64] = VT_I64, [SIG_F32] = VT_F32, [SIG_F64] = VT_F64};
    return types[SIG_RESULT(wasm_op_info[in->op].sig)];
}

void lower_unary(struct translator *t, const struct instr *in)
{
    const struct lowering *l = &lowerings[in->op];
    struct entry a = pop_entry(t);
    if (in->op == OP_I32_EQZ && invert_comparison(t, &a)) {
        push_temp(t, VT_I32);
        return;
    }
    settle_const(t, &a);
    bool acc = in_acc(t, &a);
    if (acc)
        take_acc(t, &a);
    struct entry *r = push_temp(t, result_type(in));
    if (!r)
        return;
    uint8_t *p = emit_result(t, (enum ir_op)(l->base + (acc ? 3 : 1)), l->result, r->own, true);
    if (!acc)
        ir_put16(p, 10, a.slot);
}

/* Whether a constant fits the immediate of its type. */
static bool is_immediate(const struct entry *e)
{
    return e->kind == ENTRY_CONST &&
           (e->type != VT_I64 || (int64_t)e->bits == (int32_t)(uint32_t)e->bits);
}

static void put_immediate(uint8_t *p, const struct entry *e)
{
    if (e->type == VT_F64)
        ir_put64(p, 16, e->bits);
    else
        ir_put32(p, 12, (uint32_t)e->bits);
}

/* Operand forms in the order of isa/ir.h. */
enum form { FORM_ss, FORM_sa, FORM_si, FORM_ai, FORM_as, FORM_is, FORM_ia };

static enum form choose_form(const struct translator *t, const struct entry *a,
                             const struct entry *b)
{
    bool acc_b = in_acc(t, b), acc_a = in_acc(t, a) && !acc_b;
    if (a->kind == ENTRY_CONST)
        return acc_b ? FORM_ia : FORM_is;
    if (b->kind == ENTRY_CONST)
        return acc_a ? FORM_ai : FORM_si;
    return acc_b ? FORM_sa : acc_a ? FORM_as : FORM_ss;
}

/* Exchanges the operands where that leads to a form that the family has. */
static enum form exchange(enum form form)
{
    return form == FORM_as ? FORM_sa : form == FORM_is ? FORM_si : form == FORM_ia ? FORM_ai : form;
}

static void put_operands(uint8_t *p, enum form form, const struct entry *a, const struct entry *b)
{
    switch (form) {
    case FORM_ss:
        ir_put16(p, 10, a->slot);
        ir_put16(p, 12, b->slot);
        break;
    case FORM_sa:
        ir_put16(p, 10, a->slot);
        break;
    case FORM_si:
        ir_put16(p, 10, a->slot);
        put_immediate(p, b);
        break;
    case FORM_ai:
        put_immediate(p, b);
        break;
    case FORM_as:
        ir_put16(p, 10, b->slot);
        break;
    case FORM_is:
        ir_put16(p, 10, b->slot);
        put_immediate(p, a);
        break;
    case FORM_ia:
        put_immediate(p, a);
        break;
    }
}

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

void lower_binary(struct translator *t, const struct instr *in)
{
    const struct lowering *l = &lowerings[in->op];
    if (lower_low_half(t, in) || lower_shifted(t, in) || fuse_binary(t, in->op))
        return;
    struct entry b = pop_entry(t), a = pop_entry(t);
    /* Two constants, or one too wide: a slot takes it. The right one may be in the accumulator, so
     * it goes last. */
    if (a.kind == ENTRY_CONST && (b.kind == ENTRY_CONST || !is_immediate(&a)))
        settle_const(t, &a);
    if (b.kind == ENTRY_CONST && !is_immediate(&b))
        settle_const(t, &b);
    uint32_t base = l->base;
    negate_subtrahend(in->op, &base, &b);
    enum form form = choose_form(t, &a, &b), used = form;
    if (l->flags)
        used = exchange(form);
    if (used != form && (l->flags & COMPARES))
        base = l->swapped;
    if (form == FORM_sa || form == FORM_ia)
        take_acc(t, &b);
    else if (form == FORM_ai || form == FORM_as)
        take_acc(t, &a);
    struct entry *r = push_temp(t, result_type(in));
    if (!r)
        return;
    uint8_t *p =
        emit_result(t, (enum ir_op)(base + 2 * (uint32_t)used + 1), l->result, r->own, true);
    if (used != form) {
        struct entry tmp = a;
        a = b;
        b = tmp;
    }
    put_operands(p, used, &a, &b);
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
