/*
 * Modules as objects: making, sharing, and what they say about themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/runtime/engine.h"
#include "tests/engine/runtime/runtime_tests.h"

static void build(struct wasm *w)
{
    uint32_t type = wasm_type(w, "i", "");
    wasm_import_func(w, "env", "log", type);
    wasm_import_memory(w, "env", "memory", 1, 2);
    wasm_import_global(w, "env", "base", 'I', true);
    wasm_import_table(w, "env", "table", 'r', 3, WASM_NO_MAX);
    uint32_t f = wasm_func(w, type, "", BYTES(W_NOP, W_END));
    wasm_export(w, "run", CUPEL_EXTERN_FUNC, f);
    wasm_export(w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export(w, "", CUPEL_EXTERN_GLOBAL, 0);
    wasm_name_func(w, 0, "log");
    wasm_name_func(w, 1, "run_it");
}

static bool is(cupel_name_t name, const char *text)
{
    return name.len == strlen(text) && memcmp(name.data, text, name.len) == 0;
}

START_TEST(imports)
{
    struct world t;
    cupel_importtype_t import;
    world_init(&t, 0);
    build(&t.w);
    cupel_module_t *m = world_compile(&t);
    ck_assert_uint_eq(cupel_module_import_count(m), 4);
    ck_assert(cupel_module_import(m, 0, &import));
    ck_assert(is(import.module, "env") && is(import.name, "log"));
    size_t n;
    ck_assert_int_eq(import.type.kind, CUPEL_EXTERN_FUNC);
    ck_assert_int_eq(cupel_functype_params(import.type.of.func, &n)[0], CUPEL_I32);
    ck_assert_uint_eq(n, 1);
    ck_assert(cupel_module_import(m, 1, &import));
    ck_assert_int_eq(import.type.kind, CUPEL_EXTERN_MEMORY);
    ck_assert_uint_eq(import.type.of.memory.limits.max, 2);
    ck_assert(import.type.of.memory.limits.has_max);
    ck_assert_uint_eq(import.type.of.memory.page_size_log2, 16);
    ck_assert(cupel_module_import(m, 2, &import));
    ck_assert(import.type.of.global.is_mutable && import.type.of.global.content == CUPEL_I64);
    ck_assert(cupel_module_import(m, 3, &import));
    ck_assert_int_eq(import.type.of.table.element, CUPEL_FUNCREF);
    ck_assert(!import.type.of.table.limits.has_max);
    ck_assert(!cupel_module_import(m, 4, &import));
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(exports)
{
    struct world t;
    cupel_exporttype_t export;
    cupel_externtype_t type;
    world_init(&t, 0);
    build(&t.w);
    cupel_module_t *m = world_compile(&t);
    ck_assert_uint_eq(cupel_module_export_count(m), 3);
    ck_assert(cupel_module_export(m, 0, &export));
    ck_assert(is(export.name, "run") && export.type.kind == CUPEL_EXTERN_FUNC);
    ck_assert(!cupel_module_export(m, 3, &export));
    ck_assert(cupel_module_get_export(m, "memory", 6, &type));
    ck_assert_int_eq(type.kind, CUPEL_EXTERN_MEMORY);
    ck_assert(cupel_module_get_export(m, "", 0, &type));
    ck_assert_int_eq(type.kind, CUPEL_EXTERN_GLOBAL);
    ck_assert(!cupel_module_get_export(m, "memor", 5, &type));
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

static void count_feature(void *env, const char *name)
{
    (void)name;
    ++*(int *)env;
}

START_TEST(info_and_names)
{
    struct world t;
    cupel_module_info_t info;
    world_init(&t, 0);
    build(&t.w);
    cupel_module_t *m = world_compile(&t);
    cupel_module_info(m, &info);
    ck_assert_uint_eq(info.functions, 2);
    ck_assert_uint_eq(info.imported_functions, 1);
    ck_assert_uint_eq(info.memories, 1);
    ck_assert_uint_eq(info.globals, 1);
    ck_assert_uint_eq(info.tables, 1);
    ck_assert(!info.has_start);
    ck_assert_uint_gt(info.wasm_bytes, 8);
    ck_assert_uint_gt(info.code_bytes, 0);
    ck_assert_uint_gt(info.internal_bytes, 0);
    ck_assert(is(cupel_module_func_name(m, 1), "run_it"));
    ck_assert_uint_eq(cupel_module_func_name(m, 2).len, 0);
    int n = 0;
    cupel_features_each(5, count_feature, &n);
    ck_assert_int_eq(n, 2);
    cupel_custom_section_t section;
    ck_assert(!cupel_module_custom_section(m, cupel_module_custom_section_count(m), &section));
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(errors_keep_their_place)
{
    struct world t;
    cupel_module_t *m;
    size_t len;
    world_init(&t, 0);
    wasm_export_func(&t.w, "f", "", "i", BYTES(W_NOP, W_END));
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    cupel_error_t *error = cupel_module_new(t.engine, bytes, len, &m);
    ck_assert_ptr_nonnull(error);
    ck_assert_uint_eq(cupel_error_func_index(error), 0);
    ck_assert_uint_ne(cupel_error_offset(error), CUPEL_NO_OFFSET);
    expect_error(error, CUPEL_ERROR_INVALID, "");
    error = cupel_module_new(t.engine, bytes, 3, &m);
    ck_assert_uint_eq(cupel_error_func_index(error), CUPEL_NO_INDEX);
    expect_error(error, CUPEL_ERROR_MALFORMED, "");
    expect_error(cupel_module_validate(t.engine, bytes, len), CUPEL_ERROR_INVALID, "");
    world_fini(&t);
}
END_TEST

START_TEST(module_outlives_engine_and_handles)
{
    struct world t;
    world_init(&t, 0);
    build(&t.w);
    cupel_module_t *m = world_compile(&t), *second = cupel_module_clone(m);
    world_fini(&t);
    cupel_module_delete(m);
    ck_assert_uint_eq(cupel_module_export_count(second), 3);
    cupel_module_delete(second);
    cupel_module_delete(NULL);
}
END_TEST

/* Adds 3 to its argument `n` times; if it is not `valid`, only the last byte says so. */
static cupel_error_t *make_adder(cupel_engine_t *engine, uint32_t n, bool valid,
                                 cupel_module_t **out)
{
    struct wasm w;
    size_t len = 0;
    uint8_t *body = malloc(3 + 3 * (size_t)n);
    ck_assert_ptr_nonnull(body);
    body[len++] = W_LOCAL_GET;
    body[len++] = 0;
    for (uint32_t i = 0; i < n; i++) {
        body[len++] = W_I32_CONST;
        body[len++] = 3;
        body[len++] = i + 1 < n || valid ? W_I32_ADD : W_I64_ADD;
    }
    body[len++] = W_END;
    wasm_init(&w);
    wasm_export_func(&w, "add", "i", "i", body, len);
    const uint8_t *bytes = wasm_finish(&w, &len);
    cupel_error_t *error = cupel_module_new(engine, bytes, len, out);
    wasm_fini(&w);
    free(body);
    return error;
}

