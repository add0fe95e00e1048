/*
 * digest.h - SHA-256, the identity of a module.
 */
#ifndef CUPEL_API_DIGEST_H
#define CUPEL_API_DIGEST_H

#include "storage/storage.h"

#include <stddef.h>

/* SHA-256 of the bytes. */
void digest_id(const void *data, size_t len, struct storage_id *id);

/* An ETag: the first half of the SHA-256 of a representation, in quotes. */
#define DIGEST_ETAG_SIZE 35
void digest_etag(const void *data, size_t len, char etag[DIGEST_ETAG_SIZE]);

#endif
