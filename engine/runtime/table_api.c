/*
 * Tables as the embedder sees them.
 */
#include <string.h>

#include "engine/runtime/limiter.h"
#include "engine/runtime/public_types.h"
#include "engine/runtime/value.h"

static cupel_error_t *find(const cupel_context_t *ctx, cupel_table_t t, struct table_object **out)
{
    const struct cupel_store *store = context_store(ctx);
    if (t.store_id != store->id || t.index >= store->tables.len)
        return error_new(ERR_MISUSE, "the table is not one of this store");
    *out = store->tables.data[t.index];
    return NULL;
}

/* The same for an element of it. */
static cupel_error_t *locate(const cupel_context_t *ctx, cupel_table_t t, uint64_t index,
                             struct table_object **out)
{
    cupel_error_t *error = find(ctx, t, out);
    if (!error && index >= (*out)->size)
        error = error_new(ERR_MISUSE, "element %llu is not within a table of %u elements",
                          (unsigned long long)index, (*out)->size);
    return error;
}

/* The same for `count` elements from `index` on. */
static cupel_error_t *find_range(const cupel_context_t *ctx, cupel_table_t t, uint64_t index,
                                 uint64_t count, struct table_object **out)
{
    cupel_error_t *error = find(ctx, t, out);
    if (!error && (count > (*out)->size || index > (*out)->size - count))
        error = error_new(ERR_MISUSE, "%llu elements at %llu are not within a table of %u elements",
                          (unsigned long long)count, (unsigned long long)index, (*out)->size);
    return error;
}

cupel_error_t *cupel_table_new(cupel_context_t *ctx, const cupel_tabletype_t *type,
                               const cupel_val_t *init, cupel_table_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct tabletype internal;
    struct table_object *t;
    struct errinfo err;
    uint64_t value[2];
    *out = (cupel_table_t){0};
    cupel_error_t *error = tabletype_from_public(type, &internal);
    if (!error)
        error = value_check(store, internal.element, init, "the initial element", value);
    if (error)
        return error;
    if (table_new(store, &internal, value[0], &t, &err) != OK)
        return error_from(&err);
    *out = (cupel_table_t){store->id, t->index};
    return NULL;
}

cupel_error_t *cupel_table_type(const cupel_context_t *ctx, cupel_table_t t, cupel_tabletype_t *out)
{
    struct table_object *table;
    cupel_error_t *error = find(ctx, t, &table);
    if (!error)
        *out = tabletype_to_public(&table->type);
    return error;
}

cupel_error_t *cupel_table_size(const cupel_context_t *ctx, cupel_table_t t, uint64_t *elements)
{
    struct table_object *table;
    cupel_error_t *error = find(ctx, t, &table);
    if (!error)
        *elements = table->size;
    return error;
}

cupel_error_t *cupel_table_get(cupel_context_t *ctx, cupel_table_t t, uint64_t index,
                               cupel_val_t *out)
{
    struct table_object *table;
    cupel_error_t *error = locate(ctx, t, index, &table);
    if (!error)
        value_from_slots(table->store, table->type.element, &table->elems[index], out);
    return error;
}

cupel_error_t *cupel_table_set(cupel_context_t *ctx, cupel_table_t t, uint64_t index,
                               const cupel_val_t *value)
{
    struct table_object *table;
    uint64_t slots[2];
    cupel_error_t *error = locate(ctx, t, index, &table);
    if (!error)
        error = value_check(table->store, table->type.element, value, "the element", slots);
    if (!error)
        table->elems[index] = slots[0];
    return error;
}

static cupel_error_t *refusal(const struct table_object *t, enum room room, uint64_t delta)
{
    struct errinfo err;
    switch (room) {
    case ROOM_LIMIT:
        return error_limit("table_elements",
                           "growing a table of %u elements by %llu exceeds the limit of %llu for "
                           "all tables",
                           t->size, (unsigned long long)delta,
                           (unsigned long long)t->store->limits.table_elements);
    case ROOM_MAXIMUM:
        return error_limit("", "growing a table of %u elements by %llu exceeds its maximum of %u",
                           t->size, (unsigned long long)delta, t->max);
    case ROOM_DENIED:
    case ROOM_TRAP:
    case ROOM_BUSY:
        limiter_refusal(t->store, room, CUPEL_EXTERN_TABLE, &err);
        return error_from(&err);
    default:
        return error_nomem();
    }
}

cupel_error_t *cupel_table_grow(cupel_context_t *ctx, cupel_table_t t, uint64_t delta,
                                const cupel_val_t *init, uint64_t *previous)
{
    struct table_object *table;
    uint64_t slots[2];
    cupel_error_t *error = find(ctx, t, &table);
    if (!error)
        error = value_check(table->store, table->type.element, init, "the element", slots);
    if (error)
        return error;
    uint64_t size = table->size;
    enum room room = delta ? table_may_grow(table, delta) : ROOM_OK;
    if (delta && room == ROOM_OK)
        room = table_enlarge(table, delta, slots[0]);
    if (room != ROOM_OK)
        return refusal(table, room, delta);
    if (previous)
        *previous = size;
    return NULL;
}

cupel_error_t *cupel_table_fill(cupel_context_t *ctx, cupel_table_t t, uint64_t index,
                                const cupel_val_t *value, uint64_t count)
{
    struct table_object *table;
    uint64_t slots[2];
    cupel_error_t *error = find_range(ctx, t, index, count, &table);
    if (!error)
        error = value_check(table->store, table->type.element, value, "the element", slots);
    for (uint64_t i = 0; !error && i < count; i++)
        table->elems[index + i] = slots[0];
    return error;
}

cupel_error_t *cupel_table_copy(cupel_context_t *ctx, cupel_table_t to, uint64_t to_index,
                                cupel_table_t from, uint64_t from_index, uint64_t count)
{
    struct table_object *dst, *src;
    cupel_error_t *error = find_range(ctx, to, to_index, count, &dst);
    if (!error)
        error = find_range(ctx, from, from_index, count, &src);
    if (error)
        return error;
    if (dst->type.element != src->type.element)
        return error_new(ERR_TYPE, "a table of %s cannot be copied to one of %s",
                         valtype_name(src->type.element), valtype_name(dst->type.element));
    if (count)
        memmove(dst->elems + to_index, src->elems + from_index, count * sizeof *dst->elems);
    return NULL;
}
