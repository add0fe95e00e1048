/*
 * call.h - calling a function by its handle.
 */
#ifndef CUPEL_RUNTIME_CALL_H
#define CUPEL_RUNTIME_CALL_H

#include "engine/runtime/func.h"

/* Calls with arguments of the right number; ends in results, `*trap`, or an error, exactly one.
 * `results` has room for all. With `resumable` (else NULL) there is a fourth end: suspended, in
 * `*resumable`. */
cupel_own cupel_error_t *call_func(struct cupel_store *store, struct callee callee,
                                   const cupel_val_t *args, cupel_val_t *results,
                                   cupel_own cupel_resumable_t **resumable,
                                   cupel_own cupel_trap_t **trap);

/* From values that lie where the stack is free to results in the same place; the caller has seen to
 * it that there is room. */
cupel_own cupel_error_t *call_on_stack(struct cupel_store *store, struct instance *instance,
                                       uint32_t index, uint32_t nvalues,
                                       cupel_own cupel_resumable_t **resumable,
                                       cupel_own cupel_trap_t **trap);

/* Makes sure that a function with so many values (in slots) can be called now: false with an error,
 * NULL or `*trap`. */
bool call_prepare(struct cupel_store *store, uint32_t nvalues, cupel_own cupel_error_t **error,
                  cupel_own cupel_trap_t **trap);

#endif
