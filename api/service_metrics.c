/*
 * What /metrics says of a service. Everything is read where it is kept at that moment; only storage
 * has to be asked, and without it there is no answer, so that an alarm is raised by the scrape itself.
 */
#include "api/service_private.h"

static void write_queue(struct service *service, struct strbuf *out)
{
    metrics_write_one(out, "cupel_calls_under_way", "gauge", "Calls that run or wait.",
                      atomic_load(&service->calls));
    metrics_write_one(out, "cupel_calls_under_way_max", "gauge", "As many as there may be.",
                      service->settings.max_concurrent_calls);
    metrics_write_one(out, "cupel_call_memory_bytes", "gauge", "Memory of the memories of calls.",
                      atomic_load(&service->call_memory));
    metrics_write_one(out, "cupel_call_memory_max_bytes", "gauge", "As much as there may be.",
                      service->settings.max_call_memory);
}

static void write_cache(struct service *service, struct strbuf *out)
{
    struct module_cache_figures cache;

    module_cache_figures(service->cache, &cache);
    metrics_write_one(out, "cupel_cached_modules", "gauge", "Modules that are ready to run.",
                      cache.modules);
    metrics_write_one(out, "cupel_cached_bytes", "gauge", "Memory that they take.", cache.bytes);
    metrics_write_one(out, "cupel_cached_max_bytes", "gauge", "Memory that they may take.",
                      service->settings.cache_bytes);
    metrics_write_one(out, "cupel_cache_hits_total", "counter", "Calls that found theirs ready.",
                      cache.hits);
    metrics_write_one(out, "cupel_cache_misses_total", "counter", "Calls that had to wait for it.",
                      cache.misses);
    metrics_write_one(out, "cupel_cache_evictions_total", "counter",
                      "Modules that had to make room for others.", cache.evictions);
}

static void write_pool(struct service *service, struct strbuf *out)
{
    cupel_memory_figures_t pool;

    cupel_engine_memory_figures(service->engine, &pool);
    metrics_write_one(out, "cupel_pool_idle_memories", "gauge",
                      "Memories that are kept for the next calls.", pool.idle);
    metrics_write_one(out, "cupel_pool_images", "gauge",
                      "Initial contents that are laid out for memories to begin with.",
                      pool.images);
    metrics_write_one(out, "cupel_pool_reused_total", "counter",
                      "Memories that were there already when a call needed one.", pool.reused);
    metrics_write_one(out, "cupel_pool_mapped_total", "counter",
                      "Memories that had to be asked of the system.", pool.mapped);
}

static void write_storage(const struct storage_counts *counts, struct strbuf *out)
{
    metrics_write_one(out, "cupel_stored_modules", "gauge", "Modules that are stored.",
                      counts->modules);
    metrics_write_one(out, "cupel_stored_bytes", "gauge", "Bytes of these modules.",
                      counts->module_bytes);
    metrics_write_one(out, "cupel_stored_names", "gauge", "Names of modules.", counts->names);
    metrics_write_one(out, "cupel_stored_images", "gauge", "Compiled images of modules.",
                      counts->images);
    metrics_write_one(out, "cupel_stored_image_bytes", "gauge", "Bytes of these images.",
                      counts->image_bytes);
}

enum api_code service_write_metrics(struct service *service, struct strbuf *out,
                                    struct api_error *error)
{
    struct storage_counts counts;
    struct storage_error from;

    if (storage_count(service->storage, &counts, &from) != STORAGE_OK) {
        return api_error_from_storage(error, &from);
    }
    strbuf_printf(out,
                  "# HELP cupel_build_info Which build this is.\n# TYPE cupel_build_info gauge\n"
                  "cupel_build_info{version=\"%s\",build=\"%s\"} 1\n",
                  cupel_version(), cupel_build_id());
    metrics_write(&service->metrics, out);
    write_queue(service, out);
    write_cache(service, out);
    write_pool(service, out);
    write_storage(&counts, out);
    return API_OK;
}
