/*
 * capi_object.h - the objects behind the references of wasm.h, and the store that they belong to.
 *
 * A reference is a pointer to its object, and all references to an object are the same pointer: an
 * object counts them. Contract, thread rule and failure: wasm.h.
 */
#ifndef CUPEL_CAPI_OBJECT_H
#define CUPEL_CAPI_OBJECT_H

#include "engine/cupel.h"
#include "engine/capi/wasm.h"

/* Those that stand for something within the store (an external or an instance) come first. */
enum object_kind {
    OBJECT_FUNC = WASM_EXTERN_FUNC,
    OBJECT_GLOBAL = WASM_EXTERN_GLOBAL,
    OBJECT_TABLE = WASM_EXTERN_TABLE,
    OBJECT_MEMORY = WASM_EXTERN_MEMORY,
    OBJECT_INSTANCE,
    OBJECT_MODULE,
    OBJECT_TRAP,
    OBJECT_FOREIGN
};

static inline bool object_kind_is_extern(enum object_kind kind)
{
    return kind <= OBJECT_MEMORY;
}
static inline bool object_kind_is_known_by_key(enum object_kind kind)
{
    return kind <= OBJECT_INSTANCE;
}

struct wasm_ref_t {
    enum object_kind kind;
    bool is_pinned; /* WebAssembly may hold it as an externref */
    size_t refs;    /* references that the host has */
    wasm_store_t *store;
    struct wasm_ref_t *next, **link; /* in the store's list; link NULL if not there */
    struct wasm_ref_t *chain;        /* in the store's map */
    uint64_t key;                    /* with the kind: what it stands for within the store */
    cupel_externref_t externref;     /* if is_pinned */
    void *info;
    void (*finalizer)(void *info);
};

struct wasm_extern_t {
    struct wasm_ref_t ref;
    cupel_extern_t item;
};
struct wasm_func_t {
    struct wasm_extern_t ext;
    cupel_functype_t *type;
    const cupel_valkind_t *params, *results; /* the type's */
    size_t nparams, nresults;
    bool has_v128; /* in its type: it cannot be called through wasm.h */
};
struct wasm_global_t {
    struct wasm_extern_t ext;
};
struct wasm_table_t {
    struct wasm_extern_t ext;
};
struct wasm_memory_t {
    struct wasm_extern_t ext;
};
struct wasm_instance_t {
    struct wasm_ref_t ref;
    cupel_instance_t handle;
};
struct wasm_module_t {
    struct wasm_ref_t ref;
    cupel_module_t *module;
};
struct wasm_trap_t {
    struct wasm_ref_t ref;
    cupel_trap_t *trap; /* NULL while it passes through WebAssembly */
    bool was_abroad;    /* it has frames of another store */
};
struct wasm_foreign_t {
    struct wasm_ref_t ref;
};

/* Makes room for an object, with one reference to it. NULL when memory is exhausted. The caller
 * fills in what is behind `ref`. */
wasm_own wasm_ref_t *capi_object_new(wasm_store_t *store, enum object_kind kind, size_t size);

/* Another reference, of which the caller then has one more; accepts NULL. */
wasm_own wasm_ref_t *capi_object_take(const wasm_ref_t *ref);
/* Gives a reference back; accepts NULL. */
void capi_object_drop(wasm_own wasm_ref_t *ref);

/* A reference to what stands for an item of the store, the same object each time. NULL when memory
 * is exhausted. */
wasm_own wasm_extern_t *capi_object_from_extern(wasm_store_t *store, const cupel_extern_t *item);
wasm_own wasm_func_t *capi_object_from_func(wasm_store_t *store, cupel_func_t func);
wasm_own wasm_instance_t *capi_object_from_instance(wasm_store_t *store, cupel_instance_t instance);

/* The object as a value that WebAssembly can hold, which keeps it alive as long as the store; and
 * back, with a reference of the caller's own. False when memory is exhausted. */
bool capi_object_to_externref(wasm_ref_t *ref, cupel_externref_t *out);
wasm_own wasm_ref_t *capi_object_from_externref(wasm_store_t *store, cupel_externref_t externref);

/* Runs the finalizer of an object's host info, if it has one, and forgets the info. */
void capi_object_finalize(wasm_ref_t *ref);
/* Deletes an object that nobody has a reference to. */
void capi_object_delete(wasm_ref_t *ref);
/* Takes it off its store's list. */
void capi_object_unlink(wasm_ref_t *ref);

#endif
