/*
 * layout.h - where an instance keeps what it has of its own: one block, at byte offsets fixed by
 * the module, so that code can name them.
 *
 * The block begins with the `struct instance` of runtime/instance.h (at most LAYOUT_HEADER bytes).
 * Then come: handles of imported functions, pointers to memories, pointers to tables, pointers to
 * imported globals, the own globals' cells, and the bit set of dropped segments (data segments,
 * then element segments).
 */
#ifndef CUPEL_TRANSLATE_LAYOUT_H
#define CUPEL_TRANSLATE_LAYOUT_H

#include "engine/module/module.h"

#define LAYOUT_HEADER 128

struct layout {
    uint32_t func_imports;   /* uint64_t handles */
    uint32_t memories;       /* struct memory * */
    uint32_t tables;         /* struct table_object * */
    uint32_t global_imports; /* uint64_t * */
    uint32_t globals;        /* cells of `global_stride` bytes */
    uint32_t global_stride;  /* 8, or 16 in a module with v128 globals */
    uint32_t dropped;        /* uint64_t words */
    uint32_t size;           /* of the whole block */
};

/* ERR_LIMIT if the block would exceed 2 GiB. */
enum status layout_init(struct layout *l, const struct module *m, struct errinfo *err) MUST_CHECK;

/* Offset of the pointer to imported global `i` / of the cell of own global `i` (both by index in
 * the module's index space). */
static inline uint32_t layout_global_import(const struct layout *l, uint32_t i)
{
    return l->global_imports + 8 * i;
}
static inline uint32_t layout_global(const struct layout *l, const struct module *m, uint32_t i)
{
    return l->globals + l->global_stride * (i - m->nimported_globals);
}

#endif
