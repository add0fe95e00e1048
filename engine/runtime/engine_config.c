/*
 * A configuration is a plain record until an engine takes it; the engine copies what it needs.
 */
#include "engine/runtime/engine.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/isa.h"
#include "engine/runtime/error.h"

void config_init(struct cupel_config *config)
{
    memset(config, 0, sizeof *config);
    config->guard_pages = true;
    config->mode = CUPEL_COMPILE_EAGER;
    config->stack = (cupel_stack_limits_t){
        .initial_bytes = 1024, .maximum_bytes = STACK_DEFAULT_BYTES, .recursion_depth = 1024};
    config->cached_stacks = STACK_CACHE_PLACES;
    config->cached_memories = MEMORY_POOL_PLACES;
    config->native = true;
    config->native_limit = (size_t)256 << 20;
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        if (feature_info[i].on)
            config->features |= UINT64_C(1) << i;
}

static cupel_error_t *no_feature(const char *name)
{
    return error_new(ERR_NOT_FOUND, "there is no WebAssembly feature called \"%.60s\"", name);
}

cupel_config_t *cupel_config_new(void)
{
    struct cupel_config *config = mem_alloc(sizeof *config);
    if (config)
        config_init(config);
    return config;
}

void cupel_config_delete(cupel_config_t *config)
{
    mem_free(config);
}

void cupel_config_set_consume_fuel(cupel_config_t *config, bool on)
{
    config->consume_fuel = on;
}

void cupel_config_set_guard_pages(cupel_config_t *config, bool on)
{
    config->guard_pages = on;
}

void cupel_config_set_ignore_custom_sections(cupel_config_t *config, bool on)
{
    config->ignore_custom_sections = on;
}

void cupel_config_set_ignore_names(cupel_config_t *config, bool on)
{
    config->ignore_names = on;
}

void cupel_config_set_allow_start_fn(cupel_config_t *config, bool on)
{
    config->no_start_fn = !on;
}

const char *cupel_compilation_mode_name(cupel_compilation_mode_t mode)
{
    switch (mode) {
    case CUPEL_COMPILE_EAGER:
        return "eager";
    case CUPEL_COMPILE_LAZY_TRANSLATION:
        return "lazy-translation";
    case CUPEL_COMPILE_LAZY:
        return "lazy";
    }
    return "unknown";
}

void cupel_config_set_compilation_mode(cupel_config_t *config, cupel_compilation_mode_t mode)
{
    config->mode = mode;
}

void cupel_config_set_translation_fuel(cupel_config_t *config, bool on)
{
    config->translation_fuel = on;
}

void cupel_config_set_enforced_limits(cupel_config_t *config, const cupel_enforced_limits_t *limits)
{
    config->limits = *limits;
}

cupel_error_t *cupel_config_set_stack_limits(cupel_config_t *config,
                                             const cupel_stack_limits_t *limits)
{
    if (limits->maximum_bytes > STACK_MOST_BYTES)
        return error_new(ERR_MISUSE, "the maximum height of stacks may be at most %llu, not %llu",
                         (unsigned long long)STACK_MOST_BYTES,
                         (unsigned long long)limits->maximum_bytes);
    if (limits->initial_bytes > limits->maximum_bytes)
        return error_new(
            ERR_MISUSE, "the initial height of stacks, %llu, is above their maximum height, %llu",
            (unsigned long long)limits->initial_bytes, (unsigned long long)limits->maximum_bytes);
    config->stack = *limits;
    return NULL;
}

cupel_error_t *cupel_config_set_cached_stacks(cupel_config_t *config, uint32_t count)
{
    if (count > STACK_CACHE_MOST_PLACES)
        return error_new(ERR_MISUSE, "at most %d stacks can be kept, not %u",
                         STACK_CACHE_MOST_PLACES, count);
    config->cached_stacks = count;
    return NULL;
}

cupel_error_t *cupel_config_set_cached_memories(cupel_config_t *config, uint32_t count)
{
    if (count > MEMORY_POOL_MOST_PLACES)
        return error_new(ERR_MISUSE, "at most %d memories can be kept, not %u",
                         MEMORY_POOL_MOST_PLACES, count);
    config->cached_memories = count;
    return NULL;
}

