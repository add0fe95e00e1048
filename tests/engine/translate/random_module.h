/*
 * random_module.h - valid modules at random, to shake the translator: operands that stay on the stack while locals change under
 * them, blocks with parameters and results, branches that carry values, far locals, deep stacks, dead code.
 *
 * Modules import "h"."f" (i32, i64 -> i64), "h"."g" (i32, f64 -> f64, i32) and mutable globals "h"."i" (i64) and "h"."d" (f64), in this
 * order. They export functions "f0" ..., the memory "memory" and own globals "g0" ... Loops may run for ever: fuel must bound a call. The bits
 * of NaNs do not reach integers or memory.
 */
#ifndef TESTS_ENGINE_TRANSLATE_RANDOM_MODULE_H
#define TESTS_ENGINE_TRANSLATE_RANDOM_MODULE_H

#include "tests/engine/wasm_builder.h"

#define RANDOM_MAX_FUNCS   4
#define RANDOM_HOST_FUNCS  2
#define RANDOM_OWN_GLOBALS 5

/* xorshift64* */
struct rng {
    uint64_t state;
};
struct rng rng_new(uint64_t seed);
uint32_t rng_u32(struct rng *g);
/* A number below `limit`. */
uint32_t rng_below(struct rng *g, uint32_t limit);
/* True once in n. */
bool rng_once_in(struct rng *g, uint32_t n);
/* Values that like to be at borders. */
uint32_t rng_i32(struct rng *g);
uint64_t rng_i64(struct rng *g);
uint32_t rng_f32(struct rng *g);
uint64_t rng_f64(struct rng *g);

/* Fills a fresh builder; the number of functions that are exported, of the types in `types` (below). */
uint32_t random_module(struct rng *g, struct wasm *w, uint32_t *types);

struct random_type {
    const char *params, *results; /* letters of wasm_builder.h */
};
#define RANDOM_TYPES 21
extern const struct random_type random_types[RANDOM_TYPES];
/* The host functions' types. */
enum { RANDOM_TYPE_F = 2, RANDOM_TYPE_G = 10 };

#endif
