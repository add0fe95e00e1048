/*
 * emit.h - appending an op: inline, for the lowerings of the commonest instructions; emit.c offers the same as functions. What is rare (no room, a position far
 * from the last one, the block's first op) is in emit.c.
 */
#ifndef CUPEL_TRANSLATE_EMIT_H
#define CUPEL_TRANSLATE_EMIT_H

#include "engine/translate/translator.h"

#define APPEND static inline __attribute__((always_inline)) uint8_t *

/* No op without labels of its own is longer. */
#define OP_MAX 64

/* An op where OP_MAX bytes may be too much, or none are left. */
uint8_t *append_slowly(struct translator *t, enum ir_op op);
/* record_position where a delta takes more than a byte. */
void record_far_position(struct translator *t, uint32_t code, uint32_t wasm);
/* The first op of a block that costs anything: opens its charge. */
void open_charge_if_due(struct translator *t);

/* Records the place of the op at `at`. Wasm offsets may go back (a charge is recorded when it is opened, behind what it charges), so their deltas are zigzag. */
static inline void record_position(struct translator *t, uint32_t at)
{
    struct code *c = t->code;
    uint32_t code = at - t->enter, wasm = (uint32_t)(t->offset - t->body);
    uint32_t code_delta = code - t->position_code;
    int32_t delta = (int32_t)(wasm - t->position_wasm);
    uint32_t zigzag = (uint32_t)delta << 1 ^ (uint32_t)(delta >> 31);
    if (__builtin_expect((code_delta | zigzag) >= 0x80 || c->positions.len + 2 > c->positions.cap,
                         0)) {
        record_far_position(t, code, wasm);
        return;
    }
    t->before_position.len = c->positions.len;
    t->before_position.code = t->position_code;
    t->before_position.wasm = t->position_wasm;
    uint8_t *p = c->positions.data + c->positions.len;
    p[0] = (uint8_t)code_delta;
    p[1] = (uint8_t)zigzag;
    c->positions.len += 2;
    t->position_code = code;
    t->position_wasm = wasm;
}

APPEND append(struct translator *t, enum ir_op op)
{
    struct ir_size size = ir_size[op];
    uint32_t at = here(t);
    if (__builtin_expect(t->room < (size_t)at + OP_MAX, 0))
        return append_slowly(t, op);
    uint8_t *p = code_at(t, at);
    ir_put64(p, 0, op);
    /* Operands of most ops end within 32 bytes: those are cleared in any case, be they of this op or of what comes next. */
    memset(p + 8, 0, 24);
    if (__builtin_expect(size.len > 32, 0))
        memset(p + 32, 0, OP_MAX - 32);
    t->at = at + size.len;
    if (size.flags & (IR_TRAPS | IR_CALLS))
        record_position(t, at);
    t->previous = t->last;
    t->last = at;
    return p;
}

APPEND append_op(struct translator *t, enum ir_op op)
{
    if (__builtin_expect(!t->charge, 0))
        open_charge_if_due(t);
    return append(t, op);
}

/* As emit_result. */
APPEND append_result(struct translator *t, enum ir_op op, enum value_class class, int32_t slot,
                     bool droppable)
{
    uint8_t *p = append_op(t, op);
    ir_put16(p, 8, slot);
    forget_slots(t, slot, class);
    t->before_last = t->mirrors[CLASS_INT];
    t->mirrors[class] = (struct mirror){slot, t->last, droppable};
    return p;
}

#endif
