/*
 * The way to a module that can run: reference -> id (memo, else database) -> ready module (cache,
 * else image, else compiled from the stored Wasm and the image written anew). Everything after the
 * first time is two short critical sections.
 */
#include "api/export_call.h"
#include "api/service_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void service_settings_init(struct service_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    cupel_enforced_limits_init(&settings->enforced);
    settings->enforced.module_bytes = 64 << 20;
    settings->standard = call_limits_standard;
    settings->maximum = call_limits_maximum;
    settings->cache_bytes = 256 << 20;
    settings->lazy_image_bytes = 256 << 10;
    settings->max_concurrent_calls = 1000;
    settings->max_calls_per_key = 600;
    settings->max_call_memory = (uint64_t)4 << 30;
    settings->busy_retry_ms = 100;
    settings->slice_fuel = 100000;
    settings->slice_us = 500;
    settings->guard_pages = true;
    settings->native = true;
    settings->native_bytes = 256 << 20;
}

static cupel_engine_t *make_engine(const struct service_settings *settings)
{
    cupel_config_t *config = cupel_config_new();

    if (config == NULL) {
        return NULL;
    }
    cupel_config_set_consume_fuel(config, true);
    cupel_config_set_guard_pages(config, settings->guard_pages);
    cupel_config_set_native(config, settings->native);
    cupel_config_set_native_limit(config, settings->native_bytes);
    cupel_config_set_enforced_limits(config, &settings->enforced);
    return cupel_engine_new_with_config(config);
}

struct service *service_new(const struct service_settings *settings, struct storage *storage,
                            struct api_error *error)
{
    struct service *service = calloc(1, sizeof *service);

    if (service != NULL) {
        service->settings = *settings;
        service_set_limits(service, &settings->standard, &settings->maximum);
        service->storage = storage;
        service->anonymous.lane.weight = 1;
        service->anonymous.max_calls = settings->max_calls_per_key;
        service->engine = make_engine(settings);
        service->memo = ref_memo_new();
        service->keys = key_ring_new(storage, settings->max_calls_per_key);
        service->cache = module_cache_new(settings->cache_bytes, service_load_module, service);
        if (atomic_load(&service->terms) == NULL || service->engine == NULL ||
            service->memo == NULL || service->cache == NULL || service->keys == NULL) {
            api_error_set(error, API_NO_MEMORY, "memory is exhausted");
        } else if (key_ring_refresh(service->keys, error) == API_OK) {
            return service;
        }
    } else {
        api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    service_delete(service);
    return NULL;
}

void service_delete(struct service *service)
{
    if (service != NULL) {
        struct service_terms *terms = atomic_load(&service->terms);

        while (terms != NULL) {
            struct service_terms *before = terms->before;

            free(terms);
            terms = before;
        }
        module_cache_delete(service->cache);
        ref_memo_delete(service->memo);
        key_ring_delete(service->keys);
        cupel_engine_delete(service->engine);
        free(service);
    }
}

const struct service_settings *service_get_settings(const struct service *service)
{
    return &atomic_load_explicit(&service->terms, memory_order_acquire)->settings;
}

/* Readers have no lock, so what they may be reading is kept: a change is rare, and small. */
bool service_set_limits(struct service *service, const struct call_limits *standard,
                        const struct call_limits *maximum)
{
    struct service_terms *terms = malloc(sizeof *terms);

    if (terms == NULL) {
        return false;
    }
    terms->settings = service->settings;
    terms->settings.standard = *standard;
    terms->settings.maximum = *maximum;
    terms->before = atomic_load(&service->terms);
    atomic_store_explicit(&service->terms, terms, memory_order_release);
    return true;
}

cupel_engine_t *service_engine(const struct service *service)
{
    return service->engine;
}

enum api_code service_ping(struct service *service, struct api_error *error)
{
    struct storage_error from;

    if (storage_ping(service->storage, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    return API_OK;
}

/* ---- places for calls ------------------------------------------------------------------------ */

void service_cancel_calls(struct service *service)
{
    atomic_store(&service->cancelled, true);
}

bool service_is_cancelled(const struct service *service)
{
    return atomic_load_explicit(&service->cancelled, memory_order_relaxed);
}

struct account *service_anonymous(struct service *service)
{
    return &service->anonymous;
}

struct key_ring *service_keys(const struct service *service)
{
    return service->keys;
}

enum api_code service_enter_call(struct service *service, struct account *account,
                                 struct api_error *error)
{
    uint64_t now_ns;

    if (atomic_fetch_add(&service->calls, 1) >= service->settings.max_concurrent_calls) {
        atomic_fetch_sub(&service->calls, 1);
        api_error_set(error, API_BUSY, "%" PRIu32 " calls are under way already; try again",
                      service->settings.max_concurrent_calls);
        error->retry_after_ms = service->settings.busy_retry_ms;
        metrics_refused(&service->metrics, METRICS_REFUSED_TOTAL);
        return error->code;
    }
    now_ns = account->calls_per_second > 0 ? call_clock_ns() : 0;
    if (account_enter(account, now_ns, service->settings.busy_retry_ms, error) != API_OK) {
        atomic_fetch_sub(&service->calls, 1);
        metrics_refused(&service->metrics, METRICS_REFUSED_KEY);
    }
    return error->code;
}

void service_leave_call(struct service *service, struct account *account)
{
    atomic_fetch_sub(&service->calls, 1);
    account_leave(account);
}

struct metrics *service_metrics(struct service *service)
{
    return &service->metrics;
}

bool service_take_memory(struct service *service, uint64_t bytes)
{
    uint64_t limit = service->settings.max_call_memory;

    if (bytes <= limit && atomic_fetch_add(&service->call_memory, bytes) <= limit - bytes) {
        return true;
    }
    if (bytes <= limit) {
        atomic_fetch_sub(&service->call_memory, bytes);
    }
    metrics_refused(&service->metrics, METRICS_REFUSED_MEMORY);
    return false;
}

void service_return_memory(struct service *service, uint64_t bytes)
{
    if (bytes > 0) {
        atomic_fetch_sub(&service->call_memory, bytes);
    }
}

/* ---- from a reference to a module ------------------------------------------------------------ */

enum api_code service_read_ref(const char *text, struct storage_ref *ref, struct api_error *error)
{
    struct storage_error from;

    if (storage_ref_parse(text, ref, &from) != STORAGE_OK) {
        return api_error_set(error, API_BAD_REF, "\"%.128s\": %s", text, from.text);
    }
    return API_OK;
}

static enum api_code resolve(struct service *service, const char *text, struct storage_id *id,
                             struct api_error *error)
{
    uint64_t generation = storage_generation(service->storage);
    struct storage_target target;
    struct storage_error from;
    struct storage_ref ref;

    if (ref_memo_find(service->memo, text, generation, id)) {
        return API_OK;
    }
    if (service_read_ref(text, &ref, error) != API_OK) {
        return error->code;
    }
    if (storage_resolve(service->storage, &ref, &target, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    ref_memo_keep(service->memo, text, generation, &target.id);
    *id = target.id;
    return API_OK;
}

enum api_code service_ready_module(struct service *service, const char *ref, struct storage_id *id,
                                   cupel_module_t **own, struct api_error *error)
{
    if (resolve(service, ref, id, error) != API_OK) {
        return error->code;
    }
    return module_cache_get(service->cache, id, own, error);
}
