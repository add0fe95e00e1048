/*
 * golden_cases.h - small functions whose translation is written down in golden/.
 *
 * They are function 2 of a module with an import 0 "h"."f" and a function 1, both (i) -> (i) and the identity, a table whose element 0 is function 1, a
 * memory of one page, a mutable global 0 and a constant one 1, both i32. Types: 0 (i) -> (i), 1 that of the function, 6
 * (F) -> (F), 7 () -> (F, i), 8 (i, i) -> (i, i); 2 to 5 are not used.
 */
#ifndef TESTS_ENGINE_TRANSLATE_GOLDEN_CASES_H
#define TESTS_ENGINE_TRANSLATE_GOLDEN_CASES_H

#include "tests/engine/runtime/runtime_fixture.h"

struct golden {
    const char *name, *params, *results, *locals;
    const uint8_t *body;
    size_t len;
    unsigned flags; /* WORLD_... */
};

extern const struct golden goldens[];
extern const size_t golden_count;

/* Fills a fresh builder; the function is exported as "f". */
void golden_build(struct wasm *w, const struct golden *g);

#endif