cupel_error_t *cupel_config_set_feature(cupel_config_t *config, const char *name, bool on)
{
    for (unsigned i = 0; i < FEATURE_COUNT; i++) {
        if (strcmp(feature_info[i].name, name) != 0)
            continue;
        uint64_t bit = UINT64_C(1) << i;
        if (bit == FEATURE_BIT(MVP) && !on)
            return error_new(ERR_MISUSE, "WebAssembly 1.0 (\"mvp\") cannot be switched off");
        if (on && !feature_info[i].implemented)
            return error_new(ERR_UNSUPPORTED, "this build does not have the feature \"%s\"", name);
        config->features = on ? config->features | bit : config->features & ~bit;
        return NULL;
    }
    return no_feature(name);
}

/* ---- what is set ---- */

bool cupel_config_get_consume_fuel(const cupel_config_t *config)
{
    return config->consume_fuel;
}

bool cupel_config_get_guard_pages(const cupel_config_t *config)
{
    return config->guard_pages;
}

bool cupel_config_get_ignore_custom_sections(const cupel_config_t *config)
{
    return config->ignore_custom_sections;
}

bool cupel_config_get_ignore_names(const cupel_config_t *config)
{
    return config->ignore_names;
}

bool cupel_config_get_allow_start_fn(const cupel_config_t *config)
{
    return !config->no_start_fn;
}

cupel_compilation_mode_t cupel_config_get_compilation_mode(const cupel_config_t *config)
{
    return config->mode;
}

bool cupel_config_get_translation_fuel(const cupel_config_t *config)
{
    return config->translation_fuel;
}

void cupel_config_get_enforced_limits(const cupel_config_t *config, cupel_enforced_limits_t *out)
{
    *out = config->limits;
}

void cupel_config_get_stack_limits(const cupel_config_t *config, cupel_stack_limits_t *out)
{
    *out = config->stack;
}

uint32_t cupel_config_get_cached_stacks(const cupel_config_t *config)
{
    return config->cached_stacks;
}

uint32_t cupel_config_get_cached_memories(const cupel_config_t *config)
{
    return config->cached_memories;
}

void cupel_config_set_native(cupel_config_t *config, bool on)
{
    config->native = on;
}

bool cupel_config_get_native(const cupel_config_t *config)
{
    return config->native && native_supported();
}

void cupel_config_set_native_limit(cupel_config_t *config, size_t bytes)
{
    config->native_limit = bytes;
}

size_t cupel_config_get_native_limit(const cupel_config_t *config)
{
    return config->native_limit;
}

cupel_error_t *cupel_config_get_feature(const cupel_config_t *config, const char *name, bool *on)
{
    for (unsigned i = 0; i < FEATURE_COUNT; i++) {
        if (strcmp(feature_info[i].name, name) == 0) {
            *on = config->features >> i & 1;
            return NULL;
        }
    }
    return no_feature(name);
}

void cupel_enforced_limits_init(cupel_enforced_limits_t *limits)
{
    memset(limits, 0, sizeof *limits);
}

void cupel_enforced_limits_strict(cupel_enforced_limits_t *limits)
{
    *limits = (cupel_enforced_limits_t){
        .globals = 1000,
        .functions = 10000,
        .tables = 100,
        .element_segments = 1000,
        .memories = 1,
        .data_segments = 1000,
        .params = 32,
        .results = 32,
        .min_avg_function_bytes = 40,
        .min_avg_function_bytes_from = 1000,
    };
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    for (int i = 0; i < 64; i += 8)
        hash = (hash ^ (number >> i & 0xff)) * UINT64_C(0x100000001b3);
    return hash;
}

uint64_t config_hash(const struct cupel_config *config)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    hash = hash_number(hash, config->features);
    hash = hash_number(hash, config->ignore_custom_sections);
    hash = hash_number(hash, config->ignore_names);
    hash = hash_number(hash, config->no_start_fn);
#define LIMIT(field, type, own, text) hash = hash_number(hash, config->limits.field);
#include "engine/module/limits.def"
#undef LIMIT
    hash = hash_number(hash, config->limits.min_avg_function_bytes);
    return hash_number(hash, config->limits.min_avg_function_bytes_from);
}
