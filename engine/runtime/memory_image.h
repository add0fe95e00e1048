/*
 * memory_image.h - what memory 0 of a module holds when an instance begins, ready to be mapped.
 *
 * There is one only where instantiation cannot trap and its outcome is known beforehand: memory 0 is
 * the module's own, and every active segment has a constant offset and fits.
 */
#ifndef CUPEL_RUNTIME_MEMORY_IMAGE_H
#define CUPEL_RUNTIME_MEMORY_IMAGE_H

#include "engine/base/pages.h"
#include "engine/module/module.h"

struct memory_image {
    uint64_t id;  /* in the engine, never 0 */
    size_t start; /* whole pages; outside of [start, start + file.size) are zeros */
    struct page_file file;
};

/* NULL when there cannot be one, or the host has no room for it. */
struct memory_image *memory_image_new(const struct module *m, uint64_t id);
/* Mappings of it stay as they are. */
void memory_image_delete(struct memory_image *image);
/* Gives [offset, offset + size) of a memory at `base` what it holds at the beginning; `image` may be
 * NULL, for zeros. */
void memory_image_restore(const struct memory_image *image, uint8_t *base, size_t offset,
                          size_t size);

#endif
