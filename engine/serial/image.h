/*
 * image.h - the precompiled image of a module: what is written, and how it is read back.
 *
 * An image is a header and five parts: the skeleton (the module's bytes without the bodies, decoded
 * anew when read, by the same bounded decoder), the functions' ranges and their checksums, the
 * internal code with op numbers, and the position table. It can be read whole, or the first three
 * parts at once and each function when it is called first. It is position-independent. Numbers are in the host's byte order:
 * an image is read only by the build and configuration that wrote it, which its key says.
 */
#ifndef CUPEL_SERIAL_IMAGE_H
#define CUPEL_SERIAL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/runtime/module_object.h"

#define IMAGE_MAGIC    "\0cupimg2"
#define IMAGE_KEY_SIZE 64

/* Each part begins where the one before ends, at a multiple of 8; zeros fill it up. */
struct image_part {
    uint64_t offset, len; /* bytes */
    uint64_t checksum;    /* the zeros included */
};
static inline uint64_t image_aligned(uint64_t n)
{
    return (n + 7) & ~UINT64_C(7);
}

enum image_part_id {
    IMAGE_SKELETON,
    IMAGE_RANGES,
    IMAGE_CHECKSUMS, /* uint64_t by function: image_func_checksum */
    IMAGE_CODE,
    IMAGE_POSITIONS,
    IMAGE_PARTS
};

struct image_header {
    char magic[8];
    char key[IMAGE_KEY_SIZE]; /* cupel_engine_image_key, padded with zeros */
    uint64_t checksum;        /* of the header behind this field */
    uint64_t len;             /* of the whole image */
    struct module_figures figures;
    struct image_part part[IMAGE_PARTS];
};
_Static_assert(sizeof(struct image_header) % 8 == 0, "parts begin at multiples of 8");

/* Detects damage; not a defence against intent. */
uint64_t image_checksum(const void *data, size_t len);
uint64_t image_header_checksum(const struct image_header *h);
/* Of a function's code and positions. */
uint64_t image_func_checksum(const void *code, size_t len, const void *positions,
                             size_t positions_len);

/* Checks what follows from the header alone: magic, key, checksum, an image of `len` bytes, and the
 * places of the parts. */
enum status image_check_header(struct image_header *h, const struct cupel_engine *engine,
                               uint64_t len, struct errinfo *err) MUST_CHECK;
/* Checks a part's bytes (zeros included) against the header. */
enum status image_check_part(const struct image_header *h, enum image_part_id id, const void *bytes,
                             struct errinfo *err) MUST_CHECK;
/* Decodes the skeleton, whose bytes it takes over, and begins the code: sizes and ranges, checked;
 * `base` and the positions' contents are still to come. On failure nothing is left. */
enum status image_decode_head(const struct image_header *h, const struct cupel_engine *engine,
                              uint8_t *own_skeleton, const void *ranges, struct module *m,
                              struct code *code, struct errinfo *err) MUST_CHECK;
/* Any failure but the lack of memory is one of the image. */
enum status image_failure(enum status status, struct errinfo *err);

/*
 * Checks code that was read: every op exists and lies within its function, every slot within the
 * frame that the function asks for, every label leads to an op, every index exists in `m`, and
 * accesses without a check are made only if memories have guard pages. ERR_IMAGE with what is
 * wrong.
 */
enum status image_verify(const struct code *code, const struct module *m, bool guard_pages,
                         struct errinfo *err) MUST_CHECK;
/* The same in two steps: that the functions' ranges follow one another, and one function. */
enum status image_verify_ranges(const struct code *code, struct errinfo *err) MUST_CHECK;
enum status image_verify_func(const struct code *code, const struct module *m, bool guard_pages,
                              uint32_t func, struct errinfo *err) MUST_CHECK;

/* The skeleton of `m`: the module without its code section. NULL when memory is exhausted. */
uint8_t *image_skeleton(const struct module *m, size_t *len);

#endif
