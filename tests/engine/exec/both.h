/*
 * both.h - a module here and in the reference, side by side.
 */
#ifndef TESTS_ENGINE_EXEC_BOTH_H
#define TESTS_ENGINE_EXEC_BOTH_H

#include "tests/engine/exec/exec_tests.h"
#include "tests/engine/reference.h"

#define BOTH_WAYS 2

struct both {
    struct world worlds[BOTH_WAYS]; /* with guard pages, and with checks */
    cupel_instance_t instances[BOTH_WAYS];
    struct reference *r;
    uint8_t *wasm;
};

/* Compiles and instantiates what the builder has (it is spent); it may import one function (i) -> (i), the identity. */
void both_init(struct both *b, struct wasm *w);
void both_fini(struct both *b);
/* Calls an exported function everywhere with arguments given as cells (kinds by its type), and compares results, traps, the place of a trap, and
 * fuel; fails the test with `what` where they differ. The first result, 0 without one; `*trapped` may be NULL. */
uint64_t both_call(struct both *b, const char *name, const uint64_t *args, const char *what,
                   bool *trapped);
/* The exported memory "m" is the same everywhere. */
void both_compare_memory(struct both *b, const char *what);

#endif
