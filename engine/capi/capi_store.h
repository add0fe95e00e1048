/*
 * capi_store.h - engines and stores of wasm.h.
 *
 * A wasm_store_t outlasts what it is about: once deleted it has no cupel_store_t any more, but stays
 * until the last reference to an object of it is given back. So nothing that a program still holds
 * ever dangles, and every function asks `ctx` first.
 */
#ifndef CUPEL_CAPI_STORE_H
#define CUPEL_CAPI_STORE_H

#include "engine/capi/capi_object.h"

struct wasm_engine_t {
    cupel_engine_t *engine;
};

#define STORE_FIRST_BUCKETS 32

struct wasm_store_t {
    cupel_store_t *store; /* NULL once it is deleted */
    cupel_context_t *ctx; /* the same */
    cupel_engine_t *engine;
    size_t refs;    /* the host's to the store, and all of its to objects */
    size_t running; /* calls into WebAssembly that have not returned */
    bool is_doomed; /* deleted while running */

    wasm_ref_t *objects; /* all of them, the newest first */
    wasm_ref_t **buckets;
    size_t nbuckets, nknown; /* known: in the map */
    wasm_ref_t *first_buckets[STORE_FIRST_BUCKETS];

    struct wasm_trap_t *passing; /* a host function's, on its way through WebAssembly */
    struct wasm_trap_t *no_memory;
};

void capi_store_take(wasm_store_t *store);
void capi_store_drop(wasm_store_t *store);

/* Around whatever may run WebAssembly. */
void capi_store_enter(wasm_store_t *store);
void capi_store_leave(wasm_store_t *store);

/* The map of the objects that stand for something within the store. */
wasm_ref_t *capi_store_find_object(const wasm_store_t *store, enum object_kind kind, uint64_t key);
void capi_store_add_object(wasm_store_t *store, wasm_ref_t *ref);
void capi_store_remove_object(wasm_store_t *store, wasm_ref_t *ref);

#endif
