/*
 * image.h - the precompiled image of a module: what is written, and how it is read back.
 *
 * An image is a header and four parts: the skeleton (the module's bytes without the bodies, decoded
 * anew when read, by the same bounded decoder), the internal code with op numbers, the functions'
 * ranges, and the position table. It is position-independent. Numbers are in the host's byte order:
 * an image is read only by the build and configuration that wrote it, which its key says.
 */
#ifndef CUPEL_SERIAL_IMAGE_H
#define CUPEL_SERIAL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/runtime/module_object.h"

#define IMAGE_MAGIC    "\0cupimg1"
#define IMAGE_KEY_SIZE 64

struct image_part {
    uint64_t offset, len; /* bytes */
};

struct image_header {
    char magic[8];
    char key[IMAGE_KEY_SIZE]; /* cupel_engine_image_key, padded with zeros */
    uint64_t checksum;        /* of everything behind this field */
    uint64_t len;             /* of the whole image */
    struct module_figures figures;
    /* In this order, each at a multiple of 8. */
    struct image_part skeleton, code, ranges, positions;
};

/* Detects damage; not a defence against intent. */
uint64_t image_checksum(const uint8_t *data, size_t len);

/*
 * Checks code that was read: every op exists and lies within its function, every slot within the
 * frame that the function asks for, every label leads to an op, every index exists in `m`, and
 * accesses without a check are made only if memories have guard pages. ERR_IMAGE with what is
 * wrong.
 */
enum status image_verify(const struct code *code, const struct module *m, bool guard_pages,
                         struct errinfo *err) MUST_CHECK;

/* The skeleton of `m`: the module without its code section. NULL when memory is exhausted. */
uint8_t *image_skeleton(const struct module *m, size_t *len);

#endif
