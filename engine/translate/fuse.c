/*
 * Fusing branches with what comes before. The op just emitted, if it is the comparison that
 * produced the condition, is taken back and becomes a compare-and-branch; or it is turned into its
 * opposite, so that i32.eqz costs nothing. Before it there may be an addition, which goes in as
 * well; a branch back to a loop may stand for the branch that the loop begins with.
 */
#include "engine/translate/translator.h"

/* By row: first op of the comparison, of its branch, and of the branch on the opposite; `is_float`:
 * branches ss, sa and their opposites follow each other. */
struct comparison {
    uint16_t compare, branch, opposite_branch, opposite;
    bool is_float;
};

/* Float comparisons have opposites among themselves for equality only. */
#define FLOAT_OPPOSITE_F32_EQ IR_F32_NE_ss_a
#define FLOAT_OPPOSITE_F32_NE IR_F32_EQ_ss_a
#define FLOAT_OPPOSITE_F64_EQ IR_F64_NE_ss_a
#define FLOAT_OPPOSITE_F64_NE IR_F64_EQ_ss_a
#define FLOAT_OPPOSITE_F32_LT IR_COUNT
#define FLOAT_OPPOSITE_F32_GT IR_COUNT
#define FLOAT_OPPOSITE_F32_LE IR_COUNT
#define FLOAT_OPPOSITE_F32_GE IR_COUNT
#define FLOAT_OPPOSITE_F64_LT IR_COUNT
#define FLOAT_OPPOSITE_F64_GT IR_COUNT
#define FLOAT_OPPOSITE_F64_LE IR_COUNT
#define FLOAT_OPPOSITE_F64_GE IR_COUNT

