/*
 * store.h - a store: the owner of everything that running makes.
 *
 * What a store owns lives until the store is deleted, so handles are indices into its lists and
 * need no reference counts. A store belongs to one thread at a time.
 */
#ifndef CUPEL_RUNTIME_STORE_H
#define CUPEL_RUNTIME_STORE_H

#include "engine/base/vec.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/host_func.h"
#include "engine/runtime/instance.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/module_object.h"

/* Limits of the engine's own on what a host may ask for. */
#define STORE_MAX_STACK_BYTES STACK_MOST_BYTES
#define STORE_MAX_HOST_DEPTH  1024

struct host_global {
    struct globaltype type;
    uint64_t cell[2];
};

/* Globals are numbered in the order of their making. One entry stands for all the own globals of an
 * instance, or for one global of the host's. */
struct global_range {
    uint32_t first;
    struct instance *instance; /* NULL for a global of the host's */
    struct host_global *host;
};

struct host_data {
    void *data;
    void (*finalize)(void *data);
};

struct call_hook {
    cupel_call_hook_t call; /* NULL: none */
    void *env;
};

/* Host functions by definition, so that a linker's becomes one function in a store. */
struct host_func_map {
    uint32_t *places; /* index + 1, 0 if free */
    uint32_t nplaces; /* a power of two, or 0 */
    uint32_t used;
};

struct cupel_store {
    struct exec exec;
    uint64_t id; /* unique in the process, never 0 */
    struct cupel_engine *engine;
    struct host_data host;
    cupel_store_limits_t limits;
    cupel_limiter_t limiter; /* zeros without one */
    bool has_limiter;
    bool in_callback;           /* a limiter or interrupt callback is running */
    cupel_trap_t *limiter_trap; /* owned; between a limiter's answer and its use */

    VEC(struct instance *) instances; /* by id - 1 */
    VEC(struct memory *) memories;
    VEC(struct table_object *) tables;
    VEC(struct global_range) globals; /* ascending */
    VEC(struct host_func *) host_funcs;
    VEC(struct host_data) externrefs;
    struct host_func_map linked_funcs;
    uint32_t nglobals;

    uint64_t memory_bytes, memory_peak; /* of all memories */
    uint64_t table_elements;            /* of all tables */

    struct cupel_resumable *resumables; /* suspended calls */
    struct call_hook hook;              /* exec.hooked says whether there is one */
};

static inline cupel_context_t *store_context(struct cupel_store *store)
{
    return (cupel_context_t *)store;
}
static inline struct cupel_store *context_store(const cupel_context_t *ctx)
{
    return (struct cupel_store *)(uintptr_t)ctx;
}

/* NULL unless `id` is that of an instance. */
static inline struct instance *store_find_instance(const struct cupel_store *store, uint32_t id)
{
    return id - 1 < store->instances.len ? store->instances.data[id - 1] : NULL;
}

/* While a callback runs that comes in the middle of an instruction, the store is not to be used:
 * calls find their depth exhausted, and what would grow or be instantiated is refused. */
struct callback_guard {
    uint32_t host_depth;
    bool in_callback;
};
static inline struct callback_guard store_enter_callback(struct cupel_store *store)
{
    struct callback_guard guard = {store->exec.host_depth, store->in_callback};
    store->exec.host_depth = UINT32_MAX;
    store->in_callback = true;
    return guard;
}
static inline void store_leave_callback(struct cupel_store *store, struct callback_guard guard)
{
    store->exec.host_depth = guard.host_depth;
    store->in_callback = guard.in_callback;
}

/* Makes sure that there is a stack; false when memory is exhausted. */
bool store_ensure_stack(struct cupel_store *store);

/* What a store holds, so that a failed instantiation can be undone. */
struct store_mark {
    size_t memories, tables, globals;
    uint32_t nglobals;
};
struct store_mark store_get_mark(const struct cupel_store *store);
/* Deletes memories, tables and globals made after `mark`. */
void store_rewind(struct cupel_store *store, const struct store_mark *mark);

#endif
