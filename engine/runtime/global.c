/*
 * A global is a cell: in its instance's block, or in an object of its own if the host made it. To
 * be named by the host it has a number; numbers are given to an instance's globals as a whole, so
 * that instantiating costs one entry, and looking one up is a binary search over the entries.
 */
#include "engine/runtime/global.h"

#include "engine/base/alloc.h"
#include "engine/runtime/value.h"

bool store_find_global(const struct cupel_store *store, uint32_t number, struct global_ref *out)
{
    if (number >= store->nglobals)
        return false;
    size_t low = 0, high = store->globals.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (store->globals.data[middle].first <= number)
            low = middle;
        else
            high = middle;
    }
    const struct global_range *range = &store->globals.data[low];
    if (range->host) {
        *out = (struct global_ref){&range->host->type, range->host->cell};
        return true;
    }
    const struct module *m = &range->instance->module->m;
    uint32_t index = m->nimported_globals + (number - range->first);
    *out = (struct global_ref){&m->globals[index].type, instance_global(range->instance, index)};
    return true;
}

static enum status add_range(struct cupel_store *store, struct global_range range, uint32_t count,
                             struct errinfo *err)
{
    if (count > UINT32_MAX - store->nglobals)
        return errinfo_limit(err, "globals", NO_OFFSET, "the store holds too many globals");
    range.first = store->nglobals;
    if (!vec_push(&store->globals, range))
        return errinfo_nomem(err);
    store->nglobals += count;
    return OK;
}

enum status store_number_globals(struct cupel_store *store, struct instance *inst,
                                 struct errinfo *err)
{
    const struct module *m = &inst->module->m;
    inst->first_global = store->nglobals;
    if (m->nglobals == m->nimported_globals)
        return OK;
    return add_range(store, (struct global_range){.instance = inst},
                     m->nglobals - m->nimported_globals, err);
}

cupel_error_t *cupel_global_new(cupel_context_t *ctx, const cupel_globaltype_t *type,
                                const cupel_val_t *value, cupel_global_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct host_global host = {0};
    *out = (cupel_global_t){0};
    cupel_error_t *error = globaltype_from_public(type, &host.type);
    if (!error)
        error = value_check(store, host.type.content, value, "the initial value", host.cell);
    if (error)
        return error;
    struct host_global *g = mem_alloc(sizeof *g);
    if (!g)
        return error_nomem();
    *g = host;
    struct errinfo err;
    if (add_range(store, (struct global_range){.host = g}, 1, &err) != OK) {
        mem_free(g);
        return error_from(&err);
    }
    *out = (cupel_global_t){store->id, store->nglobals - 1};
    return NULL;
}

static cupel_error_t *find(const cupel_context_t *ctx, cupel_global_t g, struct global_ref *out)
{
    const struct cupel_store *store = context_store(ctx);
    if (g.store_id == store->id && store_find_global(store, g.index, out))
        return NULL;
    return error_new(ERR_MISUSE, "the global is not one of this store");
}

cupel_error_t *cupel_global_type(const cupel_context_t *ctx, cupel_global_t g,
                                 cupel_globaltype_t *out)
{
    struct global_ref ref;
    cupel_error_t *error = find(ctx, g, &ref);
    if (!error)
        *out = globaltype_to_public(ref.type);
    return error;
}

cupel_error_t *cupel_global_get(cupel_context_t *ctx, cupel_global_t g, cupel_val_t *out)
{
    struct global_ref ref;
    cupel_error_t *error = find(ctx, g, &ref);
    if (!error)
        value_from_slots(context_store(ctx), ref.type->content, ref.cell, out);
    return error;
}

cupel_error_t *cupel_global_set(cupel_context_t *ctx, cupel_global_t g, const cupel_val_t *value)
{
    struct global_ref ref;
    uint64_t slots[2];
    cupel_error_t *error = find(ctx, g, &ref);
    if (error)
        return error;
    if (!ref.type->is_mutable)
        return error_new(ERR_MISUSE, "the global is immutable");
    error = value_check(context_store(ctx), ref.type->content, value, "the value", slots);
    for (uint32_t i = 0; !error && i < valtype_slots(ref.type->content); i++)
        ref.cell[i] = slots[i];
    return error;
}
