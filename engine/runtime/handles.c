/*
 * Handles are values: two are the same object if their numbers are the same, since every object has
 * one number in its store and an import is named by who made it.
 */
#include "engine/runtime/func.h"
#include "engine/runtime/global.h"
#include "engine/runtime/public_types.h"

cupel_func_t cupel_func_null(void)
{
    return (cupel_func_t){0};
}

bool cupel_func_is_null(cupel_func_t func)
{
    return func.store_id == 0;
}

cupel_externref_t cupel_externref_null(void)
{
    return (cupel_externref_t){0};
}

bool cupel_externref_is_null(cupel_externref_t ref)
{
    return ref.store_id == 0;
}

/* All null references are one. */
bool cupel_func_same(cupel_func_t a, cupel_func_t b)
{
    return a.store_id == b.store_id &&
           (a.store_id == 0 || (a.owner == b.owner && a.index == b.index));
}

bool cupel_externref_same(cupel_externref_t a, cupel_externref_t b)
{
    return a.store_id == b.store_id && (a.store_id == 0 || a.index == b.index);
}

bool cupel_table_same(cupel_table_t a, cupel_table_t b)
{
    return a.store_id == b.store_id && a.index == b.index;
}

bool cupel_memory_same(cupel_memory_t a, cupel_memory_t b)
{
    return a.store_id == b.store_id && a.index == b.index;
}

bool cupel_global_same(cupel_global_t a, cupel_global_t b)
{
    return a.store_id == b.store_id && a.index == b.index;
}

bool cupel_instance_same(cupel_instance_t a, cupel_instance_t b)
{
    return a.store_id == b.store_id && a.index == b.index;
}

bool cupel_extern_same(const cupel_extern_t *a, const cupel_extern_t *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CUPEL_EXTERN_FUNC:
        return cupel_func_same(a->of.func, b->of.func);
    case CUPEL_EXTERN_TABLE:
        return cupel_table_same(a->of.table, b->of.table);
    case CUPEL_EXTERN_MEMORY:
        return cupel_memory_same(a->of.memory, b->of.memory);
    case CUPEL_EXTERN_GLOBAL:
        return cupel_global_same(a->of.global, b->of.global);
    }
    return false;
}

static cupel_error_t *type_of_func(const cupel_context_t *ctx, cupel_func_t func,
                                   const cupel_functype_t **out)
{
    const struct cupel_store *store = context_store(ctx);
    uint64_t handle;
    if (!func_to_handle(store, func, &handle) || handle == 0)
        return error_new(ERR_MISUSE, "the function is not one of this store");
    *out = func_resolve(store, handle).type;
    return NULL;
}

cupel_error_t *cupel_extern_type(const cupel_context_t *ctx, const cupel_extern_t *item,
                                 cupel_externtype_t *out)
{
    out->kind = item->kind;
    switch (item->kind) {
    case CUPEL_EXTERN_FUNC:
        return type_of_func(ctx, item->of.func, &out->of.func);
    case CUPEL_EXTERN_TABLE:
        return cupel_table_type(ctx, item->of.table, &out->of.table);
    case CUPEL_EXTERN_MEMORY:
        return cupel_memory_type(ctx, item->of.memory, &out->of.memory);
    case CUPEL_EXTERN_GLOBAL:
        return cupel_global_type(ctx, item->of.global, &out->of.global);
    }
    return error_new(ERR_MISUSE, "the item is of no known kind");
}
