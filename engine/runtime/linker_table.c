/*
 * The definitions of a linker or builder: a list in the order of their making, and a hash table with open
 * addressing over it. The list alone owns; forgetting the latest definitions rebuilds the table,
 * which happens only when a group of definitions fails half-way.
 */
#include "engine/runtime/linker.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/base/utf8.h"

static uint64_t hash_bytes(uint64_t hash, cupel_name_t s)
{
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (uint8_t)s.data[i]) * UINT64_C(0x100000001b3);
    return (hash ^ s.len) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_key(struct linker_key key)
{
    uint64_t hash = hash_bytes(hash_bytes(UINT64_C(0xcbf29ce484222325), key.module), key.name);
    return hash ^ hash >> 32;
}

static bool equal(cupel_name_t a, cupel_name_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Where the key is, or would go. */
static uint32_t *place_of(const struct linker_table *t, struct linker_key key, uint64_t hash)
{
    size_t at = hash & (t->nplaces - 1);
    for (;; at = (at + 1) & (t->nplaces - 1)) {
        if (t->places[at] == 0)
            return &t->places[at];
        const struct linker_item *item = &t->items.data[t->places[at] - 1];
        if (item->hash == hash && equal(item->key.module, key.module) &&
            equal(item->key.name, key.name))
            return &t->places[at];
    }
}

static void rebuild(struct linker_table *t)
{
    memset(t->places, 0, t->nplaces * sizeof *t->places);
    for (size_t i = 0; i < t->items.len; i++)
        *place_of(t, t->items.data[i].key, t->items.data[i].hash) = (uint32_t)i + 1;
}

static bool reserve(struct linker_table *t)
{
    if (t->items.len >= UINT32_MAX / 4 || !vec_reserve(&t->items, t->items.len + 1))
        return false;
    if (2 * (t->items.len + 1) <= t->nplaces)
        return true;
    size_t nplaces = t->nplaces ? 2 * t->nplaces : 32;
    uint32_t *places = mem_alloc(nplaces * sizeof *places);
    if (!places)
        return false;
    mem_free(t->places);
    t->places = places;
    t->nplaces = nplaces;
    rebuild(t);
    return true;
}

struct linker_item *linker_table_find(const struct linker_table *t, struct linker_key key)
{
    if (t->nplaces == 0)
        return NULL;
    uint32_t found = *place_of(t, key, hash_key(key));
    return found ? &t->items.data[found - 1] : NULL;
}

enum status linker_duplicate(struct linker_key key, struct errinfo *err)
{
    char module[UTF8_QUOTE_SIZE], name[UTF8_QUOTE_SIZE];
    return errinfo_set(err, ERR_MISUSE, NO_OFFSET, "%s::%s is defined already",
                       utf8_quote(module, key.module.data, key.module.len),
                       utf8_quote(name, key.name.data, key.name.len));
}

static enum status replace(struct linker_item *old, struct host_func *host,
                           const cupel_extern_t *item)
{
    host_func_unref(old->host);
    old->host = host;
    old->item = *item;
    return OK;
}

/* A copy of the key in one allocation. */
static bool copy_key(struct linker_item *to, struct linker_key key)
{
    to->text = mem_alloc(key.module.len + key.name.len);
    if (!to->text)
        return false;
    if (key.module.len)
        memcpy(to->text, key.module.data, key.module.len);
    if (key.name.len)
        memcpy(to->text + key.module.len, key.name.data, key.name.len);
    to->key.module = (cupel_name_t){to->text, key.module.len};
    to->key.name = (cupel_name_t){to->text + key.module.len, key.name.len};
    return true;
}

enum status linker_table_put(struct linker_table *t, bool replaces, struct linker_key key,
                             struct host_func *host, const cupel_extern_t *item,
                             struct errinfo *err)
{
    struct linker_item *old = linker_table_find(t, key);
    if (old && replaces)
        return replace(old, host, item);
    if (old) {
        host_func_unref(host);
        return linker_duplicate(key, err);
    }
    struct linker_item new = {.hash = hash_key(key), .host = host, .item = *item};
    if (!reserve(t) || !copy_key(&new, key)) {
        host_func_unref(host);
        return errinfo_nomem(err);
    }
    uint32_t *place = place_of(t, key, new.hash);
    t->items.data[t->items.len++] = new;
    *place = (uint32_t)t->items.len;
    return OK;
}

static void forget(struct linker_table *t, size_t count)
{
    while (t->items.len > count) {
        struct linker_item *last = vec_last(&t->items);
        host_func_unref(last->host);
        mem_free(last->text);
        t->items.len--;
    }
}

void linker_table_truncate(struct linker_table *t, size_t count)
{
    forget(t, count);
    if (t->nplaces)
        rebuild(t);
}

void linker_table_clear(struct linker_table *t)
{
    forget(t, 0);
    vec_fini(&t->items);
    mem_free(t->places);
    t->places = NULL;
    t->nplaces = 0;
}
