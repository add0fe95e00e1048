/*
 * images.h - storing an image inside a transaction that the caller has opened.
 */
#ifndef CUPEL_STORAGE_IMAGES_H
#define CUPEL_STORAGE_IMAGES_H

#include "storage/query.h"

STORAGE_CHECKED enum storage_status image_check(const struct storage_image *image,
                                                struct storage_error *error);

/* Stores or replaces an image of the module with this key. */
STORAGE_CHECKED enum storage_status image_add(struct connection *connection, int64_t module,
                                              const struct storage_image *image,
                                              struct storage_error *error);

#endif
