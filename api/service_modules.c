/*
 * Keeping modules. A module is compiled before it is stored, so nothing invalid ever is, and its
 * image goes into the same transaction; the answer leaves after the sync. Bytes that are stored
 * already are not compiled again.
 */
#include "api/module_describe.h"
#include "api/service_private.h"

#include <string.h>
#include <time.h>

void service_module_fini(struct service_module *module)
{
    strbuf_fini(&module->json);
}

enum api_code service_module_write(const struct storage_module *stored, struct service_module *own,
                                   struct api_error *error)
{
    struct json_out out;

    memset(own, 0, sizeof *own);
    own->id = stored->id;
    json_out_init(&out, &own->json);
    module_describe_stored(stored, &out);
    if (own->json.failed) {
        return api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    digest_etag(own->json.data, own->json.len, own->etag);
    return API_OK;
}

static enum api_code get_by_ref(struct service *service, const struct storage_ref *ref,
                                struct service_module *own, struct api_error *error)
{
    struct storage_module stored;
    struct storage_error from;
    enum api_code code;

    memset(own, 0, sizeof *own);
    if (storage_module_get(service->storage, ref, &stored, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    code = service_module_write(&stored, own, error);
    storage_module_fini(&stored);
    return code;
}

enum api_code service_get(struct service *service, const char *text, struct service_module *own,
                          struct api_error *error)
{
    struct storage_ref ref;

    if (service_read_ref(text, &ref, error) != API_OK) {
        return error->code;
    }
    return get_by_ref(service, &ref, own, error);
}

enum api_code service_bytes(struct service *service, const char *text, struct storage_id *id,
                            struct storage_blob *own, struct api_error *error)
{
    struct storage_target target;
    struct storage_error from;
    struct storage_ref ref;

    if (service_read_ref(text, &ref, error) != API_OK) {
        return error->code;
    }
    if (storage_resolve(service->storage, &ref, &target, &from) != STORAGE_OK ||
        storage_module_bytes(service->storage, &target.id, own, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    *id = target.id;
    return API_OK;
}

enum api_code service_remove(struct service *service, const char *text,
                             const struct service_precondition *precondition,
                             struct api_error *error)
{
    struct storage_removed removed;
    struct storage_match match;
    struct storage_error from;
    struct storage_id id;
    struct storage_ref ref;
    size_t i;

    if (service_read_ref(text, &ref, error) != API_OK ||
        service_judge(service, &ref, precondition, &match, &id, error) != API_OK) {
        return error->code;
    }
    if (storage_delete(service->storage, &ref, &match, &removed, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    for (i = 0; i < removed.count; i++) {
        module_cache_drop(service->cache, &removed.ids[i]);
    }
    storage_removed_fini(&removed);
    return API_OK;
}

enum api_code service_list(struct service *service, size_t limit, const char *cursor,
                           struct json_out *out, char next[STORAGE_CURSOR_SIZE],
                           struct api_error *error)
{
    struct storage_error from;
    struct storage_page page;
    size_t i;

    if (storage_module_list(service->storage, limit, cursor, &page, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    json_out_object_begin(out);
    json_out_key(out, "modules");
    json_out_array_begin(out);
    for (i = 0; i < page.count; i++) {
        module_describe_stored(&page.modules[i], out);
    }
    json_out_array_end(out);
    json_out_key(out, "next");
    if (page.next[0] != '\0') {
        json_out_cstr(out, page.next);
    } else {
        json_out_null(out);
    }
    json_out_object_end(out);
    memcpy(next, page.next, STORAGE_CURSOR_SIZE);
    storage_page_fini(&page);
    return API_OK;
}

enum api_code service_info(struct service *service, struct json_out *out, struct api_error *error)
{
    const struct service_settings *settings = service_get_settings(service);
    struct module_cache_figures cache;
    struct storage_counts counts;
    struct storage_error from;

    if (storage_count(service->storage, &counts, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    module_cache_figures(service->cache, &cache);
    json_out_object_begin(out);
    json_out_member_cstr(out, "version", cupel_version());
    json_out_member_cstr(out, "build", cupel_build_id());
    json_out_member_cstr(out, "dispatch", cupel_engine_dispatch(service->engine));
    json_out_member_bool(out, "guard_pages", cupel_engine_guard_pages(service->engine));
    json_out_member_u64(out, "modules", counts.modules);
    json_out_member_u64(out, "module_bytes", counts.module_bytes);
    json_out_member_u64(out, "names", counts.names);
    json_out_member_u64(out, "images", counts.images);
    json_out_member_u64(out, "image_bytes", counts.image_bytes);
    json_out_member_u64(out, "cached_modules", cache.modules);
    json_out_member_u64(out, "cached_bytes", cache.bytes);
    json_out_member_u64(out, "max_module_bytes", settings->enforced.module_bytes);
    json_out_member_u64(out, "calls_under_way", atomic_load(&service->calls));
    json_out_member_u64(out, "max_concurrent_calls", settings->max_concurrent_calls);
    json_out_key(out, "limits");
    json_out_object_begin(out);
    json_out_key(out, "default");
    call_limits_write(&settings->standard, out);
    json_out_key(out, "maximum");
    call_limits_write(&settings->maximum, out);
    json_out_object_end(out);
    json_out_object_end(out);
    return API_OK;
}
