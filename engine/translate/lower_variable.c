/*
 * Lowering of local, global and reference instructions. Reading a local emits nothing; writing one
 * first saves what entries of the operand stack still expect the old value.
 */
#include "engine/translate/translator.h"

static bool is_far(int32_t slot)
{
    return slot >= FAR_BASE;
}

static void get_far(struct translator *t, uint32_t local)
{
    struct entry *r = push_temp(t, local_at(t, local)->read.type);
    if (!r)
        return;
    bool vector = r->class == CLASS_V128;
    /* The op goes through the integer accumulator whatever type of one slot it is. */
    uint8_t *p = emit_result(t, vector ? IR_FAR_GET_V128 : IR_FAR_GET,
                             vector ? CLASS_V128 : CLASS_INT, r->own, false);
    ir_put32(p, 12, (uint32_t)local_slot(local_at(t, local)));
    if (r->class != CLASS_INT)
        t->mirrors[CLASS_INT] = (struct mirror){NO_SLOT, 0, false};
}

static void set_far(struct translator *t, uint32_t local, struct entry *e)
{
    settle_const(t, e);
    uint8_t *p = emit_op(t, e->class == CLASS_V128 ? IR_FAR_SET_V128 : IR_FAR_SET);
    ir_put16(p, 10, e->slot);
    ir_put32(p, 12, (uint32_t)local_slot(local_at(t, local)));
}

void local_get(struct translator *t, uint32_t local)
{
    if (is_far(local_slot(local_at(t, local))))
        get_far(t, local);
    else
        push_local(t, local);
}

void local_set(struct translator *t, uint32_t local)
{
    struct entry *e = pop_ref(t);
    int32_t slot = local_slot(local_at(t, local));
    if (is_far(slot)) {
        set_far(t, local, e);
        return;
    }
    if (local_at(t, local)->pending > 0)
        preserve_local(t, local);
    if (!redirect(t, e, slot))
        move_to(t, e, slot, true);
}

void local_tee(struct translator *t, uint32_t local)
{
    if (!is_far(local_slot(local_at(t, local)))) {
        local_set(t, local);
        push_local(t, local);
        return;
    }
    if (t->stack.len == 0)
        return;
    settle_entry(t, top(t, 0));
    forget_producers(t);
    set_far(t, local, top(t, 0));
}

static const enum ir_op global_gets[CLASS_COUNT] = {IR_GLOBAL_GET_I64, IR_GLOBAL_GET_F32,
                                                    IR_GLOBAL_GET_F64, IR_GLOBAL_GET_V128};
static const enum ir_op global_sets[CLASS_COUNT] = {IR_GLOBAL_SET_I64_s, IR_GLOBAL_SET_F32_s,
                                                    IR_GLOBAL_SET_F64_s, IR_GLOBAL_SET_V128_s};
static const enum ir_op imported_gets[CLASS_COUNT] = {
    IR_IMPORTED_GLOBAL_GET_I64, IR_IMPORTED_GLOBAL_GET_F32, IR_IMPORTED_GLOBAL_GET_F64,
    IR_IMPORTED_GLOBAL_GET_V128};

static void global_get(struct translator *t, uint32_t global)
{
    const struct global *g = &t->m->globals[global];
    bool own = global >= t->m->nimported_globals;
    if (own && !g->type.is_mutable && g->init.kind == INIT_CONST && g->type.content != VT_V128) {
        push_const(t, g->type.content, g->init.bits);
        return;
    }
    struct entry *r = push_temp(t, g->type.content);
    if (!r)
        return;
    uint8_t *p = emit_result(t, own ? global_gets[r->class] : imported_gets[r->class], r->class,
                             r->own, false);
    ir_put32(p, 12,
             own ? layout_global(&t->code->layout, t->m, global)
                 : layout_global_import(&t->code->layout, global));
}

static void global_set(struct translator *t, uint32_t global)
{
    struct entry e = pop_entry(t);
    settle_const(t, &e);
    uint8_t *p;
    if (global < t->m->nimported_globals) {
        p = emit_op(t,
                    e.class == CLASS_V128 ? IR_IMPORTED_GLOBAL_SET_V128 : IR_IMPORTED_GLOBAL_SET);
        ir_put16(p, 10, e.slot);
        ir_put32(p, 12, layout_global_import(&t->code->layout, global));
        return;
    }
    if ((e.class == CLASS_INT || e.class == CLASS_V128) && in_acc(t, &e)) {
        take_acc(t, &e);
        p = emit_op(t, e.class == CLASS_V128 ? IR_GLOBAL_SET_V128_a : IR_GLOBAL_SET_I64_a);
    } else {
        p = emit_op(t, global_sets[e.class]);
        ir_put16(p, 10, e.slot);
    }
    ir_put32(p, 12, layout_global(&t->code->layout, t->m, global));
}

void lower_variable(struct translator *t, const struct instr *in)
{
    uint32_t i = in->of.index;
    switch (in->op) {
    case OP_LOCAL_GET:
        local_get(t, i);
        break;
    case OP_LOCAL_SET:
        local_set(t, i);
        break;
    case OP_LOCAL_TEE:
        local_tee(t, i);
        break;
    case OP_GLOBAL_GET:
        global_get(t, i);
        break;
    default:
        global_set(t, i);
    }
}

void lower_ref(struct translator *t, const struct instr *in)
{
    if (in->op == OP_REF_NULL) {
        push_const(t, in->of.type, 0);
        return;
    }
    if (in->op == OP_REF_FUNC) {
        struct entry *r = push_temp(t, VT_FUNCREF);
        if (r)
            ir_put32(emit_result(t, IR_REF_FUNC, CLASS_INT, r->own, false), 12, in->of.index);
        /* The handle is written to the slot only. */
        t->mirrors[CLASS_INT] = (struct mirror){NO_SLOT, 0, false};
        return;
    }
    /* ref.is_null: a null reference is the handle 0. */
    const struct instr eqz = {.op = OP_I64_EQZ, .offset = in->offset};
    lower_unary(t, &eqz);
}
