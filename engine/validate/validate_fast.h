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
    COMMON_UNARY,     /* no immediates, one operand */
    COMMON_BINARY,    /* two */
    COMMON_FEATURE,   /* one, of a feature */
    COMMON_LOAD,      /* alignment and offset */
    COMMON_STORE,
    COMMON_GLOBAL_SET,
    COMMON_DROP,
    COMMON_SELECT,
    COMMON_BLOCK, /* block, loop, if */
    COMMON_ELSE,
    COMMON_END,
    COMMON_BR,
    COMMON_BR_IF,
    COMMON_RETURN,
    COMMON_UNREACHABLE,
    COMMON_CALL,
    COMMON_CALL_INDIRECT
};

/* By an instruction's first byte. */
extern const uint8_t common_classes[257];

/* The longest instruction here: an opcode, an alignment, four bytes of an offset. */
#define LOOK_AHEAD 8

/* Everything that the loop changes or often looks at; lives in registers. The stack: where the next value goes, the innermost block's bottom, and where it
 * must not grow to. */
struct fast {
    const uint8_t *p;
    valtype *top, *floor, *limit;
    struct validator *v;
    bool memory; /* memory 0 is there, with 32-bit addresses */
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

/* The number that is in the `n` bytes at `p`, which short_leb has counted; four may be read. */
static inline uint32_t short_u32(const uint8_t *p, unsigned n)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    word &= UINT32_MAX >> (32 - 8 * n);
    return (word & 0x7f) | (word >> 1 & 0x3f80) | (word >> 2 & 0x1fc000) | (word >> 3 & 0xfe00000);
}

static inline int32_t short_s32(const uint8_t *p, unsigned n)
{
    return (int32_t)(short_u32(p, n) << (32 - 7 * n)) >> (32 - 7 * n);
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
        if (UNLIKELY(f->top >= f->limit))
            return false;
        *f->top++ = t;
    } else {
        if (UNLIKELY(f->top <= f->floor || f->top[-1] != t))
            return false;
        f->top -= class == COMMON_LOCAL_SET;
    }
    f->p = p;
    return true;
}

FAST fast_global_get(struct fast *f)
{
    const struct module *m = f->v->m;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= m->nglobals || f->top >= f->limit))
        return false;
    *f->top++ = m->globals[x].type.content;
    f->p = p;
    return true;
}

FAST fast_global_set(struct fast *f)
{
    const struct module *m = f->v->m;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= m->nglobals || !m->globals[x].type.is_mutable || f->top <= f->floor ||
                 f->top[-1] != m->globals[x].type.content))
        return false;
    f->top--;
    f->p = p;
    return true;
}

FAST fast_const(struct fast *f, valtype type)
{
    unsigned n = short_leb(f->p + 1);
    if (UNLIKELY(n == 0 || f->top >= f->limit))
        return false;
    *f->top++ = type;
    f->p += 1 + n;
    return true;
}

/* Whether the topmost values are the operands, `count` of them, 1 or 2. */
FAST fast_operands(const struct fast *f, const struct plain *s, unsigned count)
{
    return f->top - f->floor >= (ptrdiff_t)count && f->top[-1] == s->operands[count - 1] &&
           (count < 2 || f->top[-2] == s->operands[0]);
}

/* Replaces the topmost operands by the result. */
FAST fast_numeric(struct fast *f, uint16_t op, unsigned count)
{
    const struct plain *s = &validate_plain[op];
    if (UNLIKELY(!fast_operands(f, s, count)))
        return false;
    f->top -= count - 1;
    f->top[-1] = s->result;
    f->p++;
    return true;
}

/* One operand, where its feature is on. */
FAST fast_feature(struct fast *f, uint16_t op)
{
    struct validator *v = f->v;
    unsigned feature = wasm_op_info[op].feature;
    if (UNLIKELY(!(v->config->features >> feature & 1) || !fast_numeric(f, op, 1)))
        return false;
    v->features_used |= UINT64_C(1) << feature;
    return true;
}

