/*
 * call_hook.h - telling the embedder of calls between it and WebAssembly.
 *
 * To be called only while there is a hook (store->hook.call). An event ends in an error, in `*trap`
 * (NULL before), or in neither: the call goes on.
 */
#ifndef CUPEL_RUNTIME_CALL_HOOK_H
#define CUPEL_RUNTIME_CALL_HOOK_H

#include "engine/runtime/store.h"

/* Around an activation whose values take `bytes` where the stack is free. */
cupel_own cupel_error_t *hook_enter_wasm(struct cupel_store *store, size_t bytes,
                                         cupel_own cupel_trap_t **trap);
/* `error` and `*trap` are what the activation ended in; the hook's come in their place. */
cupel_own cupel_error_t *hook_leave_wasm(struct cupel_store *store, size_t bytes,
                                         cupel_own cupel_error_t *error,
                                         cupel_own cupel_trap_t **trap);

/* Around a host function. False: the activation stops, and x->outcome says how. */
bool hook_enter_host(struct exec *x);
bool hook_leave_host(struct exec *x);

#endif
