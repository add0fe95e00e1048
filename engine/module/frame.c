/*
 * The frame of a module of which only the beginning is there. It sees what the decoder would see
 * and says what that would say, of what needs no more than headers; what is cut off says nothing
 * yet.
 */
#include <string.h>

#include "engine/module/section.h"

/* A LEB128 number of at most 32 bits; false if it is not all there (or wrong: the decoder says). */
static bool peek_u32(const uint8_t *p, size_t left, uint32_t *value, size_t *len)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 5 && i < left; i++) {
        v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
        if (!(p[i] & 0x80)) {
            *value = (uint32_t)v;
            *len = i + 1;
            return v <= UINT32_MAX;
        }
    }
    return false;
}

/* The section whose header begins at frame->next; false if it is cut off. */
static enum status check_section(struct module_frame *frame, const struct decode_config *config,
                                 const uint8_t *bytes, size_t len, bool *all, struct errinfo *err)
{
    size_t at = (size_t)frame->next, size_len;
    uint32_t size;
    TRY(section_check_order(bytes[at], &frame->order, at, err));
    *all = peek_u32(bytes + at + 1, len - at - 1, &size, &size_len);
    if (!*all)
        return OK;
    frame->next = at + 1 + size_len + (uint64_t)size;
    return module_check_size(config, frame->next, err);
}

enum status module_frame_check(struct module_frame *frame, const struct decode_config *config,
                               const uint8_t *bytes, size_t len, struct errinfo *err)
{
    bool all = true;
    if (frame->next == 0) {
        static const uint8_t header[MODULE_HEADER] = {0, 'a', 's', 'm', 1, 0, 0, 0};
        struct reader r;
        if (len < MODULE_HEADER && memcmp(bytes, header, len) == 0)
            return OK;
        reader_init(&r, bytes, len, err);
        TRY(module_read_header(&r));
        frame->next = MODULE_HEADER;
    }
    while (all && frame->next < len) {
        uint8_t order = frame->order;
        TRY(check_section(frame, config, bytes, len, &all, err));
        if (!all)
            frame->order = order; /* it will be looked at again */
    }
    return OK;
}
