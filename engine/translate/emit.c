/*
 * Emission: ops go to the end of the arena, with numbers in place of handlers. The arena may move,
 * so places are offsets.
 *
 * A failure (no memory, too much code) is remembered and checked once an instruction; until then
 * ops go to a scratch buffer, so that no caller has to look.
 */
#include "engine/translate/emit.h"

void translator_fail(struct translator *t, enum status status)
{
    if (t->status == OK)
        t->status = status;
    t->room = 0;
}

static bool reserve_more(struct translator *t, size_t n)
{
    struct code *c = t->code;
    if (t->status != OK)
        return false;
    c->len = t->at;
    enum status status = code_reserve(c, n, limit_code_bytes(t->config), t->offset, t->err);
    t->base = c->base;
    t->room = c->mapped;
    if (status != OK)
        translator_fail(t, status);
    return status == OK;
}

/* Room for `n` bytes at the end of the arena. */
static bool reserve(struct translator *t, size_t n)
{
    return t->room >= t->at + n || reserve_more(t, n);
}

#define LEB_MAX 5

static uint8_t *put_leb(uint8_t *p, uint32_t v)
{
    for (; v >= 0x80; v >>= 7)
        *p++ = (uint8_t)(v | 0x80);
    *p++ = (uint8_t)v;
    return p;
}

void record_far_position(struct translator *t, uint32_t code, uint32_t wasm)
{
    int32_t delta = (int32_t)(wasm - t->position_wasm);
    if (!vec_reserve(&t->code->positions, t->code->positions.len + 2 * LEB_MAX)) {
        translator_fail(t, errinfo_nomem(t->err));
        return;
    }
    t->before_position.len = t->code->positions.len;
    t->before_position.code = t->position_code;
    t->before_position.wasm = t->position_wasm;
    uint8_t *p = t->code->positions.data + t->code->positions.len;
    p = put_leb(p, code - t->position_code);
    p = put_leb(p, (uint32_t)delta << 1 ^ (uint32_t)(delta >> 31));
    t->code->positions.len = (size_t)(p - t->code->positions.data);
    t->position_code = code;
    t->position_wasm = wasm;
}

uint8_t *append_slowly(struct translator *t, enum ir_op op)
{
    struct ir_size size = ir_size[op];
    uint32_t at = here(t);
    if (!reserve(t, size.len)) {
        memset(t->scratch, 0, sizeof t->scratch);
        return t->scratch;
    }
    uint8_t *p = code_at(t, at);
    ir_put64(p, 0, op);
    memset(p + 8, 0, size.len - 8u);
    t->at += size.len;
    if (size.flags & (IR_TRAPS | IR_CALLS))
        record_position(t, at);
    t->previous = t->last;
    t->last = at;
    return p;
}

static __attribute__((noinline)) void open_charge(struct translator *t)
{
    t->charge = here(t);
    append(t, IR_CHARGE);
}

void open_charge_if_due(struct translator *t)
{
    if (t->cost > 0)
        open_charge(t);
}

uint8_t *emit_op(struct translator *t, enum ir_op op)
{
    return append_op(t, op);
}

uint8_t *emit_branch(struct translator *t, enum ir_op op)
{
    if (!t->how->fuel)
        return emit_op(t, op);
    uint8_t *p = emit_op(t, op == IR_BR ? IR_BR_PAY : (enum ir_op)(op + IR_BRANCH_PAYS));
    if (!vec_push(&t->branches, t->last))
        translator_fail(t, errinfo_nomem(t->err));
    return p;
}

uint8_t *emit_long_branch(struct translator *t, enum ir_op op)
{
    uint8_t *p = emit_op(t, op);
    if (!vec_push(&t->branches, t->last))
        translator_fail(t, errinfo_nomem(t->err));
    return p;
}

/* What a branch that goes to `target` can pay there. */
static uint32_t charge_at(const struct translator *t, uint32_t target, uint32_t most)
{
    if (target >= here(t) || ir_u64(code_at(t, target), 0) != IR_CHARGE)
        return 0;
    uint32_t cost = ir_u32(code_at(t, target), 12);
    return cost <= most ? cost : 0;
}

/* If the label of the branch at `at` leads to a charge that it can pay, leads it behind that; what it pays. */
static uint32_t fold_charge(struct translator *t, uint32_t at, uint32_t most)
{
    uint32_t field = at + 12, target = field + ir_u32(code_at(t, field), 0);
    uint32_t cost = charge_at(t, target, most);
    if (cost > 0)
        ir_put32(code_at(t, field), 0, target + IR_CHARGE_BYTES - field);
    return cost;
}

static bool is_ahead(uint64_t op)
{
    switch (op) {
#define BRANCH_INT(name, t, fn, inverse)                                                           \
    case IR_BR_AHEAD_##name##_ss:                                                                  \
    case IR_BR_AHEAD_##name##_si:                                                                  \
    case IR_BR_INC_AHEAD_##name##_s:                                                               \
    case IR_BR_INC_AHEAD_##name##_i:                                                               \
    case IR_BR_ADD_AHEAD_##name##_s:                                                               \
    case IR_BR_ADD_AHEAD_##name##_i:
#define BRANCH_FLOAT(name, t, fn)                                                                  \
    case IR_BR_AHEAD_##name##_ss:                                                                  \
    case IR_BRN_AHEAD_##name##_ss:
#include "engine/translate/only_branches.def"
        return true;
    default:
        return false;
    }
}

