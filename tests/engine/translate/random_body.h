/*
 * random_body.h - between the parts of the generator: the state of a body that is being written.
 */
#ifndef TESTS_ENGINE_TRANSLATE_RANDOM_BODY_H
#define TESTS_ENGINE_TRANSLATE_RANDOM_BODY_H

#include "tests/engine/translate/random_module.h"

#define MAX_BODY    16384
#define MAX_HEIGHT  1024
#define MAX_NESTING 24
/* Where values are stored to be seen: behind what other stores reach. */
#define OBSERVED        20000
#define RANDOM_ELEMENTS 6
#define OBSERVED_SLOTS  4000
#define MAX_LOCALS      1200

/* A control structure that is open; types are letters. */
struct open_block {
    uint8_t op;
    const char *params, *results;
    uint32_t base;    /* height of the stack below its values */
    bool unreachable; /* from here on */
    int counter;      /* of a loop: the local that counts down, -1 if none does */
};

struct body {
    struct rng *g;
    uint8_t code[MAX_BODY];
    size_t len;
    char stack[MAX_HEIGHT];
    uint32_t height;
    struct open_block open[MAX_NESTING];
    uint32_t depth;
    char locals[MAX_LOCALS + 16];
    uint32_t nlocals, nparams;
    uint32_t scratch_f32, scratch_f64; /* locals to make NaNs alike with */
    const struct random_type *type;
    const uint32_t *func_types; /* of all functions, imports included */
    uint32_t nfuncs, func;      /* their number, and which one this is */
    const uint32_t *elements;   /* functions in the table from element 1 on */
    uint32_t observed;          /* values stored so far */
};

void emit(struct body *b, unsigned byte);
void emit_u32(struct body *b, uint32_t v);
void emit_s64(struct body *b, int64_t v);
void emit_const(struct body *b, char type, uint64_t bits);
void emit_local(struct body *b, unsigned op, uint32_t local);

static inline struct open_block *innermost(struct body *b)
{
    return &b->open[b->depth - 1];
}
void push_type(struct body *b, char type);
/* Takes a type off the stack; what is not there is fine in unreachable code. */
void pop_type(struct body *b);
void pop_types(struct body *b, size_t n);
/* The type at the top of the innermost block's stack, 0 if it is empty. */
char top_type(const struct body *b);
/* One value of a type from somewhere. */
void put_value(struct body *b, char type);
/* Makes the top of the stack hold values of these types: what is there already is taken for the first of them. */
void need(struct body *b, const char *types);
/* Makes it hold these results and nothing else above the block's base. */
void put_results(struct body *b);
/* Stores the top value in a local, and mostly in memory too, if there is a local of its type; else drops it. */
void put_away(struct body *b);
/* Stores a local in memory. */
void put_observation(struct body *b);
/* A local of the type; -1 if there is none. */
int find_local(struct body *b, char type);
/* Any NaN at the top of the stack becomes the same one. */
void put_canonical(struct body *b, char type);

/* random_ops.c: an instruction that is neither control nor variable. */
void put_numeric(struct body *b);
void put_load(struct body *b);
void put_store(struct body *b);
void put_select(struct body *b);
void put_reinterpret(struct body *b);
void put_memory(struct body *b);

/* random_control.c: anything. */
void put_instruction(struct body *b);
void end_block(struct body *b);

#endif
