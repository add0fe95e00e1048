/*
 * table.h - tables of references.
 *
 * An element is a handle of 64 bits: 0 is null; a function is (instance id << 32 | function index +
 * 1), host functions having the owner HOST_OWNER; an externref is its index in the store + 1.
 * Handles hold no host pointers.
 */
#ifndef CUPEL_RUNTIME_TABLE_H
#define CUPEL_RUNTIME_TABLE_H

#include "engine/module/types.h"
#include "engine/runtime/memory.h"

#define HOST_OWNER UINT32_MAX

/* The engine's own limit on the elements of one table, as browsers have it. */
#define TABLE_MAX_ELEMENTS 10000000

static inline uint64_t func_handle(uint32_t owner, uint32_t index)
{
    return (uint64_t)owner << 32 | (index + 1);
}
static inline uint32_t handle_owner(uint64_t handle)
{
    return (uint32_t)(handle >> 32);
}
static inline uint32_t handle_index(uint64_t handle)
{
    return (uint32_t)handle - 1;
}

struct table_object {
    uint64_t *elems; /* never NULL */
    uint32_t size;
    uint32_t cap;
    uint32_t max; /* declared, or the engine's own */
    struct tabletype type;
    struct cupel_store *store;
    uint32_t index; /* in the store */
};

/* As for memories, in elements; the new ones become `init`. */
enum room table_may_grow(struct table_object *t, uint64_t delta);
enum room table_enlarge(struct table_object *t, uint64_t delta, uint64_t init);
void table_grow_failed(struct table_object *t, enum room room);

struct instance;
/* table.init: bounds are checked first, then `n` elements of segment `elem` (a dropped one is
 * empty) are written. False if out of bounds. */
bool table_init(struct instance *inst, struct table_object *t, uint32_t elem, uint64_t dst,
                uint64_t src, uint64_t n);

/* Makes a table that the store owns; fails with ERR_LIMIT or ERR_OUT_OF_MEMORY. */
enum status table_new(struct cupel_store *store, const struct tabletype *type, uint64_t init,
                      struct table_object **out, struct errinfo *err) MUST_CHECK;
/* For the store alone, which has forgotten it. */
void table_delete(struct table_object *t);
/* Its type as importers see it: the current size is the minimum. */
struct tabletype table_current_type(const struct table_object *t);

#endif
