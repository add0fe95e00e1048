/*
 * Instructions that steer or move values, and the choice among all.
 */
#include "tests/engine/translate/random_body.h"

#include <string.h>

/* ---- Blocks ---- */

static void emit_blocktype(struct body *b, uint32_t type)
{
    const struct random_type *t = &random_types[type];
    if (t->params[0] == '\0' && strlen(t->results) <= 1 && !rng_once_in(b->g, 4)) {
        emit(b, t->results[0] ? 0x7f - (unsigned)(strchr("iIfF", t->results[0]) - "iIfF") : 0x40);
        return;
    }
    emit_s64(b, type);
}

static void open_structure(struct body *b)
{
    if (b->depth == MAX_NESTING - 2)
        return;
    uint8_t op = (uint8_t)(0x02 + rng_below(b->g, 3));
    uint32_t type = rng_once_in(b->g, 4) ? 0 : rng_below(b->g, RANDOM_TYPES);
    const struct random_type *t = &random_types[type];
    int counter = -1;
    if (op == 0x03 && !rng_once_in(b->g, 3) && (counter = find_local(b, 'i')) >= 0) {
        emit_const(b, 'i', rng_below(b->g, 12));
        emit_local(b, 0x21, (uint32_t)counter);
    }
    if (b->height + 20 > MAX_HEIGHT)
        return;
    char types[16];
    strcpy(types, t->params);
    if (op == 0x04)
        strcat(types, "i");
    need(b, types);
    emit(b, op);
    emit_blocktype(b, type);
    pop_types(b, strlen(types));
    b->open[b->depth++] = (struct open_block){op, t->params, t->results, b->height, false, counter};
    for (const char *p = t->params; *p; p++)
        push_type(b, *p);
    if (t->params[0] && rng_once_in(b->g, 2))
        put_numeric(b);
}

static void begin_else(struct body *b)
{
    struct open_block *o = innermost(b);
    put_results(b);
    emit(b, 0x05);
    o->op = 0x05;
    o->unreachable = false;
    b->height = o->base;
    for (const char *p = o->params; *p; p++)
        push_type(b, *p);
}

/* The loop goes round until its counter is 0. */
static void go_round(struct body *b)
{
    const struct open_block *o = innermost(b);
    need(b, o->params);
    emit_local(b, 0x20, (uint32_t)o->counter);
    emit_const(b, 'i', 1);
    emit(b, 0x6b);
    emit_local(b, 0x22, (uint32_t)o->counter);
    emit(b, 0x0d);
    emit(b, 0);
    if (o->unreachable && b->height == o->base) /* its values are known now */
        for (const char *p = o->params; *p; p++)
            push_type(b, *p);
}

void end_block(struct body *b)
{
    struct open_block *o = innermost(b);
    if (o->op == 0x03 && o->counter >= 0)
        go_round(b);
    if (o->op == 0x04 && (strcmp(o->params, o->results) != 0 || rng_once_in(b->g, 2)))
        begin_else(b);
    put_results(b);
    emit(b, 0x0b);
    b->height = o->base;
    b->depth--;
    if (b->depth > 0)
        for (const char *p = o->results; *p; p++)
            push_type(b, *p);
}

/* ---- Branches ---- */

/* The innermost label as often as all others; then often with nothing below what the branch carries, so that it lies in place. A loop but
 * once in `loops`, for most rounds lead nowhere. */
static uint32_t choose_label(struct body *b, uint32_t loops)
{
    uint32_t label = rng_once_in(b->g, 2) ? rng_below(b->g, b->depth) : 0;
    if (b->open[b->depth - 1 - label].op == 0x03 && !rng_once_in(b->g, loops))
        label = b->depth - 1;
    if (label == 0 && rng_once_in(b->g, 2))
        while (top_type(b))
            put_away(b);
    return label;
}

static const char *label_types(const struct body *b, uint32_t label)
{
    const struct open_block *o = &b->open[b->depth - 1 - label];
    return o->op == 0x03 ? o->params : o->results;
}

static void leave(struct body *b)
{
    innermost(b)->unreachable = true;
    b->height = innermost(b)->base;
}

static void put_br(struct body *b)
{
    uint32_t label = choose_label(b, 10);
    need(b, label_types(b, label));
    emit(b, 0x0c);
    emit_u32(b, label);
    leave(b);
}

static void put_br_if(struct body *b)
{
    uint32_t label = choose_label(b, 3);
    const char *types = label_types(b, label);
    char all[16];
    strcpy(all, types);
    strcat(all, "i");
    need(b, all);
    emit(b, 0x0d);
    emit_u32(b, label);
    if (innermost(b)->unreachable && b->height == innermost(b)->base)
        for (const char *p = types; *p; p++)
            push_type(b, *p);
    else
        pop_type(b);
    if (top_type(b) && rng_once_in(b->g, 2))
        put_numeric(b); /* takes what the branch would have carried */
}

/* A label of an entry; a loop's seldom. */
static uint32_t choose_other(struct body *b)
{
    uint32_t label = rng_below(b->g, b->depth);
    return b->open[b->depth - 1 - label].op == 0x03 && !rng_once_in(b->g, 8) ? b->depth - 1 : label;
}

