/*
 * A store is one block with its lists inline; it maps nothing and clears little before something is
 * made in it, since most stores live for one short call.
 *
 * Ids come from one counter of the process: a handle carries its store's id, so that a handle which
 * outlived its store, or strayed into another engine's, is recognised for ever. The counter is the
 * only thing that stores share.
 */
#include "engine/runtime/store.h"

#include <stdatomic.h>

#include "engine/base/alloc.h"
#include "engine/runtime/global.h"
#include "engine/runtime/resumable.h"

static _Atomic uint64_t last_id;

cupel_store_t *cupel_store_new(cupel_engine_t *engine, void *data, void (*finalize)(void *data))
{
    struct cupel_store *s = mem_calloc(1, sizeof *s);
    if (!s) {
        if (finalize)
            finalize(data);
        return NULL;
    }
    s->id = atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
    s->engine = cupel_engine_clone(engine);
    s->host = (struct host_data){data, finalize};
    cupel_store_limits_init(&s->limits);
    /* Objects are counted only for those who ask for it. */
    s->limits.instances = s->limits.tables = s->limits.memories = UINT32_MAX;
    s->limits.stack_bytes = engine->config.stack.maximum_bytes;
    s->limits.call_depth = engine->config.stack.recursion_depth;
    s->exec.store = s;
    s->exec.metered = engine->translate.fuel;
    return s;
}

static void delete_instances(struct cupel_store *s)
{
    for (size_t i = 0; i < s->instances.len; i++) {
        cupel_module_delete(s->instances.data[i]->module);
        mem_free(s->instances.data[i]);
    }
    vec_fini(&s->instances);
}

static void delete_host_objects(struct cupel_store *s)
{
    for (size_t i = 0; i < s->host_funcs.len; i++)
        host_func_unref(s->host_funcs.data[i]);
    for (size_t i = 0; i < s->externrefs.len; i++)
        if (s->externrefs.data[i].finalize)
            s->externrefs.data[i].finalize(s->externrefs.data[i].data);
    vec_fini(&s->host_funcs);
    vec_fini(&s->externrefs);
    mem_free(s->linked_funcs.places);
}

void cupel_store_delete(cupel_store_t *store)
{
    if (!store)
        return;
    while (store->resumables)
        resumable_end(store->resumables);
    store_rewind(store, &(struct store_mark){0});
    vec_fini(&store->memories);
    vec_fini(&store->tables);
    vec_fini(&store->globals);
    delete_instances(store);
    delete_host_objects(store);
    stack_cache_give(&store->engine->stacks, store->exec.stack, store->limits.stack_bytes);
    if (store->host.finalize)
        store->host.finalize(store->host.data);
    cupel_engine_delete(store->engine);
    mem_free(store);
}

void *cupel_store_into_data(cupel_store_t *store)
{
    void *data = store->host.data;
    store->host.finalize = NULL;
    cupel_store_delete(store);
    return data;
}

struct store_mark store_get_mark(const struct cupel_store *store)
{
    return (struct store_mark){store->memories.len, store->tables.len, store->globals.len,
                               store->nglobals};
}

void store_rewind(struct cupel_store *store, const struct store_mark *mark)
{
    while (store->memories.len > mark->memories)
        memory_delete(store->memories.data[--store->memories.len]);
    while (store->tables.len > mark->tables)
        table_delete(store->tables.data[--store->tables.len]);
    while (store->globals.len > mark->globals)
        mem_free(store->globals.data[--store->globals.len].host);
    store->nglobals = mark->nglobals;
}

bool store_ensure_stack(struct cupel_store *store)
{
    struct exec *x = &store->exec;
    if (x->stack)
        return true;
    x->stack = stack_cache_take(&store->engine->stacks, store->limits.stack_bytes);
    if (!x->stack)
        return false;
    x->stack_size = stack_mapped_bytes(&store->engine->stacks, store->limits.stack_bytes);
    x->stack_end = x->stack + store->limits.stack_bytes;
    x->free_stack = x->stack;
    x->calls_left = store->limits.call_depth;
    return true;
}

cupel_context_t *cupel_store_context(cupel_store_t *store)
{
    return store_context(store);
}

void *cupel_store_data(const cupel_store_t *store)
{
    return store->host.data;
}

cupel_engine_t *cupel_context_engine(const cupel_context_t *ctx)
{
    return context_store(ctx)->engine;
}

void *cupel_context_data(const cupel_context_t *ctx)
{
    return context_store(ctx)->host.data;
}

uint64_t cupel_context_memory_bytes(const cupel_context_t *ctx, uint64_t *peak)
{
    const struct cupel_store *s = context_store(ctx);
    if (peak)
        *peak = s->memory_peak;
    return s->memory_bytes;
}

struct instance *store_instance(struct cupel_store *store, uint32_t id)
{
    return store->instances.data[id - 1];
}

uint32_t store_func_type_id(struct cupel_store *store, uint64_t handle)
{
    uint32_t owner = handle_owner(handle), index = handle_index(handle);
    if (owner == HOST_OWNER)
        return store->host_funcs.data[index]->type->id;
    return store_instance(store, owner)->funcs[index].type_id;
}

uint32_t store_host_func_values(struct cupel_store *store, uint32_t index)
{
    return store->host_funcs.data[index]->entry.values;
}
