/*
 * func.h - functions by handle: the public cupel_func_t, and the 64 bits of table.h.
 */
#ifndef CUPEL_RUNTIME_FUNC_H
#define CUPEL_RUNTIME_FUNC_H

#include "engine/runtime/store.h"

/* What a handle names: a function of an instance, or of the host. */
struct callee {
    struct instance *instance; /* NULL for the host's */
    struct host_func *host;
    uint32_t index; /* in the instance's module, never that of an import; or in the store */
    const functype *type;
};

/* Handles of a store are valid once they are in a slot; 0 is not a function. */
struct callee func_resolve(const struct cupel_store *store, uint64_t handle);

/* False if the function is not of this store. Null gives 0. */
bool func_to_handle(const struct cupel_store *store, cupel_func_t func, uint64_t *handle);
/* What a function is that is to be called; an error if it is not of this store, or null. */
cupel_own cupel_error_t *func_check(const struct cupel_store *store, cupel_func_t func,
                                    struct callee *out);
cupel_func_t func_from_handle(const struct cupel_store *store, uint64_t handle);

/* Makes it a function of the store, which takes the reference over, also when memory is exhausted
 * (false). */
bool store_add_host_func(struct cupel_store *store, struct host_func *f, uint32_t *index);
/* The function that stands for a linker's definition in this store, made at the first use; takes a
 * reference of its own. */
bool store_link_host_func(struct cupel_store *store, struct host_func *f, uint32_t *index);

#endif
