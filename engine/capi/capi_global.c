/*
 * Globals. wasm.h has no way to say that one cannot be set, so then nothing happens.
 */
#include <string.h>

#include "engine/capi/capi_store.h"
#include "engine/capi/capi_types.h"
#include "engine/capi/capi_value.h"

wasm_global_t *wasm_global_new(wasm_store_t *store, const wasm_globaltype_t *type,
                               const wasm_val_t *value)
{
    cupel_val_t initial;
    cupel_extern_t item = {.kind = CUPEL_EXTERN_GLOBAL};
    if (!store || !store->ctx || !type || !value)
        return NULL;
    cupel_globaltype_t internal = capi_globaltype_to(type);
    if (capi_value_to(store, internal.content, value, &initial) != VALUE_FINE)
        return NULL;
    cupel_error_t *error = cupel_global_new(store->ctx, &internal, &initial, &item.of.global);
    cupel_error_delete(error);
    return error ? NULL : (wasm_global_t *)capi_object_from_extern(store, &item);
}

static bool find_type(const wasm_global_t *global, cupel_globaltype_t *out)
{
    cupel_context_t *ctx = global ? global->ext.ref.store->ctx : NULL;
    if (!ctx)
        return false;
    cupel_error_t *error = cupel_global_type(ctx, global->ext.item.of.global, out);
    cupel_error_delete(error);
    return !error;
}

wasm_globaltype_t *wasm_global_type(const wasm_global_t *global)
{
    cupel_globaltype_t type;
    return find_type(global, &type) ? capi_globaltype_from(&type) : NULL;
}

void wasm_global_get(const wasm_global_t *global, wasm_val_t *out)
{
    wasm_store_t *store = global ? global->ext.ref.store : NULL;
    cupel_val_t value;
    memset(out, 0, sizeof *out);
    if (!store || !store->ctx)
        return;
    cupel_error_t *error = cupel_global_get(store->ctx, global->ext.item.of.global, &value);
    cupel_error_delete(error);
    if (!error)
        capi_value_from(store, &value, out);
}

void wasm_global_set(wasm_global_t *global, const wasm_val_t *value)
{
    cupel_globaltype_t type;
    cupel_val_t internal;
    if (!value || !find_type(global, &type))
        return;
    wasm_store_t *store = global->ext.ref.store;
    if (capi_value_to(store, type.content, value, &internal) == VALUE_FINE)
        cupel_error_delete(cupel_global_set(store->ctx, global->ext.item.of.global, &internal));
}
