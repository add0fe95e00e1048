/*
 * memory_pool.h - address space of memories with guard pages, kept by the engine for the next one.
 *
 * A place is MEMORY_RESERVED bytes of address space. What lies idle here has been given its initial
 * contents back: nothing of one store is ever seen by another.
 */
#ifndef CUPEL_RUNTIME_MEMORY_POOL_H
#define CUPEL_RUNTIME_MEMORY_POOL_H

#include <pthread.h>

#include "engine/cupel.h"
#include "engine/runtime/memory_image.h"

/* How many an engine keeps unless it is told, and at most. */
#define MEMORY_POOL_PLACES      16
#define MEMORY_POOL_MOST_PLACES 1024

/* Of an idle memory, what may stay in the host's memory. */
#define MEMORY_POOL_KEPT_BYTES (256u << 10)

/* Images that an engine's modules may have at once: each holds a descriptor. */
#define MEMORY_POOL_MOST_IMAGES 256

struct memory_place {
    uint8_t *base;     /* NULL: none */
    size_t accessible; /* bytes from `base` */
    uint64_t image;    /* id of the image that is mapped, 0 for none, */
    size_t image_end;  /* and where it ends */
};

struct memory_pool {
    pthread_mutex_t lock; /* of what follows but `watch` */
    struct memory_place *idle;
    uint32_t count, places;
    uint64_t reused, mapped; /* how often a place was taken from here, and from the host */
    struct page_watch watch;
    _Atomic uint64_t images_made;
    _Atomic uint32_t images_alive;
};

/* False when memory is exhausted. */
bool memory_pool_init(struct memory_pool *p, uint32_t places);
void memory_pool_fini(struct memory_pool *p);

/* The image of a module's memory 0; NULL when there cannot be one, or the host has no room for it.
 * Thread-safe, as all that follows. */
struct memory_image *memory_pool_new_image(struct memory_pool *p, const struct module *m);
/* Accepts NULL. */
void memory_pool_delete_image(struct memory_pool *p, struct memory_image *image);

/* What an engine tells of its pool (cupel.h). */
void memory_pool_figures(struct memory_pool *p, cupel_memory_figures_t *out);

/* A place whose first `size` bytes, whole pages, are those of `image` (NULL: zeros), and the rest
 * without access. False if the host has none. */
bool memory_pool_take(struct memory_pool *p, const struct memory_image *image, size_t size,
                      struct memory_place *out);
/* Takes a place back: its first `accessible` bytes may have been written. `image` as it was taken
 * with. */
void memory_pool_give(struct memory_pool *p, const struct memory_image *image,
                      struct memory_place place);

#endif
