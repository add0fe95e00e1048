/*
 * Interning: a hash table with chains under one mutex. Modules intern their types once, when they
 * are made, so the lock is never on a hot path; equality afterwards is a comparison of pointers.
 *
 * The hash is keyed by a random number per registry, since the types are chosen by people who may
 * want the chains to be long. Ids are reused through a list threaded through an array, so that a
 * daemon that sees billions of types in its life does not run out of them, and so that releasing
 * needs no memory.
 *
 * A count falls to zero only under the lock, where interning raises it too: a type that is found is
 * never on its way out.
 */
#include "engine/module/types.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "engine/base/alloc.h"
#include "engine/base/vec.h"

#define FIRST_BUCKETS 64

struct type_registry {
    pthread_mutex_t lock;
    uint64_t key;
    functype **buckets;
    size_t nbuckets; /* a power of two */
    size_t count;
    VEC(uint32_t) next_free; /* by id: the next id that is free behind this one */
    uint32_t free;           /* the first, 0 for none */
};

static uint64_t random_key(void)
{
    uint64_t key;
    if (getrandom(&key, sizeof key, GRND_NONBLOCK) == (ssize_t)sizeof key)
        return key;
    /* Early at boot: hard to guess is good enough. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^ (uintptr_t)&key;
}

struct type_registry *type_registry_new(void)
{
    struct type_registry *r = mem_calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->buckets = mem_calloc(FIRST_BUCKETS, sizeof *r->buckets);
    r->nbuckets = FIRST_BUCKETS;
    /* Id 0 means "not interned". */
    if (!r->buckets || !vec_push(&r->next_free, 0) || pthread_mutex_init(&r->lock, NULL) != 0) {
        vec_fini(&r->next_free);
        mem_free(r->buckets);
        mem_free(r);
        return NULL;
    }
    r->key = random_key();
    return r;
}

void type_registry_delete(struct type_registry *r)
{
    if (!r)
        return;
    assert(r->count == 0);
    pthread_mutex_destroy(&r->lock);
    vec_fini(&r->next_free);
    mem_free(r->buckets);
    mem_free(r);
}

static inline uint64_t mix(uint64_t h, uint64_t value)
{
    unsigned __int128 product = (unsigned __int128)(h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_types(uint64_t h, const valtype *types, uint32_t count)
{
    h = mix(h, count);
    for (uint32_t i = 0; i < count; i++)
        h = mix(h + i, types[i]);
    return h;
}

/* More buckets as types come; without memory for them the chains grow instead. */
static void grow_buckets(struct type_registry *r)
{
    size_t wanted = r->nbuckets * 2;
    functype **buckets = mem_calloc(wanted, sizeof *buckets);
    if (!buckets)
        return;
    for (size_t i = 0; i < r->nbuckets; i++) {
        functype *t = r->buckets[i];
        while (t) {
            functype *next = t->next;
            functype **home = &buckets[t->hash & (wanted - 1)];
            t->next = *home;
            *home = t;
            t = next;
        }
    }
    mem_free(r->buckets);
    r->buckets = buckets;
    r->nbuckets = wanted;
}

/* 0 when memory is exhausted. */
static uint32_t take_id(struct type_registry *r)
{
    uint32_t id = r->free;
    if (id) {
        r->free = r->next_free.data[id];
        return id;
    }
    if (r->next_free.len > UINT32_MAX || !vec_push(&r->next_free, 0))
        return 0;
    return (uint32_t)(r->next_free.len - 1);
}

static functype *find(const struct type_registry *r, uint64_t hash, const valtype *params,
                      uint32_t nparams, const valtype *results, uint32_t nresults)
{
    for (functype *t = r->buckets[hash & (r->nbuckets - 1)]; t; t = t->next) {
        if (t->hash != hash || t->nparams != nparams || t->nresults != nresults)
            continue;
        if ((nparams == 0 || memcmp(t->params, params, nparams * sizeof *params) == 0) &&
            (nresults == 0 || memcmp(t->results, results, nresults * sizeof *results) == 0))
            return t;
    }
    return NULL;
}

static functype *insert(struct type_registry *r, uint64_t hash, const valtype *params,
                        uint32_t nparams, const valtype *results, uint32_t nresults)
{
    functype *t = functype_new(params, nparams, results, nresults);
    if (!t)
        return NULL;
    t->id = take_id(r);
    if (t->id == 0) {
        mem_free(t);
        return NULL;
    }
    if (r->count >= r->nbuckets)
        grow_buckets(r);
    functype **home = &r->buckets[hash & (r->nbuckets - 1)];
    t->hash = hash;
    t->next = *home;
    *home = t;
    r->count++;
    return t;
}

functype *type_registry_intern(struct type_registry *r, const valtype *params, uint32_t nparams,
                               const valtype *results, uint32_t nresults)
{
    uint64_t hash = hash_types(hash_types(r->key, params, nparams), results, nresults);
    pthread_mutex_lock(&r->lock);
    functype *t = find(r, hash, params, nparams, results, nresults);
    if (t)
        functype_ref(t);
    else
        t = insert(r, hash, params, nparams, results, nresults);
    pthread_mutex_unlock(&r->lock);
    return t;
}

static void take_out(struct type_registry *r, functype *t)
{
    functype **at = &r->buckets[t->hash & (r->nbuckets - 1)];
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    r->next_free.data[t->id] = r->free;
    r->free = t->id;
    r->count--;
}

void type_registry_release(struct type_registry *r, functype *t)
{
    if (!t)
        return;
    uint32_t refs = __atomic_load_n(&t->refs, __ATOMIC_RELAXED);
    while (refs > 1) {
        if (__atomic_compare_exchange_n(&t->refs, &refs, refs - 1, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED))
            return;
    }
    pthread_mutex_lock(&r->lock);
    bool last = __atomic_fetch_sub(&t->refs, 1, __ATOMIC_ACQ_REL) == 1;
    if (last)
        take_out(r, t);
    pthread_mutex_unlock(&r->lock);
    if (last)
        mem_free(t);
}
