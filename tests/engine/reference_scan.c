/*
 * One walk over a body before it runs: where blocks end, and what each straight-line block costs.
 *
 * A straight-line block ends behind what may go elsewhere (if, br_if, br, br_table, return, unreachable, tail calls), at the start of a
 * loop, at an else, and at an end that some reachable branch leads to. Calls do not end one. What cannot be reached costs nothing, by
 * the validation algorithm's notion of unreachable.
 */
#include "tests/engine/reference.h"

#include <stdlib.h>

void reference_blocktype(const struct reference *r, size_t *at, uint32_t *params, uint32_t *results)
{
    uint8_t byte = r->bytes[*at];
    *params = *results = 0;
    if (byte == 0x40) {
        (*at)++;
    } else if ((byte & 0xc0) == 0x40) { /* a value type */
        (*at)++;
        *results = 1;
    } else {
        const struct reference_type *t = &r->types[reference_s(r, at)];
        *params = t->nparams;
        *results = t->nresults;
    }
}

static void skip_prefixed(const struct reference *r, size_t *at)
{
    uint64_t op = reference_u(r, at);
    unsigned indices = op < 8 ? 0 : op == 8 || op == 10 || op == 12 || op == 14 ? 2 : 1;
    while (indices--)
        reference_u(r, at);
}

void reference_skip(const struct reference *r, size_t *at)
{
    uint32_t params, results;
    uint8_t op = r->bytes[(*at)++];
    if (op >= 0x02 && op <= 0x04) {
        reference_blocktype(r, at, &params, &results);
    } else if (op == 0x0e) {
        for (uint64_t n = reference_u(r, at) + 1; n > 0; n--)
            reference_u(r, at);
    } else if (op == 0x11 || op == 0x13 || (op >= 0x28 && op <= 0x3e)) {
        reference_u(r, at);
        reference_u(r, at);
    } else if (op == 0x1c) {
        *at += reference_u(r, at);
    } else if (op == 0x0c || op == 0x0d || op == 0x10 || op == 0x12 || (op >= 0x20 && op <= 0x26) ||
               op == 0x3f || op == 0x40 || op == 0xd0 || op == 0xd2) {
        reference_u(r, at);
    } else if (op == 0x41 || op == 0x42) {
        reference_s(r, at);
    } else if (op == 0x43 || op == 0x44) {
        *at += op == 0x43 ? 4 : 8;
    } else if (op == 0xfc) {
        skip_prefixed(r, at);
    }
}

/* A control structure that is open. */
struct open {
    uint8_t op;
    bool dead;        /* began in unreachable code */
    bool unreachable; /* from here on */
    bool targeted;    /* a branch leads to its end */
    size_t site;      /* of its first byte, from the body's start */
};

struct scan {
    const struct reference *r;
    struct reference_func *f;
    struct open *open;
    uint32_t depth, room;
    size_t leader; /* where the running block started, from the body's start */
    uint32_t cost;
};

static bool is_free(uint8_t op)
{
    return op <= 0x03 || op == 0x05 || op == 0x0b || op == 0x0f || op == 0x1a;
}

static void end_block(struct scan *s, size_t next)
{
    s->f->sites[s->leader].charge = s->cost;
    s->leader = next;
    s->cost = 0;
}

static void target(struct scan *s, uint64_t label)
{
    struct open *o = &s->open[s->depth - 1 - label];
    if (o->op != 0x03)
        o->targeted = true;
}

static void target_table(struct scan *s, size_t at)
{
    for (uint64_t n = reference_u(s->r, &at) + 1; n > 0; n--)
        target(s, reference_u(s->r, &at));
}

static void push_open(struct scan *s, uint8_t op, bool dead, size_t site)
{
    if (s->depth == s->room) {
        s->room = 2 * s->room + 16;
        s->open = realloc(s->open, s->room * sizeof *s->open);
        if (!s->open)
            abort();
    }
    s->open[s->depth++] = (struct open){op, dead, false, false, site};
}

/* An else or end at `at`; `next` is behind it. */
static void close_or_else(struct scan *s, uint8_t op, size_t at, size_t next, bool live)
{
    struct open *o = &s->open[s->depth - 1];
    struct reference_site *site = &s->f->sites[o->site];
    if (op == 0x05) {
        site->after = next + s->f->start;
        if (!o->dead) {
            o->targeted |= live;
            end_block(s, next);
        }
        o->unreachable = false;
        o->op = 0x05;
        return;
    }
    site->end = at + s->f->start;
    if (o->op == 0x04) {
        site->after = next + s->f->start;
        o->targeted = true;
    }
    s->depth--;
    if (!o->dead && (o->targeted || !live))
        end_block(s, next);
}

/* What a reachable instruction does to blocks and targets; `next` is behind it. */
static void visit(struct scan *s, uint8_t op, size_t at, size_t next)
{
    size_t imm = at + s->f->start + 1;
    if (!is_free(op))
        s->cost++;
    switch (op) {
    case 0x03: /* loop */
    case 0x04: /* if */
        end_block(s, next);
        break;
    case 0x0d: /* br_if */
        target(s, reference_u(s->r, &imm));
        end_block(s, next);
        break;
    case 0x0c: /* br */
        target(s, reference_u(s->r, &imm));
        break;
    case 0x0e: /* br_table */
        target_table(s, imm);
        break;
    default:
        break;
    }
    if (op == 0x00 || op == 0x0c || op == 0x0e || op == 0x0f || op == 0x12 || op == 0x13) {
        end_block(s, next);
        s->open[s->depth - 1].unreachable = true;
    }
}

void reference_scan(const struct reference *r, struct reference_func *f)
{
    struct scan s = {.r = r, .f = f};
    f->sites = reference_alloc(f->end - f->start, sizeof *f->sites);
    push_open(&s, 0x02, false, f->end - f->start); /* the body; its site is the spare one */
    for (size_t pos = f->start; pos < f->end;) {
        size_t at = pos - f->start;
        uint8_t op = r->bytes[pos];
        const struct open *o = &s.open[s.depth - 1];
        bool live = !o->dead && !o->unreachable;
        reference_skip(r, &pos);
        size_t next = pos - f->start;
        if (op == 0x05 || op == 0x0b)
            close_or_else(&s, op, at, next, live);
        else if (live)
            visit(&s, op, at, next);
        if (op >= 0x02 && op <= 0x04)
            push_open(&s, op, !live, at);
    }
    end_block(&s, s.leader);
    free(s.open);
}
