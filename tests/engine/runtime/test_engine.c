/*
 * Configurations and engines.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

START_TEST(build_is_named)
{
    ck_assert_uint_gt(strlen(cupel_version()), 0);
    ck_assert_uint_gt(strlen(cupel_build_id()), 0);
}
END_TEST

static cupel_engine_t *engine_with(void (*change)(cupel_config_t *))
{
    cupel_config_t *config = cupel_config_new();
    ck_assert_ptr_nonnull(config);
    if (change)
        change(config);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    ck_assert_ptr_nonnull(engine);
    return engine;
}

static void meter(cupel_config_t *c)
{
    cupel_config_set_consume_fuel(c, true);
}
static void no_guard(cupel_config_t *c)
{
    cupel_config_set_guard_pages(c, false);
}
static void no_customs(cupel_config_t *c)
{
    cupel_config_set_ignore_custom_sections(c, true);
}
static void fewer_features(cupel_config_t *c)
{
    must(cupel_config_set_feature(c, "bulk-memory", false));
}
static void strict(cupel_config_t *c)
{
    cupel_enforced_limits_t limits;
    cupel_enforced_limits_strict(&limits);
    cupel_config_set_enforced_limits(c, &limits);
}

START_TEST(image_key_tells_configurations_apart)
{
    void (*const changes[])(cupel_config_t *) = {NULL,       meter,          no_guard,
                                                 no_customs, fewer_features, strict};
    enum { N = sizeof changes / sizeof changes[0] };
    cupel_engine_t *engines[N];
    for (int i = 0; i < N; i++) {
        engines[i] = engine_with(changes[i]);
        const char *key = cupel_engine_image_key(engines[i]);
        ck_assert_uint_le(strlen(key), 63);
        for (const char *p = key; *p; p++)
            ck_assert_msg(*p > ' ' && *p < 0x7f, "unprintable key");
        bool can_guard = cupel_engine_guard_pages(engines[0]);
        for (int k = 0; k < i; k++)
            if (changes[i] != no_guard || can_guard)
                ck_assert_str_ne(key, cupel_engine_image_key(engines[k]));
    }
    cupel_engine_t *again = cupel_engine_new();
    ck_assert_str_eq(cupel_engine_image_key(again), cupel_engine_image_key(engines[0]));
    cupel_engine_delete(again);
    for (int i = 0; i < N; i++)
        cupel_engine_delete(engines[i]);
}
END_TEST

START_TEST(features_by_name)
{
    cupel_config_t *config = cupel_config_new();
    must(cupel_config_set_feature(config, "multi-value", false));
    expect_error(cupel_config_set_feature(config, "warp-drive", true), CUPEL_ERROR_NOT_FOUND,
                 "\"warp-drive\"");
    expect_error(cupel_config_set_feature(config, "mvp", false), CUPEL_ERROR_MISUSE, "mvp");
    cupel_config_delete(config);
    cupel_config_delete(NULL);
}
END_TEST

START_TEST(features_gate_modules)
{
    cupel_engine_t *engine = engine_with(fewer_features);
    struct wasm w;
    wasm_init(&w);
    wasm_memory(&w, 1, WASM_NO_MAX);
    wasm_export_func(&w, "f", "", "",
                     BYTES(W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_FC, 11, 0, W_END));
    size_t len;
    const uint8_t *bytes = wasm_finish(&w, &len);
    cupel_module_t *module;
    expect_error(cupel_module_new(engine, bytes, len, &module), CUPEL_ERROR_UNSUPPORTED,
                 "bulk-memory");
    ck_assert_ptr_null(module);
    expect_error(cupel_module_validate(engine, bytes, len), CUPEL_ERROR_UNSUPPORTED, "bulk-memory");
    wasm_fini(&w);
    cupel_engine_delete(engine);
}
END_TEST

START_TEST(guard_pages_can_be_refused)
{
    cupel_engine_t *engine = engine_with(no_guard);
    ck_assert(!cupel_engine_guard_pages(engine));
    ck_assert_uint_gt(strlen(cupel_engine_dispatch(engine)), 0);
    cupel_engine_delete(engine);
    cupel_engine_delete(NULL);
}
END_TEST

START_TEST(engine_outlives_its_handle)
{
    cupel_engine_t *engine = cupel_engine_new();
    cupel_engine_t *second = cupel_engine_clone(engine);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_engine_delete(engine);
    cupel_engine_delete(second);
    cupel_memory_t m;
    must(cupel_memory_new(cupel_store_context(store),
                          &(cupel_memorytype_t){.limits = {.min = 1}, .page_size_log2 = 16}, &m));
    cupel_store_delete(store);
}
END_TEST

void add_engine(TCase *tc)
{
    tcase_add_test(tc, build_is_named);
    tcase_add_test(tc, image_key_tells_configurations_apart);
    tcase_add_test(tc, features_by_name);
    tcase_add_test(tc, features_gate_modules);
    tcase_add_test(tc, guard_pages_can_be_refused);
    tcase_add_test(tc, engine_outlives_its_handle);
}
