/*
 * A linker's host function is made in a store at its first use there, and is the same function at
 * the next. The store finds it by the definition's address, which stays taken while the store holds
 * its reference. A hash table with open addressing, as a linker may define thousands.
 */
#include "engine/base/alloc.h"
#include "engine/runtime/func.h"

static uint32_t place_of(const struct host_func *f, uint32_t nplaces)
{
    uint64_t hash = (uint64_t)(uintptr_t)f * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32) & (nplaces - 1);
}

static uint32_t *find(const struct cupel_store *s, const struct host_func_map *map,
                      const struct host_func *f)
{
    uint32_t at = place_of(f, map->nplaces);
    while (map->places[at] && s->host_funcs.data[map->places[at] - 1] != f)
        at = (at + 1) & (map->nplaces - 1);
    return &map->places[at];
}

static bool reserve(struct cupel_store *s)
{
    struct host_func_map *map = &s->linked_funcs;
    if (2 * (map->used + 1) <= map->nplaces)
        return true;
    struct host_func_map larger = {.nplaces = map->nplaces ? 2 * map->nplaces : 16,
                                   .used = map->used};
    larger.places = mem_calloc(larger.nplaces, sizeof *larger.places);
    if (!larger.places)
        return false;
    for (uint32_t i = 0; i < map->nplaces; i++)
        if (map->places[i])
            *find(s, &larger, s->host_funcs.data[map->places[i] - 1]) = map->places[i];
    mem_free(map->places);
    *map = larger;
    return true;
}

bool store_link_host_func(struct cupel_store *store, struct host_func *f, uint32_t *index)
{
    if (!reserve(store))
        return false;
    uint32_t *place = find(store, &store->linked_funcs, f);
    if (*place == 0) {
        if (!store_add_host_func(store, host_func_ref(f), index))
            return false;
        *place = *index + 1;
        store->linked_funcs.used++;
    }
    *index = *place - 1;
    return true;
}
