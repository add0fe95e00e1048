/*
 * One object for one thing, however often it is asked for, so that host info belongs to the thing
 * and `same` compares pointers: functions, globals, tables, memories and instances are found again
 * by a key in their store's map.
 *
 * How long an object lives follows from who may still ask for it. The host's references are
 * counted. WebAssembly's are not: what was handed over as an externref stays until the store goes.
 * And what can be found again by its key stays as long if it has host info, since whoever asks next
 * must find it; without, it is made anew.
 */
#include "engine/capi/capi_object.h"

#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"

wasm_ref_t *capi_object_new(wasm_store_t *store, enum object_kind kind, size_t size)
{
    wasm_ref_t *ref = mem_calloc(1, size);
    if (!ref)
        return NULL;
    ref->kind = kind;
    ref->store = store;
    if (store && store->store) {
        ref->next = store->objects;
        ref->link = &store->objects;
        if (ref->next)
            ref->next->link = &ref->next;
        store->objects = ref;
    }
    return capi_object_take(ref);
}

void capi_object_unlink(wasm_ref_t *ref)
{
    if (!ref->link)
        return;
    *ref->link = ref->next;
    if (ref->next)
        ref->next->link = ref->link;
    ref->next = NULL;
    ref->link = NULL;
}

wasm_ref_t *capi_object_take(const wasm_ref_t *ref)
{
    wasm_ref_t *taken = (wasm_ref_t *)(uintptr_t)ref;
    if (!taken)
        return NULL;
    taken->refs++;
    if (taken->store)
        capi_store_take(taken->store);
    return taken;
}

static bool is_kept_by_store(const wasm_ref_t *ref)
{
    bool has_info = ref->info || ref->finalizer;
    return ref->link && (ref->is_pinned || (has_info && object_kind_is_known_by_key(ref->kind)));
}

void capi_object_drop(wasm_ref_t *ref)
{
    if (!ref)
        return;
    wasm_store_t *store = ref->store;
    if (--ref->refs == 0 && !is_kept_by_store(ref))
        capi_object_delete(ref);
    if (store)
        capi_store_drop(store);
}

void capi_object_finalize(wasm_ref_t *ref)
{
    void (*finalizer)(void *) = ref->finalizer;
    void *info = ref->info;
    ref->finalizer = NULL;
    ref->info = NULL;
    if (finalizer)
        finalizer(info);
}

void capi_object_delete(wasm_ref_t *ref)
{
    capi_object_unlink(ref);
    if (object_kind_is_known_by_key(ref->kind))
        capi_store_remove_object(ref->store, ref);
    capi_object_finalize(ref);
    if (ref->kind == OBJECT_FUNC)
        cupel_functype_delete(((wasm_func_t *)ref)->type);
    else if (ref->kind == OBJECT_MODULE)
        cupel_module_delete(((wasm_module_t *)ref)->module);
    else if (ref->kind == OBJECT_TRAP)
        cupel_trap_delete(((wasm_trap_t *)ref)->trap);
    mem_free(ref);
}

/* ---- what stands for something within the store ---- */

/* Of a new object, which is not in the map yet. */
static wasm_ref_t *make_known(wasm_store_t *store, enum object_kind kind, uint64_t key, size_t size)
{
    wasm_ref_t *ref = capi_object_new(store, kind, size);
    if (!ref)
        return NULL;
    ref->key = key;
    capi_store_add_object(store, ref);
    return ref;
}

static bool has_v128(const cupel_valkind_t *kinds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i] == CUPEL_V128)
            return true;
    return false;
}

wasm_func_t *capi_object_from_func(wasm_store_t *store, cupel_func_t handle)
{
    uint64_t key = (uint64_t)handle.owner << 32 | handle.index;
    wasm_ref_t *found = capi_store_find_object(store, OBJECT_FUNC, key);
    if (found)
        return (wasm_func_t *)capi_object_take(found);
    cupel_functype_t *type = cupel_func_type(store->ctx, handle);
    wasm_func_t *func =
        type ? (wasm_func_t *)make_known(store, OBJECT_FUNC, key, sizeof *func) : NULL;
    if (!func) {
        cupel_functype_delete(type);
        return NULL;
    }
    func->ext.item = (cupel_extern_t){.kind = CUPEL_EXTERN_FUNC, .of.func = handle};
    func->type = type;
    func->params = cupel_functype_params(type, &func->nparams);
    func->results = cupel_functype_results(type, &func->nresults);
    func->has_v128 =
        has_v128(func->params, func->nparams) || has_v128(func->results, func->nresults);
    return func;
}

wasm_extern_t *capi_object_from_extern(wasm_store_t *store, const cupel_extern_t *item)
{
    enum object_kind kind = OBJECT_GLOBAL;
    uint64_t key = 0;
    switch (item->kind) {
    case CUPEL_EXTERN_FUNC: {
        wasm_func_t *func = capi_object_from_func(store, item->of.func);
        return func ? &func->ext : NULL;
    }
    case CUPEL_EXTERN_TABLE:
        kind = OBJECT_TABLE;
        key = item->of.table.index;
        break;
    case CUPEL_EXTERN_MEMORY:
        kind = OBJECT_MEMORY;
        key = item->of.memory.index;
        break;
    case CUPEL_EXTERN_GLOBAL:
        key = item->of.global.index;
        break;
    }
    wasm_ref_t *found = capi_store_find_object(store, kind, key);
    if (found)
        return (wasm_extern_t *)capi_object_take(found);
    wasm_extern_t *ext = (wasm_extern_t *)make_known(store, kind, key, sizeof *ext);
    if (ext)
        ext->item = *item;
    return ext;
}

wasm_instance_t *capi_object_from_instance(wasm_store_t *store, cupel_instance_t handle)
{
    wasm_ref_t *found = capi_store_find_object(store, OBJECT_INSTANCE, handle.index);
    if (found)
        return (wasm_instance_t *)capi_object_take(found);
    wasm_instance_t *instance =
        (wasm_instance_t *)make_known(store, OBJECT_INSTANCE, handle.index, sizeof *instance);
    if (instance)
        instance->handle = handle;
    return instance;
}

/* ---- as externref ---- */

static void unpin(void *data)
{
    ((wasm_ref_t *)data)->is_pinned = false;
}

bool capi_object_to_externref(wasm_ref_t *ref, cupel_externref_t *out)
{
    if (!ref->is_pinned) {
        cupel_error_t *error = cupel_externref_new(ref->store->ctx, ref, unpin, &ref->externref);
        cupel_error_delete(error);
        if (error)
            return false;
        ref->is_pinned = true;
    }
    *out = ref->externref;
    return true;
}

wasm_ref_t *capi_object_from_externref(wasm_store_t *store, cupel_externref_t externref)
{
    return capi_object_take(cupel_externref_data(store->ctx, externref));
}
