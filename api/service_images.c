/*
 * Images: compiled modules as storage keeps them. A small one is read whole, which checks every byte of
 * it. Of a large one a call reads what it runs: the bytes stay in memory as they were stored, and
 * each function is checked and linked when it is called first, so a module of some megabytes answers
 * its first call in a few milliseconds. Damage then shows in the middle of a call, which has no effects
 * but its result: it begins again with a module that was made anew (api/export_call.c).
 */
#include "api/service_private.h"

#include <stdlib.h>
#include <string.h>

enum api_code service_make_image(struct service *service, const cupel_module_t *module,
                                 cupel_bytes_t *bytes, struct storage_image *image,
                                 struct api_error *error)
{
    cupel_error_t *failed = cupel_module_serialize(module, bytes);

    if (failed != NULL) {
        return api_error_from_module(error, failed);
    }
    image->key = cupel_engine_image_key(service->engine);
    image->key_len = strlen(image->key);
    image->data = bytes->data;
    image->len = bytes->len;
    return API_OK;
}

enum api_code service_purge_images(struct service *service, uint64_t *purged,
                                   struct api_error *error)
{
    const char *key = cupel_engine_image_key(service->engine);
    struct storage_error from;

    if (storage_image_purge(service->storage, key, strlen(key), purged, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    return API_OK;
}

static bool read_piece(void *env, uint64_t offset, void *buf, size_t len)
{
    const struct storage_blob *blob = env;

    if (len > blob->len || offset > blob->len - len) {
        return false;
    }
    memcpy(buf, (const char *)blob->data + offset, len);
    return true;
}

static void drop_blob(void *env)
{
    storage_blob_fini(env);
    free(env);
}

/* Consumes the blob; false if it is no image of this engine. */
static bool open_lazily(struct service *service, const struct storage_blob *blob,
                        cupel_module_t **own)
{
    struct storage_blob *kept = malloc(sizeof *kept);
    cupel_image_source_t source = {read_piece, drop_blob, kept, blob->len};
    cupel_error_t *failed;

    if (kept == NULL) {
        storage_blob_fini(&(struct storage_blob){blob->data, blob->len});
        return false;
    }
    *kept = *blob;
    failed = cupel_module_deserialize_lazily(service->engine, &source, own);
    cupel_error_delete(failed);
    return failed == NULL;
}

/* The module from its image; false if there is none that this engine can read. */
static bool load_image(struct service *service, const struct storage_id *id, cupel_module_t **own,
                       uint64_t *beside)
{
    const char *key = cupel_engine_image_key(service->engine);
    struct storage_blob blob;
    cupel_error_t *failed;

    if (storage_image_get(service->storage, id, key, strlen(key), &blob, NULL) != STORAGE_OK) {
        return false;
    }
    if (blob.len >= service->settings.lazy_image_bytes) {
        *beside = 2 * blob.len; /* as it is, and once more as far as it is used */
        return open_lazily(service, &blob, own);
    }
    failed = cupel_module_deserialize(service->engine, blob.data, blob.len, own);
    storage_blob_fini(&blob);
    cupel_error_delete(failed); /* stale or damaged: it is made anew from the Wasm */
    return failed == NULL;
}

/* An image is a cache: that it could not be kept is no reason to refuse the module. */
static void keep_image(struct service *service, const struct storage_id *id,
                       const cupel_module_t *module)
{
    struct storage_image image;
    cupel_bytes_t bytes = {NULL, 0};
    struct api_error ignored;

    api_error_init(&ignored);
    if (service_make_image(service, module, &bytes, &image, &ignored) == API_OK) {
        (void)!storage_image_put(service->storage, id, &image, NULL);
        cupel_bytes_delete(&bytes);
    }
    api_error_fini(&ignored);
}

enum api_code service_load_module(void *env, const struct storage_id *id, cupel_module_t **own,
                                  uint64_t *beside, struct api_error *error)
{
    struct service *service = env;
    struct storage_blob wasm;
    struct storage_error from;
    cupel_error_t *failed;

    *beside = 0;
    if (load_image(service, id, own, beside)) {
        return API_OK;
    }
    *beside = 0;
    if (storage_module_bytes(service->storage, id, &wasm, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    failed = cupel_module_new(service->engine, wasm.data, wasm.len, own);
    storage_blob_fini(&wasm);
    if (failed != NULL) {
        return api_error_from_module(error, failed);
    }
    keep_image(service, id, *own);
    return API_OK;
}

enum api_code service_renew_module(struct service *service, const struct storage_id *id,
                                   cupel_module_t **own, struct api_error *error)
{
    const char *key = cupel_engine_image_key(service->engine);
    struct storage_error from;

    if (storage_image_delete(service->storage, id, key, strlen(key), &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    module_cache_drop(service->cache, id);
    return module_cache_get(service->cache, id, own, error);
}