/* Bytes of the offset, 0 if it is not for here. */
static inline __attribute__((always_inline)) unsigned fast_memarg(const struct fast *f,
                                                                  const struct plain *s)
{
    return f->memory && f->p[1] <= s->align ? short_leb(f->p + 2) : 0;
}

FAST fast_load(struct fast *f, uint16_t op)
{
    const struct plain *s = &validate_plain[op];
    unsigned n = fast_memarg(f, s);
    if (UNLIKELY(n == 0 || !fast_operands(f, s, 1)))
        return false;
    f->top[-1] = s->result;
    f->p += 2 + n;
    return true;
}

FAST fast_store(struct fast *f, uint16_t op)
{
    const struct plain *s = &validate_plain[op];
    unsigned n = fast_memarg(f, s);
    if (UNLIKELY(n == 0 || !fast_operands(f, s, 2)))
        return false;
    f->top -= 2;
    f->p += 2 + n;
    return true;
}

/* Without a type, or with a number as its only result. */
FAST fast_block(struct fast *f, uint16_t op)
{
    struct validator *v = f->v;
    const bool empty = f->p[1] == 0x40;
    valtype single = empty ? VT_BOT : f->p[1];
    size_t depth = v->ctrls.len;
    if (UNLIKELY((!empty && !valtype_is_num(single)) || depth >= v->ctrls.cap ||
                 depth > v->max_nesting))
        return false;
    if (op == OP_IF) {
        if (UNLIKELY(f->top <= f->floor || f->top[-1] != VT_I32))
            return false;
        f->top--;
    }
    v->ctrls.data[depth] = (struct ctrl){
        .op = (uint8_t)op,
        .height = (uint32_t)(f->top - v->operands.data),
        .type = {.single = single, .nresults = !empty},
    };
    v->ctrls.len = depth + 1;
    f->floor = f->top;
    v->unreachable = false;
    f->p += 2;
    return true;
}

/* Whether the results of a block that has no or one are there, or whatever there is was left before. */
FAST fast_results(const struct fast *f, const struct ctrl *c)
{
    uint32_t n = c->type.nresults;
    if (UNLIKELY(n > 1 || c->type.nparams > 0))
        return false;
    if (f->v->unreachable)
        return f->top == f->floor;
    return f->top == f->floor + n && (n == 0 || f->top[-1] == blocktype_results(&c->type)[0]);
}

/* The innermost block's, but not the function's. */
FAST fast_end(struct fast *f)
{
    struct validator *v = f->v;
    size_t depth = v->ctrls.len;
    const struct ctrl *c = &v->ctrls.data[depth - 1];
    uint32_t n = c->type.nresults;
    if (UNLIKELY(depth < 2 || !fast_results(f, c) || (c->op == OP_IF && n > 0)))
        return false;
    if (n == 1) {
        *f->floor = blocktype_results(&c->type)[0];
        f->top = f->floor + 1;
    }
    v->ctrls.len = depth - 1;
    f->floor = v->operands.data + c[-1].height;
    v->unreachable = c[-1].unreachable;
    f->p++;
    return true;
}

FAST fast_else(struct fast *f)
{
    struct validator *v = f->v;
    struct ctrl *c = vec_last(&v->ctrls);
    if (UNLIKELY(c->op != OP_IF || !fast_results(f, c)))
        return false;
    c->op = OP_ELSE;
    c->unreachable = v->unreachable = false;
    f->top = f->floor;
    f->p++;
    return true;
}

static inline void fast_leave(struct fast *f)
{
    f->top = f->floor;
    f->v->unreachable = true;
    vec_last(&f->v->ctrls)->unreachable = true;
}

FAST fast_unreachable(struct fast *f)
{
    fast_leave(f);
    f->p++;
    return true;
}

