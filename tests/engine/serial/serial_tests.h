/*
 * serial_tests.h - the tests of tests/engine/serial/: SERIAL_TESTS(T) gives T(name) for each file test_NAME.c.
 */
#ifndef TESTS_ENGINE_SERIAL_SERIAL_TESTS_H
#define TESTS_ENGINE_SERIAL_SERIAL_TESTS_H

#include "tests/engine/runtime/runtime_fixture.h"
#include "tests/engine/serial/image_mend.h"

#define SERIAL_TESTS(T)                                                                            \
    T(round_trip)                                                                                  \
    T(damage)                                                                                      \
    T(verify)                                                                                      \
    T(image_lazy)                                                                                  \
    T(image_oom)

/* Each adds the tests of its file. */
#define T(name) void add_##name(TCase *tc);
SERIAL_TESTS(T)
#undef T

/* A small module with something of everything: 0 imported "h"."f" (i) -> (i); exports "run" (i, i) -> (i), memory "m". It ends whatever the
 * arguments are. */
void build_small(struct wasm *w);
/* "run" of an instance in the store of `t`, whose engine has compiled or read `module`; null if a damaged one does not link. */
cupel_func_t small_run(struct world *t, cupel_module_t *module);
cupel_module_t *small_module(struct world *t);

/* Another engine's key. */
void image_rekey(uint8_t *image, size_t len, const cupel_engine_t *engine);

#endif
