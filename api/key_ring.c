/*
 * A hash table under a lock that is only read on the way of a request. What is looked up is the
 * SHA-256 of what was given, so how long it takes says nothing about a secret: to choose the place
 * where a comparison fails, one would have to invert the hash. The comparison is a constant-time one
 * all the same. A key that is revoked leaves the table; whoever refers to it keeps it.
 */
#include "api/key_ring.h"

#include "api/digest.h"

#include <inttypes.h>
#include <nettle/memops.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { BUCKETS = 256, SECRET_BYTES = 32, ID_BYTES = 6 };

#define SECRET_PREFIX "cupel_"

struct key_ring {
    struct storage *storage;
    uint32_t max_calls;
    pthread_rwlock_t lock;
    uint64_t changes;     /* storage's, when the table was read; 0: never */
    _Atomic size_t count; /* changed under the lock */
    struct api_key *buckets[BUCKETS];
};

struct key_ring *key_ring_new(struct storage *storage, uint32_t max_calls)
{
    struct key_ring *ring = calloc(1, sizeof *ring);

    if (ring != NULL) {
        pthread_rwlock_init(&ring->lock, NULL);
        ring->storage = storage;
        ring->max_calls = max_calls;
    }
    return ring;
}

void api_key_unref(struct api_key *key)
{
    if (key != NULL && atomic_fetch_sub(&key->references, 1) == 1) {
        free(key);
    }
}

static void drop_all(struct key_ring *ring)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (ring->buckets[i] != NULL) {
            struct api_key *key = ring->buckets[i];

            ring->buckets[i] = key->next;
            api_key_unref(key);
        }
    }
    ring->count = 0;
}

void key_ring_delete(struct key_ring *ring)
{
    if (ring != NULL) {
        drop_all(ring);
        pthread_rwlock_destroy(&ring->lock);
        free(ring);
    }
}

/* ---- reading them ---------------------------------------------------------------------------- */

static void put(struct key_ring *ring, struct api_key *key)
{
    struct api_key **bucket = &ring->buckets[key->hash.bytes[0] % BUCKETS];

    key->next = *bucket;
    *bucket = key;
    ring->count++;
}

static void open_account(const struct key_ring *ring, struct api_key *key,
                         const struct storage_key *stored)
{
    struct account *account = &key->account;
    const struct key_terms *terms = &key->terms;

    account->id = stored->number;
    account->max_calls = terms->max_calls > 0 ? (uint32_t)terms->max_calls : ring->max_calls;
    account->calls_per_second = terms->calls_per_second;
    account->fuel_per_day = terms->fuel_per_day;
    account->max_modules = terms->max_modules;
    account->max_stored_bytes = terms->max_stored_bytes;
    account->lane.weight = (uint32_t)terms->weight;
    account->day = key->saved_day = stored->day;
    account->fuel = key->saved_fuel = stored->fuel;
}

static enum api_code make_key(const struct key_ring *ring, const struct storage_key *stored,
                              struct api_key **own, struct api_error *error)
{
    struct api_key *key = calloc(1, sizeof *key);
    struct json_fault fault;
    json_t *json;

    *own = key;
    if (key == NULL) {
        return api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    key->references = 1;
    key->hash = stored->hash;
    key->created_ms = stored->created_ms;
    memcpy(key->id, stored->id, sizeof key->id);
    json = json_in_parse(stored->terms.data, stored->terms.len, 16, &fault);
    if (json == NULL) {
        api_error_set(error, API_STORAGE, "the terms of key %s are damaged: %s", key->id,
                      fault.text);
    } else if (key_terms_read(json, &key->terms, error) == API_OK) {
        open_account(ring, key, stored);
    }
    json_decref(json);
    if (error->code != API_OK) {
        free(key);
        *own = NULL;
    }
    return error->code;
}

static struct api_key *find(const struct key_ring *ring, const struct storage_id *hash)
{
    struct api_key *key = ring->buckets[hash->bytes[0] % BUCKETS];