/* What the branch back leads to is known: takes over the labels of the branch there, and the sums of what both pay. */
static void complete_ahead(struct translator *t, uint32_t at)
{
    uint8_t *p = code_at(t, at);
    uint32_t back = at + ir_size[ir_u64(p, 0)].len, there = back + 12 + ir_u32(p, back - at + 12);
    uint32_t cost = 0, taken = 0, not_taken = 0;
    if (ir_u64(code_at(t, there), 0) == IR_CHARGE) {
        cost = ir_u32(code_at(t, there), 12);
        there += IR_CHARGE_BYTES;
    }
    const uint8_t *q = code_at(t, there);
    uint32_t l = there + 12 + ir_u32(q, 12), k = there + ir_size[ir_u64(q, 0)].len;
    if (t->how->fuel) {
        k += ir_u16(q, 18) ? IR_CHARGE_BYTES : 0;
        taken = cost + ir_u16(q, 16);
        not_taken = cost + ir_u16(q, 18);
    }
    if (taken > UINT16_MAX || not_taken > UINT16_MAX) {
        l = k = back; /* too much for the fields: the branch back does it */
        taken = not_taken = 0;
    }
    ir_put32(p, 12, l - (at + 12));
    ir_put16(p, 16, (int32_t)taken);
    ir_put16(p, 18, (int32_t)not_taken);
    ir_put32(p, 20, k - (at + 20));
}

void fold_charges(struct translator *t)
{
    for (size_t i = 0; i < t->branches.len && !t->how->unfused; i++) {
        uint32_t at = t->branches.data[i];
        uint8_t *p = code_at(t, at);
        if (ir_u64(p, 0) == IR_BR_PAY) {
            ir_put32(p, 8, fold_charge(t, at, UINT32_MAX));
            continue;
        }
        if (ir_u64(p, 0) == IR_BR_MOVE_s || ir_u64(p, 0) == IR_BR_MOVE_a) {
            ir_put16(p, 16, (int32_t)fold_charge(t, at, UINT16_MAX));
            continue;
        }
        if (is_ahead(ir_u64(p, 0))) {
            complete_ahead(t, at);
            continue;
        }
        ir_put16(p, 16, (int32_t)fold_charge(t, at, UINT16_MAX));
        uint32_t next = at + ir_size[ir_u64(p, 0)].len;
        ir_put16(p, 18, (int32_t)charge_at(t, next, UINT16_MAX));
    }
}

uint8_t *emit_extra(struct translator *t, uint32_t n)
{
    if (!reserve(t, n))
        return NULL;
    uint8_t *p = code_at(t, here(t));
    memset(p, 0, n);
    t->at += n;
    return p;
}

void forget_mirrors(struct translator *t, int32_t slot)
{
    for (int c = 0; c < CLASS_COUNT; c++)
        if (t->mirrors[c].slot == slot || (c == CLASS_V128 && t->mirrors[c].slot == slot - 8))
            t->mirrors[c] = (struct mirror){NO_SLOT, 0, false};
}

uint8_t *emit_result(struct translator *t, enum ir_op op, enum value_class class, int32_t slot,
                     bool droppable)
{
    return append_result(t, op, class, slot, droppable);
}

void unemit_last(struct translator *t)
{
    t->at = t->last;
    t->last = t->previous;
    t->previous = 0;
    t->mirrors[CLASS_INT] = t->before_last;
    t->mirrors[CLASS_INT].producer = 0;
}

/* The last position is that of the last op, and is recorded anew at its new place. */
void unemit_previous(struct translator *t)
{
    uint32_t from = t->last, to = t->previous, len = here(t) - from;
    uint64_t offset = t->offset;
    memmove(code_at(t, to), code_at(t, from), len);
    t->at = to + len;
    t->last = to;
    t->previous = 0;
    for (int c = 0; c < CLASS_COUNT; c++)
        if (t->mirrors[c].producer == from)
            t->mirrors[c].producer = to;
        else if (t->mirrors[c].producer == to)
            t->mirrors[c] = (struct mirror){NO_SLOT, 0, false};
    t->before_last = (struct mirror){NO_SLOT, 0, false};
    t->offset = t->body + (uint64_t)t->position_wasm;
    t->code->positions.len = t->before_position.len;
    t->position_code = t->before_position.code;
    t->position_wasm = t->before_position.wasm;
    record_position(t, to);
    t->offset = offset;
}

void finish_block(struct translator *t)
{
    if (!t->how->fuel)
        return;
    if (t->cost > 0 && !t->charge)
        open_charge(t);
    if (t->charge && t->status == OK)
        ir_put32(code_at(t, t->charge), 12, t->cost);
    t->cost = 0;
    t->charge = 0;
}

void forget_producers(struct translator *t)
{
    for (int c = 0; c < CLASS_COUNT; c++)
        t->mirrors[c].producer = 0;
}

void forget_producers_but_last(struct translator *t, const struct entry *cond)
{
    for (int c = 0; c < CLASS_COUNT; c++)
        if (!cond || t->mirrors[c].slot != cond->slot || t->mirrors[c].producer != t->last)
            t->mirrors[c].producer = 0;
}

void forget_all(struct translator *t)
{
    for (int c = 0; c < CLASS_COUNT; c++)
        t->mirrors[c] = (struct mirror){NO_SLOT, 0, false};
    t->several = false;
    t->last = 0;
}
