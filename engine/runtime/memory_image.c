/*
 * The data segments of a module are laid out once, in a file in memory. A memory that is a private
 * view of it has its contents without a byte being copied, and pays for the pages it writes.
 *
 * Each image has a file of its own, which lives as long as anything maps it: memories of a process
 * that forked keep their contents whatever becomes of the module.
 */
#include "engine/runtime/memory_image.h"

#include <string.h>

#include "engine/base/alloc.h"

/* Descriptors are few; a module whose data would be spread wider than this has no image. */
#define IMAGE_MOST_BYTES ((uint64_t)1 << 30)

static bool constant_within(const struct init_expr *offset, uint64_t len, uint64_t size)
{
    if (offset->kind != INIT_CONST)
        return false;
    uint64_t at = offset->type == VT_I32 ? (uint32_t)offset->bits : offset->bits;
    return len <= size && at <= size - len;
}

static bool elements_fit(const struct module *m)
{
    for (uint32_t i = 0; i < m->nelems; i++) {
        const struct elem_segment *seg = &m->elems[i];
        if (seg->mode == SEGMENT_ACTIVE &&
            (seg->table < m->nimported_tables ||
             !constant_within(&seg->offset, seg->count, m->tables[seg->table].type.limits.min)))
            return false;
    }
    return true;
}

/* Whether all data goes to memory 0 and fits; [*start, *end) is what it covers. */
static bool data_fits(const struct module *m, uint64_t *start, uint64_t *end)
{
    uint64_t size = m->memories[0].limits.min << m->memories[0].page_log2;
    *start = UINT64_MAX;
    *end = 0;
    for (uint32_t i = 0; i < m->ndatas; i++) {
        const struct data_segment *seg = &m->datas[i];
        if (seg->mode != SEGMENT_ACTIVE)
            continue;
        if (seg->memory != 0 || !constant_within(&seg->offset, seg->len, size))
            return false;
        uint64_t at = (uint32_t)seg->offset.bits;
        if (seg->len && at < *start)
            *start = at;
        if (seg->len && at + seg->len > *end)
            *end = at + seg->len;
    }
    return *start < *end;
}

static void lay_out(const struct module *m, struct memory_image *image)
{
    for (uint32_t i = 0; i < m->ndatas; i++) {
        const struct data_segment *seg = &m->datas[i];
        if (seg->mode == SEGMENT_ACTIVE && seg->len)
            memcpy(image->file.bytes + ((uint32_t)seg->offset.bits - image->start), seg->bytes,
                   seg->len);
    }
}

struct memory_image *memory_image_new(const struct module *m, uint64_t id)
{
    uint64_t start, end;
    if (m->nimported_memories > 0 || m->nmemories == 0 || m->memories[0].limits.is_64 ||
        m->memories[0].page_log2 != 16 || !elements_fit(m) || !data_fits(m, &start, &end))
        return NULL;
    start &= ~(uint64_t)(PAGE_BYTES - 1);
    end = (end + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
    struct memory_image *image = end - start > IMAGE_MOST_BYTES ? NULL : mem_alloc(sizeof *image);
    if (!image)
        return NULL;
    *image = (struct memory_image){.id = id, .start = (size_t)start};
    if (page_file_new(&image->file, (size_t)(end - start))) {
        lay_out(m, image);
        if (page_file_seal(&image->file))
            return image;
        page_file_delete(&image->file);
    }
    mem_free(image);
    return NULL;
}

void memory_image_delete(struct memory_image *image)
{
    page_file_delete(&image->file);
    mem_free(image);
}

void memory_image_restore(const struct memory_image *image, uint8_t *base, size_t offset,
                          size_t size)
{
    size_t at = offset, end = offset + size;
    if (image) {
        size_t start = image->start, stop = image->start + image->file.size;
        if (at < start) {
            size_t n = (end < start ? end : start) - at;
            memset(base + at, 0, n);
            at += n;
        }
        if (at < end && at < stop) {
            size_t n = (end < stop ? end : stop) - at;
            memcpy(base + at, image->file.bytes + (at - start), n);
            at += n;
        }
    }
    if (at < end)
        memset(base + at, 0, end - at);
}