    while (key != NULL && !nettle_memeql_sec(&key->hash, hash, sizeof *hash)) {
        key = key->next;
    }
    return key;
}

/* Adds what is new. A key that cannot be read is left out and the error told, but no other key suffers. */
static void add_new(struct key_ring *ring, const struct storage_keys *stored,
                    struct api_error *error)
{
    for (size_t i = 0; i < stored->count; i++) {
        const struct storage_key *row = &stored->keys[i];
        struct api_key *key = find(ring, &row->hash);

        if (key == NULL && make_key(ring, row, &key, error) == API_OK) {
            put(ring, key);
        }
        if (key != NULL) {
            key->listed = true;
        }
    }
}

/* Takes out what was not listed. */
static void drop_old(struct key_ring *ring)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct api_key **slot = &ring->buckets[i];

        while (*slot != NULL) {
            struct api_key *key = *slot;

            if (key->listed) {
                key->listed = false;
                slot = &key->next;
            } else {
                *slot = key->next;
                ring->count--;
                api_key_unref(key);
            }
        }
    }
}

enum api_code key_ring_refresh(struct key_ring *ring, struct api_error *error)
{
    struct storage_keys stored;
    struct storage_error from;
    uint64_t changes = 0;

    /* Counted before they are read: a change in between is seen the next time. */
    if (storage_key_changes(ring->storage, &changes, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    pthread_rwlock_wrlock(&ring->lock);
    if (changes != ring->changes) {
        if (storage_key_list(ring->storage, &stored, &from) == STORAGE_OK) {
            add_new(ring, &stored, error);
            drop_old(ring);
            storage_keys_fini(&stored);
            ring->changes = changes;
        } else {
            api_error_from_storage(error, &from);
        }
    }
    pthread_rwlock_unlock(&ring->lock);
    return error->code;
}

bool key_ring_is_empty(struct key_ring *ring)
{
    return atomic_load_explicit(&ring->count, memory_order_acquire) == 0;
}

struct api_key *key_ring_find(struct key_ring *ring, const char *secret)
{
    struct storage_id hash;
    struct api_key *key;

    digest_id(secret, strlen(secret), &hash);
    pthread_rwlock_rdlock(&ring->lock);
    key = find(ring, &hash);
    if (key != NULL) {
        atomic_fetch_add(&key->references, 1);
    }
    pthread_rwlock_unlock(&ring->lock);
    return key;
}

/* ---- use ------------------------------------------------------------------------------------- */

enum api_code key_ring_save(struct key_ring *ring, struct api_error *error)
{
    struct storage_error from;

    pthread_rwlock_wrlock(&ring->lock);
    for (size_t i = 0; i < BUCKETS && error->code == API_OK; i++) {
        for (struct api_key *key = ring->buckets[i]; key != NULL; key = key->next) {
            int64_t day = atomic_load(&key->account.day);
            uint64_t fuel = atomic_load(&key->account.fuel);

            if (key->account.fuel_per_day == 0 ||
                (day == key->saved_day && fuel == key->saved_fuel)) {
                continue;
            }
            if (storage_key_used(ring->storage, key->account.id, day, fuel, &from) != STORAGE_OK) {
                api_error_from_storage(error, &from);
                break;
            }
            key->saved_day = day;
            key->saved_fuel = fuel;
        }
    }
    pthread_rwlock_unlock(&ring->lock);
    return error->code;
}

/* ---- making and revoking --------------------------------------------------------------------- */

static bool random_bytes(void *bytes, size_t len)
{
    return getrandom(bytes, len, 0) == (ssize_t)len;
}

/* 6 bits a letter; the last one of 32 bytes stands for 4. */
static void write_secret(const uint8_t bytes[SECRET_BYTES], char secret[KEY_SECRET_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = secret + sizeof SECRET_PREFIX - 1;
    unsigned bits = 0, have = 0;

    memcpy(secret, SECRET_PREFIX, sizeof SECRET_PREFIX - 1);
    for (size_t i = 0; i < SECRET_BYTES; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 6; have -= 6) {
            *at++ = letters[bits >> (have - 6) & 63];
        }
    }
    *at++ = letters[bits << (6 - have) & 63];
    *at = '\0';
}

static bool choose(struct storage_key *key, char secret[KEY_SECRET_SIZE])
{
    uint8_t bytes[SECRET_BYTES], id[ID_BYTES];
    struct timespec now;

    if (!random_bytes(bytes, sizeof bytes) || !random_bytes(id, sizeof id)) {
        return false;
    }
    write_secret(bytes, secret);
    explicit_bzero(bytes, sizeof bytes);
    digest_id(secret, strlen(secret), &key->hash);
    for (size_t i = 0; i < ID_BYTES; i++) {
        snprintf(key->id + 2 * i, 3, "%02x", id[i]);
    }
    clock_gettime(CLOCK_REALTIME, &now);
    key->created_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    return true;
}

enum api_code key_ring_add(struct key_ring *ring, const struct key_terms *terms,
                           char id[STORAGE_KEY_ID_SIZE], char secret[KEY_SECRET_SIZE],
                           struct api_error *error)
{
    struct storage_key key = {.number = 0};
    struct storage_error from;
    struct json_out out;
    struct strbuf text;

    strbuf_init(&text);
    json_out_init(&out, &text);
    json_out_object_begin(&out);
    key_terms_write(terms, &out);
    json_out_object_end(&out);
    key.terms = (struct storage_blob){text.data, text.len};
    if (text.failed) {
        api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    } else if (!choose(&key, secret)) {
        api_error_set(error, API_INTERNAL, "the system has no random numbers");
    } else if (storage_key_add(ring->storage, &key, &from) != STORAGE_OK) {
        api_error_from_storage(error, &from);
    } else {
        memcpy(id, key.id, sizeof key.id);
        key_ring_refresh(ring, error);
    }
    strbuf_fini(&text);
    return error->code;
}

enum api_code key_ring_revoke(struct key_ring *ring, const char *id, struct api_error *error)
{
    struct storage_error from;

    switch (storage_key_delete(ring->storage, id, &from)) {
    case STORAGE_OK:
        return key_ring_refresh(ring, error);
    case STORAGE_NOT_FOUND:
        return api_error_set(error, API_NO_KEY, "%s", from.text);
    default:
        return api_error_from_storage(error, &from);
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

void api_key_write(const struct api_key *key, struct json_out *out)
{
    json_out_member_cstr(out, "id", key->id);
    json_out_member_u64(out, "created_ms", (uint64_t)key->created_ms);
    key_terms_write(&key->terms, out);
    json_out_member_u64(out, "calls_under_way", atomic_load(&key->account.calls));
    json_out_member_u64(out, "fuel_used_on_day", atomic_load(&key->account.fuel));
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = (*(struct api_key *const *)a)->account.id,
             y = (*(struct api_key *const *)b)->account.id;

    return x < y ? -1 : x > y;
}

void key_ring_write(struct key_ring *ring, struct json_out *out)
{
    struct api_key **list;
    size_t count = 0, i;

    pthread_rwlock_rdlock(&ring->lock);
    list = malloc((ring->count + 1) * sizeof(struct api_key *));
    out->text->failed |= list == NULL;
    for (i = 0; i < BUCKETS && list != NULL; i++) {
        for (struct api_key *key = ring->buckets[i]; key != NULL; key = key->next) {
            list[count++] = key;
        }
    }
    if (count > 1) {
        qsort(list, count, sizeof(struct api_key *), by_number);
    }
    json_out_array_begin(out);
    for (i = 0; i < count; i++) {
        json_out_object_begin(out);
        api_key_write(list[i], out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    pthread_rwlock_unlock(&ring->lock);
    free(list);
}
