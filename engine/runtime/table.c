/*
 * A table is an array that doubles when it is full. Elements are handles rather than pointers, so
 * that a table can be written out and read back, and a handle costs a call one look into the store
 * only where it crosses instances.
 */
#include "engine/runtime/table.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/limiter.h"

/* What `elems` points to while there is nothing. */
static uint64_t nothing[1];

static bool make_room(struct table_object *t, uint32_t size)
{
    if (size <= t->cap)
        return true;
    uint64_t cap = size;
    if (t->cap && 2 * (uint64_t)t->cap > cap)
        cap = 2 * (uint64_t)t->cap;
    if (cap > t->max)
        cap = t->max;
    /* A new table of nulls is zeros, which the host may have without writing them. */
    uint64_t *elems =
        t->cap ? mem_realloc(t->elems, cap * sizeof *elems) : mem_calloc(cap, sizeof *elems);
    if (!elems)
        return false;
    t->elems = elems;
    t->cap = (uint32_t)cap;
    return true;
}

static bool resize(struct table_object *t, uint32_t size, uint64_t init)
{
    bool zeros = t->cap == 0;
    if (!make_room(t, size))
        return false;
    for (uint32_t i = t->size; i < size && !(zeros && init == 0); i++)
        t->elems[i] = init;
    t->store->table_elements += size - t->size;
    t->size = size;
    return true;
}

static bool limit_allows(const struct cupel_store *s, uint64_t more)
{
    return more <= s->limits.table_elements && s->table_elements <= s->limits.table_elements - more;
}

/* Asks about `desired` elements instead of `current`. */
static enum room ask(struct cupel_store *s, const struct tabletype *type, uint64_t current,
                     uint64_t desired)
{
    uint64_t maximum = type->limits.has_max ? type->limits.max : UINT64_MAX;
    return limiter_ask(s, &(struct growth){CUPEL_EXTERN_TABLE, current, desired, maximum});
}

/* What a limiter's consent does not help against. */
static enum room check_room(const struct table_object *t, uint64_t delta)
{
    if (delta > t->max - t->size)
        return ROOM_MAXIMUM;
    return limit_allows(t->store, delta) ? ROOM_OK : ROOM_LIMIT;
}

void table_grow_failed(struct table_object *t, enum room room)
{
    limiter_tell(t->store, CUPEL_EXTERN_TABLE, room);
}

enum room table_may_grow(struct table_object *t, uint64_t delta)
{
    /* What no table of this kind can ever have is not asked for. */
    if (delta > (t->type.limits.is_64 ? UINT64_MAX : UINT32_MAX) - t->size)
        return ROOM_MAXIMUM;
    enum room room = ask(t->store, &t->type, t->size, t->size + delta);
    if (room != ROOM_OK)
        return room;
    room = check_room(t, delta);
    return room == ROOM_OK ? ROOM_OK : limiter_tell(t->store, CUPEL_EXTERN_TABLE, room);
}

enum room table_enlarge(struct table_object *t, uint64_t delta, uint64_t init)
{
    enum room room = check_room(t, delta);
    if (room == ROOM_OK && !resize(t, t->size + (uint32_t)delta, init))
        room = ROOM_MEMORY;
    return room == ROOM_OK ? ROOM_OK : limiter_tell(t->store, CUPEL_EXTERN_TABLE, room);
}

static enum status check_limits(struct cupel_store *s, const struct tabletype *type,
                                struct errinfo *err)
{
    uint64_t size = type->limits.min;
    uint32_t most = limiter_max_tables(s);
    if (s->tables.len >= most)
        return errinfo_limit(err, "tables", NO_OFFSET, "the store may hold %u tables only", most);
    enum room room = ask(s, type, 0, size);
    if (room != ROOM_OK)
        return limiter_refusal(s, room, CUPEL_EXTERN_TABLE, err);
    if (!limit_allows(s, size)) {
        limiter_tell(s, CUPEL_EXTERN_TABLE, ROOM_LIMIT);
        return errinfo_limit(err, "table_elements", NO_OFFSET,
                             "a table of %llu elements with %llu in use exceeds the limit of %llu",
                             (unsigned long long)size, (unsigned long long)s->table_elements,
                             (unsigned long long)s->limits.table_elements);
    }
    if (size <= TABLE_MAX_ELEMENTS)
        return OK;
    limiter_tell(s, CUPEL_EXTERN_TABLE, ROOM_MAXIMUM);
    return errinfo_limit(err, "table_elements", NO_OFFSET,
                         "a table of %llu elements exceeds the engine's limit of %d",
                         (unsigned long long)size, TABLE_MAX_ELEMENTS);
}

enum status table_new(struct cupel_store *store, const struct tabletype *type, uint64_t init,
                      struct table_object **out, struct errinfo *err)
{
    TRY(check_limits(store, type, err));
    struct table_object *t = mem_calloc(1, sizeof *t);
    if (!t || !vec_reserve(&store->tables, store->tables.len + 1)) {
        mem_free(t);
        limiter_tell(store, CUPEL_EXTERN_TABLE, ROOM_MEMORY);
        return errinfo_nomem(err);
    }
    t->type = *type;
    t->store = store;
    t->index = (uint32_t)store->tables.len;
    t->max =
        type->limits.max < TABLE_MAX_ELEMENTS ? (uint32_t)type->limits.max : TABLE_MAX_ELEMENTS;
    t->elems = nothing;
    if (!resize(t, (uint32_t)type->limits.min, init)) {
        table_delete(t);
        limiter_tell(store, CUPEL_EXTERN_TABLE, ROOM_MEMORY);
        return errinfo_nomem(err);
    }
    store->tables.data[store->tables.len++] = t;
    *out = t;
    return OK;
}

void table_delete(struct table_object *t)
{
    t->store->table_elements -= t->size;
    if (t->cap)
        mem_free(t->elems);
    mem_free(t);
}

struct tabletype table_current_type(const struct table_object *t)
{
    struct tabletype type = t->type;
    type.limits.min = t->size;
    return type;
}

bool table_init(struct instance *inst, struct table_object *t, uint32_t elem, uint64_t dst,
                uint64_t src, uint64_t n)
{
    const struct elem_segment *seg = &inst->module->m.elems[elem];
    uint64_t count = instance_elem_dropped(inst, elem) ? 0 : seg->count;
    if (n > count || src > count - n || n > t->size || dst > t->size - n)
        return false;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t value;
        if (!seg->funcs)
            value = instance_evaluate(inst, &seg->items[src + i]);
        else if (seg->funcs[src + i] == NO_INDEX)
            value = 0;
        else
            value = instance_func_handle(inst, seg->funcs[src + i]);
        t->elems[dst + i] = value;
    }
    return true;
}
