/*
 * linker.h - definitions by module and name. Belongs to one thread at a time.
 */
#ifndef CUPEL_RUNTIME_LINKER_H
#define CUPEL_RUNTIME_LINKER_H

#include "engine/base/vec.h"
#include "engine/runtime/host_func.h"

struct linker_key {
    cupel_name_t module, name;
};

struct linker_item {
    struct linker_key key; /* borrowed from `text` */
    uint64_t hash;
    char *text;             /* owned */
    struct host_func *host; /* owned reference, or NULL and */
    cupel_extern_t item;
};

struct cupel_linker {
    struct cupel_engine *engine;
    bool allow_shadowing;
    VEC(struct linker_item) items;
    uint32_t *places; /* hash table: item + 1, 0 if free */
    size_t nplaces;   /* a power of two, or 0 */
};

/* NULL if there is no such definition. */
struct linker_item *linker_find(const struct cupel_linker *l, struct linker_key key);
/* Adds a definition or, where shadowing is allowed, replaces one. Takes `host` (may be NULL) over,
 * also when it fails: with ERR_MISUSE for a duplicate, or ERR_OUT_OF_MEMORY. */
enum status linker_put(struct cupel_linker *l, struct linker_key key, struct host_func *host,
                       const cupel_extern_t *item, struct errinfo *err) MUST_CHECK;
/* Forgets the definitions from number `count` on. */
void linker_truncate(struct cupel_linker *l, size_t count);
void linker_clear(struct cupel_linker *l);

#endif
