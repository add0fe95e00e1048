/*
 * memory.h - linear memories.
 *
 * With guard pages (32-bit memories with 64 KiB pages on hosts that can) a memory reserves 4 GiB +
 * GUARD_BYTES of address space once and `base` never moves; bytes up to `size` are accessible.
 * Otherwise `base` may move when the memory grows, and code checks `size`. A memory over a buffer of
 * the embedder's never moves, and code checks `size` too, on every engine (checked_code.h).
 */
#ifndef CUPEL_RUNTIME_MEMORY_H
#define CUPEL_RUNTIME_MEMORY_H

#include "engine/module/types.h"
#include "engine/runtime/memory_pool.h"
#include "engine/translate/code.h"

struct cupel_store;

/* Address space of a memory with guard pages: all that an address and a static offset below
 * GUARD_BYTES reach, and one page more for the width of the access. */
#define MEMORY_RESERVED ((size_t)(UINT64_C(4) << 30) + GUARD_BYTES + 65536)

struct memory {
    uint8_t *base;                    /* never NULL */
    uint64_t size;                    /* bytes */
    uint64_t max_bytes;               /* declared maximum, or the type's own */
    uint64_t reserved;                /* bytes of address space, 0 without guard pages */
    uint64_t mapped;                  /* bytes mapped at `base` without guard pages */
    uint64_t borrowed;                /* bytes at `base` that are the embedder's */
    struct memory_place place;        /* with guard pages: from the engine's pool */
    const struct memory_image *image; /* its first contents, or NULL; the module's */
    struct memtype type;
    struct cupel_store *store;
    uint32_t index; /* in the store */
};

static inline uint64_t memory_pages(const struct memory *m)
{
    return m->size >> m->type.page_log2;
}

/* What stands in the way of a growth or creation. */
enum room {
    ROOM_OK,
    ROOM_DENIED,  /* the limiter */
    ROOM_TRAP,    /* the limiter, which wants a trap */
    ROOM_BUSY,    /* a callback of the store is running */
    ROOM_LIMIT,   /* a limit of the store */
    ROOM_MAXIMUM, /* the declared maximum, or the engine's own */
    ROOM_FUEL,    /* nobody pays for it, or the call was interrupted */
    ROOM_MEMORY   /* the host's memory */
};

/*
 * Growing by `delta` pages (not 0) has two halves, so that an instruction can pay in between: what
 * is refused costs nothing. `may_grow` asks the limiter and looks at maximum and limits, `enlarge`
 * does it. Either one changes nothing unless ROOM_OK, and tells the limiter when what it allowed
 * fails; whoever gives up in between calls `grow_failed`.
 */
enum room memory_may_grow(struct memory *m, uint64_t delta);
enum room memory_enlarge(struct memory *m, uint64_t delta);
void memory_grow_failed(struct memory *m, enum room room);
/* Whether a growth that was refused so ends the instruction with a trap, rather than giving -1; then
 * exec.trap_limit and exec.host_trap are set. `limit` names the store's limit. */
bool grow_traps(struct cupel_store *s, enum room room, const char *limit);

/* Makes a memory that the store owns; fails with ERR_LIMIT or ERR_OUT_OF_MEMORY. It begins with the
 * contents of `image`, which outlives the store's memories, or with zeros if that is NULL; memories
 * that are not in the engine's pool ignore it, and say so by memory.image. */
enum status memory_new(struct cupel_store *store, const struct memtype *type,
                       const struct memory_image *image, struct memory **out,
                       struct errinfo *err) MUST_CHECK;
/* The same over the embedder's buffer, which it never leaves: ERR_MISUSE for one that is too small. */
enum status memory_new_static(struct cupel_store *store, const struct memtype *type,
                              uint8_t *buffer, size_t len, struct memory **out,
                              struct errinfo *err) MUST_CHECK;
/* For the store alone, which has forgotten it. */
void memory_delete(struct memory *m);
/* Its type as importers see it: the current size is the minimum. */
struct memtype memory_current_type(const struct memory *m);
/* Whether [offset, offset + len) lies within. */
static inline bool memory_in_bounds(const struct memory *m, uint64_t offset, uint64_t len)
{
    return len <= m->size && offset <= m->size - len;
}

#endif
