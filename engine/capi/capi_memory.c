/*
 * Memories. What cupel.h says in an error is false, NULL or 0 here.
 */
#include "engine/capi/capi_store.h"
#include "engine/capi/capi_types.h"

/* NULL without store. */
static cupel_context_t *context_of(const wasm_memory_t *memory)
{
    return memory ? memory->ext.ref.store->ctx : NULL;
}

static bool succeeded(cupel_error_t *error)
{
    cupel_error_delete(error);
    return !error;
}

wasm_memory_t *wasm_memory_new(wasm_store_t *store, const wasm_memorytype_t *type)
{
    cupel_extern_t item = {.kind = CUPEL_EXTERN_MEMORY};
    if (!store || !store->ctx || !type)
        return NULL;
    cupel_memorytype_t internal = capi_memorytype_to(type);
    if (!succeeded(cupel_memory_new(store->ctx, &internal, &item.of.memory)))
        return NULL;
    return (wasm_memory_t *)capi_object_from_extern(store, &item);
}

static uint64_t pages_of(const wasm_memory_t *memory)
{
    cupel_context_t *ctx = context_of(memory);
    uint64_t pages = 0;
    return ctx && succeeded(cupel_memory_size(ctx, memory->ext.item.of.memory, &pages)) ? pages : 0;
}

/* Spec 4.5.3.9: growing changes the type. */
wasm_memorytype_t *wasm_memory_type(const wasm_memory_t *memory)
{
    cupel_context_t *ctx = context_of(memory);
    cupel_memorytype_t type;
    if (!ctx || !succeeded(cupel_memory_type(ctx, memory->ext.item.of.memory, &type)))
        return NULL;
    type.limits.min = pages_of(memory);
    return capi_memorytype_from(&type);
}

static uint8_t *find_data(const wasm_memory_t *memory, size_t *size)
{
    cupel_context_t *ctx = context_of(memory);
    uint8_t *data = NULL;
    *size = 0;
    return ctx && succeeded(cupel_memory_data(ctx, memory->ext.item.of.memory, &data, size)) ? data
                                                                                             : NULL;
}

byte_t *wasm_memory_data(wasm_memory_t *memory)
{
    size_t size;
    return (byte_t *)find_data(memory, &size);
}

size_t wasm_memory_data_size(const wasm_memory_t *memory)
{
    size_t size;
    find_data(memory, &size);
    return size;
}

wasm_memory_pages_t wasm_memory_size(const wasm_memory_t *memory)
{
    uint64_t pages = pages_of(memory);
    return pages < UINT32_MAX ? (wasm_memory_pages_t)pages : UINT32_MAX;
}

bool wasm_memory_grow(wasm_memory_t *memory, wasm_memory_pages_t delta)
{
    cupel_context_t *ctx = context_of(memory);
    return ctx && succeeded(cupel_memory_grow(ctx, memory->ext.item.of.memory, delta, NULL));
}
