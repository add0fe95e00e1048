/*
 * The symbolic operand stack. Every entry has a slot of its own, at the height it stands; a
 * temporary lies there, a local or constant is copied there only when it must ("settled").
 */
#include "engine/translate/translator.h"

const uint8_t value_classes[256] = {
    [VT_F32] = CLASS_F32, [VT_F64] = CLASS_F64, [VT_V128] = CLASS_V128};

struct entry *push_failed(struct translator *t, uint32_t height)
{
    translator_fail(t, errinfo_limit(t->err, "operand_height", t->offset,
                                     "limit \"operand_height\" exceeded: %u slots, at most %u",
                                     height + FRAME_HEADER_SLOTS, TEMP_SLOTS));
    return NULL;
}

void unwind_entries(struct translator *t, uint32_t entries, uint32_t height)
{
    while (t->stack.len > entries)
        pop_ref(t);
    t->height = height;
}

static const enum ir_op moves[CLASS_COUNT] = {IR_I64_MOVE_s_s, IR_F32_MOVE_s_s, IR_F64_MOVE_s_s,
                                              IR_V128_MOVE_s_s};

static void move_const(struct translator *t, const struct entry *e, int32_t slot)
{
    switch (e->type) {
    case VT_F32:
        ir_put32(emit_result(t, IR_F32_CONST_s, CLASS_F32, slot, true), 12, (uint32_t)e->bits);
        break;
    case VT_F64:
        ir_put64(emit_result(t, IR_F64_CONST_s, CLASS_F64, slot, true), 16, e->bits);
        break;
    case VT_V128: {
        uint8_t *p = emit_result(t, IR_V128_CONST_i_s, CLASS_V128, slot, true);
        memcpy(p + 16, t->vectors.data[e->bits].bytes, 16);
        break;
    }
    default:
        if (e->bits <= UINT32_MAX)
            ir_put32(emit_result(t, IR_I32_CONST_s, CLASS_INT, slot, true), 12, (uint32_t)e->bits);
        else
            ir_put64(emit_result(t, IR_I64_CONST_s, CLASS_INT, slot, true), 16, e->bits);
    }
}

/* If the last op copies an integer or a vector, lets it copy another one after that. */
static bool pair_moves(struct translator *t, enum value_class class, int32_t from, int32_t to)
{
    uint64_t two = class == CLASS_INT ? IR_I64_MOVE2 : IR_V128_MOVE2;
    if ((class != CLASS_INT && class != CLASS_V128) || t->how->unfused || t->status != OK ||
        t->last == 0 || ir_u64(code_at(t, t->last), 0) != (uint64_t)moves[class])
        return false;
    uint8_t *p = code_at(t, t->last);
    ir_put64(p, 0, two);
    ir_put16(p, 12, from);
    ir_put16(p, 14, to);
    forget_slots(t, to, class);
    t->mirrors[class] = (struct mirror){to, 0, false};
    return true;
}

void move_to(struct translator *t, const struct entry *e, int32_t slot, bool consume)
{
    if (e->kind == ENTRY_CONST) {
        move_const(t, e, slot);
        return;
    }
    if (e->slot == slot)
        return;
    if (!in_acc(t, e)) {
        if (pair_moves(t, (enum value_class)e->class, e->slot, slot))
            return;
        ir_put16(emit_result(t, moves[e->class], e->class, slot, true), 10, e->slot);
        return;
    }
    if (consume && redirect(t, e, slot))
        return;
    if (consume)
        take_acc(t, e);
    emit_result(t, (enum ir_op)(moves[e->class] + 2), e->class, slot, true);
}

void settle_entry(struct translator *t, struct entry *e)
{
    if (e->kind == ENTRY_TEMP)
        return;
    move_to(t, e, e->own, false);
    release_local(t, e);
    e->local = NO_LOCAL;
    e->kind = ENTRY_TEMP;
    e->slot = e->own;
}

void settle_const(struct translator *t, struct entry *e)
{
    if (e->kind != ENTRY_CONST)
        return;
    move_to(t, e, e->own, false);
    e->kind = ENTRY_TEMP;
    e->slot = e->own;
}

void settle_top(struct translator *t, uint32_t n)
{
    if (n > t->stack.len)
        n = (uint32_t)t->stack.len;
    for (struct entry *e = t->stack.data + (t->stack.len - n); n > 0; n--, e++)
        if (e->kind != ENTRY_TEMP)
            settle_entry(t, e);
}

void settle_locals(struct translator *t)
{
    for (size_t i = t->settled; i < t->stack.len; i++)
        if (t->stack.data[i].kind == ENTRY_LOCAL)
            settle_entry(t, &t->stack.data[i]);
    t->settled = (uint32_t)t->stack.len;
}

void preserve_local(struct translator *t, uint32_t local)
{
    const struct local *l = local_at(t, local);
    for (size_t i = t->stack.len; l->pending > 0 && i-- > 0;) {
        struct entry *e = &t->stack.data[i];
        if (e->local == local + 1)
            settle_entry(t, e);
    }
}
