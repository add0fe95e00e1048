/*
 * Deleting a store ends everything in it at once, whatever references the program still holds: its
 * finalizers run at a moment that the program chose, and host functions may own references into
 * their own store without keeping it alive for ever. What stays for such references is the shell
 * described in capi_store.h.
 *
 * The map has a first set of buckets in the store itself and grows when it can; without memory its
 * chains just get longer, so that finding and adding cannot fail.
 */
#include "engine/capi/capi_store.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/capi/capi_trap.h"

/* wasm.h has no way to ask for more: the stack's bytes are the limit, and nothing else is. */
#define CALL_DEPTH UINT32_MAX

/* ---- engines ---- */

struct wasm_config_t {
    cupel_config_t *config;
};

wasm_config_t *wasm_config_new(void)
{
    wasm_config_t *config = mem_alloc(sizeof *config);
    if (!config)
        return NULL;
    config->config = cupel_config_new();
    if (!config->config) {
        mem_free(config);
        return NULL;
    }
    return config;
}

void wasm_config_delete(wasm_config_t *config)
{
    if (!config)
        return;
    cupel_config_delete(config->config);
    mem_free(config);
}

wasm_engine_t *wasm_engine_new(void)
{
    wasm_config_t *config = wasm_config_new();
    return config ? wasm_engine_new_with_config(config) : NULL;
}

wasm_engine_t *wasm_engine_new_with_config(wasm_config_t *config)
{
    if (!config)
        return NULL;
    wasm_engine_t *engine = mem_alloc(sizeof *engine);
    if (engine) {
        engine->engine = cupel_engine_new_with_config(config->config);
        config->config = NULL;
        if (!engine->engine) {
            mem_free(engine);
            engine = NULL;
        }
    }
    wasm_config_delete(config);
    return engine;
}

void wasm_engine_delete(wasm_engine_t *engine)
{
    if (!engine)
        return;
    cupel_engine_delete(engine->engine);
    mem_free(engine);
}

/* ---- stores ---- */

static cupel_store_t *new_cupel_store(cupel_engine_t *engine)
{
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_store_limits_t limits;
    if (!store)
        return NULL;
    cupel_store_limits_init(&limits);
    limits.instances = limits.tables = limits.memories = UINT32_MAX;
    limits.call_depth = CALL_DEPTH;
    cupel_error_t *error = cupel_store_set_limits(store, &limits);
    cupel_error_delete(error);
    if (error) {
        cupel_store_delete(store);
        return NULL;
    }
    return store;
}

wasm_store_t *wasm_store_new(wasm_engine_t *engine)
{
    wasm_store_t *store = engine ? mem_calloc(1, sizeof *store) : NULL;
    if (!store)
        return NULL;
    store->refs = 1;
    store->buckets = store->first_buckets;
    store->nbuckets = STORE_FIRST_BUCKETS;
    store->engine = cupel_engine_clone(engine->engine);
    store->no_memory = capi_trap_new(NULL, "out of memory");
    store->store = store->no_memory ? new_cupel_store(engine->engine) : NULL;
    if (!store->store) {
        capi_store_drop(store);
        return NULL;
    }
    store->ctx = cupel_store_context(store->store);
    return store;
}

/* The objects' turn: those that only the store kept go, the others lose their info. */
static void end_objects(wasm_store_t *store)
{
    while (store->objects) {
        wasm_ref_t *ref = capi_object_take(store->objects);
        capi_object_unlink(ref);
        capi_object_finalize(ref);
        capi_object_drop(ref);
    }
}

static void end(wasm_store_t *store)
{
    cupel_store_t *ended = store->store;
    store->store = NULL;
    store->ctx = NULL;
    cupel_store_delete(ended);
    end_objects(store);
    capi_store_drop(store);
}

void wasm_store_delete(wasm_store_t *store)
{
    if (!store || store->is_doomed)
        return;
    store->is_doomed = true;
    if (store->running == 0)
        end(store);
}

void capi_store_take(wasm_store_t *store)
{
    store->refs++;
}

void capi_store_drop(wasm_store_t *store)
{
    if (--store->refs > 0)
        return;
    wasm_trap_delete(store->no_memory);
    cupel_engine_delete(store->engine);
    if (store->buckets != store->first_buckets)
        mem_free(store->buckets);
    mem_free(store);
}

void capi_store_enter(wasm_store_t *store)
{
    store->running++;
}

void capi_store_leave(wasm_store_t *store)
{
    if (--store->running == 0 && store->is_doomed && store->store)
        end(store);
}

/* ---- the map ---- */

static size_t bucket_of(const wasm_store_t *store, enum object_kind kind, uint64_t key)
{
    uint64_t hash = (key + kind) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 32) & (store->nbuckets - 1);
}

wasm_ref_t *capi_store_find_object(const wasm_store_t *store, enum object_kind kind, uint64_t key)
{
    wasm_ref_t *ref = store->buckets[bucket_of(store, kind, key)];
    while (ref && (ref->kind != kind || ref->key != key))
        ref = ref->chain;
    return ref;
}

static void put(wasm_store_t *store, wasm_ref_t *ref)
{
    wasm_ref_t **bucket = &store->buckets[bucket_of(store, ref->kind, ref->key)];
    ref->chain = *bucket;
    *bucket = ref;
}

static void grow(wasm_store_t *store)
{
    wasm_ref_t **old = store->buckets, **buckets;
    size_t nold = store->nbuckets;
    buckets = mem_calloc(nold * 4, sizeof *buckets);
    if (!buckets)
        return;
    store->buckets = buckets;
    store->nbuckets = nold * 4;
    for (size_t i = 0; i < nold; i++) {
        for (wasm_ref_t *ref = old[i], *next; ref; ref = next) {
            next = ref->chain;
            put(store, ref);
        }
    }
    if (old != store->first_buckets)
        mem_free(old);
}

void capi_store_add_object(wasm_store_t *store, wasm_ref_t *ref)
{
    if (store->nknown >= 2 * store->nbuckets)
        grow(store);
    store->nknown++;
    put(store, ref);
}

void capi_store_remove_object(wasm_store_t *store, wasm_ref_t *ref)
{
    wasm_ref_t **at = &store->buckets[bucket_of(store, ref->kind, ref->key)];
    while (*at != ref)
        at = &(*at)->chain;
    *at = ref->chain;
    store->nknown--;
}
