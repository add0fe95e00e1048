/*
 * capi_value.h - values between wasm.h and cupel.h.
 */
#ifndef CUPEL_CAPI_VALUE_H
#define CUPEL_CAPI_VALUE_H

#include "engine/capi/capi_object.h"

enum value_fault { VALUE_FINE, VALUE_OF_ANOTHER_TYPE, VALUE_OF_ANOTHER_STORE, VALUE_NO_MEMORY };

/* A value for something of that kind in a store. The value stays the caller's. */
enum value_fault capi_value_to(wasm_store_t *store, cupel_valkind_t kind, const wasm_val_t *value,
                               cupel_val_t *out);
/* The same for a reference, which may be NULL. */
enum value_fault capi_ref_to(wasm_store_t *store, cupel_valkind_t kind, const wasm_ref_t *ref,
                             cupel_val_t *out);

/* What is in `out` is the caller's; false when memory is exhausted, and then it is null. */
bool capi_value_from(wasm_store_t *store, const cupel_val_t *value, wasm_val_t *out);

/* A trap that says what is wrong with value number `i` of the `what` ("argument" ...). */
wasm_own wasm_trap_t *capi_value_trap(wasm_store_t *store, enum value_fault fault, const char *what,
                                      size_t i, cupel_valkind_t expected, const wasm_val_t *value);

#endif