static const struct comparison comparisons[] = {
#define BRANCH_INT(name, t, fn, inverse)                                                           \
    {IR_##name##_ss_a, IR_BR_##name##_ss, IR_BR_##inverse##_ss, IR_##inverse##_ss_a, false},
#define BRANCH_FLOAT(name, t, fn)                                                                  \
    {IR_##name##_ss_a, IR_BR_##name##_ss, IR_BRN_##name##_ss, FLOAT_OPPOSITE_##name, true},
#include "engine/translate/only_branches.def"
};

/* By op number: the row and one. */
enum {
#define BRANCH_INT(name, t, fn, inverse) ROW_##name,
#define BRANCH_FLOAT(name, t, fn)        ROW_##name,
#include "engine/translate/only_branches.def"
};
static const uint8_t row_of[IR_COUNT] = {
#define BRANCH_INT(name, t, fn, inverse)                                                           \
    [IR_##name##_ss_a... IR_##name##_ss_a + 7] = ROW_##name + 1,
#define BRANCH_FLOAT(name, t, fn) BRANCH_INT(name, t, fn, 0)
#include "engine/translate/only_branches.def"
};

/* The comparison that op number `op`, which writes a slot, belongs to; `form` is 0-3 for ss, sa,
 * si, ai. */
static const struct comparison *find_comparison(uint64_t op, uint32_t *form)
{
    if (row_of[op] == 0)
        return NULL;
    const struct comparison *c = &comparisons[row_of[op] - 1];
    *form = (uint32_t)(op - c->compare) / 2;
    return c;
}

bool invert_comparison(struct translator *t, const struct entry *e)
{
    uint8_t *p = (uint8_t *)(uintptr_t)producer_of(t, e);
    uint32_t form;
    const struct comparison *c = p ? find_comparison(ir_u64(p, 0), &form) : NULL;
    if (!c || c->opposite == IR_COUNT)
        return false;
    ir_put64(p, 0, ir_u64(p, 0) - c->compare + c->opposite);
    return true;
}

/* The branches of a row are in this order (isa/ir.h). */
#define INC_FROM_BRANCH       (IR_BR_INC_I32_EQ_s - IR_BR_I32_EQ_ss)
#define AHEAD_FROM_BRANCH     (IR_BR_AHEAD_I32_EQ_ss - IR_BR_I32_EQ_ss)
#define ADD_FROM_BRANCH       (IR_BR_ADD_I32_EQ_s - IR_BR_I32_EQ_ss)
#define INC_AHEAD_FROM_BRANCH (IR_BR_INC_AHEAD_I32_EQ_s - IR_BR_I32_EQ_ss)
#define ADD_AHEAD_FROM_BRANCH (IR_BR_ADD_AHEAD_I32_EQ_s - IR_BR_I32_EQ_ss)
#define AHEAD_FROM_FLOAT      (IR_BR_AHEAD_F32_EQ_ss - IR_BR_F32_EQ_ss)
#define IMM_FROM_FLOAT        (IR_BR_IMM_F32_EQ_s - IR_BR_F32_EQ_ss)

static bool branch_is_64(uint32_t branch)
{
    return branch >= IR_BR_I64_EQ_ss;
}

/* An addition of a constant or another slot to a slot, which is written: the counting of loops. */
struct counting {
    int32_t d, a, addend;
    bool is_slot; /* the addend */
};

static bool counts(const struct translator *t, bool is_64, struct counting *c)
{
    if (t->how->unfused || t->status != OK || t->last == 0)
        return false;
    const uint8_t *p = code_at(t, t->last);
    uint64_t op = ir_u64(p, 0);
    c->is_slot = op == (is_64 ? IR_I64_ADD_ss_s : IR_I32_ADD_ss_s);
    if (!c->is_slot && op != (is_64 ? IR_I64_ADD_si_s : IR_I32_ADD_si_s))
        return false;
    c->d = ir_s16(p, 8);
    c->a = ir_s16(p, 10);
    c->addend = c->is_slot ? ir_s16(p, 12) : ir_s32(p, 12);
    return true;
}

/* Puts a branch with the addition in the place of the last op, which is that addition. */
static void emit_count(struct translator *t, const struct counting *c, uint32_t branch,
                       int32_t other)
{
    t->at = t->last;
    t->last = t->previous = 0;
    forget_producers(t);
    uint8_t *p = emit_long_branch(t, (enum ir_op)branch);
    ir_put16(p, 8, c->d);
    ir_put16(p, 10, c->a);
    if (c->is_slot)
        ir_put16(p, 24, c->addend);
    else
        ir_put32(p, 24, (uint32_t)c->addend);
    ir_put16(p, 28, other);
}

/* The last op counts, and its result, in the accumulator, is compared: `branch` is the one of integers in its form ss, `form` the accumulator with a slot (1)
 * or an immediate (3), which is `other`. */
static bool fuse_count(struct translator *t, uint32_t branch, uint32_t form, int32_t other,
                       uint32_t *field)
{
    struct counting c;
    if (!counts(t, branch_is_64(branch), &c))
        return false;
    branch += c.is_slot ? ADD_FROM_BRANCH : INC_FROM_BRANCH;
    emit_count(t, &c, branch + (form == 3), other);
    *field = t->last + 12;
    return true;
}

/* x op acc, in the row of which the operands are exchanged: acc op' x. */
static uint32_t exchanged(uint32_t branch)
{
    switch (branch) {
#define BRANCH_INT(name, t, fn, inverse)
#define BRANCH_FLOAT(name, t, fn)
#define COMPARE(name, t, fn, swapped)                                                              \
    case IR_BR_##name##_ss:                                                                        \
        return IR_BR_##swapped##_ss;
#include "engine/translate/only_branches.def"
    default:
        return branch;
    }
}

/* The comparison of a float with a constant. */
static uint32_t branch_float_imm(struct translator *t, const struct comparison *c, const uint8_t *p,
                                 uint32_t form, bool wanted)
{
    uint8_t op[24];
    memcpy(op, p, ir_size[ir_u64(p, 0)].len);
    bool is_64 = c->compare >= IR_F64_EQ_ss_a;
    unemit_last(t);
    uint32_t branch = c->branch + IMM_FROM_FLOAT + (wanted ? 0 : 2) + (form == 3);
    uint8_t *q = emit_long_branch(t, (enum ir_op)branch);
    if (form == 2)
        ir_put16(q, 8, ir_s16(op, 10));
    if (is_64)
        ir_put64(q, 24, ir_u64(op, 16));
    else
        ir_put32(q, 24, ir_u32(op, 12));
    return t->last + 12;
}

/* Operands of a comparison in the places of a branch: x and y, or x and a short immediate. */
static bool fuse(struct translator *t, const uint8_t *p, bool wanted, uint32_t *field)
{
    uint32_t form;
    const struct comparison *c = find_comparison(ir_u64(p, 0), &form);
    if (!c)
        return false;
    if (c->is_float && form > 1) {
        *field = branch_float_imm(t, c, p, form, wanted);
        return true;
    }
    int32_t a = ir_s16(p, 10), b = ir_s16(p, 12), imm = ir_s32(p, 12);
    if (form >= 2 && imm != (int16_t)imm)
        return false;
    unemit_last(t);
    uint32_t branch = wanted ? c->branch : c->opposite_branch;
    if (!c->is_float && form == 3 && fuse_count(t, branch, form, imm, field))
        return true;
    if (!c->is_float && form == 1 && fuse_count(t, exchanged(branch), form, a, field))
        return true;
    uint8_t *q = emit_branch(t, (enum ir_op)(branch + form));
    if (form != 3)
        ir_put16(q, 8, a);
    if (form == 0)
        ir_put16(q, 10, b);
    if (form >= 2)
        ir_put16(q, 10, imm);
    *field = t->last + 12;
    return true;
}

/* x & constant, the last op, and branch; `op` is its number in the variant that writes a slot. */
static bool fuse_bits(struct translator *t, uint64_t op, bool wanted, uint32_t *field)
{
    if (op != IR_I32_AND_si_s && op != IR_I32_AND_ai_s)
        return false;
    bool acc = op == IR_I32_AND_ai_s;
    const uint8_t *p = code_at(t, t->last);
    int32_t a = ir_s16(p, 10);
    uint32_t mask = ir_u32(p, 12);
    unemit_last(t);
    uint32_t branch = wanted ? IR_BR_BITS_s : IR_BR_NO_BITS_s;
    uint8_t *q = emit_long_branch(t, (enum ir_op)(branch + acc));
    if (!acc)
        ir_put16(q, 8, a);
    ir_put32(q, 24, mask);
    *field = t->last + 12;
    return true;
}

/* The branch on what eqz took, if the last op made it in the accumulator only: a comparison of floats, which eqz could not invert, or x & constant. */
static bool fuse_before(struct translator *t, bool wanted, uint32_t *field)
{
    uint32_t form;
    if (t->last == 0)
        return false;
    const uint8_t *p = code_at(t, t->last);
    uint64_t op = ir_u64(p, 0);
    if ((op == IR_I32_AND_si_a || op == IR_I32_AND_ai_a) && fuse_bits(t, op + 1, wanted, field))
        return true;
    const struct comparison *c = find_comparison(op, &form);
    return c && op == c->compare + 2 * form && fuse(t, p, wanted, field);
}

/* x.eqz and branch. */
static bool fuse_eqz(struct translator *t, const uint8_t *p, bool wanted, uint32_t *field)
{
    uint64_t op = ir_u64(p, 0);
    bool is_64 = op == IR_I64_EQZ_s_s || op == IR_I64_EQZ_a_s;
    if (!is_64 && op != IR_I32_EQZ_s_s && op != IR_I32_EQZ_a_s)
        return false;
    bool acc = op == IR_I64_EQZ_a_s || op == IR_I32_EQZ_a_s;
    int32_t a = ir_s16(p, 10);
    enum ir_op base = is_64 ? (wanted ? IR_BR_I64_EQ_ss : IR_BR_I64_NE_ss)
                            : (wanted ? IR_BR_I32_EQ_ss : IR_BR_I32_NE_ss);
    unemit_last(t);
    if (acc && (fuse_count(t, base, 3, 0, field) || fuse_before(t, !wanted, field)))
        return true;
    uint8_t *q = emit_branch(t, (enum ir_op)(base + (acc ? 3 : 2)));
    if (!acc)
        ir_put16(q, 8, a);
    *field = t->last + 12;
    return true;
}

uint32_t branch_if(struct translator *t, const struct entry *cond, bool wanted)
{
    struct entry e = *cond;
    const uint8_t *p = producer_of(t, &e);
    uint32_t field = 0;
    if (p && (fuse(t, p, wanted, &field) || fuse_eqz(t, p, wanted, &field) ||
              fuse_bits(t, ir_u64(p, 0), wanted, &field)))
        return field;
    settle_const(t, &e);
    enum ir_op base = wanted ? IR_BR_I32_NE_ss : IR_BR_I32_EQ_ss;
    if (in_acc(t, &e)) {
        if (e.kind == ENTRY_LOCAL && fuse_count(t, base, 3, 0, &field))
            return field;
        take_acc(t, &e);
        emit_branch(t, (enum ir_op)(base + 3));
    } else {
        ir_put16(emit_branch(t, (enum ir_op)(base + 2)), 8, e.slot);
    }
    return t->last + 12;
}

/* The comparison, with its form and whether its opposite is meant, that branch number `op` at a loop's start makes of two slots (form 0), or of a slot and a
 * constant (2). */
static const struct comparison *find_branch(uint64_t op, bool pays, uint32_t *form)
{
    uint32_t at = pays ? IR_BRANCH_PAYS : 0;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        const struct comparison *c = &comparisons[i];
        *form = op == c->branch + at + 2 ? 2 : 0;
        if (op == c->branch + at + *form)
            return c;
    }
    return NULL;
}

/* Adds and branches ahead if the last op counts what is compared: slot x with another slot, or with an immediate. */
static bool count_ahead(struct translator *t, uint32_t branch, uint32_t form, int32_t x,
                        int32_t other)
{
    struct counting c;
    if (!counts(t, branch_is_64(branch), &c))
        return false;
    if (form == 0 && c.d == other) {
        branch = exchanged(branch);
        other = x;
    } else if (c.d != x) {
        return false;
    }
    branch += c.is_slot ? ADD_AHEAD_FROM_BRANCH : INC_AHEAD_FROM_BRANCH;
    emit_count(t, &c, branch + (form == 2), other);
    return true;
}

void branch_ahead(struct translator *t, uint32_t start)
{
    if (t->how->unfused || t->status != OK || start >= here(t))
        return;
    if (ir_u64(code_at(t, start), 0) == IR_CHARGE)
        start += IR_CHARGE_BYTES;
    if (start >= here(t))
        return;
    uint32_t form;
    const uint8_t *p = code_at(t, start);
    const struct comparison *c = find_branch(ir_u64(p, 0), t->how->fuel, &form);
    if (!c)
        return;
    int32_t x = ir_s16(p, 8), other = ir_s16(p, 10);
    if (!c->is_float && count_ahead(t, c->branch, form, x, other))
        return;
    uint32_t ahead = c->branch + (c->is_float ? AHEAD_FROM_FLOAT : AHEAD_FROM_BRANCH);
    uint8_t *q = emit_long_branch(t, (enum ir_op)(ahead + form / 2));
    ir_put16(q, 8, x);
    ir_put16(q, 10, other);
}

bool branch_with_move(struct translator *t)
{
    if (t->how->unfused || t->status != OK || t->last == 0)
        return false;
    const uint8_t *p = code_at(t, t->last);
    uint64_t op = ir_u64(p, 0);
    if (op != IR_I64_MOVE_s_s && op != IR_I64_MOVE_a_s)
        return false;
    int32_t d = ir_s16(p, 8), a = ir_s16(p, 10);
    bool acc = op == IR_I64_MOVE_a_s;
    unemit_last(t);
    uint8_t *q = emit_long_branch(t, acc ? IR_BR_MOVE_a : IR_BR_MOVE_s);
    ir_put16(q, 8, d);
    if (!acc)
        ir_put16(q, 10, a);
    return true;
}