/* A module of that size, used and deleted. */
static void use_adder(struct world *t, uint32_t n)
{
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_extern_t add;
    cupel_name_t name;
    cupel_trap_t *trap = NULL;
    struct world other = *t;
    other.store = cupel_store_new(t->engine, NULL, NULL);
    other.ctx = cupel_store_context(other.store);
    must(make_adder(t->engine, n, true, &module));
    ck_assert_ptr_null(t->engine->spare_code.block); /* it is in use, if there was one */
    must(cupel_instance_new(other.ctx, module, NULL, 0, &instance, &trap));
    ck_assert(cupel_instance_export(other.ctx, instance, 0, &name, &add));
    ck_assert_int_eq(call_i32(&other, add.of.func, ARGS(7)), (int32_t)(7 + 3 * n));
    cupel_store_delete(other.store);
    cupel_module_delete(module);
}

/* Larger, smaller and of the same size than the one before. */
START_TEST(code_takes_the_block_of_a_module_that_is_gone)
{
    static const uint32_t sizes[] = {10000, 10000, 40000, 8000, 40000};
    struct world t;
    cupel_module_t *module;
    world_init(&t, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        use_adder(&t, sizes[i]);
        ck_assert_ptr_nonnull(t.engine->spare_code.block);
    }
    expect_error(make_adder(t.engine, 40000, false, &module), CUPEL_ERROR_INVALID, "");
    ck_assert_ptr_nonnull(t.engine->spare_code.block);
    must(make_adder(t.engine, 10, true, &module)); /* too small to want it */
    ck_assert_ptr_nonnull(t.engine->spare_code.block);
    cupel_module_delete(module);
    ck_assert_ptr_nonnull(t.engine->spare_code.block);
    world_fini(&t);
}
END_TEST

void add_module_object(TCase *tc)
{
    tcase_add_test(tc, code_takes_the_block_of_a_module_that_is_gone);
    tcase_add_test(tc, imports);
    tcase_add_test(tc, exports);
    tcase_add_test(tc, info_and_names);
    tcase_add_test(tc, errors_keep_their_place);
    tcase_add_test(tc, module_outlives_engine_and_handles);
}
