/*
 * exports.h - what an instance exports, as handles.
 */
#ifndef CUPEL_RUNTIME_EXPORTS_H
#define CUPEL_RUNTIME_EXPORTS_H

#include "engine/runtime/store.h"

/* False if there is no export of that name. */
bool instance_find_export(const struct instance *inst, const char *name, size_t len,
                          cupel_extern_t *out);
/* The i-th export; `i` must be in range. */
void instance_get_export(const struct instance *inst, uint32_t i, cupel_extern_t *out);
/* The instance, or NULL for a handle that is not of this store. */
struct instance *instance_from_handle(const struct cupel_store *store, cupel_instance_t handle);

#endif
