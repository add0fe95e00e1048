/*
 * host_func.h - a function that the host provides.
 *
 * Reference counted, as linkers and the stores that use their definitions share it, maybe on
 * several threads; immutable.
 */
#ifndef CUPEL_RUNTIME_HOST_FUNC_H
#define CUPEL_RUNTIME_HOST_FUNC_H

#include "engine/runtime/engine.h"
#include "engine/runtime/interp.h"

struct host_func {
    _Atomic uint32_t refs;
    struct cupel_engine *engine; /* one reference */
    functype *type;              /* interned */
    cupel_callback_t callback;
    void *env;
    void (*finalize)(void *env);
};

/* NULL when memory is exhausted; then `finalize` has run. `type` need not be interned. */
struct host_func *host_func_new(struct cupel_engine *engine, const functype *type,
                                cupel_callback_t callback, void *env, void (*finalize)(void *env));
struct host_func *host_func_ref(struct host_func *f);
/* Accepts NULL. */
void host_func_unref(struct host_func *f);

/* Calls back on behalf of `caller` (NULL: of the embedder). NULL if it returned results of the
 * declared types, which then also lie in `slots` (unless that is NULL); else the trap, or NULL and
 * `*nomem`. */
cupel_own cupel_trap_t *host_func_invoke(struct host_func *f, struct cupel_store *store,
                                         struct instance *caller, const cupel_val_t *args,
                                         cupel_val_t *results, uint64_t *slots, bool *nomem);

#endif
