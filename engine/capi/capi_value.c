/*
 * An externref of WebAssembly's is always an object of this layer's, whatever kind of object, so it
 * comes back as what it was. A funcref is a function of the store, and the object for it is found
 * or made. Numbers are copied bit for bit.
 */
#include "engine/capi/capi_value.h"

#include <stdio.h>
#include <string.h>

#include "engine/capi/capi_store.h"
#include "engine/capi/capi_trap.h"
#include "engine/capi/capi_types.h"

void wasm_val_delete(wasm_val_t *value)
{
    if (!value || !wasm_valkind_is_ref(value->kind))
        return;
    wasm_ref_t *ref = value->of.ref;
    value->of.ref = NULL;
    capi_object_drop(ref);
}

void wasm_val_copy(wasm_val_t *out, const wasm_val_t *from)
{
    *out = from ? *from : (wasm_val_t){0};
    if (from && wasm_valkind_is_ref(from->kind))
        out->of.ref = capi_object_take(from->of.ref);
}

enum value_fault capi_ref_to(wasm_store_t *store, cupel_valkind_t kind, const wasm_ref_t *ref,
                             cupel_val_t *out)
{
    memset(out, 0, sizeof *out);
    out->kind = kind;
    if (kind != CUPEL_FUNCREF && kind != CUPEL_EXTERNREF)
        return VALUE_OF_ANOTHER_TYPE;
    if (!ref)
        return VALUE_FINE;
    if (kind == CUPEL_FUNCREF && ref->kind != OBJECT_FUNC)
        return VALUE_OF_ANOTHER_TYPE;
    if (ref->store != store)
        return VALUE_OF_ANOTHER_STORE;
    if (kind == CUPEL_FUNCREF) {
        out->of.funcref = ((const wasm_func_t *)ref)->ext.item.of.func;
        return VALUE_FINE;
    }
    wasm_ref_t *object = (wasm_ref_t *)(uintptr_t)ref;
    return capi_object_to_externref(object, &out->of.externref) ? VALUE_FINE : VALUE_NO_MEMORY;
}

enum value_fault capi_value_to(wasm_store_t *store, cupel_valkind_t kind, const wasm_val_t *value,
                               cupel_val_t *out)
{
    if (wasm_valkind_is_ref(value->kind))
        return capi_ref_to(store, kind, value->of.ref, out);
    if (kind == CUPEL_V128 || value->kind != capi_valkind_from(kind))
        return VALUE_OF_ANOTHER_TYPE;
    out->kind = kind;
    if (kind == CUPEL_I32 || kind == CUPEL_F32)
        out->of.i32 = value->of.i32;
    else
        out->of.i64 = value->of.i64;
    return VALUE_FINE;
}

bool capi_value_from(wasm_store_t *store, const cupel_val_t *value, wasm_val_t *out)
{
    memset(out, 0, sizeof *out);
    out->kind = capi_valkind_from(value->kind);
    switch (value->kind) {
    case CUPEL_I32:
    case CUPEL_F32:
        out->of.i32 = value->of.i32;
        return true;
    case CUPEL_I64:
    case CUPEL_F64:
        out->of.i64 = value->of.i64;
        return true;
    case CUPEL_V128:
        return true;
    case CUPEL_FUNCREF:
        if (value->of.funcref.store_id == 0)
            return true;
        out->of.ref = (wasm_ref_t *)capi_object_from_func(store, value->of.funcref);
        return out->of.ref != NULL;
    case CUPEL_EXTERNREF:
        if (value->of.externref.store_id != 0)
            out->of.ref = capi_object_from_externref(store, value->of.externref);
        return true;
    }
    return true;
}

wasm_trap_t *capi_value_trap(wasm_store_t *store, enum value_fault fault, const char *what,
                             size_t i, cupel_valkind_t expected, const wasm_val_t *value)
{
    char text[160];
    cupel_valkind_t kind;
    if (fault == VALUE_NO_MEMORY)
        return capi_trap_no_memory(store);
    if (fault == VALUE_OF_ANOTHER_STORE)
        snprintf(text, sizeof text, "%s %zu is a reference of another store", what, i);
    else if (!capi_valkind_to(value->kind, &kind))
        snprintf(text, sizeof text, "%s %zu must be %s and is of no known kind", what, i,
                 cupel_valkind_name(expected));
    else if (kind == expected || (wasm_valkind_is_ref(value->kind) && expected == CUPEL_FUNCREF))
        snprintf(text, sizeof text, "%s %zu must be %s and is a reference to something else", what,
                 i, cupel_valkind_name(expected));
    else
        snprintf(text, sizeof text, "%s %zu must be %s, not %s", what, i,
                 cupel_valkind_name(expected), cupel_valkind_name(kind));
    return capi_trap_new_or_no_memory(store, text);
}
