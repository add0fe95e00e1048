/*
 * capi_trap.h - traps: how calls end that have no results.
 */
#ifndef CUPEL_CAPI_TRAP_H
#define CUPEL_CAPI_TRAP_H

#include "engine/capi/capi_object.h"

/* NULL when memory is exhausted. The store may be NULL. */
wasm_own wasm_trap_t *capi_trap_new(wasm_store_t *store, const char *message);
/* Never NULL: without memory the store's trap for that. */
wasm_own wasm_trap_t *capi_trap_new_or_no_memory(wasm_store_t *store, const char *message);
wasm_own wasm_trap_t *capi_trap_no_memory(wasm_store_t *store);

/* A host function's trap for WebAssembly to pass on; the next call that returns to the host gets
 * it back from capi_trap_from. */
cupel_own cupel_trap_t *capi_trap_pass(wasm_store_t *store, wasm_own wasm_trap_t *trap);
/* How a call ended: NULL if well, else the trap for what it was. */
wasm_own wasm_trap_t *capi_trap_from(wasm_store_t *store, cupel_own cupel_error_t *error,
                                     cupel_own cupel_trap_t *trap);

#endif
