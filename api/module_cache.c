/*
 * A chained hash table and a list in order of use, under one mutex that is held for a few dozen
 * instructions. An entry without a module is being loaded: whoever finds it waits for the
 * condition and looks again from the start, so nobody holds on to an entry outside the lock.
 */
#include "api/module_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024 };

/* What a module weighs beside its code: tables of types, names, exports. */
#define WEIGHT_FIXED 16384

struct entry {
    struct storage_id id;
    cupel_module_t *module; /* NULL while it is being loaded */
    uint64_t weight;
    struct entry *next_in_bucket;
    struct entry *newer, *older;
};

struct module_cache {
    pthread_mutex_t mutex;
    pthread_cond_t loaded;
    module_loader load;
    void *env;
    uint64_t max_bytes;
    struct module_cache_figures figures;
    struct entry *newest, *oldest; /* only entries that have their module */
    struct entry *buckets[BUCKETS];
};

struct module_cache *module_cache_new(uint64_t max_bytes, module_loader load, void *env)
{
    struct module_cache *cache = calloc(1, sizeof *cache);

    if (cache != NULL) {
        pthread_mutex_init(&cache->mutex, NULL);
        pthread_cond_init(&cache->loaded, NULL);
        cache->max_bytes = max_bytes;
        cache->load = load;
        cache->env = env;
    }
    return cache;
}

static struct entry **slot_of(struct module_cache *cache, const struct storage_id *id)
{
    uint32_t hash;
    struct entry **slot;

    memcpy(&hash, id->bytes, sizeof hash);
    slot = &cache->buckets[hash % BUCKETS];
    while (*slot != NULL && memcmp(&(*slot)->id, id, sizeof *id) != 0) {
        slot = &(*slot)->next_in_bucket;
    }
    return slot;
}

static void unlink_used(struct module_cache *cache, struct entry *entry)
{
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct module_cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

/* Takes a ready entry out of the cache and hands it to the caller. */
static struct entry *take_out(struct module_cache *cache, struct entry *entry)
{
    *slot_of(cache, &entry->id) = entry->next_in_bucket;
    unlink_used(cache, entry);
    cache->figures.bytes -= entry->weight;
    cache->figures.modules--;
    return entry;
}

/* Frees a list of entries that were taken out; without the lock, as modules may be large. */
static void free_entries(struct entry *list)
{
    while (list != NULL) {
        struct entry *next = list->older;

        cupel_module_delete(list->module);
        free(list);
        list = next;
    }
}

static struct entry *take_excess(struct module_cache *cache)
{
    struct entry *list = NULL;

    while (cache->figures.bytes > cache->max_bytes && cache->oldest != NULL) {
        struct entry *entry = take_out(cache, cache->oldest);

        entry->older = list;
        list = entry;
        cache->figures.evictions++;
    }
    return list;
}

void module_cache_delete(struct module_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    cache->max_bytes = 0;
    free_entries(take_excess(cache));
    pthread_cond_destroy(&cache->loaded);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static void become_ready(struct module_cache *cache, struct entry *entry, cupel_module_t *module,
                         uint64_t beside)
{
    cupel_module_info_t info;

    cupel_module_info(module, &info);
    entry->module = cupel_module_clone(module);
    entry->weight = WEIGHT_FIXED + info.wasm_bytes + info.internal_bytes + beside;
    cache->figures.bytes += entry->weight;
    cache->figures.modules++;
    link_newest(cache, entry);
}

static struct entry *entry_new(struct module_cache *cache, const struct storage_id *id)
{
    struct entry *entry = calloc(1, sizeof *entry);

    if (entry != NULL) {
        entry->id = *id;
        *slot_of(cache, id) = entry;
    }
    return entry;
}

/* Loads what `entry` stands for. Called with the lock held, returns without it. */
static enum api_code load_entry(struct module_cache *cache, struct entry *entry,
                                cupel_module_t **own, struct api_error *error)
{
    struct storage_id id = entry->id;
    struct entry *excess = NULL;
    enum api_code code;
    uint64_t beside = 0;

    cache->figures.misses++;
    pthread_mutex_unlock(&cache->mutex);
    code = cache->load(cache->env, &id, own, &beside, error);
    pthread_mutex_lock(&cache->mutex);
    if (code == API_OK) {
        become_ready(cache, entry, *own, beside);
        excess = take_excess(cache);
    } else {
        *slot_of(cache, &id) = entry->next_in_bucket;
        free(entry);
    }
    pthread_cond_broadcast(&cache->loaded);
    pthread_mutex_unlock(&cache->mutex);
    free_entries(excess);
    return code;
}

enum api_code module_cache_get(struct module_cache *cache, const struct storage_id *id,
                               cupel_module_t **own, struct api_error *error)
{
    struct entry *entry;

    pthread_mutex_lock(&cache->mutex);
    while ((entry = *slot_of(cache, id)) != NULL && entry->module == NULL) {
        pthread_cond_wait(&cache->loaded, &cache->mutex);
    }
    if (entry == NULL) {
        entry = entry_new(cache, id);
        if (entry != NULL) {
            return load_entry(cache, entry, own, error);
        }
        pthread_mutex_unlock(&cache->mutex);
        return api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    cache->figures.hits++;
    unlink_used(cache, entry);
    link_newest(cache, entry);
    *own = cupel_module_clone(entry->module);
    pthread_mutex_unlock(&cache->mutex);
    return API_OK;
}

void module_cache_put(struct module_cache *cache, const struct storage_id *id,
                      cupel_module_t *module)
{
    struct entry *entry, *excess = NULL;

    pthread_mutex_lock(&cache->mutex);
    if (*slot_of(cache, id) == NULL) {
        entry = entry_new(cache, id);
        if (entry != NULL) {
            become_ready(cache, entry, module, 0);
            excess = take_excess(cache);
        }
    }
    pthread_mutex_unlock(&cache->mutex);
    free_entries(excess);
}

void module_cache_drop(struct module_cache *cache, const struct storage_id *id)
{
    struct entry *entry;

    pthread_mutex_lock(&cache->mutex);
    entry = *slot_of(cache, id);
    if (entry != NULL && entry->module != NULL) {
        take_out(cache, entry)->older = NULL;
    } else {
        entry = NULL;
    }
    pthread_mutex_unlock(&cache->mutex);
    free_entries(entry);
}

void module_cache_figures(struct module_cache *cache, struct module_cache_figures *out)
{
    pthread_mutex_lock(&cache->mutex);
    *out = cache->figures;
    pthread_mutex_unlock(&cache->mutex);
}
