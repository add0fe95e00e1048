/*
 * What a configuration says is what it is asked, and what its engine does.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

START_TEST(defaults)
{
    cupel_config_t *c = cupel_config_new();
    cupel_enforced_limits_t limits, none;
    cupel_stack_limits_t stack;
    bool on;
    cupel_enforced_limits_init(&none);
    cupel_config_get_enforced_limits(c, &limits);
    cupel_config_get_stack_limits(c, &stack);
    ck_assert(!cupel_config_get_consume_fuel(c) && cupel_config_get_guard_pages(c));
    ck_assert(!cupel_config_get_ignore_custom_sections(c) && !cupel_config_get_ignore_names(c));
    ck_assert(cupel_config_get_allow_start_fn(c) && !cupel_config_get_translation_fuel(c));
    ck_assert_int_eq(cupel_config_get_compilation_mode(c), CUPEL_COMPILE_EAGER);
    ck_assert_mem_eq(&limits, &none, sizeof limits);
    ck_assert_uint_eq(stack.initial_bytes, 1024);
    ck_assert_uint_eq(stack.maximum_bytes, 1 << 20);
    ck_assert_uint_eq(stack.recursion_depth, 1024);
    ck_assert_uint_eq(cupel_config_get_cached_stacks(c), 8);
    must(cupel_config_get_feature(c, "bulk-memory", &on));
    ck_assert(on);
    must(cupel_config_get_feature(c, "wide-arithmetic", &on));
    ck_assert(!on);
    expect_error(cupel_config_get_feature(c, "warp-drive", &on), CUPEL_ERROR_NOT_FOUND, "warp");
    cupel_config_delete(c);
}
END_TEST

/* Everything is set to something else, and the engine says it too. */
START_TEST(all_that_is_set)
{
    cupel_config_t *c = cupel_config_new();
    cupel_enforced_limits_t limits, strict;
    cupel_stack_limits_t stack;
    bool on = true;
    cupel_enforced_limits_strict(&strict);
    cupel_config_set_consume_fuel(c, true);
    cupel_config_set_guard_pages(c, false);
    cupel_config_set_ignore_custom_sections(c, true);
    cupel_config_set_ignore_names(c, true);
    cupel_config_set_allow_start_fn(c, false);
    cupel_config_set_compilation_mode(c, CUPEL_COMPILE_LAZY);
    cupel_config_set_translation_fuel(c, true);
    cupel_config_set_enforced_limits(c, &strict);
    must(cupel_config_set_stack_limits(c, &(cupel_stack_limits_t){1, 65536, 3}));
    must(cupel_config_set_cached_stacks(c, 0));
    must(cupel_config_set_feature(c, "bulk-memory", false));
    cupel_engine_t *engine = cupel_engine_new_with_config(c);
    const cupel_config_t *of = cupel_engine_config(engine);
    ck_assert(cupel_config_get_consume_fuel(of) && !cupel_config_get_guard_pages(of));
    ck_assert(cupel_config_get_ignore_custom_sections(of) && cupel_config_get_ignore_names(of));
    ck_assert(!cupel_config_get_allow_start_fn(of) && cupel_config_get_translation_fuel(of));
    ck_assert_int_eq(cupel_config_get_compilation_mode(of), CUPEL_COMPILE_LAZY);
    cupel_config_get_enforced_limits(of, &limits);
    ck_assert_mem_eq(&limits, &strict, sizeof limits);
    cupel_config_get_stack_limits(of, &stack);
    ck_assert_uint_eq(stack.initial_bytes, 1);
    ck_assert_uint_eq(stack.maximum_bytes, 65536);
    ck_assert_uint_eq(stack.recursion_depth, 3);
    ck_assert_uint_eq(cupel_config_get_cached_stacks(of), 0);
    must(cupel_config_get_feature(of, "bulk-memory", &on));
    ck_assert(!on);
    cupel_engine_delete(engine);
}
END_TEST

START_TEST(every_feature_has_a_switch)
{
    static const char *const names[] = {
        "mutable-global", "sign-extension",    "saturating-float-to-int",
        "multi-value",    "bulk-memory",       "reference-types",
        "tail-call",      "extended-const",    "multi-memory",
        "memory64",       "custom-page-sizes", "wide-arithmetic",
        "simd",           "relaxed-simd"};
    cupel_config_t *c = cupel_config_new();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool on;
        for (int want = 0; want < 2; want++) {
            must(cupel_config_set_feature(c, names[i], want));
            must(cupel_config_get_feature(c, names[i], &on));
            ck_assert_int_eq(on, want);
        }
    }
    cupel_config_delete(c);
}
END_TEST

