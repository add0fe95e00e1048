/*
 * An engine ties together what its modules and stores must agree on: the configuration that code is
 * compiled under, and the identity of types. Modules and stores hold a reference, so an engine goes
 * when the last of them does. A weak reference keeps only the block that the engine lay in, so that
 * it can be asked whether the engine is still there.
 *
 * Whether memories use guard pages is found out once, here, since code is translated for one or the
 * other: the build must handle faults, and the host must grant the address space of a memory.
 */
#include "config.h"

#include "engine/runtime/engine.h"

#include <stdatomic.h>
#include <stdio.h>

#include "engine/base/alloc.h"
#include "engine/build_id.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/memory.h"

const char *cupel_version(void)
{
    return PACKAGE_VERSION;
}

const char *cupel_build_id(void)
{
    return CUPEL_BUILD_ID;
}

static bool guard_pages_work(void)
{
    if (!interp_has_fault_handling())
        return false;
    void *probe = mem_reserve(MEMORY_RESERVED);
    mem_unmap(probe, MEMORY_RESERVED);
    return probe != NULL;
}

static void configure(struct cupel_engine *e, const struct cupel_config *config)
{
    e->decode.features = config->features;
    e->decode.limits = config->limits;
    e->decode.ignore_custom_sections = config->ignore_custom_sections;
    e->decode.ignore_names = config->ignore_names;
    e->decode.no_start_fn = config->no_start_fn;
    e->decode.types = e->types;
    e->config = *config;
    e->translate.spare = &e->spare_code;
    e->native.limit = config->native_limit;
    atomic_init(&e->native.used, 0);
    e->translate.fuel = config->consume_fuel;
    e->translate.guard_pages = config->guard_pages && guard_pages_work();
    snprintf(e->image_key, sizeof e->image_key, "%.12s-%.18s-%.6s-f%d-g%d-%016llx", cupel_version(),
             cupel_build_id(), interp_dispatch(), e->translate.fuel, e->translate.guard_pages,
             (unsigned long long)config_hash(config));
}

static bool init_caches(struct cupel_engine *e, const struct cupel_config *config)
{
    if (!stack_cache_init(&e->stacks, config->stack.maximum_bytes, config->cached_stacks))
        return false;
    if (memory_pool_init(&e->memories, config->guard_pages ? config->cached_memories : 0))
        return true;
    stack_cache_fini(&e->stacks);
    return false;
}

static struct cupel_engine *engine_new(const struct cupel_config *config)
{
    struct cupel_engine *e = mem_calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->types = type_registry_new();
    if (!e->types || !init_caches(e, config)) {
        type_registry_delete(e->types);
        mem_free(e);
        return NULL;
    }
    atomic_init(&e->refs, 1);
    atomic_init(&e->weak, 1);
    configure(e, config);
    return e;
}

cupel_engine_t *cupel_engine_new(void)
{
    struct cupel_config config;
    config_init(&config);
    return engine_new(&config);
}

cupel_engine_t *cupel_engine_new_with_config(cupel_config_t *config)
{
    cupel_engine_t *e = engine_new(config);
    cupel_config_delete(config);
    return e;
}

cupel_engine_t *cupel_engine_clone(cupel_engine_t *engine)
{
    atomic_fetch_add_explicit(&engine->refs, 1, memory_order_relaxed);
    return engine;
}

static cupel_engine_weak_t *weak_of(struct cupel_engine *engine)
{
    return (cupel_engine_weak_t *)engine;
}

void cupel_engine_delete(cupel_engine_t *engine)
{
    if (!engine || atomic_fetch_sub_explicit(&engine->refs, 1, memory_order_acq_rel) != 1)
        return;
    stack_cache_fini(&engine->stacks);
    code_spare_fini(&engine->spare_code);
    memory_pool_fini(&engine->memories);
    type_registry_delete(engine->types);
    cupel_engine_weak_delete(weak_of(engine));
}

/* ---- weak references: the same block, counted apart ---- */

static struct cupel_engine *engine_of(const cupel_engine_weak_t *weak)
{
    return (struct cupel_engine *)(uintptr_t)weak;
}

cupel_engine_weak_t *cupel_engine_weak_new(cupel_engine_t *engine)
{
    atomic_fetch_add_explicit(&engine->weak, 1, memory_order_relaxed);
    return weak_of(engine);
}

cupel_engine_weak_t *cupel_engine_weak_clone(const cupel_engine_weak_t *weak)
{
    return cupel_engine_weak_new(engine_of(weak));
}

cupel_engine_t *cupel_engine_weak_upgrade(const cupel_engine_weak_t *weak)
{
    struct cupel_engine *e = engine_of(weak);
    uint32_t refs = atomic_load_explicit(&e->refs, memory_order_relaxed);
    while (refs > 0)
        if (atomic_compare_exchange_weak_explicit(&e->refs, &refs, refs + 1, memory_order_acquire,
                                                  memory_order_relaxed))
            return e;
    return NULL;
}

void cupel_engine_weak_delete(cupel_engine_weak_t *weak)
{
    struct cupel_engine *e = engine_of(weak);
    if (e && atomic_fetch_sub_explicit(&e->weak, 1, memory_order_acq_rel) == 1)
        mem_free(e);
}

bool cupel_engine_same(const cupel_engine_t *a, const cupel_engine_t *b)
{
    return a == b;
}

const cupel_config_t *cupel_engine_config(const cupel_engine_t *engine)
{
    return &engine->config;
}

const char *cupel_engine_image_key(const cupel_engine_t *engine)
{
    return engine->image_key;
}

const char *cupel_engine_dispatch(const cupel_engine_t *engine)
{
    (void)engine;
    return interp_dispatch();
}

bool cupel_engine_guard_pages(const cupel_engine_t *engine)
{
    return engine->translate.guard_pages;
}

void cupel_engine_memory_figures(cupel_engine_t *engine, cupel_memory_figures_t *out)
{
    memory_pool_figures(&engine->memories, out);
}
