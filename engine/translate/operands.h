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
    e->local = NO_LOCAL;
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
    if (!e)
        return;
    e->bits = bits;
    e->slot = CONST_SLOT;
}

static inline struct local *local_at(const struct translator *t, uint32_t local)
{
    return &t->locals.data[local + 1];
}

static inline void push_local(struct translator *t, uint32_t local)
{
    struct local *l = local_at(t, local);
    uint32_t place = (uint32_t)t->stack.len;
    struct entry *e = push_entry(t, ENTRY_LOCAL, l->read.type);
    if (!e)
        return;
    e->local = l->read.local;
    e->slot = l->read.slot;
    l->pending++;
    if (place < t->settled)
        t->settled = place;
}

/* `e` no longer stands for a local, if it did. */
static inline void release_local(struct translator *t, const struct entry *e)
{
    t->locals.data[e->local].pending--;
}

/* What is popped stays where it is until the next push. With a failure remembered the stack may be shorter than the validator's. */
static inline struct entry *pop_ref(struct translator *t)
{
    static const struct entry none = {.kind = ENTRY_CONST, .slot = CONST_SLOT};
    if (__builtin_expect(t->stack.len == 0, 0)) {
        t->stack.data[0] = none;
        return t->stack.data;
    }
    struct entry *e = &t->stack.data[--t->stack.len];
    t->height -= valtype_slots(e->type);
    release_local(t, e);
    return e;
}

/* Pops entries of a slot each, of which there are enough. */
static inline void drop_numbers(struct translator *t, uint32_t n)
{
    t->height -= n;
    for (; n > 0; n--)
        release_local(t, &t->stack.data[--t->stack.len]);
}

static inline struct entry pop_entry(struct translator *t)
{
    return *pop_ref(t);
}
static inline struct entry *top(struct translator *t, uint32_t depth)
{
    return &t->stack.data[t->stack.len - 1 - depth];
}
/* What was an operand, and is released, is a result now. */
static inline void make_temp(struct entry *e, uint8_t class, valtype type)
{
    e->kind = ENTRY_TEMP;
    e->class = class;
    e->type = type;
    e->slot = e->own;
    e->local = NO_LOCAL;
}

/* ---- Accumulators ---- */

/* Whether the accumulator of its class holds e. */
static inline bool in_acc(const struct translator *t, const struct entry *e)
{
    return t->mirrors[e->class].slot == e->slot;
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
/* The same for all slots of a value of that class, whose own mirror is set next. */
static inline void forget_slots(struct translator *t, int32_t slot, enum value_class class)
{
    if (__builtin_expect(!t->several && class == CLASS_INT, 1))
        return;
    t->several = true;
    forget_slot(t, slot);
    if (class == CLASS_V128)
        forget_slot(t, slot + 8);
}
/* If the last op produced `e`, it writes `slot` in the first place. */
static inline bool redirect(struct translator *t, const struct entry *e, int32_t slot)
{
    struct mirror m = t->mirrors[e->class];
    if (e->kind != ENTRY_TEMP || m.slot != e->slot || m.producer == 0 || m.producer != t->last)
        return false;
    if (t->status == OK)
        ir_put16(code_at(t, m.producer), 8, slot);
    m.slot = slot;
    forget_slots(t, slot, (enum value_class)e->class);
    t->mirrors[e->class] = m;
    return true;
}

/* What the accumulator of that class holds. */
static inline void set_mirror(struct translator *t, enum value_class class, struct mirror m)
{
    t->several |= class != CLASS_INT;
    t->mirrors[class] = m;
}

#endif
