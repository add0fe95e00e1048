/*
 * host_func.h - a function that the host provides.
 *
 * Reference counted, as linkers and the stores that use their definitions share it, maybe on
 * several threads; immutable.
 */
#ifndef CUPEL_RUNTIME_HOST_FUNC_H
#define CUPEL_RUNTIME_HOST_FUNC_H

#include "engine/runtime/caller.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/interp.h"

struct host_func {
    struct host_entry entry; /* first, as interp.h says */
    _Atomic uint32_t refs;
    struct cupel_engine *engine; /* one reference */
    functype *type;              /* interned */
    cupel_callback_t callback;   /* NULL for a raw one */
    void (*finalize)(void *env);
};

/* How a call of one ended. */
enum host_end {
    HOST_RETURNED,
    HOST_TRAPPED, /* its own trap */
    HOST_BROKEN,  /* what it returned is not of its type: a trap that says so */
    HOST_NO_MEMORY
};

/* NULL when memory is exhausted; then `finalize` has run. `type` need not be interned. */
struct host_func *host_func_new(struct cupel_engine *engine, const functype *type,
                                cupel_callback_t callback, void *env, void (*finalize)(void *env));
/* The same for a raw one. */
struct host_func *host_func_new_raw(struct cupel_engine *engine, const functype *type,
                                    cupel_raw_callback_t callback, void *env,
                                    void (*finalize)(void *env));
struct host_func *host_func_ref(struct host_func *f);
/* Accepts NULL. */
void host_func_unref(struct host_func *f);

/* Calls a function that is not raw on behalf of `caller` (NULL: of the embedder). Results also lie
 * in `slots` then, unless that is NULL. `*trap` is NULL unless it trapped or is broken. */
enum host_end host_func_invoke(struct host_func *f, struct cupel_store *store,
                               struct instance *caller, const cupel_val_t *args,
                               cupel_val_t *results, uint64_t *slots,
                               cupel_own cupel_trap_t **trap) MUST_CHECK;
/* The same with arguments and results in `slots`. HOST_NO_MEMORY too if there is none for the values. */
enum host_end host_func_invoke_slots(struct host_func *f, struct cupel_store *store,
                                     struct instance *caller, uint64_t *slots,
                                     cupel_own cupel_trap_t **trap) MUST_CHECK;
/* Makes what a raw one has returned values of its type. */
enum host_end host_func_settle(struct host_func *f, struct cupel_store *store, uint64_t *cells,
                               cupel_own cupel_trap_t **trap) MUST_CHECK;
/* Calls a raw one; cells are slots, also when it returns. */
static inline MUST_CHECK enum host_end host_func_invoke_raw(struct host_func *f,
                                                            struct cupel_store *store,
                                                            struct instance *caller,
                                                            uint64_t *cells,
                                                            cupel_own cupel_trap_t **trap)
{
    struct cupel_caller seen = {store, caller};
    *trap = f->entry.raw(f->entry.env, &seen, (cupel_raw_t *)(void *)cells, f->entry.values);
    if (*trap)
        return HOST_TRAPPED;
    return f->type->nresults == 0 ? HOST_RETURNED : host_func_settle(f, store, cells, trap);
}

#endif
