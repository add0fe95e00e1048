/*
 * A function is named by its owner and its index there, so instances need no list of functions and
 * a reference to one costs nothing to make. A function that an instance imports is always named by
 * who made it, so that two references are equal if and only if they are the same function.
 */
#include "engine/runtime/func.h"

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"

struct callee func_resolve(const struct cupel_store *store, uint64_t handle)
{
    uint32_t owner = handle_owner(handle), index = handle_index(handle);
    if (owner == HOST_OWNER) {
        struct host_func *host = store->host_funcs.data[index];
        return (struct callee){.host = host, .index = index, .type = host->type};
    }
    struct instance *inst = store->instances.data[owner - 1];
    return (struct callee){
        .instance = inst, .index = index, .type = inst->module->m.funcs[index].type};
}

bool func_to_handle(const struct cupel_store *store, cupel_func_t func, uint64_t *handle)
{
    if (func.store_id == 0) {
        *handle = 0;
        return true;
    }
    if (func.store_id != store->id)
        return false;
    if (func.owner == HOST_OWNER) {
        *handle = func_handle(HOST_OWNER, func.index);
        return func.index < store->host_funcs.len;
    }
    const struct instance *inst = store_find_instance(store, func.owner);
    if (!inst || func.index >= inst->module->m.nfuncs)
        return false;
    *handle = instance_func_handle(inst, func.index);
    return true;
}

cupel_error_t *func_check(const struct cupel_store *store, cupel_func_t func, struct callee *out)
{
    uint64_t handle;
    if (!func_to_handle(store, func, &handle))
        return error_new(ERR_MISUSE, "the function is not one of this store");
    if (handle == 0)
        return error_new(ERR_MISUSE, "the function is the null reference");
    *out = func_resolve(store, handle);
    return NULL;
}

cupel_func_t func_from_handle(const struct cupel_store *store, uint64_t handle)
{
    if (handle == 0)
        return (cupel_func_t){0};
    return (cupel_func_t){store->id, handle_owner(handle), handle_index(handle)};
}

bool store_add_host_func(struct cupel_store *store, struct host_func *f, uint32_t *index)
{
    /* The last numbers are left out, so that index + 1 stays within 32 bits. */
    if (store->host_funcs.len >= UINT32_MAX - 1 || !vec_push(&store->host_funcs, f)) {
        host_func_unref(f);
        return false;
    }
    store->exec.host_funcs = store->host_funcs.data;
    *index = (uint32_t)store->host_funcs.len - 1;
    return true;
}

/* Takes `f` over, which may be NULL. */
static cupel_error_t *add(struct cupel_store *store, struct host_func *f, cupel_func_t *out)
{
    uint32_t index;
    *out = (cupel_func_t){0};
    if (!f || !store_add_host_func(store, f, &index))
        return error_nomem();
    *out = (cupel_func_t){store->id, HOST_OWNER, index};
    return NULL;
}

cupel_error_t *cupel_func_new(cupel_context_t *ctx, const cupel_functype_t *type,
                              cupel_callback_t callback, void *env, void (*finalize)(void *env),
                              cupel_func_t *out)
{
    struct cupel_store *store = context_store(ctx);
    return add(store, host_func_new(store->engine, type, callback, env, finalize), out);
}

cupel_error_t *cupel_func_new_unchecked(cupel_context_t *ctx, const cupel_functype_t *type,
                                        cupel_raw_callback_t callback, void *env,
                                        void (*finalize)(void *env), cupel_func_t *out)
{
    struct cupel_store *store = context_store(ctx);
    return add(store, host_func_new_raw(store->engine, type, callback, env, finalize), out);
}

cupel_functype_t *cupel_func_type(const cupel_context_t *ctx, cupel_func_t func)
{
    const struct cupel_store *store = context_store(ctx);
    uint64_t handle;
    if (!func_to_handle(store, func, &handle) || handle == 0)
        return NULL;
    const functype *type = func_resolve(store, handle).type;
    return functype_new(type->params, type->nparams, type->results, type->nresults);
}
