/*
 * instantiate.h - making an instance of a module in a store.
 */
#ifndef CUPEL_RUNTIME_INSTANTIATE_H
#define CUPEL_RUNTIME_INSTANTIATE_H

#include "engine/runtime/store.h"

/* What can be refused before imports are looked at: a module of another engine, one instance too
 * many. */
cupel_own cupel_error_t *instantiate_check(const struct cupel_store *store,
                                           const struct cupel_module *module);

/* Makes the instance from imports that fit, and runs its start function. After an error nothing of
 * it is left in the store; after a trap it stays there, as what it wrote may lead to it. */
cupel_own cupel_error_t *instantiate(struct cupel_store *store, struct cupel_module *module,
                                     const cupel_extern_t *imports, cupel_instance_t *out,
                                     cupel_own cupel_resumable_t **resumable,
                                     cupel_own cupel_trap_t **trap);
/* The same without the start function. */
cupel_own cupel_error_t *instantiate_unstarted(struct cupel_store *store,
                                               struct cupel_module *module,
                                               const cupel_extern_t *imports, struct instance **out,
                                               cupel_own cupel_trap_t **trap);
/* Runs the start function, if there is one; with `resumable` (NULL: not) it may be suspended. */
cupel_own cupel_error_t *instantiate_start(struct instance *inst,
                                           cupel_own cupel_resumable_t **resumable,
                                           cupel_own cupel_trap_t **trap);

#endif
