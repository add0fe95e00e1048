/*
 * inspection.h - what `cupel inspect` shows, gathered once and printed as text or JSON.
 */
#ifndef CUPEL_CLI_INSPECTION_H
#define CUPEL_CLI_INSPECTION_H

#include "engine/cli/cli.h"

struct section {
    const char *kind;  /* "type", "custom" ...; static storage */
    cupel_name_t name; /* of a custom section; borrowed from the file's bytes */
    uint64_t offset;   /* of the contents */
    uint64_t len;
};

struct inspection {
    const char *path;
    const cupel_module_t *module;
    bool is_image;
    size_t file_bytes;
    cupel_module_info_t info;
    struct section *sections; /* none of an image */
    size_t section_count;
};

/* The sections of a valid module, an array to be freed; NULL when memory is exhausted. */
struct section *sections_of(const uint8_t *bytes, size_t len, size_t *count);

void inspection_print_text(const struct inspection *inspection);
void inspection_print_json(const struct inspection *inspection);

#endif
