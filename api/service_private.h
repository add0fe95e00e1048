/*
 * service_private.h - the insides of a service, shared by the service_*.c files only.
 */
#ifndef CUPEL_API_SERVICE_PRIVATE_H
#define CUPEL_API_SERVICE_PRIVATE_H

#include "api/ref_memo.h"
#include "api/service.h"

#include <stdatomic.h>

/* Settings as of some time; those before stay, for whoever reads them just then. */
struct service_terms {
    struct service_settings settings;
    struct service_terms *before;
};

struct service {
    struct service_settings settings; /* as the service began; but for the limits these hold */
    struct service_terms *_Atomic terms;
    struct storage *storage;
    cupel_engine_t *engine;
    struct module_cache *cache;
    struct ref_memo *memo;
    struct key_ring *keys;
    struct metrics metrics;
    struct account anonymous;
    atomic_uint calls; /* running and waiting */
    _Atomic uint64_t call_memory;
    atomic_bool cancelled;
};

/* Reads a reference; API_BAD_REF says what one looks like. */
enum api_code service_read_ref(const char *text, struct storage_ref *ref, struct api_error *error);

/* Writes the metadata and its ETag. */
enum api_code service_module_write(const struct storage_module *stored, struct service_module *own,
                                   struct api_error *error);

/*
 * Judges a precondition on what `ref` leads to now, and leaves in `match` the condition under which
 * storage may act; `id` is room for it. API_PRECONDITION if it is not met.
 */
enum api_code service_judge(struct service *service, const struct storage_ref *ref,
                            const struct service_precondition *precondition,
                            struct storage_match *match, struct storage_id *id,
                            struct api_error *error);

/* The precompiled image as storage takes it; `bytes` is to be released by the caller. */
enum api_code service_make_image(struct service *service, const cupel_module_t *module,
                                 cupel_bytes_t *bytes, struct storage_image *image,
                                 struct api_error *error);

/* The cache's loader. */
enum api_code service_load_module(void *env, const struct storage_id *id, cupel_module_t **own,
                                  uint64_t *beside, struct api_error *error);

#endif
