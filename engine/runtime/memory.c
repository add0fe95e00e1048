/*
 * Two ways to keep a memory, chosen per memory when it is made.
 *
 * Guarded: the whole 32-bit address space and a guard are reserved without access, and growing
 * makes more of it accessible. Addresses never change, and an access beyond the size is a fault.
 *
 * Checked: a mapping with room to grow, doubled when it is full, so that growing page by page stays
 * linear. Untouched room costs address space only. What lies between size and end has never been
 * written, so it is still the zeros that growth must show.
 *
 * Either way the store keeps count of the bytes of all its memories.
 */
#include "engine/runtime/memory.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/store.h"

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

static bool make_room(struct memory *m, uint64_t size)
{
    if (m->reserved)
        return mem_commit(m->base + m->size, size - m->size);
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

enum room memory_try_grow(struct memory *m, uint64_t delta)
{
    unsigned page_log2 = m->type.page_log2;
    if (delta == 0)
        return ROOM_OK;
    /* What can never be is not asked for: the limits may trap, the maximum never does. */
    if (delta > (m->max_bytes - m->size) >> page_log2)
        return ROOM_MAXIMUM;
    uint64_t more = delta << page_log2;
    if (!limit_allows(m->store, more))
        return ROOM_LIMIT;
    return resize(m, m->size + more) ? ROOM_OK : ROOM_MEMORY;
}

enum grow_result memory_grow(struct memory *m, uint64_t delta, uint64_t *previous)
{
    *previous = memory_pages(m);
    enum room room = memory_try_grow(m, delta);
    if (room == ROOM_OK)
        return GROW_OK;
    if (room != ROOM_LIMIT || !m->store->limits.trap_on_grow_failure)
        return GROW_FAILED;
    m->store->exec.trap = TRAP_GROWTH_OPERATION_LIMITED;
    m->store->exec.trap_limit = "memory_bytes";
    return GROW_TRAP;
}

static enum status check_limits(const struct cupel_store *s, const struct memtype *type,
                                struct errinfo *err)
{
    if (s->memories.len >= s->limits.memories)
        return errinfo_limit(err, "memories", NO_OFFSET, "the store may hold %u memories only",
                             s->limits.memories);
    if (type->limits.min > most_bytes(type) >> type->page_log2)
        return errinfo_limit(err, "memory_bytes", NO_OFFSET,
                             "a memory of %llu pages exceeds what the engine can address",
                             (unsigned long long)type->limits.min);
    uint64_t bytes = type->limits.min << type->page_log2;
    if (!limit_allows(s, bytes))
        return errinfo_limit(err, "memory_bytes", NO_OFFSET,
                             "a memory of %llu bytes with %llu in use exceeds the limit of %llu",
                             (unsigned long long)bytes, (unsigned long long)s->memory_bytes,
                             (unsigned long long)s->limits.memory_bytes);
    return OK;
}

enum status memory_new(struct cupel_store *store, const struct memtype *type, struct memory **out,
                       struct errinfo *err)
{
    TRY(check_limits(store, type, err));
    struct memory *m = mem_calloc(1, sizeof *m);
    if (!m || !vec_reserve(&store->memories, store->memories.len + 1))
        goto nomem;
    uint64_t most = most_bytes(type);
    m->type = *type;
    m->store = store;
    m->index = (uint32_t)store->memories.len;
    m->max_bytes =
        type->limits.max < most >> type->page_log2 ? type->limits.max << type->page_log2 : most;
    m->base = nothing;
    if (wants_guard(store, type)) {
        m->base = mem_reserve(MEMORY_RESERVED);
        if (!m->base)
            goto nomem;
        m->reserved = MEMORY_RESERVED;
    }
    if (!resize(m, type->limits.min << type->page_log2)) {
        memory_delete(m);
        return errinfo_nomem(err);
    }
    store->memories.data[store->memories.len++] = m;
    *out = m;
    return OK;

nomem:
    mem_free(m);
    return errinfo_nomem(err);
}

void memory_delete(struct memory *m)
{
    m->store->memory_bytes -= m->size;
    if (m->reserved)
        mem_unmap(m->base, m->reserved);
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
