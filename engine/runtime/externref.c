/*
 * A reference to host data is an index into the store's list of them: WebAssembly can hold it and
 * hand it back, and cannot make one up. It lives as long as the store.
 */
#include "engine/runtime/error.h"
#include "engine/runtime/store.h"

cupel_error_t *cupel_externref_new(cupel_context_t *ctx, void *data, void (*finalize)(void *data),
                                   cupel_externref_t *out)
{
    struct cupel_store *store = context_store(ctx);
    *out = (cupel_externref_t){0};
    if (store->externrefs.len >= UINT32_MAX ||
        !vec_push(&store->externrefs, (struct host_data){data, finalize})) {
        if (finalize)
            finalize(data);
        return error_nomem();
    }
    *out = (cupel_externref_t){store->id, (uint32_t)store->externrefs.len - 1};
    return NULL;
}

void *cupel_externref_data(const cupel_context_t *ctx, cupel_externref_t ref)
{
    const struct cupel_store *store = context_store(ctx);
    if (ref.store_id != store->id || ref.index >= store->externrefs.len)
        return NULL;
    return store->externrefs.data[ref.index].data;
}
