/*
 * Walks the section headers of a module that the engine has already accepted. It still checks every
 * step, since a bug elsewhere must not make this read beyond the file.
 */
#include <stdlib.h>

#include "engine/cli/inspection.h"

static const char *const kinds[] = {"custom", "type",   "import",    "function", "table",
                                    "memory", "global", "export",    "start",    "element",
                                    "code",   "data",   "data count"};

/* An unsigned LEB128 of at most 32 bits; false at the end of the bytes. */
static bool read_u32(const uint8_t *bytes, size_t len, size_t *at, uint32_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 35 && *at < len; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        *out |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return false;
}

/* The section at *at; false if there is none. */
static bool next_section(const uint8_t *bytes, size_t len, size_t *at, struct section *out)
{
    if (*at >= len) {
        return false;
    }
    uint8_t id = bytes[(*at)++];
    uint32_t size;
    if (!read_u32(bytes, len, at, &size) || size > len - *at) {
        return false;
    }
    *out = (struct section){.offset = *at, .len = size};
    out->kind = id < sizeof kinds / sizeof kinds[0] ? kinds[id] : "other";
    size_t name_at = *at;
    uint32_t name_len;
    *at += size;
    if (id == 0 && read_u32(bytes, *at, &name_at, &name_len) && name_len <= *at - name_at) {
        out->name = (cupel_name_t){(const char *)bytes + name_at, name_len};
    }
    return true;
}

struct section *sections_of(const uint8_t *bytes, size_t len, size_t *count)
{
    struct section section;
    size_t total = 0;
    for (size_t at = 8; next_section(bytes, len, &at, &section);) {
        total++;
    }
    struct section *sections = calloc(total + 1, sizeof *sections);
    *count = 0;
    for (size_t at = 8; sections != NULL && next_section(bytes, len, &at, &section);) {
        sections[(*count)++] = section;
    }
    return sections;
}
