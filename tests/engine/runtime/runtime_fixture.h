/*
 * runtime_fixture.h - an engine and a store for a test, and shorthand for what tests do with them.
 *
 * Helpers end the test when what must work does not.
 */
#ifndef TESTS_ENGINE_RUNTIME_FIXTURE_H
#define TESTS_ENGINE_RUNTIME_FIXTURE_H

#include <check.h>

#include "engine/cupel.h"
#include "tests/engine/wasm_builder.h"

struct world {
    cupel_engine_t *engine;
    cupel_store_t *store;
    cupel_context_t *ctx;
    struct wasm w; /* the module being built */
};

enum { WORLD_METERED = 1, WORLD_CHECKED = 2 /* no guard pages */, WORLD_LAZY = 4 };

void world_init(struct world *t, unsigned flags);
void world_init_limits(struct world *t, unsigned flags, const cupel_store_limits_t *limits);
void world_fini(struct world *t);

/* Compiles what has been built and starts a new module. */
cupel_module_t *world_compile(struct world *t);
/* The same, and an instance of it with the given imports. */
cupel_instance_t world_instantiate(struct world *t, const cupel_extern_t *imports, size_t n);
/* Instantiation that ends in an error or a trap. */
cupel_error_t *world_refused(struct world *t, const cupel_extern_t *imports, size_t n);
cupel_trap_t *world_trapped(struct world *t, const cupel_extern_t *imports, size_t n);

cupel_extern_t get_export(struct world *t, cupel_instance_t instance, const char *name);
cupel_func_t get_func(struct world *t, cupel_instance_t instance, const char *name);
/* Calls with i32 arguments; the one i32 result, or 0 without. */
int32_t call_i32(struct world *t, cupel_func_t func, size_t nargs, const int32_t *args);
/* The same for a call that must trap. */
cupel_trap_t *call_trap(struct world *t, cupel_func_t func, size_t nargs, const int32_t *args);
#define ARGS(...)                                                                                  \
    sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t), (const int32_t[])                    \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define NO_ARGS 0, NULL

/* A host function from letters for its types. */
cupel_func_t host_func(struct world *t, const char *params, const char *results,
                       cupel_callback_t callback, void *env);
cupel_functype_t *functype_of(const char *params, const char *results);
cupel_extern_t extern_func(cupel_func_t func);
cupel_val_t val_i32(int32_t v);
cupel_val_t val_null(cupel_valkind_t kind);

/* NULL, or the test ends with the message. */
void must(cupel_error_t *error);
/* An error of that kind whose message has `text` in it; deletes it. */
void expect_error(cupel_error_t *error, cupel_errorkind_t kind, const char *text);
void expect_limit(cupel_error_t *error, const char *limit);
/* A trap of that code and limit; deletes it. */
void expect_trap(cupel_trap_t *trap, cupel_trapcode_t code, const char *limit);

/* Whether bytes [from, to) are zeros; an assertion for each would take libcheck minutes. */
bool is_zero(const uint8_t *data, size_t from, size_t to);

/* Counts the runs of a finaliser whose data is an int. */
void count_run(void *data);

#endif
