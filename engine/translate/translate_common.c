/*
 * The fast path of translation: the commonest instructions, decoded, validated and lowered with a single dispatch. What is left, untouched, to the general
 * path is the same as in validate_fast.h.
 */
#include "engine/translate/translator.h"
#include "engine/validate/validate_fast.h"

/* Below 2^28, as short_leb counts its bytes. */
static inline uint32_t read_short_u32(const uint8_t *p, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v |= (p[i] & 0x7fu) << 7 * i;
    return v;
}

static inline int32_t read_short_s32(const uint8_t *p, unsigned n)
{
    return (int32_t)(read_short_u32(p, n) << (32 - 7 * n)) >> (32 - 7 * n);
}

FAST translate_local(struct translator *t, struct fast *f, enum common class)
{
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(!fast_local(f, class)))
        return false;
    if (class == COMMON_LOCAL_GET)
        local_get(t, x);
    else if (class == COMMON_LOCAL_SET)
        local_set(t, x);
    else
        local_tee(t, x);
    return true;
}

FAST translate_const(struct translator *t, struct fast *f, valtype type)
{
    const uint8_t *p = f->p + 1;
    if (UNLIKELY(!fast_const(f, type)))
        return false;
    int32_t v = read_short_s32(p, (unsigned)(f->p - p));
    push_const(t, type, type == VT_I32 ? (uint32_t)v : (uint64_t)(int64_t)v);
    return true;
}

FAST translate_plain(struct translator *t, struct fast *f, uint16_t op)
{
    struct instr in;
    if (UNLIKELY(!fast_plain(f, op)))
        return false;
    f->p++;
    in.op = op;
    if (validate_plain[op].count == 2)
        lower_binary(t, &in);
    else
        lower_unary(t, &in);
    return true;
}

FAST translate_memory(struct translator *t, struct fast *f, uint16_t op)
{
    const uint8_t *p = f->p + 2;
    if (UNLIKELY(!fast_memory(f, op)))
        return false;
    struct instr in;
    in.op = op;
    in.of.memarg.offset = read_short_u32(p, (unsigned)(f->p - p));
    in.of.memarg.memory = 0;
    if (validate_plain[op].result != VT_BOT)
        lower_load(t, &in);
    else
        lower_store(t, &in);
    return true;
}

FAST translate_br(struct translator *t, struct fast *f, bool conditional)
{
    uint32_t depth = f->p[1];
    if (UNLIKELY(!fast_br(f, conditional)))
        return false;
    if (conditional)
        lower_br_if(t, depth);
    else
        lower_br(t, depth);
    return true;
}

FAST translate_global_get(struct translator *t, struct fast *f)
{
    struct instr in;
    const uint8_t *p = f->p + 1;
    in.op = OP_GLOBAL_GET;
    in.of.index = short_index(&p);
    if (UNLIKELY(!fast_global_get(f)))
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

FAST translate_end(struct translator *t, struct fast *f)
{
    struct blocktype type = vec_last(&t->v.ctrls)->type;
    if (UNLIKELY(!fast_end(f)))
        return false;
    t->cost -= free_of_charge(OP_END);
    lower_end(t, &type, true);
    return true;
}

FAST translate_drop(struct translator *t, struct fast *f)
{
    if (UNLIKELY(!fast_drop(f)))
        return false;
    t->cost -= free_of_charge(OP_DROP);
    pop_entry(t);
    return true;
}

/* Lowering sees the validator's control frames, but not its operand stack, which is in registers here. */
FAST translate_step(struct translator *t, struct fast *f)
{
    const uint16_t op = wasm_op_by_code[*f->p];
    switch ((enum common)common_classes[op]) {
    case COMMON_LOCAL_GET:
        return translate_local(t, f, COMMON_LOCAL_GET);
    case COMMON_LOCAL_SET:
        return translate_local(t, f, COMMON_LOCAL_SET);
    case COMMON_LOCAL_TEE:
        return translate_local(t, f, COMMON_LOCAL_TEE);
    case COMMON_CONST_LEB:
        return translate_const(t, f, validate_plain[op].result);
    case COMMON_PLAIN:
        return translate_plain(t, f, op);
    case COMMON_MEMORY:
        return translate_memory(t, f, op);
    case COMMON_GLOBAL_GET:
        return translate_global_get(t, f);
    case COMMON_DROP:
        return translate_drop(t, f);
    case COMMON_BLOCK:
        return translate_block(t, f, op);
    case COMMON_END:
        return translate_end(t, f);
    case COMMON_BR:
        return translate_br(t, f, false);
    case COMMON_BR_IF:
        return translate_br(t, f, true);
    case COMMON_CALL:
        return translate_call(t, f);
    case COMMON_OTHER:
        return false;
    }
    return false;
}

void translate_common(struct translator *t, struct reader *body)
{
    struct fast f = fast_begin(&t->v, body);
    const uint8_t *p = f.p;
    while (body->end - p >= LOOK_AHEAD && t->status == OK) {
        /* Counted and placed before, as lowering wants both; taken back if it comes to nothing. */
        uint64_t offset = t->offset;
        t->offset = (uint64_t)(p - body->start);
        t->cost++;
        if (!translate_step(t, &f)) {
            t->offset = offset;
            t->cost--;
            break;
        }
        p = f.p;
        if (UNLIKELY(t->v.unreachable))
            break;
    }
    fast_end_of_run(&f, body);
}
