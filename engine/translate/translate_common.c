/*
 * The fast path of translation: the commonest instructions, decoded, validated and lowered with a single dispatch. What is left, untouched, to the general
 * path is the same as in validate_fast.h.
 */
#include "engine/translate/translator.h"
#include "engine/validate/validate_fast.h"

/* Whether there is room for one more value, of up to two slots. */
FAST has_room(const struct translator *t, const struct fast *f)
{
    return f->top < f->limit && t->height <= TEMP_SLOTS - FRAME_HEADER_SLOTS - 2;
}

/* An entry for what emits nothing, of that many slots, for which there is room. */
static inline struct entry *push_unemitted(struct translator *t, const struct entry *e,
                                           uint32_t slots)
{
    struct entry *place = &t->stack.data[t->stack.len++];
    *place = *e;
    place->own = next_slot(t);
    t->height += slots;
    if (t->height > t->max_height)
        t->max_height = t->height;
    return place;
}

FAST translate_local_get(struct translator *t, struct fast *f)
{
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p), place = (uint32_t)t->stack.len;
    if (UNLIKELY(x >= t->v.locals.len || !has_room(t, f)))
        return false;
    struct local *l = local_at(t, x);
    if (UNLIKELY(local_slot(l) >= FAR_BASE))
        return false;
    push_unemitted(t, &l->read, l->slots);
    l->pending++;
    if (place < t->settled)
        t->settled = place;
    *f->top++ = l->read.type;
    f->p = p;
    return true;
}

FAST translate_local_set(struct translator *t, struct fast *f, enum common class)
{
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(!fast_local(f, class)))
        return false;
    if (class == COMMON_LOCAL_SET)
        local_set(t, x);
    else
        local_tee(t, x);
    return true;
}

FAST translate_const(struct translator *t, struct fast *f, valtype type)
{
    const uint8_t *p = f->p + 1;
    unsigned n = short_leb(p);
    if (UNLIKELY(n == 0 || !has_room(t, f)))
        return false;
    int32_t v = short_s32(p, n);
    const struct entry e = {
        .kind = ENTRY_CONST,
        .class = CLASS_INT,
        .type = type,
        .slot = CONST_SLOT,
        .local = NO_LOCAL,
        .bits = type == VT_I32 ? (uint32_t)v : (uint64_t)(int64_t)v,
    };
    push_unemitted(t, &e, 1);
    *f->top++ = type;
    f->p = p + n;
    return true;
}

FAST translate_unary(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    if (UNLIKELY(!fast_numeric(f, op, 1)))
        return false;
    in.op = op;
    lower_unary(t, &in);
    return true;
}

FAST translate_binary(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    if (UNLIKELY(!fast_numeric(f, op, 2)))
        return false;
    in.op = op;
    lower_binary(t, &in);
    return true;
}

FAST translate_feature(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    if (UNLIKELY(!fast_feature(f, op)))
        return false;
    in.op = op;
    lower_unary(t, &in);
    return true;
}

FAST translate_load(struct translator *t, struct fast *f, uint16_t op)
{
    const uint8_t *p = f->p + 2;
    if (UNLIKELY(!fast_load(f, op)))
        return false;
    lower_common_load(t, op, short_u32(p, (unsigned)(f->p - p)));
    return true;
}

FAST translate_store(struct translator *t, struct fast *f, uint16_t op)
{
    const uint8_t *p = f->p + 2;
    if (UNLIKELY(!fast_store(f, op)))
        return false;
    lower_common_store(t, op, short_u32(p, (unsigned)(f->p - p)));
    return true;
}

FAST translate_global(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    const uint8_t *p = f->p + 1;
    in.op = op;
    in.of.index = short_index(&p);
    if (UNLIKELY(op == OP_GLOBAL_GET ? !fast_global_get(f) : !fast_global_set(f)))
        return false;
    lower_variable(t, &in);
    return true;
}

FAST translate_call(struct translator *t, struct fast *f)
{
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(!fast_call(f)))
        return false;
    lower_call(t, x);
    return true;
}

FAST translate_call_indirect(struct translator *t, struct fast *f)
{
    struct instr in;
    const uint8_t *p = f->p + 1;
    in.op = OP_CALL_INDIRECT;
    in.of.two.index = short_index(&p);
    in.of.two.index2 = 0;
    if (UNLIKELY(!fast_call_indirect(f)))
        return false;
    lower_call_indirect(t, &in);
    return true;
}

FAST translate_select(struct translator *t, struct fast *f)
{
    if (UNLIKELY(!fast_select(f)))
        return false;
    lower_select(t);
    return true;
}

FAST translate_drop(struct translator *t, struct fast *f)
{
    if (UNLIKELY(!fast_drop(f)))
        return false;
    t->cost -= free_of_charge(OP_DROP);
    pop_ref(t);
    return true;
}

FAST translate_block(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    if (UNLIKELY(!fast_block(f, op)))
        return false;
    in.op = op;
    in.of.block = vec_last(&t->v.ctrls)->type;
    t->cost -= free_of_charge(op);
    enum status status = lower_block(t, &in);
    if (UNLIKELY(status != OK))
        translator_fail(t, status);
    return true;
}

FAST translate_else(struct translator *t, struct fast *f)
{
    bool reachable = !t->v.unreachable;
    if (UNLIKELY(!fast_else(f)))
        return false;
    t->cost -= free_of_charge(OP_ELSE);
    lower_else(t, reachable);
    return true;
}

