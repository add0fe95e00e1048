/*
 * value.h - between cupel_val_t and frame slots.
 *
 * An i32 in a slot is zero-extended; an f32 takes the low half; a reference is a handle (table.h).
 */
#ifndef CUPEL_RUNTIME_VALUE_H
#define CUPEL_RUNTIME_VALUE_H

#include "engine/runtime/public_types.h"
#include "engine/runtime/store.h"

/* VT_BOT for a number that is no kind. */
static inline valtype valtype_from_kind_checked(cupel_valkind_t kind)
{
    return valkind_known(kind) ? valtype_from_kind(kind) : VT_BOT;
}

/* False if the value is of another type, or a reference that is not of this store. Writes
 * valtype_slots(type) slots. */
bool value_to_slots(struct cupel_store *store, valtype type, const cupel_val_t *value,
                    uint64_t *slots);
void value_from_slots(struct cupel_store *store, valtype type, const uint64_t *slots,
                      cupel_val_t *out);
/* All results of a function. */
void results_from_slots(struct cupel_store *store, const functype *type, const uint64_t *slots,
                        cupel_val_t *results);
/* The same as an error that names the value: "argument 0". */
cupel_own cupel_error_t *value_check(struct cupel_store *store, valtype type,
                                     const cupel_val_t *value, const char *what, uint64_t slots[2]);

#endif
