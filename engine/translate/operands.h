/*
 * operands.h - what nearly every instruction does to the operand stack and to the accumulators: inline, since translation spent a sixth of
 * its time in calls of these. Comes with translator.h.
 */
#ifndef CUPEL_TRANSLATE_OPERANDS_H
#define CUPEL_TRANSLATE_OPERANDS_H

#include "engine/translate/translator.h"

/* ---- The stack ---- */

/* By type. */
extern const uint8_t value_classes[256];
static inline enum value_class class_of(valtype type)
{
    return (enum value_class)value_classes[type];
}

/* Remembers that the stack would be `height` slots high, which is too much; NULL. */
struct entry *push_failed(struct translator *t, uint32_t height);

/* Slot of the next entry to be pushed. */
static inline int32_t next_slot(const struct translator *t)
{
    return t->temp_base + 8 * (int32_t)t->height;
}

/* The stack has room for TEMP_SLOTS entries from the start. */
static inline struct entry *push_entry(struct translator *t, uint8_t kind, valtype type)
{
    uint32_t height = t->height + valtype_slots(type);
    if (__builtin_expect(height + FRAME_HEADER_SLOTS > TEMP_SLOTS, 0))
        return push_failed(t, height);
    struct entry *e = &t->stack.data[t->stack.len++];
    e->kind = kind;
    e->class = class_of(type);
    e->type = type;
    e->own = e->slot = next_slot(t);
    t->height = height;
    if (height > t->max_height)
        t->max_height = height;
    return e;
}

/* NULL after a failure. */
static inline struct entry *push_temp(struct translator *t, valtype type)
{
    return push_entry(t, ENTRY_TEMP, type);
}

static inline void push_const(struct translator *t, valtype type, uint64_t bits)
{
    struct entry *e = push_entry(t, ENTRY_CONST, type);
    if (e)
        e->bits = bits;
}

static inline void push_local(struct translator *t, uint32_t local)
{
    struct entry *e = push_entry(t, ENTRY_LOCAL, t->v.locals.data[local]);
    if (!e)
        return;
    e->local = local;
    e->slot = t->local_slots.data[local];
    t->local_pending.data[local]++;
}

/* With a failure remembered the stack may be shorter than the validator's. */
static inline struct entry pop_entry(struct translator *t)
{
    if (t->stack.len == 0)
        return (struct entry){.kind = ENTRY_CONST};
    struct entry e = t->stack.data[--t->stack.len];
    t->height -= valtype_slots(e.type);
    if (e.kind == ENTRY_LOCAL)
        t->local_pending.data[e.local]--;
    if (t->settled > t->stack.len)
        t->settled = (uint32_t)t->stack.len;
    return e;
}
static inline struct entry *top(struct translator *t, uint32_t depth)
{
    return &t->stack.data[t->stack.len - 1 - depth];
}
/* ---- Accumulators ---- */

/* Whether the accumulator of its class holds e. */
static inline bool in_acc(const struct translator *t, const struct entry *e)
{
    return e->kind != ENTRY_CONST && t->mirrors[e->class].slot == e->slot;
}
/* e, which in_acc, is read from the accumulator and gone. */
static inline void take_acc(struct translator *t, const struct entry *e)
{
    struct mirror *m = &t->mirrors[e->class];
    if (e->kind != ENTRY_TEMP)
        return;
    if (m->producer && m->droppable && t->status == OK) {
        uint8_t *p = code_at(t, m->producer);
        ir_put64(p, 0, ir_u64(p, 0) - 1);
        ir_put16(p, 8, 0);
    }
    *m = (struct mirror){NO_SLOT, 0, false};
}

/* The last op, if it produced `e` and nothing else uses it: it may be taken back and fused. NULL if not, or if nothing is to be fused. */
static inline const uint8_t *producer_of(const struct translator *t, const struct entry *e)
{
    const struct mirror *m = &t->mirrors[e->class];
    bool is = !t->how->unfused && t->status == OK && e->kind == ENTRY_TEMP && m->slot == e->slot &&
              m->producer && m->producer == t->last && m->droppable;
    return is ? code_at(t, t->last) : NULL;
}

void forget_mirrors(struct translator *t, int32_t slot);
/* Forgets mirrors of a slot that is about to change or to be reused. */
static inline void forget_slot(struct translator *t, int32_t slot)
{
    const struct mirror *m = t->mirrors;
    bool known = (m[CLASS_INT].slot == slot) | (m[CLASS_F32].slot == slot) |
                 (m[CLASS_F64].slot == slot) | (m[CLASS_V128].slot == slot) |
                 (m[CLASS_V128].slot == slot - 8);
    if (known)
        forget_mirrors(t, slot);
}
/* The same for all slots of a value of that class. */
static inline void forget_slots(struct translator *t, int32_t slot, enum value_class class)
{
    forget_slot(t, slot);
    if (class == CLASS_V128)
        forget_slot(t, slot + 8);
}

#endif
