/*
 * region.h - memory for machine code, seen twice: where it is written it cannot be executed, and where it is executed it cannot be written.
 *
 * It is a file in memory with two shared mappings. That also works where a mapping may never gain the right to execute (systemd's MemoryDenyWriteExecute=,
 * PR_SET_MDWE), as neither ever does. Pages are taken as they are written.
 */
#ifndef CUPEL_NATIVE_REGION_H
#define CUPEL_NATIVE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct region {
    uint8_t *write; /* the same bytes, */
    uint8_t *run;   /* NULL: there is none */
    size_t size;
    size_t expected; /* bytes whose pages are there */
};

/* False if the host has none to give; then `r` is empty. */
bool region_new(struct region *r, size_t size);
void region_delete(struct region *r);
/* What lies behind `at` will be written soon: takes pages in advance, the more the more have been needed. */
void region_expect(struct region *r, size_t at);

#endif
