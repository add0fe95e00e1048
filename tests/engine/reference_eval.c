/*
 * The evaluator: a loop over the bytes with a stack of labels per frame; a call within it is a call in C.
 */
#include "tests/engine/reference.h"

#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(65536)

/* A frame's state. */
struct frame {
    struct reference_func *f;
    uint32_t index;
    size_t base;                    /* of the locals on the stack */
    size_t pos, at;                 /* the next byte; the running instruction */
    struct reference_label *labels; /* its own, of the shared stack of labels */
    uint32_t nlabels;
    bool done;
    int64_t tail; /* function that a tail call goes on with, -1 if none */
};

bool reference_trap(struct reference *r, const char *name)
{
    r->trap = name;
    return false;
}

bool reference_pay(struct reference *r, uint64_t cost)
{
    if (r->fuel < cost)
        return reference_trap(r, "out_of_fuel");
    r->fuel -= cost;
    return true;
}

static uint64_t u(struct reference *r, struct frame *fr)
{
    return reference_u(r, &fr->pos);
}

static void push_label(struct frame *fr, size_t pos, size_t height, uint32_t arity, bool is_loop)
{
    fr->labels[fr->nlabels++] = (struct reference_label){pos, height, arity, is_loop};
}

/* ---- Control ---- */

static void branch(struct reference *r, struct frame *fr, uint64_t depth)
{
    struct reference_label *l = &fr->labels[fr->nlabels - 1 - depth];
    memmove(r->stack + l->height, r->stack + r->sp - l->arity, l->arity * sizeof *r->stack);
    r->sp = l->height + l->arity;
    fr->pos = l->pos;
    fr->nlabels -= (uint32_t)depth + (l->is_loop ? 0 : 1);
    fr->done = fr->nlabels == 0;
}

static void enter(struct reference *r, struct frame *fr, uint8_t op)
{
    const struct reference_site *site = &fr->f->sites[fr->at - fr->f->start];
    uint32_t params, results;
    bool taken = op != 0x04 || (uint32_t)reference_pop(r) != 0;
    reference_blocktype(r, &fr->pos, &params, &results);
    size_t height = r->sp - params;
    if (op == 0x03)
        push_label(fr, fr->pos, height, params, true);
    else
        push_label(fr, site->end + 1, height, results, false);
    if (taken)
        return;
    fr->pos = site->after;
    if (site->after == site->end + 1)
        fr->nlabels--; /* no else */
}

static void br_table(struct reference *r, struct frame *fr)
{
    uint64_t n = u(r, fr), index = (uint32_t)reference_pop(r), depth = 0;
    for (uint64_t i = 0; i <= n; i++) {
        uint64_t entry = u(r, fr);
        if (i == index || i == n) {
            depth = entry;
            break;
        }
    }
    branch(r, fr, depth);
}

static bool call(struct reference *r, const struct frame *caller, uint32_t index);

/* The function that an indirect call means, -1 after a trap. */
static int64_t find_callee(struct reference *r, struct frame *fr)
{
    const struct reference_type *wanted = &r->types[u(r, fr)];
    const struct reference_table *t = &r->tables[u(r, fr)];
    uint64_t i = (uint32_t)reference_pop(r);
    if (i >= t->size)
        return reference_trap(r, "table_out_of_bounds") - 1;
    if (t->elems[i] == 0)
        return reference_trap(r, "indirect_call_to_null") - 1;
    int64_t callee = (int64_t)t->elems[i] - 1;
    const struct reference_type *is = &r->types[r->funcs[callee].type];
    if (is->nparams != wanted->nparams || is->nresults != wanted->nresults ||
        memcmp(is->params, wanted->params, is->nparams) != 0 ||
        memcmp(is->results, wanted->results, is->nresults) != 0)
        return reference_trap(r, "bad_signature") - 1;
    return callee;
}

static bool call_indirect(struct reference *r, struct frame *fr, bool tail)
{
    int64_t callee = find_callee(r, fr);
    if (callee < 0)
        return false;
    if (!tail)
        return call(r, fr, (uint32_t)callee);
    fr->tail = callee;
    fr->done = true;
    return true;
}

static bool control(struct reference *r, struct frame *fr, uint8_t op)
{
    switch (op) {
    case 0x00:
        return reference_trap(r, "unreachable");
    case 0x02:
    case 0x03:
    case 0x04:
        enter(r, fr, op);
        return true;
    case 0x05: /* the first arm ends */
        branch(r, fr, 0);
        return true;
    case 0x0b:
        fr->done = --fr->nlabels == 0;
        return true;
    case 0x0c:
        branch(r, fr, u(r, fr));
        return true;
    case 0x0d: {
        uint64_t depth = u(r, fr);
        if ((uint32_t)reference_pop(r))
            branch(r, fr, depth);
        return true;
    }
    case 0x0e:
        br_table(r, fr);
        return true;
    case 0x0f:
        branch(r, fr, fr->nlabels - 1);
        return true;
    case 0x10:
        return call(r, fr, (uint32_t)u(r, fr));
    case 0x12:
        fr->tail = (int64_t)u(r, fr);
        fr->done = true;
        return true;
    default:
        return op == 0x01 || call_indirect(r, fr, op == 0x13);
    }
}