START_TEST(bad_stack_limits)
{
    cupel_config_t *c = cupel_config_new();
    cupel_stack_limits_t before, after, bad = {4097, 4096, 10}, huge = {1, (1u << 30) + 1, 10};
    cupel_config_get_stack_limits(c, &before);
    expect_error(cupel_config_set_stack_limits(c, &bad), CUPEL_ERROR_MISUSE, "4097");
    expect_error(cupel_config_set_stack_limits(c, &huge), CUPEL_ERROR_MISUSE, "at most 1073741824");
    expect_error(cupel_config_set_cached_stacks(c, 1025), CUPEL_ERROR_MISUSE, "1024");
    cupel_config_get_stack_limits(c, &after);
    ck_assert_mem_eq(&before, &after, sizeof before);
    bad.initial_bytes = 4096;
    must(cupel_config_set_stack_limits(c, &bad));
    cupel_config_delete(c);
}
END_TEST

/* A function that calls itself `n` times. */
static void build_recursion(struct wasm *w)
{
    wasm_export_func(w, "f", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 1,
                           W_I32_SUB, W_CALL, 0, W_ELSE, W_I32_CONST, 7, W_END, W_END));
}

static void with_config(struct world *t, cupel_config_t *config)
{
    world_init(t, 0);
    cupel_store_delete(t->store);
    cupel_engine_delete(t->engine);
    t->engine = cupel_engine_new_with_config(config);
    t->store = cupel_store_new(t->engine, NULL, NULL);
    t->ctx = cupel_store_context(t->store);
}

