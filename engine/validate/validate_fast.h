/*
 * validate_fast.h - typing what nearly all instructions are, in the forms that compilers write them, with cursor and stack in registers; for the loops of
 * validate_common.c and of the translator.
 *
 * It only ever says yes. Whatever is wrong, too high, of another feature or written in an unusual way is left, untouched, to the general path, which knows
 * all the rules and the words for breaking them.
 */
#ifndef CUPEL_VALIDATE_FAST_H
#define CUPEL_VALIDATE_FAST_H

#include <string.h>

#include "engine/validate/value_stack.h"

enum common {
    COMMON_OTHER,
    COMMON_LOCAL_GET,
    COMMON_LOCAL_SET,
    COMMON_LOCAL_TEE,
    COMMON_GLOBAL_GET,
    COMMON_CONST_LEB, /* i32.const, i64.const */
    COMMON_PLAIN,     /* no immediates, one or two operands */
    COMMON_MEMORY,    /* alignment and offset, one or two operands */
    COMMON_DROP,
    COMMON_BLOCK, /* block, loop, if */
    COMMON_END,
    COMMON_BR,
    COMMON_BR_IF,
    COMMON_CALL
};

/* By opcode; OP_COUNT, what is none, too. */
extern const uint8_t common_classes[OP_COUNT + 1];

/* The longest instruction here: an opcode, an alignment, four bytes of an offset. */
#define LOOK_AHEAD 8

/* Everything that the loop changes or often looks at; lives in registers. */
struct fast {
    const uint8_t *p;
    size_t len, floor;
    valtype *data;
    struct validator *v;
};

#define FAST static inline __attribute__((always_inline)) bool

/* Bytes of the LEB128 number at `p` if there are at most four, so that any 32-bit number fits;
 * else 0. */
static inline unsigned short_leb(const uint8_t *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    uint32_t ends = ~word & UINT32_C(0x80808080);
    return ends ? (unsigned)__builtin_ctz(ends) / 8 + 1 : 0;
}

/* An index of one or two bytes, behind which *p then is; UINT32_MAX if it has more. */
static inline uint32_t short_index(const uint8_t **p)
{
    const uint8_t *at = *p;
    if (LIKELY(at[0] < 0x80)) {
        *p = at + 1;
        return at[0];
    }
    *p = at + 2;
    return at[1] < 0x80 ? (at[0] & 0x7fu) | (uint32_t)at[1] << 7 : UINT32_MAX;
}

FAST fast_local(struct fast *f, enum common class)
{
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= f->v->locals.len))
        return false;
    valtype t = f->v->locals.data[x];
    if (class == COMMON_LOCAL_GET) {
        if (UNLIKELY(f->len >= f->v->max_height))
            return false;
        f->data[f->len++] = t;
    } else {
        if (UNLIKELY(f->len <= f->floor || f->data[f->len - 1] != t))
            return false;
        f->len -= class == COMMON_LOCAL_SET;
    }
    f->p = p;
    return true;
}

FAST fast_global_get(struct fast *f)
{
    const struct module *m = f->v->m;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= m->nglobals || f->len >= f->v->max_height))
        return false;
    f->data[f->len++] = m->globals[x].type.content;
    f->p = p;
    return true;
}

FAST fast_const(struct fast *f, valtype type)
{
    unsigned n = short_leb(f->p + 1);
    if (UNLIKELY(n == 0 || f->len >= f->v->max_height))
        return false;
    f->data[f->len++] = type;
    f->p += 1 + n;
    return true;
}

/* Replaces the topmost operands by the result. */
FAST fast_plain(struct fast *f, uint16_t op)
{
    const struct plain *s = &validate_plain[op];
    size_t count = s->count;
    if (UNLIKELY(f->len - f->floor < count))
        return false;
    valtype *base = f->data + (f->len - count);
    if (UNLIKELY(base[0] != s->operands[0] || base[count - 1] != s->operands[count - 1]))
        return false;
    base[0] = s->result;
    f->len -= count - (s->result != VT_BOT);
    return true;
}

