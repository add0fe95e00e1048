/*
 * module_cache.h - modules that are ready to run, by content.
 *
 * Bounded in bytes; what was not used for longest goes first. Since an id stands for content, an
 * entry is never wrong, whatever happens in storage; dropping entries only frees memory.
 * Any number of threads. A module that several threads ask for at once is loaded by one of them
 * while the others wait.
 */
#ifndef CUPEL_API_MODULE_CACHE_H
#define CUPEL_API_MODULE_CACHE_H

#include "api/api_error.h"
#include "engine/cupel.h"
#include "storage/storage.h"

#include <stddef.h>
#include <stdint.h>

struct module_cache;

/* Makes the module of an id ready; called without any lock held. `beside` is the memory that it keeps
 * or will keep beside what cupel_module_info tells of now. */
typedef enum api_code (*module_loader)(void *env, const struct storage_id *id, cupel_module_t **own,
                                       uint64_t *beside, struct api_error *error);

/* NULL when memory is exhausted. */
struct module_cache *module_cache_new(uint64_t max_bytes, module_loader load, void *env);
void module_cache_delete(struct module_cache *cache);

/* The module, from the cache or loaded; `own` is the caller's reference. */
enum api_code module_cache_get(struct module_cache *cache, const struct storage_id *id,
                               cupel_module_t **own, struct api_error *error);
/* Adds a module that stands ready already; the cache takes a reference of its own. */
void module_cache_put(struct module_cache *cache, const struct storage_id *id,
                      cupel_module_t *module);
void module_cache_drop(struct module_cache *cache, const struct storage_id *id);

struct module_cache_figures {
    uint64_t modules, bytes, hits, misses, evictions;
};
void module_cache_figures(struct module_cache *cache, struct module_cache_figures *out);

#endif
