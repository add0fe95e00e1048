/*
 * The skeleton of a module: its bytes with the code section left out. Function bodies are only
 * needed for translation, and what else a module says about itself is decoded in no time.
 */
#include <string.h>

#include "engine/serial/image.h"

/* Where the section whose contents begin at `contents` has its id byte: the size is a LEB128 number
 * of at most five bytes before the contents. */
static size_t section_start(const uint8_t *bytes, size_t contents)
{
    size_t at = contents - 1; /* the last byte of the size */
    while (at > 8 && bytes[at - 1] & 0x80)
        at--;
    return at - 1;
}

uint8_t *image_skeleton(const struct module *m, size_t *len)
{
    uint8_t *copy = mem_alloc(m->len);
    if (!copy)
        return NULL;
    if (m->code_len == 0 && m->code_offset == 0) {
        memcpy(copy, m->bytes, m->len);
        *len = m->len;
        return copy;
    }
    size_t start = section_start(m->bytes, m->code_offset), end = m->code_offset + m->code_len;
    memcpy(copy, m->bytes, start);
    memcpy(copy + start, m->bytes + end, m->len - end);
    *len = start + (m->len - end);
    return copy;
}