FAST fast_memory(struct fast *f, uint16_t op)
{
    unsigned n = short_leb(f->p + 2);
    if (UNLIKELY(n == 0 || f->v->m->nmemories == 0 || f->v->m->memories[0].limits.is_64 ||
                 f->p[1] > wasm_op_info[op].align))
        return false;
    if (UNLIKELY(!fast_plain(f, op)))
        return false;
    f->p += 2 + n;
    return true;
}

/* Without a type, or with a number as its only result. */
FAST fast_block(struct fast *f, uint16_t op)
{
    struct validator *v = f->v;
    const bool empty = f->p[1] == 0x40;
    valtype single = empty ? VT_BOT : f->p[1];
    size_t depth = v->ctrls.len, len = f->len;
    if (UNLIKELY((!empty && !valtype_is_num(single)) || depth >= v->ctrls.cap ||
                 depth > v->max_nesting))
        return false;
    if (op == OP_IF) {
        if (UNLIKELY(len <= f->floor || f->data[len - 1] != VT_I32))
            return false;
        f->len = --len;
    }
    v->ctrls.data[depth] = (struct ctrl){
        .op = (uint8_t)op,
        .height = (uint32_t)len,
        .type = {.single = single, .nresults = !empty},
    };
    v->ctrls.len = depth + 1;
    v->floor = f->floor = len;
    v->unreachable = false;
    f->p += 2;
    return true;
}

/* Of a block that has no or one result, which is there, or none and was left before. */
FAST fast_end(struct fast *f)
{
    struct validator *v = f->v;
    size_t depth = v->ctrls.len;
    const struct ctrl *c = &v->ctrls.data[depth - 1];
    uint32_t n = c->type.nresults;
    if (UNLIKELY(depth < 2 || n > 1 || f->len != f->floor + n))
        return false;
    if (n == 1 && UNLIKELY(c->op == OP_IF || f->data[f->len - 1] != blocktype_results(&c->type)[0]))
        return false;
    if (UNLIKELY(c->op == OP_IF && c->type.nparams > 0))
        return false;
    v->ctrls.len = depth - 1;
    v->floor = c[-1].height;
    f->floor = v->floor;
    v->unreachable = c[-1].unreachable;
    f->p++;
    return true;
}

/* To a label that takes nothing. */
FAST fast_br(struct fast *f, bool conditional)
{
    struct validator *v = f->v;
    uint32_t label = f->p[1], count;
    if (UNLIKELY(label >= 0x80 || label >= v->ctrls.len))
        return false;
    ctrl_label_types(&v->ctrls.data[v->ctrls.len - 1 - label], &count);
    if (UNLIKELY(count != 0))
        return false;
    if (conditional) {
        if (UNLIKELY(f->len <= f->floor || f->data[f->len - 1] != VT_I32))
            return false;
        f->len--;
    } else {
        f->len = f->floor;
        v->unreachable = true;
        vec_last(&v->ctrls)->unreachable = true;
    }
    f->p += 2;
    return true;
}

FAST fast_call(struct fast *f)
{
    struct validator *v = f->v;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= v->m->nfuncs))
        return false;
    const functype *t = v->m->funcs[x].type;
    size_t n = t->nparams;
    if (UNLIKELY(f->len - f->floor < n || t->nresults > 1))
        return false;
    valtype *base = f->data + (f->len - n);
    for (size_t i = 0; i < n; i++) {
        if (UNLIKELY(base[i] != t->params[i]))
            return false;
    }
    if (t->nresults) {
        if (UNLIKELY(f->len - n >= v->max_height))
            return false;
        base[0] = t->results[0];
    }
    f->len += t->nresults - n;
    f->p = p;
    return true;
}

FAST fast_drop(struct fast *f)
{
    if (UNLIKELY(f->len <= f->floor))
        return false;
    f->len--;
    f->p++;
    return true;
}

/* Takes the stack out of the validator, and puts it back. */
static inline struct fast fast_begin(struct validator *v, const struct reader *body)
{
    return (struct fast){
        .p = body->p, .len = v->operands.len, .floor = v->floor, .data = v->operands.data, .v = v};
}
static inline void fast_end_of_run(const struct fast *f, struct reader *body)
{
    f->v->operands.len = f->len;
    body->p = f->p;
}

#endif
