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

cupel_engine_t *cupel_caller_engine(const cupel_caller_t *caller)
{
    return caller->store->engine;
}

void *cupel_caller_data(const cupel_caller_t *caller)
{
    return caller->store->host.data;
}

cupel_error_t *cupel_caller_get_fuel(const cupel_caller_t *caller, uint64_t *fuel)
{
    return cupel_context_get_fuel(store_context(caller->store), fuel);
}

cupel_error_t *cupel_caller_set_fuel(cupel_caller_t *caller, uint64_t fuel)
{
    return cupel_context_set_fuel(store_context(caller->store), fuel);
}

bool cupel_caller_get_export(cupel_caller_t *caller, const char *name, size_t len,
                             cupel_extern_t *out)
{
    return caller->instance && instance_find_export(caller->instance, name, len, out);
}
