/*
 * linker.h - definitions by module and name.
 *
 * A linker belongs to one thread at a time. A builder does so too until it is ready; then it is
 * immutable, and linkers on any number of threads share its definitions.
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

struct linker_table {
    VEC(struct linker_item) items;
    uint32_t *places; /* hash table: item + 1, 0 if free */
    size_t nplaces;   /* a power of two, or 0 */
};

/* NULL if there is no such definition. */
struct linker_item *linker_table_find(const struct linker_table *t, struct linker_key key);
/* Adds a definition or, if `replaces`, puts it in the place of one. Takes `host` (may be NULL) over,
 * also when it fails: with ERR_MISUSE for a duplicate, or ERR_OUT_OF_MEMORY. */
enum status linker_table_put(struct linker_table *t, bool replaces, struct linker_key key,
                             struct host_func *host, const cupel_extern_t *item,
                             struct errinfo *err) MUST_CHECK;
/* ERR_MISUSE for a key that is there already. */
enum status linker_duplicate(struct linker_key key, struct errinfo *err);
/* Forgets the definitions from number `count` on. */
void linker_table_truncate(struct linker_table *t, size_t count);
void linker_table_clear(struct linker_table *t);

struct cupel_linker_builder {
    _Atomic uint32_t refs;
    struct cupel_engine *engine; /* one reference */
    bool ready;
    struct linker_table table; /* host functions only */
};

struct cupel_linker {
    struct cupel_engine *engine; /* one reference */
    bool allow_shadowing;
    struct linker_table table;
    struct cupel_linker_builder *base; /* ready, one reference; or NULL. `table` goes before it */
};

/* In the linker or what it is based on; NULL if there is no such definition. */
const struct linker_item *linker_find(const struct cupel_linker *l, struct linker_key key);
/* The definition as an item of the store; false when memory is exhausted. */
bool linker_item_extern(const struct linker_item *item, struct cupel_store *store,
                        cupel_extern_t *out);
/* Whether the item, as its handle says, is one of this store. */
bool linker_item_fits(const struct linker_item *item, struct cupel_store *store);
cupel_own cupel_error_t *linker_check_engine(const struct cupel_linker *l,
                                             const struct cupel_store *store);

#endif
