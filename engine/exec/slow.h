/*
 * slow.h - the slow paths of handlers: plain C functions over the spilled state, the same for every
 * dispatch.
 *
 * Each returns true to go on at x->ip, and false to stop with x->outcome set.
 */
#ifndef CUPEL_EXEC_SLOW_H
#define CUPEL_EXEC_SLOW_H

#include <stdbool.h>

struct exec;

/* What bulk operations cost, and how much of one is done between two looks at the interrupt callback. */
#define BULK_BYTES_PER_FUEL    64
#define BULK_ELEMENTS_PER_FUEL 16
#define BULK_PIECE             (UINT64_C(8) << 20)

#define SLOW_PATH(name, what) bool slow_##name(struct exec *x) __attribute__((cold, noinline));
#include "engine/exec/slow.def"
#undef SLOW_PATH

#endif
