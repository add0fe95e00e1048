/*
 * call.h - calling a function by its handle.
 */
#ifndef CUPEL_RUNTIME_CALL_H
#define CUPEL_RUNTIME_CALL_H

#include "engine/runtime/func.h"

/* Calls with arguments of the right number; ends in results, `*trap`, or an error, exactly one.
 * `results` has room for all. */
cupel_own cupel_error_t *call_func(struct cupel_store *store, struct callee callee,
                                   const cupel_val_t *args, cupel_val_t *results,
                                   cupel_own cupel_trap_t **trap);

#endif