/* ---- Memory ---- */

static const struct {
    uint8_t width, sign_from,
        result; /* bytes; bits to extend from, 0 for none; bits of the result */
} accesses[] = {{4, 0, 32},  {8, 0, 64}, {4, 0, 32}, {8, 0, 64}, {1, 8, 32},  {1, 0, 32},
                {2, 16, 32}, {2, 0, 32}, {1, 8, 64}, {1, 0, 64}, {2, 16, 64}, {2, 0, 64},
                {4, 32, 64}, {4, 0, 64}, {4, 0, 0},  {8, 0, 0},  {4, 0, 0},   {8, 0, 0},
                {1, 0, 0},   {2, 0, 0},  {1, 0, 0},  {2, 0, 0},  {4, 0, 0}};

static bool access_memory(struct reference *r, struct frame *fr, uint8_t op)
{
    unsigned width = accesses[op - 0x28].width, from = accesses[op - 0x28].sign_from;
    u(r, fr); /* alignment */
    uint64_t offset = u(r, fr), value = op >= 0x36 ? reference_pop(r) : 0;
    uint64_t at = (uint32_t)reference_pop(r) + offset;
    if (at + width > r->memory_size)
        return reference_trap(r, "memory_out_of_bounds");
    if (op >= 0x36) {
        memcpy(r->memory + at, &value, width);
        return true;
    }
    memcpy(&value, r->memory + at, width);
    if (from && value >> (from - 1) & 1)
        value |= ~UINT64_C(0) << from;
    reference_push(r, accesses[op - 0x28].result == 32 ? (uint32_t)value : value);
    return true;
}

static bool memory_grow(struct reference *r)
{
    uint64_t delta = reference_pop(r) * PAGE, before = r->memory_size;
    if (delta > r->memory_max - before) {
        reference_push(r, UINT32_MAX);
        return true;
    }
    if (!reference_pay(r, delta / 64))
        return false;
    uint8_t *grown = reference_alloc(before + delta, 1);
    memcpy(grown, r->memory, before);
    free(r->memory);
    r->memory = grown;
    r->memory_size = before + delta;
    reference_push(r, before / PAGE);
    return true;
}

/* ---- The rest ---- */

static bool variable(struct reference *r, struct frame *fr, uint8_t op)
{
    uint64_t i = u(r, fr);
    uint64_t *cell = op <= 0x22 ? &r->stack[fr->base + i] : &r->globals[i];
    switch (op) {
    case 0x20:
    case 0x23:
        reference_push(r, *cell);
        return true;
    case 0x22:
        *cell = r->stack[r->sp - 1];
        return true;
    default:
        *cell = reference_pop(r);
        return true;
    }
}

static bool table_access(struct reference *r, struct frame *fr, uint8_t op)
{
    struct reference_table *t = &r->tables[u(r, fr)];
    uint64_t value = op == 0x26 ? reference_pop(r) : 0, i = (uint32_t)reference_pop(r);
    if (i >= t->size)
        return reference_trap(r, "table_out_of_bounds");
    if (op == 0x26)
        t->elems[i] = value;
    else
        reference_push(r, t->elems[i]);
    return true;
}

static void choose(struct reference *r)
{
    uint64_t c = reference_pop(r), b = reference_pop(r);
    if (!(uint32_t)c)
        r->stack[r->sp - 1] = b;
}

static void constant(struct reference *r, struct frame *fr, uint8_t op)
{
    uint64_t v = 0;
    if (op <= 0x42) {
        v = (uint64_t)reference_s(r, &fr->pos);
        v = op == 0x41 ? (uint32_t)v : v;
    } else {
        memcpy(&v, r->bytes + fr->pos, op == 0x43 ? 4 : 8);
        fr->pos += op == 0x43 ? 4 : 8;
    }
    reference_push(r, v);
}

static bool numeric(struct reference *r, uint32_t op)
{
    uint64_t b = reference_is_unary(op) ? 0 : reference_pop(r), a = reference_pop(r), v = 0;
    const char *trap = reference_numeric(op, a, b, &v);
    reference_push(r, v);
    return trap ? reference_trap(r, trap) : true;
}

