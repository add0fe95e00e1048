/*
 * Three ways to keep a memory, chosen per memory when it is made.
 *
 * Guarded: the whole 32-bit address space and a guard are reserved without access, and growing
 * makes more of it accessible. Addresses never change, and an access beyond the size is a fault. The
 * reservation comes from the engine's pool, and may begin with the contents of a module's data.
 *
 * Checked: a mapping with room to grow, doubled when it is full, so that growing page by page stays
 * linear. Untouched room costs address space only. What lies between size and end has never been
 * written, so it is still the zeros that growth must show.
 *
 * Borrowed: the embedder's buffer, cleared piece by piece as the memory grows into it.
 *
 * In any case the store keeps count of the bytes of all its memories.
 */
#include "engine/runtime/memory.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/limiter.h"

/* What `base` points to while there is nothing: no access reaches it. */
static uint8_t nothing[1];

/* Pages may be as small as a byte; the first mapping is not. */
#define LEAST_MAPPED 65536

static bool wants_guard(const struct cupel_store *s, const struct memtype *type)
{
    return s->engine->translate.guard_pages && !type->limits.is_64 && type->page_log2 == 16;
}

/* What the index type can address, in bytes. */
static uint64_t most_bytes(const struct memtype *type)
{
    return type->limits.is_64 ? UINT64_C(1) << 48 : UINT64_C(1) << 32;
}

/* Room for `size` bytes in a mapping that moves. */
static bool move(struct memory *m, uint64_t size)
{
    uint64_t mapped = m->mapped ? 2 * m->mapped : LEAST_MAPPED;
    if (mapped > m->max_bytes)
        mapped = m->max_bytes;
    if (mapped < size)
        mapped = size;
    uint8_t *base = mem_map(mapped);
    if (!base && mapped > size)
        base = mem_map(mapped = size);
    if (!base)
        return false;
    memcpy(base, m->base, m->size);
    if (m->mapped)
        mem_unmap(m->base, m->mapped);
    m->base = base;
    m->mapped = mapped;
    return true;
}

/* Pages of the place up to `size`, which may be open already. */
static bool open_pages(struct memory_place *place, uint64_t size)
{
    if (size <= place->accessible)
        return true;
    if (!mem_commit(place->base + place->accessible, size - place->accessible))
        return false;
    place->accessible = size;
    return true;
}

static bool make_room(struct memory *m, uint64_t size)
{
    if (m->reserved)
        return open_pages(&m->place, size);
    if (m->borrowed) {
        memset(m->base + m->size, 0, size - m->size); /* max_bytes is at most `borrowed` */
        return true;
    }
    return size <= m->mapped || move(m, size);
}

/* All that growing to `size` needs, but for the limits. */
static bool resize(struct memory *m, uint64_t size)
{
    if (size > SIZE_MAX || !make_room(m, size))
        return false;
    struct cupel_store *s = m->store;
    s->memory_bytes += size - m->size;
    if (s->memory_bytes > s->memory_peak)
        s->memory_peak = s->memory_bytes;
    m->size = size;
    return true;
}

static bool limit_allows(const struct cupel_store *s, uint64_t more)
{
    return more <= s->limits.memory_bytes && s->memory_bytes <= s->limits.memory_bytes - more;
}

/* The declared maximum in bytes, as the limiter is told it. */
static uint64_t declared_maximum(const struct memtype *type)
{
    if (!type->limits.has_max || type->limits.max > UINT64_MAX >> type->page_log2)
        return UINT64_MAX;
    return type->limits.max << type->page_log2;
}

/* Asks about `desired` bytes instead of `current`. */
static enum room ask(struct cupel_store *s, const struct memtype *type, uint64_t current,
                     uint64_t desired)
{
    return limiter_ask(
        s, &(struct growth){CUPEL_EXTERN_MEMORY, current, desired, declared_maximum(type)});
}

/* What a limiter's consent does not help against. */
static enum room check_room(const struct memory *m, uint64_t delta)
{
    if (delta > (m->max_bytes - m->size) >> m->type.page_log2)
        return ROOM_MAXIMUM;
    return limit_allows(m->store, delta << m->type.page_log2) ? ROOM_OK : ROOM_LIMIT;
}

void memory_grow_failed(struct memory *m, enum room room)
{
    limiter_tell(m->store, CUPEL_EXTERN_MEMORY, room);
}

enum room memory_may_grow(struct memory *m, uint64_t delta)
{
    unsigned page_log2 = m->type.page_log2;
    /* What no memory of this kind can ever have is not asked for. */
    if (delta > (most_bytes(&m->type) - m->size) >> page_log2)
        return ROOM_MAXIMUM;
    enum room room = ask(m->store, &m->type, m->size, m->size + (delta << page_log2));
    if (room != ROOM_OK)
        return room;
    room = check_room(m, delta);
    return room == ROOM_OK ? ROOM_OK : limiter_tell(m->store, CUPEL_EXTERN_MEMORY, room);
}

