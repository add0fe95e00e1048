/*
 * global.h - globals by their number in the store.
 */
#ifndef CUPEL_RUNTIME_GLOBAL_H
#define CUPEL_RUNTIME_GLOBAL_H

#include "engine/runtime/store.h"

struct global_ref {
    const struct globaltype *type;
    uint64_t *cell;
};

/* False if there is no such number. */
bool store_find_global(const struct cupel_store *store, uint32_t number, struct global_ref *out);
/* Gives numbers to the own globals of an instance; fails with ERR_LIMIT or ERR_OUT_OF_MEMORY. */
enum status store_number_globals(struct cupel_store *store, struct instance *inst,
                                 struct errinfo *err) MUST_CHECK;

#endif
