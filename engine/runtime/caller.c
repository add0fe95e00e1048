/*
 * A caller adds to the store's view one thing: whose exports the host function may look at, which
 * is how functions like fd_write reach the memory of whoever called them.
 */
#include "engine/runtime/caller.h"

#include "engine/runtime/exports.h"

cupel_context_t *cupel_caller_context(cupel_caller_t *caller)
{
    return store_context(caller->store);
}

bool cupel_caller_get_export(cupel_caller_t *caller, const char *name, size_t len,
                             cupel_extern_t *out)
{
    return caller->instance && instance_find_export(caller->instance, name, len, out);
}