START_TEST(stack_limits_are_those_of_stores)
{
    struct world t;
    cupel_config_t *c = cupel_config_new();
    must(cupel_config_set_stack_limits(c, &(cupel_stack_limits_t){0, 65536, 10}));
    with_config(&t, c);
    build_recursion(&t.w);
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    cupel_func_t f = get_func(&t, inst, "f");
    ck_assert_int_eq(call_i32(&t, f, ARGS(9)), 7);
    expect_trap(call_trap(&t, f, ARGS(10)), CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    world_fini(&t);

    c = cupel_config_new();
    must(cupel_config_set_stack_limits(c, &(cupel_stack_limits_t){0, 4096, 100000}));
    with_config(&t, c);
    build_recursion(&t.w);
    inst = world_instantiate(&t, NULL, 0);
    f = get_func(&t, inst, "f");
    ck_assert_int_eq(call_i32(&t, f, ARGS(9)), 7);
    expect_trap(call_trap(&t, f, ARGS(1000)), CUPEL_TRAP_STACK_OVERFLOW, "stack_bytes");
    world_fini(&t);
}
END_TEST

/* Stores of all sizes on an engine that keeps no stacks, one, and many. */
START_TEST(cached_stacks)
{
    static const uint32_t counts[] = {0, 1, 1024};
    cupel_config_t *c = cupel_config_new();
    struct world t;
    must(cupel_config_set_cached_stacks(c, counts[_i]));
    must(cupel_config_set_stack_limits(c, &(cupel_stack_limits_t){0, 1 << 16, 100}));
    with_config(&t, c);
    build_recursion(&t.w);
    cupel_module_t *m = world_compile(&t);
    for (int round = 0; round < 3; round++) {
        cupel_store_t *stores[4];
        for (uint32_t i = 0; i < 4; i++) {
            cupel_store_limits_t limits;
            cupel_instance_t inst;
            cupel_trap_t *trap;
            cupel_extern_t f;
            cupel_val_t arg = val_i32(5), result;
            cupel_store_limits_init(&limits);
            limits.stack_bytes = 4096u << (2 * i); /* some above what the engine keeps */
            stores[i] = cupel_store_new(t.engine, NULL, NULL);
            must(cupel_store_set_limits(stores[i], &limits));
            cupel_context_t *ctx = cupel_store_context(stores[i]);
            must(cupel_instance_new(ctx, m, NULL, 0, &inst, &trap));
            ck_assert(cupel_instance_get_export(ctx, inst, "f", 1, &f));
            must(cupel_func_call(ctx, f.of.func, &arg, 1, &result, 1, &trap));
            ck_assert_int_eq(result.of.i32, 7);
        }
        for (int i = 0; i < 4; i++)
            cupel_store_delete(stores[i]);
    }
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(start_functions)
{
    cupel_config_t *c = cupel_config_new();
    struct world t;
    size_t len;
    cupel_module_t *m;
    cupel_config_set_allow_start_fn(c, _i != 0);
    with_config(&t, c);
    wasm_func(&t.w, wasm_type(&t.w, "", ""), "", BYTES(W_END));
    wasm_start(&t.w, 0);
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    cupel_error_t *error = cupel_module_new(t.engine, bytes, len, &m);
    if (_i)
        must(error);
    else
        expect_error(error, CUPEL_ERROR_UNSUPPORTED, "start functions are switched off");
    error = cupel_module_validate(t.engine, bytes, len);
    ck_assert((error == NULL) == (_i != 0));
    cupel_error_delete(error);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* Names are read unless they are ignored; sections are kept unless they are. */
START_TEST(custom_sections)
{
    bool sections = _i & 1, names = _i & 2;
    cupel_config_t *c = cupel_config_new();
    struct world t;
    cupel_config_set_ignore_custom_sections(c, !sections);
    cupel_config_set_ignore_names(c, !names);
    with_config(&t, c);
    wasm_func(&t.w, wasm_type(&t.w, "", ""), "", BYTES(W_END));
    wasm_name_func(&t.w, 0, "nop");
    cupel_module_t *m = world_compile(&t);
    ck_assert_uint_eq(cupel_module_custom_section_count(m), sections ? 1 : 0);
    ck_assert_uint_eq(cupel_module_func_name(m, 0).len, names ? 3 : 0);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(mode_names)
{
    ck_assert_str_eq(cupel_compilation_mode_name(CUPEL_COMPILE_EAGER), "eager");
    ck_assert_str_eq(cupel_compilation_mode_name(CUPEL_COMPILE_LAZY_TRANSLATION),
                     "lazy-translation");
    ck_assert_str_eq(cupel_compilation_mode_name(CUPEL_COMPILE_LAZY), "lazy");
    ck_assert_str_eq(cupel_compilation_mode_name((cupel_compilation_mode_t)3), "unknown");
}
END_TEST

START_TEST(same_and_weak)
{
    cupel_engine_t *a = cupel_engine_new(), *b = cupel_engine_new();
    cupel_engine_t *clone = cupel_engine_clone(a);
    ck_assert(cupel_engine_same(a, a) && cupel_engine_same(a, clone));
    ck_assert(!cupel_engine_same(a, b));
    cupel_engine_weak_t *weak = cupel_engine_weak_new(a);
    cupel_engine_weak_t *second = cupel_engine_weak_clone(weak);
    cupel_engine_delete(a);
    cupel_engine_t *up = cupel_engine_weak_upgrade(weak);
    ck_assert(cupel_engine_same(up, clone));
    cupel_engine_delete(clone);
    cupel_engine_weak_delete(weak);
    ck_assert_uint_gt(strlen(cupel_engine_image_key(up)), 0);
    cupel_engine_delete(up);
    ck_assert_ptr_null(cupel_engine_weak_upgrade(second));
    ck_assert_ptr_null(cupel_engine_weak_upgrade(second));
    cupel_engine_weak_delete(second);
    cupel_engine_weak_delete(NULL);
    cupel_engine_delete(b);
}
END_TEST

/* What holds the engine keeps it for weak references too. */
START_TEST(weak_while_a_store_lives)
{
    cupel_engine_t *engine = cupel_engine_new();
    cupel_engine_weak_t *weak = cupel_engine_weak_new(engine);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_engine_delete(engine);
    cupel_engine_t *up = cupel_engine_weak_upgrade(weak);
    ck_assert_ptr_nonnull(up);
    cupel_engine_delete(up);
    cupel_store_delete(store);
    ck_assert_ptr_null(cupel_engine_weak_upgrade(weak));
    cupel_engine_weak_delete(weak);
}
END_TEST

START_TEST(modules_know_their_engine)
{
    struct world t;
    size_t len;
    cupel_module_t *second;
    world_init(&t, 0);
    wasm_memory(&t.w, 1, 1);
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    must(cupel_module_new(t.engine, bytes, len, &second));
    cupel_module_t *m = cupel_module_clone(second), *other;
    must(cupel_module_new(t.engine, bytes, len, &other));
    ck_assert(cupel_engine_same(cupel_module_engine(m), t.engine));
    ck_assert(cupel_module_same(m, second) && !cupel_module_same(m, other));
    cupel_module_delete(m);
    cupel_module_delete(second);
    cupel_module_delete(other);
    world_fini(&t);
}
END_TEST

void add_engine_config(TCase *tc)
{
    tcase_add_test(tc, defaults);
    tcase_add_test(tc, all_that_is_set);
    tcase_add_test(tc, every_feature_has_a_switch);
    tcase_add_test(tc, bad_stack_limits);
    tcase_add_test(tc, stack_limits_are_those_of_stores);
    tcase_add_loop_test(tc, cached_stacks, 0, 3);
    tcase_add_loop_test(tc, start_functions, 0, 2);
    tcase_add_loop_test(tc, custom_sections, 0, 4);
    tcase_add_test(tc, mode_names);
    tcase_add_test(tc, same_and_weak);
    tcase_add_test(tc, weak_while_a_store_lives);
    tcase_add_test(tc, modules_know_their_engine);
}
