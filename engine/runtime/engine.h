/*
 * engine.h - configuration and engine: what modules and stores of one kind share.
 *
 * An engine is immutable but for its counters and caches, which are thread-safe.
 */
#ifndef CUPEL_RUNTIME_ENGINE_H
#define CUPEL_RUNTIME_ENGINE_H

#include <stdbool.h>

#include "engine/module/module.h"
#include "engine/runtime/memory_pool.h"
#include "engine/runtime/native.h"
#include "engine/runtime/stack_cache.h"
#include "engine/translate/code.h"

struct cupel_config {
    bool consume_fuel;
    bool guard_pages;
    bool ignore_custom_sections;
    bool ignore_names;
    bool no_start_fn;
    bool translation_fuel;
    cupel_compilation_mode_t mode;
    uint64_t features;
    cupel_enforced_limits_t limits;
    cupel_stack_limits_t stack;
    uint32_t cached_stacks;
    uint32_t cached_memories;
    bool native;
    size_t native_limit; /* bytes */
};

/* The defaults. */
void config_init(struct cupel_config *config);
/* A number that tells apart what is compiled under this configuration, dispatch and memories
 * aside. */
uint64_t config_hash(const struct cupel_config *config);

struct cupel_engine {
    _Atomic uint32_t refs; /* 0: only weak references are left, and nothing but this block */
    _Atomic uint32_t weak; /* those, and one for all the others */
    struct cupel_config config;
    struct decode_config decode;
    struct translate_config translate;
    struct code_spare spare_code;
    struct type_registry *types;
    struct stack_cache stacks;
    struct memory_pool memories;
    struct native_budget native;
    char image_key[64];
};

#endif
