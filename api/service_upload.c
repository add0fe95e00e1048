/*
 * An upload, step by step: identify, look whether it is there, compile if not, store everything in
 * one transaction, describe. What is already stored is stored again with the metadata that it has:
 * that costs nothing when it is still there, and is right when somebody deletes it in between.
 */
#include "api/module_describe.h"
#include "api/service_private.h"

#include <string.h>
#include <time.h>

struct upload {
    struct service *service;
    struct storage_module_new module;
    struct storage_image image;
    struct strbuf metadata;    /* of a new module */
    struct storage_module old; /* of one that is there */
    cupel_bytes_t image_bytes;
    cupel_module_t *ready; /* NULL if it was there */
};

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int64_t wall_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum api_code compile(struct upload *upload, struct api_error *error)
{
    struct service *service = upload->service;
    struct json_out out;
    uint64_t start = now_us();
    cupel_error_t *failed =
        cupel_module_new(service->engine, upload->module.data, upload->module.len, &upload->ready);

    if (failed != NULL) {
        upload->ready = NULL;
        return api_error_from_module(error, failed);
    }
    json_out_init(&out, &upload->metadata);
    module_describe(upload->ready, now_us() - start, &out);
    if (upload->metadata.failed) {
        return api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    upload->module.metadata = upload->metadata.data;
    upload->module.metadata_len = upload->metadata.len;
    if (service_make_image(service, upload->ready, &upload->image_bytes, &upload->image, error) !=
        API_OK) {
        return error->code;
    }
    upload->module.image = &upload->image;
    return API_OK;
}

/* Finds the module in storage, or compiles it. */
static enum api_code prepare(struct upload *upload, struct api_error *error)
{
    struct storage_ref ref = storage_ref_to_id(&upload->module.id);
    struct storage_error from;

    switch (storage_module_get(upload->service->storage, &ref, &upload->old, &from)) {
    case STORAGE_OK:
        upload->module.metadata = upload->old.metadata.data;
        upload->module.metadata_len = upload->old.metadata.len;
        return API_OK;
    case STORAGE_NOT_FOUND:
        return compile(upload, error);
    default:
        return api_error_from_storage(error, &from);
    }
}

static enum api_code store(struct upload *upload, const struct service_precondition *precondition,
                           bool *created, struct api_error *error)
{
    struct service *service = upload->service;
    struct storage_put_result result;
    struct storage_match match;
    struct storage_error from;
    struct storage_id expected;
    struct storage_ref ref;

    if (upload->module.name != NULL) {
        if (service_read_ref(upload->module.name, &ref, error) != API_OK ||
            service_judge(service, &ref, precondition, &match, &expected, error) != API_OK) {
            return error->code;
        }
        upload->module.match = &match;
    }
    upload->module.created_ms = wall_clock_ms();
    if (storage_module_put(service->storage, &upload->module, &result, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    *created = result.module_created || result.version_created;
    if (upload->ready != NULL) {
        module_cache_put(service->cache, &upload->module.id, upload->ready);
    }
    return API_OK;
}

static void upload_fini(struct upload *upload)
{
    cupel_module_delete(upload->ready);
    cupel_bytes_delete(&upload->image_bytes);
    storage_module_fini(&upload->old);
    strbuf_fini(&upload->metadata);
}

enum api_code service_upload(struct service *service, const void *wasm, size_t len,
                             const char *name, const struct service_precondition *precondition,
                             const struct account *account, struct service_module *own,
                             bool *created, struct api_error *error)
{
    char id[STORAGE_ID_TEXT_SIZE];
    struct storage_error from;
    struct upload upload;

    memset(own, 0, sizeof *own);
    memset(&upload, 0, sizeof upload);
    if (name != NULL && storage_name_check(name, &from) != STORAGE_OK) {
        return api_error_set(error, API_BAD_REF, "\"%.128s\": %s", name, from.text);
    }
    upload.service = service;
    upload.module.data = wasm;
    upload.module.len = len;
    upload.module.name = name;
    upload.module.owner = account->id;
    upload.module.owner_max_modules = account->max_modules;
    upload.module.owner_max_bytes = account->max_stored_bytes;
    digest_id(wasm, len, &upload.module.id);
    storage_id_format(&upload.module.id, id);
    if (prepare(&upload, error) == API_OK &&
        store(&upload, precondition, created, error) == API_OK) {
        (void)service_get(service, id, own, error);
    }
    upload_fini(&upload);
    return error->code;
}
