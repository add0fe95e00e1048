/*
 * Memories as the embedder sees them. A refusal to grow is told apart here, since the host, unlike
 * an instruction, can be given the reason.
 */
#include <string.h>

#include "engine/runtime/limiter.h"
#include "engine/runtime/public_types.h"

static cupel_error_t *find(const cupel_context_t *ctx, cupel_memory_t m, struct memory **out)
{
    const struct cupel_store *store = context_store(ctx);
    if (m.store_id != store->id || m.index >= store->memories.len)
        return error_new(ERR_MISUSE, "the memory is not one of this store");
    *out = store->memories.data[m.index];
    return NULL;
}

cupel_error_t *cupel_memory_new(cupel_context_t *ctx, const cupel_memorytype_t *type,
                                cupel_memory_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct memtype internal;
    struct memory *m;
    struct errinfo err;
    *out = (cupel_memory_t){0};
    cupel_error_t *error = memtype_from_public(type, &internal);
    if (error)
        return error;
    if (memory_new(store, &internal, NULL, &m, &err) != OK)
        return error_from(&err);
    *out = (cupel_memory_t){store->id, m->index};
    return NULL;
}

cupel_error_t *cupel_memory_new_static(cupel_context_t *ctx, const cupel_memorytype_t *type,
                                       void *buffer, size_t len, cupel_memory_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct memtype internal;
    struct memory *m;
    struct errinfo err;
    *out = (cupel_memory_t){0};
    cupel_error_t *error = memtype_from_public(type, &internal);
    if (error)
        return error;
    if (memory_new_static(store, &internal, buffer, len, &m, &err) != OK)
        return error_from(&err);
    *out = (cupel_memory_t){store->id, m->index};
    return NULL;
}

cupel_error_t *cupel_memory_type(const cupel_context_t *ctx, cupel_memory_t m,
                                 cupel_memorytype_t *out)
{
    struct memory *memory;
    cupel_error_t *error = find(ctx, m, &memory);
    if (!error)
        *out = memtype_to_public(&memory->type);
    return error;
}

cupel_error_t *cupel_memory_size(const cupel_context_t *ctx, cupel_memory_t m, uint64_t *pages)
{
    struct memory *memory;
    cupel_error_t *error = find(ctx, m, &memory);
    if (!error)
        *pages = memory_pages(memory);
    return error;
}

static cupel_error_t *refusal(const struct memory *m, enum room room, uint64_t delta)
{
    unsigned long long pages = memory_pages(m), more = delta;
    struct errinfo err;
    switch (room) {
    case ROOM_LIMIT:
        return error_limit("memory_bytes",
                           "growing a memory of %llu pages by %llu exceeds the limit of %llu bytes "
                           "for all memories",
                           pages, more, (unsigned long long)m->store->limits.memory_bytes);
    case ROOM_MAXIMUM:
        return error_limit("", "growing a memory of %llu pages by %llu exceeds its maximum of %llu",
                           pages, more, (unsigned long long)(m->max_bytes >> m->type.page_log2));
    case ROOM_DENIED:
    case ROOM_TRAP:
    case ROOM_BUSY:
        limiter_refusal(m->store, room, CUPEL_EXTERN_MEMORY, &err);
        return error_from(&err);
    default:
        return error_nomem();
    }
}

cupel_error_t *cupel_memory_grow(cupel_context_t *ctx, cupel_memory_t m, uint64_t delta,
                                 uint64_t *previous)
{
    struct memory *memory;
    cupel_error_t *error = find(ctx, m, &memory);
    if (error)
        return error;
    uint64_t pages = memory_pages(memory);
    enum room room = delta ? memory_may_grow(memory, delta) : ROOM_OK;
    if (delta && room == ROOM_OK)
        room = memory_enlarge(memory, delta);
    if (room != ROOM_OK)
        return refusal(memory, room, delta);
    if (previous)
        *previous = pages;
    return NULL;
}

cupel_error_t *cupel_memory_data(const cupel_context_t *ctx, cupel_memory_t m, uint8_t **data,
                                 size_t *size)
{
    struct memory *memory;
    cupel_error_t *error = find(ctx, m, &memory);
    if (error)
        return error;
    *data = memory->base;
    *size = (size_t)memory->size;
    return NULL;
}

/* The place of [offset, offset + len). */
static cupel_error_t *locate(const cupel_context_t *ctx, cupel_memory_t m, uint64_t offset,
                             size_t len, uint8_t **out)
{
    struct memory *memory;
    cupel_error_t *error = find(ctx, m, &memory);
    if (error)
        return error;
    if (!memory_in_bounds(memory, offset, len))
        return error_new(ERR_MISUSE, "%zu bytes at %llu are not within a memory of %llu bytes", len,
                         (unsigned long long)offset, (unsigned long long)memory->size);
    *out = memory->base + offset;
    return NULL;
}

cupel_error_t *cupel_memory_read(const cupel_context_t *ctx, cupel_memory_t m, uint64_t offset,
                                 void *buf, size_t len)
{
    uint8_t *at;
    cupel_error_t *error = locate(ctx, m, offset, len, &at);
    if (!error && len)
        memcpy(buf, at, len);
    return error;
}

cupel_error_t *cupel_memory_write(cupel_context_t *ctx, cupel_memory_t m, uint64_t offset,
                                  const void *buf, size_t len)
{
    uint8_t *at;
    cupel_error_t *error = locate(ctx, m, offset, len, &at);
    if (!error && len)
        memcpy(at, buf, len);
    return error;
}
