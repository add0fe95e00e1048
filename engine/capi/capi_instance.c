/*
 * Instantiation has two ways to fail in cupel.h, an error and a trap; here both are a trap, and the
 * caller may not want to know.
 */
#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"
#include "engine/capi/capi_trap.h"

/* The imports as cupel.h wants them; a trap if one is missing or of another store. */
static wasm_trap_t *imports_to(wasm_store_t *store, const wasm_extern_vec_t *imports,
                               cupel_extern_t *out)
{
    for (size_t i = 0; i < imports->size; i++) {
        const wasm_extern_t *import = imports->data[i];
        if (!import)
            return capi_trap_new_or_no_memory(store, "an import is missing");
        if (import->ref.store != store)
            return capi_trap_new_or_no_memory(store, "an import is of another store");
        out[i] = import->item;
    }
    return NULL;
}

static wasm_trap_t *instantiate(wasm_store_t *store, const wasm_module_t *module,
                                const wasm_extern_vec_t *imports, wasm_instance_t **out)
{
    size_t n = imports ? imports->size : 0;
    cupel_extern_t *items = NULL;
    cupel_instance_t handle;
    cupel_trap_t *ended = NULL;
    if (n && !(items = mem_calloc(n, sizeof *items)))
        return capi_trap_no_memory(store);
    wasm_trap_t *trap = n ? imports_to(store, imports, items) : NULL;
    if (!trap) {
        cupel_error_t *error =
            cupel_instance_new(store->ctx, module->module, items, n, &handle, &ended);
        trap = capi_trap_from(store, error, ended);
    }
    mem_free(items);
    if (trap)
        return trap;
    *out = capi_object_from_instance(store, handle);
    return *out ? NULL : capi_trap_no_memory(store);
}

wasm_instance_t *wasm_instance_new(wasm_store_t *store, const wasm_module_t *module,
                                   const wasm_extern_vec_t *imports, wasm_trap_t **trap)
{
    wasm_instance_t *instance = NULL;
    if (trap)
        *trap = NULL;
    if (!store || !store->ctx || !module)
        return NULL;
    capi_store_take(store);
    capi_store_enter(store);
    wasm_trap_t *ended = instantiate(store, module, imports, &instance);
    if (trap)
        *trap = ended;
    else
        wasm_trap_delete(ended);
    capi_store_leave(store);
    capi_store_drop(store);
    return instance;
}

void wasm_instance_exports(const wasm_instance_t *instance, wasm_extern_vec_t *out)
{
    wasm_store_t *store = instance ? instance->ref.store : NULL;
    cupel_extern_t item;
    cupel_name_t name;
    size_t n = 0;
    wasm_extern_vec_new_empty(out);
    if (!store || !store->ctx)
        return;
    while (cupel_instance_export(store->ctx, instance->handle, n, &name, &item))
        n++;
    wasm_extern_vec_new_uninitialized(out, n);
    for (size_t i = 0; i < out->size; i++) {
        cupel_instance_export(store->ctx, instance->handle, i, &name, &item);
        out->data[i] = capi_object_from_extern(store, &item);
        if (!out->data[i]) {
            wasm_extern_vec_delete(out);
            return;
        }
    }
}
