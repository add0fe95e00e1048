#include "tests/engine/serial/image_mend.h"

#include <stdbool.h>
#include <string.h>

#include "engine/serial/image.h"

static bool within(uint64_t len, uint64_t offset, uint64_t n)
{
    return offset <= len && n <= len - offset;
}

static bool part_within(const struct image_header *h, enum image_part_id id, uint64_t len)
{
    return h->part[id].len <= len &&
           within(len, h->part[id].offset, image_aligned(h->part[id].len));
}

static void mend_funcs(uint8_t *image, size_t len, const struct image_header *h)
{
    const struct image_part *p = h->part;
    for (unsigned i = 0; i < IMAGE_PARTS; i++)
        if (!part_within(h, i, len))
            return;
    size_t n = p[IMAGE_RANGES].len / sizeof(struct code_range);
    for (size_t f = 0; f < n && 8 * (f + 1) <= p[IMAGE_CHECKSUMS].len; f++) {
        struct code_range r;
        memcpy(&r, image + p[IMAGE_RANGES].offset + f * sizeof r, sizeof r);
        if (r.end < r.start || r.end > p[IMAGE_CODE].len || r.positions_end < r.positions ||
            r.positions_end > p[IMAGE_POSITIONS].len)
            continue;
        uint64_t sum = image_func_checksum(image + p[IMAGE_CODE].offset + r.start, r.end - r.start,
                                           image + p[IMAGE_POSITIONS].offset + r.positions,
                                           r.positions_end - r.positions);
        memcpy(image + p[IMAGE_CHECKSUMS].offset + 8 * f, &sum, sizeof sum);
    }
}

void image_mend(uint8_t *image, size_t len)
{
    struct image_header h;
    if (len < sizeof h)
        return;
    memcpy(&h, image, sizeof h);
    h.len = len;
    mend_funcs(image, len, &h);
    for (unsigned i = 0; i < IMAGE_PARTS; i++)
        if (part_within(&h, i, len))
            h.part[i].checksum =
                image_checksum(image + h.part[i].offset, image_aligned(h.part[i].len));
    h.checksum = image_header_checksum(&h);
    memcpy(image, &h, sizeof h);
}
