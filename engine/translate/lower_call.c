/*
 * Lowering of calls and returns. The callee's frame overlaps the caller's operand stack: arguments
 * are settled into their own slots, which are the callee's parameters; results come back in the
 * same place.
 */
#include "engine/translate/translator.h"

/* Pops the arguments, which are settled; returns the byte distance to the callee's frame. */
static uint32_t pop_arguments(struct translator *t, const functype *type)
{
    if (t->stack.len >= type->nparams) {
        t->stack.len -= type->nparams;
        t->height -= type->param_slots;
    }
    uint32_t values = frame_values(type);
    uint32_t delta = (uint32_t)next_slot(t) + 8 * values;
    if (t->height + values + FRAME_HEADER_SLOTS > TEMP_SLOTS)
        translator_fail(t, errinfo_limit(t->err, "operand_height", t->offset,
                                         "limit \"operand_height\" exceeded: %u slots, at most %u",
                                         t->height + values + FRAME_HEADER_SLOTS, TEMP_SLOTS));
    if (delta + 8 * FRAME_HEADER_SLOTS > t->frame_bytes)
        t->frame_bytes = delta + 8 * FRAME_HEADER_SLOTS;
    return delta;
}

/* A single result is in the accumulator of its class, too. */
static void push_results(struct translator *t, const functype *type)
{
    forget_all(t);
    for (uint32_t i = 0; i < type->nresults; i++) {
        struct entry *r = push_temp(t, type->results[i]);
        if (r && type->nresults == 1)
            set_mirror(t, (enum value_class)r->class, (struct mirror){r->own, 0, false});
    }
}

void lower_call(struct translator *t, uint32_t func)
{
    const functype *type = t->m->funcs[func].type;
    settle_top(t, type->nparams);
    uint32_t delta = pop_arguments(t, type);
    uint8_t *p = emit_op(t, func < t->m->nimported_funcs ? IR_CALL_IMPORT : IR_CALL);
    ir_put32(p, 8, func);
    ir_put32(p, 12, delta);
    push_results(t, type);
}

/* Emits `op`, or the one that follows it in number and takes the index from the accumulator. */
static uint8_t *emit_call_indirect(struct translator *t, const struct instr *in, enum ir_op op,
                                   uint32_t *delta)
{
    const functype *type = t->m->types[in->of.two.index];
    struct entry index = pop_entry(t);
    settle_const(t, &index);
    settle_top(t, type->nparams);
    *delta = pop_arguments(t, type);
    bool acc = in_acc(t, &index);
    if (acc)
        take_acc(t, &index);
    uint8_t *p = emit_op(t, (enum ir_op)(op + (acc ? 1 : 0)));
    if (!acc)
        ir_put16(p, 8, index.slot);
    ir_put16(p, 10, (int32_t)in->of.two.index2);
    ir_put32(p, 12, in->of.two.index);
    return p;
}

void lower_call_indirect(struct translator *t, const struct instr *in)
{
    uint32_t delta;
    uint8_t *p = emit_call_indirect(t, in, IR_CALL_INDIRECT_s, &delta);
    ir_put32(p, 20, delta);
    push_results(t, t->m->types[in->of.two.index]);
}

/* A tail call leaves the function: what follows is unreachable. */
void lower_return_call(struct translator *t, uint32_t func)
{
    const functype *type = t->m->funcs[func].type;
    settle_top(t, type->nparams);
    uint32_t delta = pop_arguments(t, type);
    bool same = func >= t->m->nimported_funcs && frame_values(type) == frame_values(t->type);
    uint8_t *p = emit_op(t, same ? IR_RETURN_CALL_SAME : IR_RETURN_CALL);
    ir_put32(p, 8, func);
    ir_put32(p, 12, delta);
    ir_put32(p, 16, frame_values(t->type));
}

void lower_return_call_indirect(struct translator *t, const struct instr *in)
{
    uint32_t delta;
    uint8_t *p = emit_call_indirect(t, in, IR_RETURN_CALL_INDIRECT_s, &delta);
    ir_put32(p, 20, delta);
    ir_put32(p, 24, frame_values(t->type));
}

static void return_one(struct translator *t, struct entry *e, int32_t slot)
{
    static const enum ir_op from_slot[CLASS_COUNT] = {IR_RETURN_I64_s, IR_RETURN_F32_s,
                                                      IR_RETURN_F64_s, IR_RETURN_V128_s};
    static const enum ir_op from_acc[CLASS_COUNT] = {IR_RETURN_I64_a, IR_RETURN_F32_a,
                                                     IR_RETURN_F64_a, IR_RETURN_V128_a};
    settle_const(t, e);
    bool acc = in_acc(t, e);
    if (acc)
        take_acc(t, e);
    uint8_t *p = emit_op(t, acc ? from_acc[e->class] : from_slot[e->class]);
    ir_put16(p, 8, slot);
    if (!acc)
        ir_put16(p, 10, e->slot);
}

/* The results are the upper entries; they stay on the stack, for what follows is unreachable. */
void lower_return(struct translator *t)
{
    uint32_t n = t->type->nresults;
    int32_t slot = -8 * (int32_t)frame_values(t->type);
    if (n == 1 && t->stack.len >= 1) {
        struct entry e = *top(t, 0);
        return_one(t, &e, slot);
        return;
    }
    if (n > 1 && t->stack.len >= n) {
        settle_top(t, n);
        uint8_t *p = emit_op(t, IR_COPY_SPAN);
        ir_put16(p, 8, slot);
        ir_put16(p, 10, top(t, n - 1)->own);
        ir_put32(p, 12, t->type->result_slots);
    }
    emit_op(t, IR_RETURN);
}