static bool prefixed(struct reference *r, struct frame *fr)
{
    uint32_t op = 0xfc00 + (uint32_t)u(r, fr);
    return op < 0xfc08 ? numeric(r, op) : reference_bulk(r, op, &fr->pos);
}

static bool step(struct reference *r, struct frame *fr)
{
    uint8_t op = r->bytes[fr->pos++];
    if (op <= 0x13)
        return control(r, fr, op);
    if (op >= 0x20 && op <= 0x24)
        return variable(r, fr, op);
    if (op == 0x25 || op == 0x26)
        return table_access(r, fr, op);
    if (op >= 0x28 && op <= 0x3e)
        return access_memory(r, fr, op);
    if (op >= 0x45 && op <= 0xc4)
        return numeric(r, op);
    switch (op) {
    case 0x1a:
        r->sp--;
        return true;
    case 0x1c:
        fr->pos += u(r, fr);
        choose(r);
        return true;
    case 0x1b:
        choose(r);
        return true;
    case 0x3f:
        u(r, fr);
        reference_push(r, r->memory_size / PAGE);
        return true;
    case 0x40:
        u(r, fr);
        return memory_grow(r);
    case 0xd0:
        u(r, fr);
        reference_push(r, 0);
        return true;
    case 0xd1:
        reference_push(r, reference_pop(r) == 0);
        return true;
    case 0xd2:
        reference_push(r, u(r, fr) + 1);
        return true;
    case 0xfc:
        return prefixed(r, fr);
    default:
        constant(r, fr, op);
        return true;
    }
}

/* Runs a function whose locals lie at `base`; the stack's top is behind them. */
static bool run(struct reference *r, struct frame *fr)
{
    const struct reference_type *t = &r->types[fr->f->type];
    struct reference_frame *trace = &r->frames[r->nframes - 1];
    fr->nlabels = 0;
    fr->labels = r->frames[r->nframes - 1].labels;
    fr->done = false;
    fr->tail = -1;
    fr->pos = fr->f->start;
    push_label(fr, fr->f->end, r->sp, t->nresults, false);
    while (!fr->done) {
        fr->at = fr->pos;
        trace->func = fr->index;
        trace->offset = fr->at;
        if (!reference_pay(r, fr->f->sites[fr->at - fr->f->start].charge) || !step(r, fr))
            return false;
    }
    uint32_t n = fr->tail < 0 ? t->nresults : r->types[r->funcs[fr->tail].type].nparams;
    memmove(r->stack + fr->base, r->stack + r->sp - n, n * sizeof *r->stack);
    r->sp = fr->base + n;
    return true;
}

static bool call_host(struct reference *r, const struct reference_func *f)
{
    const struct reference_type *t = &r->types[f->type];
    uint64_t values[REFERENCE_MAX_VALUES];
    r->sp -= t->nparams;
    memcpy(values, r->stack + r->sp, t->nparams * sizeof *values);
    if (!f->host(f->env, values))
        return reference_trap(r, "host");
    memcpy(r->stack + r->sp, values, t->nresults * sizeof *values);
    r->sp += t->nresults;
    return true;
}

/* Arguments on the stack, which results replace. */
static bool call(struct reference *r, const struct frame *caller, uint32_t index)
{
    if (r->nframes == r->call_depth)
        return reference_trap(r, "stack_overflow");
    if (r->funcs[index].imported)
        return call_host(r, &r->funcs[index]);
    r->frames[r->nframes++].labels = caller ? caller->labels + caller->nlabels : r->labels;
    struct frame fr = {.f = &r->funcs[index], .index = index};
    for (;;) {
        fr.base = r->sp - r->types[fr.f->type].nparams;
        memset(r->stack + r->sp, 0, fr.f->nlocals * sizeof *r->stack);
        r->sp += fr.f->nlocals;
        if (!run(r, &fr))
            return false;
        if (fr.tail < 0)
            break;
        if (r->funcs[fr.tail].imported) {
            /* As the engine does it: on top of the frame, so there must be room for a call. */
            if (r->nframes == r->call_depth)
                return reference_trap(r, "stack_overflow");
            if (!call_host(r, &r->funcs[fr.tail]))
                return false;
            break;
        }
        fr.index = (uint32_t)fr.tail;
        fr.f = &r->funcs[fr.tail];
    }
    r->nframes--;
    return true;
}

bool reference_call(struct reference *r, uint32_t func, uint64_t *values)
{
    const struct reference_type *t = &r->types[r->funcs[func].type];
    r->sp = 0;
    r->nframes = 0;
    r->trap = NULL;
    for (uint32_t i = 0; i < t->nparams; i++)
        reference_push(r, values[i]);
    if (!call(r, NULL, func))
        return false;
    memcpy(values, r->stack, t->nresults * sizeof *values);
    return true;
}
