/*
 * Limits are fixed before a store is used, so that what they promise holds for its whole life and
 * the stack is mapped once.
 */
#include "engine/runtime/error.h"
#include "engine/runtime/store.h"

void cupel_store_limits_init(cupel_store_limits_t *limits)
{
    *limits = (cupel_store_limits_t){
        .memory_bytes = UINT64_MAX,
        .table_elements = UINT64_MAX,
        .instances = 10000,
        .tables = 10000,
        .memories = 10000,
        .stack_bytes = STACK_DEFAULT_BYTES,
        .call_depth = 1024,
        .host_depth = 64,
        .trap_on_grow_failure = false,
    };
}

static bool is_used(const struct cupel_store *s)
{
    return s->instances.len || s->memories.len || s->tables.len || s->globals.len ||
           s->host_funcs.len || s->externrefs.len || s->exec.stack;
}

cupel_error_t *cupel_store_set_limits(cupel_store_t *store, const cupel_store_limits_t *limits)
{
    if (is_used(store))
        return error_new(ERR_MISUSE, "the limits of a store must be set before it is used");
    if (limits->stack_bytes > STORE_MAX_STACK_BYTES)
        return error_new(ERR_MISUSE, "stack_bytes may be at most %llu, not %llu",
                         (unsigned long long)STORE_MAX_STACK_BYTES,
                         (unsigned long long)limits->stack_bytes);
    if (limits->host_depth > STORE_MAX_HOST_DEPTH)
        return error_new(ERR_MISUSE, "host_depth may be at most %d, not %u", STORE_MAX_HOST_DEPTH,
                         limits->host_depth);
    store->limits = *limits;
    return NULL;
}
