/*
 * embedded.h - files of the tree that are part of the program, byte for byte.
 *
 * Immutable; any number of threads.
 */
#ifndef CUPEL_API_EMBEDDED_H
#define CUPEL_API_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *name;
    const char *type; /* of its content */
    const char *data; /* not terminated */
    size_t len;
    char etag[35]; /* quoted */
};

/* A file of the page by its name; NULL if there is none. */
const struct embedded *embedded_page(const char *name);

/* schemas.json. */
const struct embedded *embedded_schemas(void);

#endif