/* Whether a result, or none, is there. */
FAST fast_has(const struct fast *f, const valtype *types, size_t count)
{
    return count == 0 || (count == 1 && f->top > f->floor && f->top[-1] == types[0]);
}

FAST fast_return(struct fast *f)
{
    const functype *t = f->v->type;
    if (UNLIKELY(!fast_has(f, t->results, t->nresults)))
        return false;
    fast_leave(f);
    f->p++;
    return true;
}

/* To a label that takes no or one value. */
FAST fast_br(struct fast *f, bool conditional)
{
    struct validator *v = f->v;
    uint32_t label = f->p[1], count;
    if (UNLIKELY(label >= 0x80 || label >= v->ctrls.len))
        return false;
    const valtype *types = ctrl_label_types(&v->ctrls.data[v->ctrls.len - 1 - label], &count);
    if (conditional) {
        if (UNLIKELY(f->top <= f->floor || f->top[-1] != VT_I32))
            return false;
        f->top--;
    }
    if (UNLIKELY(!fast_has(f, types, count))) {
        f->top += conditional;
        return false;
    }
    if (!conditional)
        fast_leave(f);
    f->p += 2;
    return true;
}

/* What a function of type `t` takes lies below the topmost `above` values; all that is replaced by what it gives. */
FAST fast_call_type(struct fast *f, const functype *t, size_t above)
{
    size_t n = t->nparams;
    if (UNLIKELY((size_t)(f->top - f->floor) < n + above || t->nresults > 1))
        return false;
    valtype *base = f->top - (above + n);
    for (size_t i = 0; i < n; i++) {
        if (UNLIKELY(base[i] != t->params[i]))
            return false;
    }
    if (t->nresults) {
        if (UNLIKELY(base >= f->limit))
            return false;
        base[0] = t->results[0];
    }
    f->top = base + t->nresults;
    return true;
}

FAST fast_call(struct fast *f)
{
    const struct module *m = f->v->m;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= m->nfuncs || !fast_call_type(f, m->funcs[x].type, 0)))
        return false;
    f->p = p;
    return true;
}

/* By table 0. */
FAST fast_call_indirect(struct fast *f)
{
    const struct module *m = f->v->m;
    const uint8_t *p = f->p + 1;
    uint32_t x = short_index(&p);
    if (UNLIKELY(x >= m->ntypes || *p != 0 || m->ntables == 0 || f->top <= f->floor ||
                 m->tables[0].type.element != VT_FUNCREF || m->tables[0].type.limits.is_64 ||
                 f->top[-1] != VT_I32 || !fast_call_type(f, m->types[x], 1)))
        return false;
    f->p = p + 1;
    return true;
}

/* Of two numbers. */
FAST fast_select(struct fast *f)
{
    if (UNLIKELY(f->top - f->floor < 3))
        return false;
    const valtype *top = f->top - 3;
    if (UNLIKELY(top[2] != VT_I32 || top[0] != top[1] || !valtype_is_num(top[0])))
        return false;
    f->top -= 2;
    f->p++;
    return true;
}

FAST fast_drop(struct fast *f)
{
    if (UNLIKELY(f->top <= f->floor))
        return false;
    f->top--;
    f->p++;
    return true;
}

/* Takes the stack out of the validator, and puts it back. */
static inline struct fast fast_begin(struct validator *v, const struct reader *body)
{
    valtype *data = v->operands.data;
    return (struct fast){
        .p = body->p,
        .top = data + v->operands.len,
        .floor = data + v->floor,
        .limit = data + v->max_height,
        .v = v,
        .memory = v->m->nmemories > 0 && !v->m->memories[0].limits.is_64,
    };
}
static inline void fast_end_of_run(const struct fast *f, struct reader *body)
{
    struct validator *v = f->v;
    v->operands.len = (size_t)(f->top - v->operands.data);
    v->floor = (uint32_t)(f->floor - v->operands.data);
    body->p = f->p;
}

#endif
