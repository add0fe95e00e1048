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
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        if (feature_info[i].on)
            config->features |= UINT64_C(1) << i;
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

void cupel_config_set_enforced_limits(cupel_config_t *config, const cupel_enforced_limits_t *limits)
{
    config->limits = *limits;
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
    return error_new(ERR_NOT_FOUND, "there is no WebAssembly feature called \"%.60s\"", name);
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
#define LIMIT(field, type, own, text) hash = hash_number(hash, config->limits.field);
#include "engine/module/limits.def"
#undef LIMIT
    hash = hash_number(hash, config->limits.min_avg_function_bytes);
    return hash_number(hash, config->limits.min_avg_function_bytes_from);
}
