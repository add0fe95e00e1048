/*
 * key_ring.h - the keys: who is it, and what may he?
 *
 * A secret is "cupel_" and 43 characters that stand for 32 random bytes; what is kept of it, here and
 * in storage, is its SHA-256. (There is nothing to guess, so nothing slower is needed.) All keys are
 * in memory; key_ring_refresh sees what other processes have added or revoked.
 * Any number of threads. Functions return API_OK or fill `error`.
 */
#ifndef CUPEL_API_KEY_RING_H
#define CUPEL_API_KEY_RING_H

#include "api/account.h"
#include "api/key_terms.h"
#include "storage/storage.h"

#include <stdatomic.h>
#include <stdbool.h>

#define KEY_SECRET_SIZE 50 /* with NUL */

struct api_key {
    atomic_uint references;
    char id[STORAGE_KEY_ID_SIZE];
    struct storage_id hash;
    int64_t created_ms;
    struct key_terms terms;
    struct account account;
    int64_t saved_day; /* what storage knows of its use; under the ring's lock */
    uint64_t saved_fuel;
    bool listed; /* while the ring is read anew */
    struct api_key *next;
};

struct key_ring;

/* `storage` is borrowed. `max_calls` is for keys that set none. NULL: memory is exhausted. */
struct key_ring *key_ring_new(struct storage *storage, uint32_t max_calls);
/* No key may be referred to any more. NULL is allowed. */
void key_ring_delete(struct key_ring *ring);

/* Reads the keys if they have changed; also to be called before anything else. */
enum api_code key_ring_refresh(struct key_ring *ring, struct api_error *error);
/* Writes down what was used since the last time. */
enum api_code key_ring_save(struct key_ring *ring, struct api_error *error);

bool key_ring_is_empty(struct key_ring *ring);
/* The key of a secret, a reference of the caller's; NULL: there is none. */
struct api_key *key_ring_find(struct key_ring *ring, const char *secret);
/* Gives a reference back; NULL is allowed. */
void api_key_unref(struct api_key *key);

/* Makes a key. `secret` is told here and never again. Durable when this returns API_OK. */
enum api_code key_ring_add(struct key_ring *ring, const struct key_terms *terms,
                           char id[STORAGE_KEY_ID_SIZE], char secret[KEY_SECRET_SIZE],
                           struct api_error *error);
/* From now on the key's secret is worth nothing; requests under way end as they would. */
enum api_code key_ring_revoke(struct key_ring *ring, const char *id, struct api_error *error);
/* Writes an array of keys, without anything secret. */
void key_ring_write(struct key_ring *ring, struct json_out *out);
/* Writes one key's members, to which more may be added. */
void api_key_write(const struct api_key *key, struct json_out *out);

#endif
