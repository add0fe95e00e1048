/*
 * Tables. What cupel.h says in an error is false or NULL here.
 */
#include "engine/capi/capi_store.h"
#include "engine/capi/capi_types.h"
#include "engine/capi/capi_value.h"

/* NULL without store. */
static cupel_context_t *context_of(const wasm_table_t *table)
{
    return table ? table->ext.ref.store->ctx : NULL;
}

static bool succeeded(cupel_error_t *error)
{
    cupel_error_delete(error);
    return !error;
}

wasm_table_t *wasm_table_new(wasm_store_t *store, const wasm_tabletype_t *type, wasm_ref_t *init)
{
    cupel_val_t value;
    cupel_extern_t item = {.kind = CUPEL_EXTERN_TABLE};
    if (!store || !store->ctx || !type)
        return NULL;
    cupel_tabletype_t internal = capi_tabletype_to(type);
    if (capi_ref_to(store, internal.element, init, &value) != VALUE_FINE)
        return NULL;
    if (!succeeded(cupel_table_new(store->ctx, &internal, &value, &item.of.table)))
        return NULL;
    return (wasm_table_t *)capi_object_from_extern(store, &item);
}

static uint64_t size_of(const wasm_table_t *table)
{
    cupel_context_t *ctx = context_of(table);
    uint64_t size = 0;
    return ctx && succeeded(cupel_table_size(ctx, table->ext.item.of.table, &size)) ? size : 0;
}

static bool find_type(const wasm_table_t *table, cupel_tabletype_t *out)
{
    cupel_context_t *ctx = context_of(table);
    return ctx && succeeded(cupel_table_type(ctx, table->ext.item.of.table, out));
}

/* Spec 4.5.3.7: growing changes the type. */
wasm_tabletype_t *wasm_table_type(const wasm_table_t *table)
{
    cupel_tabletype_t type;
    if (!find_type(table, &type))
        return NULL;
    type.limits.min = size_of(table);
    return capi_tabletype_from(&type);
}

wasm_table_size_t wasm_table_size(const wasm_table_t *table)
{
    return (wasm_table_size_t)size_of(table);
}

wasm_ref_t *wasm_table_get(const wasm_table_t *table, wasm_table_size_t index)
{
    cupel_context_t *ctx = context_of(table);
    cupel_val_t element;
    wasm_val_t value;
    if (!ctx || !succeeded(cupel_table_get(ctx, table->ext.item.of.table, index, &element)))
        return NULL;
    capi_value_from(table->ext.ref.store, &element, &value);
    return value.of.ref;
}

/* False for a reference that is no element of this table. */
static bool element_to(const wasm_table_t *table, const wasm_ref_t *ref, cupel_val_t *out)
{
    cupel_tabletype_t type;
    return find_type(table, &type) &&
           capi_ref_to(table->ext.ref.store, type.element, ref, out) == VALUE_FINE;
}

bool wasm_table_set(wasm_table_t *table, wasm_table_size_t index, wasm_ref_t *ref)
{
    cupel_val_t value;
    return element_to(table, ref, &value) &&
           succeeded(cupel_table_set(context_of(table), table->ext.item.of.table, index, &value));
}

bool wasm_table_grow(wasm_table_t *table, wasm_table_size_t delta, wasm_ref_t *init)
{
    cupel_val_t value;
    return element_to(table, init, &value) &&
           succeeded(
               cupel_table_grow(context_of(table), table->ext.item.of.table, delta, &value, NULL));
}
