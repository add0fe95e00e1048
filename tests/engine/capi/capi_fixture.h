/*
 * capi_fixture.h - an engine and a store of wasm.h for a test, and shorthand for what tests do with
 * them.
 *
 * Helpers end the test when what must work does not.
 */
#ifndef TESTS_ENGINE_CAPI_FIXTURE_H
#define TESTS_ENGINE_CAPI_FIXTURE_H

#include <check.h>

#include "engine/cupel.h" /* kinds of externals for the builder */
#include "engine/capi/wasm.h"
#include "tests/engine/wasm_builder.h"

struct setup {
    wasm_engine_t *engine;
    wasm_store_t *store;
    struct wasm w; /* the module being built */
};

void setup_init(struct setup *s);
void setup_fini(struct setup *s);

/* What has been built, and starts a new module. */
wasm_byte_vec_t setup_binary(struct setup *s);
wasm_module_t *setup_compile(struct setup *s);
/* The same, and an instance of it. The imports stay the caller's. */
wasm_instance_t *setup_instantiate(struct setup *s, wasm_extern_t *const *imports, size_t n);

/* Export number `i`, a reference of the caller's own. */
wasm_extern_t *take_export(const wasm_instance_t *instance, size_t i);
wasm_func_t *take_func(const wasm_instance_t *instance, size_t i);

wasm_val_t i32_val(int32_t v);
wasm_val_t ref_val(wasm_ref_t *ref); /* of kind externref */

/* A call with at most one argument and one result. */
wasm_val_t call(const wasm_func_t *func, size_t nargs, wasm_val_t arg);
int32_t call_i32(const wasm_func_t *func, int32_t arg);
/* The same for one that must trap. */
wasm_trap_t *call_trap(const wasm_func_t *func, size_t nargs, wasm_val_t arg);
/* A trap whose message has `text` in it; deletes it. */
void expect_trap(wasm_trap_t *trap, const char *text);

/* From letters: i I f F e r. */
wasm_functype_t *functype_of(const char *params, const char *results);
/* A host function of that type. */
wasm_func_t *host_func(struct setup *s, const char *params, const char *results,
                       wasm_func_callback_with_env_t callback, void *env);
/* One that does nothing, and one that returns its only argument. */
wasm_trap_t *do_nothing(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results);
wasm_trap_t *echo(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results);

wasm_globaltype_t *globaltype_of(wasm_valkind_t kind, wasm_mutability_t mutability);

/* A name from a string, and whether a name is one. */
wasm_name_t name_of(const char *text);
bool is_name(const wasm_name_t *name, const char *text);

/* Counts the runs of a finalizer whose data is an int. */
void count_run(void *data);

#endif