static void put_br_table(struct body *b)
{
    uint32_t label = choose_label(b, 8), n = rng_below(b->g, 6);
    const char *types = label_types(b, label);
    char all[16];
    strcpy(all, types);
    strcat(all, "i");
    need(b, all);
    emit(b, 0x0e);
    emit_u32(b, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t other = choose_other(b);
        emit_u32(b, strcmp(label_types(b, other), types) == 0 ? other : label);
    }
    emit_u32(b, label);
    leave(b);
}

/* ---- Calls ---- */

static void returned(struct body *b, const struct random_type *t)
{
    pop_types(b, strlen(t->params));
    for (const char *p = t->results; *p; p++)
        push_type(b, *p);
}

/* Mostly one that was made before, so that calls come to an end. */
static uint32_t choose_callee(struct body *b)
{
    return rng_below(b->g, rng_once_in(b->g, 12) ? b->nfuncs : b->func);
}

static void put_call(struct body *b)
{
    uint32_t f = choose_callee(b);
    const struct random_type *t = &random_types[b->func_types[f]];
    need(b, t->params);
    if (strcmp(t->results, b->type->results) == 0 && rng_once_in(b->g, 3)) {
        emit(b, 0x12);
        emit_u32(b, f);
        leave(b);
        return;
    }
    emit(b, 0x10);
    emit_u32(b, f);
    returned(b, t);
}

/* An element that holds a function, and mostly of the type that the call says. */
static void put_call_indirect(struct body *b)
{
    uint32_t element = rng_below(b->g, RANDOM_ELEMENTS), callee = b->elements[element];
    uint32_t type = b->func_types[callee];
    if (callee >= b->func && !rng_once_in(b->g, 12))
        return;
    const struct random_type *t = &random_types[type];
    bool tail = strcmp(t->results, b->type->results) == 0 && rng_once_in(b->g, 3);
    need(b, t->params);
    if (rng_once_in(b->g, 40)) {
        put_value(b, 'i');
    } else if (rng_once_in(b->g, 2)) {
        emit_const(b, 'i', element + 1);
        push_type(b, 'i');
    } else { /* in an accumulator */
        emit_const(b, 'i', element);
        emit_const(b, 'i', 1);
        emit(b, 0x6a);
        push_type(b, 'i');
    }
    emit(b, tail ? 0x13 : 0x11);
    emit_u32(b, type);
    emit(b, 0);
    pop_type(b);
    if (tail)
        leave(b);
    else
        returned(b, t);
}

/* ---- Variables ---- */

static void put_local(struct body *b)
{
    char type = top_type(b);
    if (!type || rng_once_in(b->g, 4)) {
        type = "iIfF"[rng_below(b->g, 4)];
        put_value(b, type);
    }
    int local = find_local(b, type);
    if (local < 0)
        return;
    bool tee = rng_once_in(b->g, 3);
    emit_local(b, tee ? 0x22 : 0x21, (uint32_t)local);
    if (!tee)
        pop_type(b);
    else if (rng_once_in(b->g, 2))
        put_numeric(b);
}

static void put_global(struct body *b)
{
    char type = top_type(b) && !rng_once_in(b->g, 4) ? top_type(b) : "iIfF"[rng_below(b->g, 4)];
    const char operand[2] = {type, '\0'};
    need(b, operand);
    emit(b, 0x24);
    bool imported = (type == 'I' || type == 'F') && rng_once_in(b->g, 3);
    emit_u32(b, imported ? (type == 'F') : 2 + (uint32_t)(strchr("iIfF", type) - "iIfF"));
    pop_type(b);
}

static void put_end(struct body *b)
{
    if (b->depth == 1)
        return;
    if (innermost(b)->op == 0x04 && !rng_once_in(b->g, 3))
        begin_else(b);
    else
        end_block(b);
}

static void put_leaving(struct body *b)
{
    if (b->depth == 1 && !rng_once_in(b->g, 12))
        return; /* the rest would be dead */
    switch (rng_below(b->g, 10)) {
    case 0:
        emit(b, 0x00);
        leave(b);
        return;
    case 1:
        need(b, b->type->results);
        emit(b, 0x0f);
        leave(b);
        return;
    case 2:
    case 3:
    case 4:
        put_br_table(b);
        return;
    default:
        put_br(b);
    }
}

static void (*const rare[])(struct body *b) = {put_select,  put_reinterpret, put_memory,
                                               put_global,  put_call,        put_call_indirect,
                                               put_leaving, put_br_if};

void put_instruction(struct body *b)
{
    uint32_t choice = rng_below(b->g, 100);
    if (b->height > innermost(b)->base + 40 + (uint32_t)(b->depth == 1 ? 300 : 0) ||
        b->height + 40 > MAX_HEIGHT) {
        if (top_type(b))
            put_away(b);
        else
            put_end(b);
        return;
    }
    if (innermost(b)->unreachable && choice < 50)
        choice = 99; /* dead code is not for long */
    if (choice < 10)
        put_value(b, "iIfF"[rng_below(b->g, 4)]);
    else if (choice < 25)
        put_local(b);
    else if (choice < 45)
        put_numeric(b);
    else if (choice < 52)
        put_load(b);
    else if (choice < 59)
        put_store(b);
    else if (choice < 69)
        open_structure(b);
    else if (choice < 76)
        put_br_if(b);
    else if (choice < 90)
        rare[rng_below(b->g, 8)](b);
    else if (choice < 94)
        put_observation(b);
    else if (choice < 95)
        emit(b, 0x01);
    else
        put_end(b);
}
