/*
 * Nettle does the hashing: small, no state outside the caller's, and it uses the processor's SHA
 * instructions where there are some.
 */
#include "api/digest.h"

#include <nettle/sha2.h>
#include <stdio.h>

void digest_id(const void *data, size_t len, struct storage_id *id)
{
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    sha256_update(&ctx, len, data);
    sha256_digest(&ctx, sizeof id->bytes, id->bytes);
}

void digest_etag(const void *data, size_t len, char etag[DIGEST_ETAG_SIZE])
{
    struct storage_id id;
    size_t i;

    digest_id(data, len, &id);
    etag[0] = '"';
    for (i = 0; i < 16; i++) {
        snprintf(etag + 1 + 2 * i, 3, "%02x", id.bytes[i]);
    }
    etag[33] = '"';
    etag[34] = '\0';
}