enum room memory_enlarge(struct memory *m, uint64_t delta)
{
    enum room room = check_room(m, delta);
    if (room == ROOM_OK && !resize(m, m->size + (delta << m->type.page_log2)))
        room = ROOM_MEMORY;
    return room == ROOM_OK ? ROOM_OK : limiter_tell(m->store, CUPEL_EXTERN_MEMORY, room);
}

static enum status check_limits(struct cupel_store *s, const struct memtype *type,
                                struct errinfo *err)
{
    uint32_t most = limiter_max_memories(s);
    if (s->memories.len >= most)
        return errinfo_limit(err, "memories", NO_OFFSET, "the store may hold %u memories only",
                             most);
    if (type->limits.min > most_bytes(type) >> type->page_log2)
        return errinfo_limit(err, "memory_bytes", NO_OFFSET,
                             "a memory of %llu pages exceeds what the engine can address",
                             (unsigned long long)type->limits.min);
    uint64_t bytes = type->limits.min << type->page_log2;
    enum room room = ask(s, type, 0, bytes);
    if (room != ROOM_OK)
        return limiter_refusal(s, room, CUPEL_EXTERN_MEMORY, err);
    if (limit_allows(s, bytes))
        return OK;
    limiter_tell(s, CUPEL_EXTERN_MEMORY, ROOM_LIMIT);
    return errinfo_limit(err, "memory_bytes", NO_OFFSET,
                         "a memory of %llu bytes with %llu in use exceeds the limit of %llu",
                         (unsigned long long)bytes, (unsigned long long)s->memory_bytes,
                         (unsigned long long)s->limits.memory_bytes);
}

/* One that owns nothing yet; NULL when memory is exhausted. */
static struct memory *memory_alloc(struct cupel_store *store, const struct memtype *type)
{
    struct memory *m = mem_calloc(1, sizeof *m);
    if (!m)
        return NULL;
    uint64_t most = most_bytes(type);
    m->type = *type;
    m->store = store;
    m->base = nothing;
    m->max_bytes =
        type->limits.max < most >> type->page_log2 ? type->limits.max << type->page_log2 : most;
    return m;
}

/* Address space for a memory that is to have guard pages. */
static bool reserve(struct memory *m, const struct memory_image *image)
{
    if (!wants_guard(m->store, &m->type))
        return true;
    size_t size = (size_t)(m->type.limits.min << m->type.page_log2);
    if (!memory_pool_take(&m->store->engine->memories, image, size, &m->place))
        return false;
    m->base = m->place.base;
    m->reserved = MEMORY_RESERVED;
    m->image = image;
    return true;
}

/* Gives it its least size, all zeros, and to the store. Consumes `m` (may be NULL). */
static enum status memory_add(struct cupel_store *store, struct memory *m, struct memory **out,
                              struct errinfo *err)
{
    if (!m || !vec_reserve(&store->memories, store->memories.len + 1) ||
        !resize(m, m->type.limits.min << m->type.page_log2)) {
        if (m)
            memory_delete(m);
        limiter_tell(store, CUPEL_EXTERN_MEMORY, ROOM_MEMORY);
        return errinfo_nomem(err);
    }
    m->index = (uint32_t)store->memories.len;
    store->memories.data[store->memories.len++] = m;
    *out = m;
    return OK;
}

enum status memory_new(struct cupel_store *store, const struct memtype *type,
                       const struct memory_image *image, struct memory **out, struct errinfo *err)
{
    TRY(check_limits(store, type, err));
    struct memory *m = memory_alloc(store, type);
    if (m && !reserve(m, image)) {
        mem_free(m);
        m = NULL;
    }
    return memory_add(store, m, out, err);
}

enum status memory_new_static(struct cupel_store *store, const struct memtype *type,
                              uint8_t *buffer, size_t len, struct memory **out, struct errinfo *err)
{
    if (type->limits.min > len >> type->page_log2 || (len && !buffer))
        return errinfo_set(err, ERR_MISUSE, NO_OFFSET,
                           "a buffer of %zu bytes does not hold a memory of %llu pages",
                           buffer ? len : 0, (unsigned long long)type->limits.min);
    TRY(check_limits(store, type, err));
    struct memory *m = memory_alloc(store, type);
    if (m && len) {
        m->base = buffer;
        m->borrowed = len;
    }
    if (m && m->max_bytes > len)
        m->max_bytes = len;
    return memory_add(store, m, out, err);
}

void memory_delete(struct memory *m)
{
    m->store->memory_bytes -= m->size;
    if (m->reserved)
        memory_pool_give(&m->store->engine->memories, m->image, m->place);
    else if (m->mapped)
        mem_unmap(m->base, m->mapped);
    mem_free(m);
}

struct memtype memory_current_type(const struct memory *m)
{
    struct memtype type = m->type;
    type.limits.min = memory_pages(m);
    return type;
}
