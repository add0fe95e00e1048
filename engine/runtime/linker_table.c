/*
 * The definitions of a linker: a list in the order of their making, and a hash table with open
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
static uint32_t *place_of(const struct cupel_linker *l, struct linker_key key, uint64_t hash)
{
    size_t at = hash & (l->nplaces - 1);
    for (;; at = (at + 1) & (l->nplaces - 1)) {
        if (l->places[at] == 0)
            return &l->places[at];
        const struct linker_item *item = &l->items.data[l->places[at] - 1];
        if (item->hash == hash && equal(item->key.module, key.module) &&
            equal(item->key.name, key.name))
            return &l->places[at];
    }
}

static void rebuild(struct cupel_linker *l)
{
    memset(l->places, 0, l->nplaces * sizeof *l->places);
    for (size_t i = 0; i < l->items.len; i++)
        *place_of(l, l->items.data[i].key, l->items.data[i].hash) = (uint32_t)i + 1;
}

static bool reserve(struct cupel_linker *l)
{
    if (l->items.len >= UINT32_MAX / 4 || !vec_reserve(&l->items, l->items.len + 1))
        return false;
    if (2 * (l->items.len + 1) <= l->nplaces)
        return true;
    size_t nplaces = l->nplaces ? 2 * l->nplaces : 32;
    uint32_t *places = mem_alloc(nplaces * sizeof *places);
    if (!places)
        return false;
    mem_free(l->places);
    l->places = places;
    l->nplaces = nplaces;
    rebuild(l);
    return true;
}

struct linker_item *linker_find(const struct cupel_linker *l, struct linker_key key)
{
    if (l->nplaces == 0)
        return NULL;
    uint32_t found = *place_of(l, key, hash_key(key));
    return found ? &l->items.data[found - 1] : NULL;
}

static enum status replace(struct cupel_linker *l, struct linker_item *old, struct host_func *host,
                           const cupel_extern_t *item, struct errinfo *err)
{
    if (!l->allow_shadowing) {
        char module[UTF8_QUOTE_SIZE], name[UTF8_QUOTE_SIZE];
        host_func_unref(host);
        return errinfo_set(err, ERR_MISUSE, NO_OFFSET, "%s::%s is defined already",
                           utf8_quote(module, old->key.module.data, old->key.module.len),
                           utf8_quote(name, old->key.name.data, old->key.name.len));
    }
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

enum status linker_put(struct cupel_linker *l, struct linker_key key, struct host_func *host,
                       const cupel_extern_t *item, struct errinfo *err)
{
    struct linker_item *old = linker_find(l, key);
    if (old)
        return replace(l, old, host, item, err);
    struct linker_item new = {.hash = hash_key(key), .host = host, .item = *item};
    if (!reserve(l) || !copy_key(&new, key)) {
        host_func_unref(host);
        return errinfo_nomem(err);
    }
    uint32_t *place = place_of(l, key, new.hash);
    l->items.data[l->items.len++] = new;
    *place = (uint32_t)l->items.len;
    return OK;
}

static void forget(struct cupel_linker *l, size_t count)
{
    while (l->items.len > count) {
        struct linker_item *last = vec_last(&l->items);
        host_func_unref(last->host);
        mem_free(last->text);
        l->items.len--;
    }
}

void linker_truncate(struct cupel_linker *l, size_t count)
{
    forget(l, count);
    if (l->nplaces)
        rebuild(l);
}

void linker_clear(struct cupel_linker *l)
{
    forget(l, 0);
    vec_fini(&l->items);
    mem_free(l->places);
    l->places = NULL;
    l->nplaces = 0;
}
