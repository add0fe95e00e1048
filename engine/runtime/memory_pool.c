/*
 * Mapping and unmapping a memory costs more than most calls, and the faults on its pages cost more
 * than that. So places are kept, and a place that comes back is made new where it lies: the kernel
 * tells which of its pages were written, and these get their first contents again by copying, a
 * tenth of what it costs to lose a page and take the fault of its next use. Beyond
 * MEMORY_POOL_KEPT_BYTES pages go back to the host. Where the kernel cannot tell, small memories
 * are rewritten whole and others discarded.
 *
 * A place that was a view of the same image needs nothing to be taken again; so the search prefers
 * that, then one without an image, whose room need not be mapped anew first.
 */
#include "engine/runtime/memory_pool.h"

#include <stdatomic.h>

#include "engine/base/alloc.h"
#include "engine/runtime/memory.h"

/* What is rewritten whole when nobody knows what was written. */
#define SMALL_BYTES (64u << 10)

#define MOST_RUNS 64

bool memory_pool_init(struct memory_pool *p, uint32_t places)
{
    *p = (struct memory_pool){.places = places};
    p->idle = mem_alloc(places * sizeof *p->idle);
    if (!p->idle)
        return false;
    if (pthread_mutex_init(&p->lock, NULL) == 0) {
        p->watch.fd = -1;
        if (places > 0)
            page_watch_open(&p->watch);
        return true;
    }
    mem_free(p->idle);
    return false;
}

static void unmap(const struct memory_place *place)
{
    mem_unmap(place->base, MEMORY_RESERVED);
}

void memory_pool_fini(struct memory_pool *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        unmap(&p->idle[i]);
    mem_free(p->idle);
    page_watch_close(&p->watch);
    pthread_mutex_destroy(&p->lock);
}

/* ---- images ---- */

struct memory_image *memory_pool_new_image(struct memory_pool *p, const struct module *m)
{
    struct memory_image *image = NULL;
    if (atomic_fetch_add(&p->images_alive, 1) < MEMORY_POOL_MOST_IMAGES)
        image = memory_image_new(m, atomic_fetch_add(&p->images_made, 1) + 1);
    if (!image)
        atomic_fetch_sub(&p->images_alive, 1);
    return image;
}

void memory_pool_delete_image(struct memory_pool *p, struct memory_image *image)
{
    if (!image)
        return;
    memory_image_delete(image);
    atomic_fetch_sub(&p->images_alive, 1);
}

/* ---- taking ---- */

/* The idle place that needs the least for `image`; the youngest of equals, which is warm. */
static uint32_t find(const struct memory_pool *p, uint64_t image)
{
    uint32_t best = p->count;
    for (uint32_t i = p->count; i-- > 0;) {
        if (p->idle[i].image == image)
            return i;
        if (best == p->count || (p->idle[i].image == 0 && p->idle[best].image != 0))
            best = i;
    }
    return best;
}

static bool take_idle(struct memory_pool *p, uint64_t image, struct memory_place *out)
{
    pthread_mutex_lock(&p->lock);
    bool found = p->count > 0;
    if (found) {
        uint32_t i = find(p, image);
        *out = p->idle[i];
        p->idle[i] = p->idle[--p->count];
    }
    *(found ? &p->reused : &p->mapped) += 1;
    pthread_mutex_unlock(&p->lock);
    return found;
}

/* Back to address space alone. */
static bool clear(struct memory_place *place)
{
    size_t end = place->accessible > place->image_end ? place->accessible : place->image_end;
    if (!mem_remap_reserved(place->base, end))
        return false;
    *place = (struct memory_place){.base = place->base};
    return true;
}

static bool map_image(struct memory_place *place, const struct memory_image *image)
{
    if (!mem_remap_file(place->base + image->start, image->file.size, image->file.fd))
        return false;
    if (place->accessible < image->start && !mem_commit(place->base, image->start))
        return false;
    place->image = image->id;
    place->image_end = image->start + image->file.size;
    if (place->accessible < place->image_end)
        place->accessible = place->image_end;
    return true;
}

/* Makes the first `size` bytes accessible and no others. */
static bool set_accessible(struct memory_place *place, size_t size)
{
    bool ok = size > place->accessible
                  ? mem_commit(place->base + place->accessible, size - place->accessible)
                  : pages_close(place->base + size, place->accessible - size);
    place->accessible = size;
    return ok;
}

static bool prepare(struct memory_place *place, const struct memory_image *image, size_t size)
{
    if (place->image != (image ? image->id : 0)) {
        if (place->image != 0 && !clear(place))
            return false;
        if (image && !map_image(place, image))
            return false;
    }
    return set_accessible(place, size);
}

bool memory_pool_take(struct memory_pool *p, const struct memory_image *image, size_t size,
                      struct memory_place *out)
{
    struct memory_place place = {0};
    if (!take_idle(p, image ? image->id : 0, &place))
        place.base = mem_reserve(MEMORY_RESERVED);
    if (place.base && prepare(&place, image, size)) {
        *out = place;
        return true;
    }
    unmap(&place);
    return false;
}

void memory_pool_figures(struct memory_pool *p, cupel_memory_figures_t *out)
{
    pthread_mutex_lock(&p->lock);
    *out = (cupel_memory_figures_t){.idle = p->count,
                                    .most_idle = p->places,
                                    .images = atomic_load(&p->images_alive),
                                    .reused = p->reused,
                                    .mapped = p->mapped};
    pthread_mutex_unlock(&p->lock);
}

/* ---- giving back ---- */

/* Restores what was written in the first pages, up to what may be kept; from where on the rest is
 * to be discarded. */
static size_t restore_written(const struct memory_pool *p, const struct memory_image *image,
                              const struct memory_place *place)
{
    struct page_run runs[MOST_RUNS];
    int n = page_watch_valid(&p->watch)
                ? page_watch_written(&p->watch, place->base, place->accessible, runs, MOST_RUNS)
                : -1;
    if (n < 0) {
        if (place->accessible > SMALL_BYTES)
            return 0;
        memory_image_restore(image, place->base, 0, place->accessible);
        return place->accessible;
    }
    size_t kept = 0;
    for (int i = 0; i < n; i++) {
        kept += runs[i].size;
        if (kept > MEMORY_POOL_KEPT_BYTES)
            return runs[i].offset;
        memory_image_restore(image, place->base, runs[i].offset, runs[i].size);
    }
    return n < MOST_RUNS ? place->accessible : runs[n - 1].offset + runs[n - 1].size;
}

static bool renew(const struct memory_pool *p, const struct memory_image *image,
                  const struct memory_place *place)
{
    size_t from = place->accessible ? restore_written(p, image, place) : 0;
    return from >= place->accessible || pages_discard(place->base + from, place->accessible - from);
}

void memory_pool_give(struct memory_pool *p, const struct memory_image *image,
                      struct memory_place place)
{
    bool kept = false;
    if (p->places > 0 && renew(p, image, &place)) {
        pthread_mutex_lock(&p->lock);
        kept = p->count < p->places;
        if (kept)
            p->idle[p->count++] = place;
        pthread_mutex_unlock(&p->lock);
    }
    if (!kept)
        unmap(&place);
}
