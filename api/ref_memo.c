/*
 * A direct-mapped table: the text's hash names the one place where an answer can stand. No list, no
 * allocation, nothing to clear: an answer of an older generation simply does not count.
 */
#include "api/ref_memo.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 1024, TEXT_SIZE = STORAGE_NAME_MAX + 32 };

struct place {
    char ref[TEXT_SIZE]; /* "" if free */
    uint64_t generation;
    struct storage_id id;
};

struct ref_memo {
    pthread_mutex_t mutex;
    struct place places[PLACES];
};

struct ref_memo *ref_memo_new(void)
{
    struct ref_memo *memo = calloc(1, sizeof *memo);

    if (memo != NULL) {
        pthread_mutex_init(&memo->mutex, NULL);
    }
    return memo;
}

void ref_memo_delete(struct ref_memo *memo)
{
    if (memo != NULL) {
        pthread_mutex_destroy(&memo->mutex);
        free(memo);
    }
}

/* FNV-1a: short texts, no secrets; a collision costs one question to the database. */
static struct place *place_of(struct ref_memo *memo, const char *ref)
{
    uint32_t hash = 2166136261u;

    for (; *ref != '\0'; ref++) {
        hash = (hash ^ (unsigned char)*ref) * 16777619u;
    }
    return &memo->places[hash % PLACES];
}

bool ref_memo_find(struct ref_memo *memo, const char *ref, uint64_t generation,
                   struct storage_id *id)
{
    struct place *place = place_of(memo, ref);
    bool found;

    pthread_mutex_lock(&memo->mutex);
    found = place->generation == generation && strcmp(place->ref, ref) == 0 && ref[0] != '\0';
    if (found) {
        *id = place->id;
    }
    pthread_mutex_unlock(&memo->mutex);
    return found;
}

void ref_memo_keep(struct ref_memo *memo, const char *ref, uint64_t generation,
                   const struct storage_id *id)
{
    struct place *place = place_of(memo, ref);
    size_t len = strlen(ref);

    if (len >= TEXT_SIZE) {
        return;
    }
    pthread_mutex_lock(&memo->mutex);
    memcpy(place->ref, ref, len + 1);
    place->generation = generation;
    place->id = *id;
    pthread_mutex_unlock(&memo->mutex);
}
