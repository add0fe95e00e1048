/*
 * References cross the public border as a store's id and an index, and are checked on the way in:
 * what is in a slot is always a handle that the store knows.
 */
#include "engine/runtime/value.h"

#include <string.h>

#include "engine/runtime/func.h"

static bool externref_to_slot(const struct cupel_store *store, cupel_externref_t ref,
                              uint64_t *slot)
{
    if (ref.store_id == 0) {
        *slot = 0;
        return true;
    }
    *slot = (uint64_t)ref.index + 1;
    return ref.store_id == store->id && ref.index < store->externrefs.len;
}

bool value_to_slots(struct cupel_store *store, valtype type, const cupel_val_t *value,
                    uint64_t *slots)
{
    if (valtype_from_kind_checked(value->kind) != type)
        return false;
    switch (type) {
    case VT_I32:
        slots[0] = (uint32_t)value->of.i32;
        return true;
    case VT_F32:
        slots[0] = value->of.f32_bits;
        return true;
    case VT_I64:
    case VT_F64:
        slots[0] = value->of.f64_bits;
        return true;
    case VT_V128:
        memcpy(slots, value->of.v128, 16);
        return true;
    case VT_FUNCREF:
        return func_to_handle(store, value->of.funcref, slots);
    case VT_EXTERNREF:
        return externref_to_slot(store, value->of.externref, slots);
    default:
        return false;
    }
}

void value_from_slots(struct cupel_store *store, valtype type, const uint64_t *slots,
                      cupel_val_t *out)
{
    memset(out, 0, sizeof *out);
    out->kind = valtype_to_kind(type);
    switch (type) {
    case VT_I32:
    case VT_F32:
        out->of.f32_bits = (uint32_t)slots[0];
        return;
    case VT_V128:
        memcpy(out->of.v128, slots, 16);
        return;
    case VT_FUNCREF:
        out->of.funcref = func_from_handle(store, slots[0]);
        return;
    case VT_EXTERNREF:
        if (slots[0])
            out->of.externref = (cupel_externref_t){store->id, (uint32_t)(slots[0] - 1)};
        return;
    default:
        out->of.f64_bits = slots[0];
    }
}

void results_from_slots(struct cupel_store *store, const functype *type, const uint64_t *slots,
                        cupel_val_t *results)
{
    for (uint32_t i = 0; i < type->nresults; i++) {
        value_from_slots(store, type->results[i], slots, &results[i]);
        slots += valtype_slots(type->results[i]);
    }
}

cupel_error_t *value_check(struct cupel_store *store, valtype type, const cupel_val_t *value,
                           const char *what, uint64_t slots[2])
{
    if (value_to_slots(store, type, value, slots))
        return NULL;
    if (valtype_from_kind_checked(value->kind) == type)
        return error_new(ERR_MISUSE, "%s is a reference of another store", what);
    return error_new(ERR_TYPE, "%s must be %s, not %s", what, valtype_name(type),
                     cupel_valkind_name(value->kind));
}