FAST translate_end(struct translator *t, struct fast *f)
{
    bool reachable = !t->v.unreachable;
    struct blocktype type = vec_last(&t->v.ctrls)->type;
    if (UNLIKELY(!fast_end(f)))
        return false;
    t->cost -= free_of_charge(OP_END);
    lower_end(t, &type, reachable);
    return true;
}

/* What leaves a block for good. */
FAST translate_leave(struct translator *t, struct fast *f, enum common class)
{
    uint32_t depth = f->p[1];
    if (UNLIKELY(class == COMMON_BR       ? !fast_br(f, false)
                 : class == COMMON_RETURN ? !fast_return(f)
                                          : !fast_unreachable(f)))
        return false;
    if (class == COMMON_BR) {
        lower_br(t, depth);
        return true;
    }
    t->cost -= free_of_charge(OP_RETURN);
    if (class == COMMON_RETURN)
        lower_return(t);
    else
        emit_op(t, IR_TRAP_UNREACHABLE);
    finish_block(t);
    return true;
}

FAST translate_br_if(struct translator *t, struct fast *f)
{
    uint32_t depth = f->p[1];
    if (UNLIKELY(!fast_br(f, true)))
        return false;
    lower_br_if(t, depth);
    return true;
}

/* What became of an instruction. */
enum outcome {
    LEFT,    /* to the general path */
    ON,      /* it emitted nothing */
    EMITTED, /* which may have failed */
    DEAD     /* what follows is never reached, and no end of a block */
};

/* Behind what leaves a block, its end is next, or code that is never reached. */
static inline enum outcome outcome_of_leaving(const struct fast *f)
{
    enum common next = (enum common)common_classes[*f->p];
    return next == COMMON_END || next == COMMON_ELSE ? EMITTED : DEAD;
}

#define EMITTED_IF(translated) ((translated) ? EMITTED : LEFT)

/* Lowering sees the validator's control frames, but not its operand stack, which is in registers here. */
static inline __attribute__((always_inline)) enum outcome translate_step(struct translator *t,
                                                                         struct fast *f)
{
    const uint8_t code = *f->p;
    const enum common class = (enum common)common_classes[code];
    switch (class) {
    case COMMON_LOCAL_GET:
        return translate_local_get(t, f) ? ON : LEFT;
    case COMMON_LOCAL_SET:
        return EMITTED_IF(translate_local_set(t, f, COMMON_LOCAL_SET));
    case COMMON_LOCAL_TEE:
        return EMITTED_IF(translate_local_set(t, f, COMMON_LOCAL_TEE));
    case COMMON_CONST_LEB:
        return translate_const(t, f, code == 0x41 ? VT_I32 : VT_I64) ? ON : LEFT;
    case COMMON_UNARY:
        return EMITTED_IF(translate_unary(t, f, wasm_op_by_code[code]));
    case COMMON_BINARY:
        return EMITTED_IF(translate_binary(t, f, wasm_op_by_code[code]));
    case COMMON_FEATURE:
        return EMITTED_IF(translate_feature(t, f, wasm_op_by_code[code]));
    case COMMON_LOAD:
        return EMITTED_IF(translate_load(t, f, wasm_op_by_code[code]));
    case COMMON_STORE:
        return EMITTED_IF(translate_store(t, f, wasm_op_by_code[code]));
    case COMMON_GLOBAL_GET:
        return EMITTED_IF(translate_global(t, f, OP_GLOBAL_GET));
    case COMMON_GLOBAL_SET:
        return EMITTED_IF(translate_global(t, f, OP_GLOBAL_SET));
    case COMMON_DROP:
        return translate_drop(t, f) ? ON : LEFT;
    case COMMON_SELECT:
        return EMITTED_IF(translate_select(t, f));
    case COMMON_BLOCK:
        return EMITTED_IF(translate_block(t, f, wasm_op_by_code[code]));
    case COMMON_ELSE:
        return EMITTED_IF(translate_else(t, f));
    case COMMON_END:
        return EMITTED_IF(translate_end(t, f));
    case COMMON_BR:
    case COMMON_RETURN:
    case COMMON_UNREACHABLE:
        return translate_leave(t, f, class) ? outcome_of_leaving(f) : LEFT;
    case COMMON_BR_IF:
        return EMITTED_IF(translate_br_if(t, f));
    case COMMON_CALL:
        return EMITTED_IF(translate_call(t, f));
    case COMMON_CALL_INDIRECT:
        return EMITTED_IF(translate_call_indirect(t, f));
    case COMMON_OTHER:
        return LEFT;
    }
    __builtin_unreachable();
}

void translate_common(struct translator *t, struct reader *body)
{
    struct fast f = fast_begin(&t->v, body);
    const uint8_t *start = body->start, *end = body->end;
    while (end - f.p >= LOOK_AHEAD) {
        /* Counted and placed before, as lowering wants both; taken back if it comes to nothing. */
        t->offset = (uint64_t)(f.p - start);
        t->cost++;
        enum outcome outcome = translate_step(t, &f);
        if (outcome == ON)
            continue;
        if (UNLIKELY(outcome == LEFT))
            t->cost--;
        if (UNLIKELY(outcome != EMITTED || t->status != OK))
            break;
    }
    fast_end_of_run(&f, body);
}
