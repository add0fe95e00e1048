/*
 * Stores: host data, limits, ids.
 */
#include "tests/engine/runtime/runtime_tests.h"

START_TEST(host_data_is_finalised_once)
{
    cupel_engine_t *engine = cupel_engine_new();
    int runs = 0;
    cupel_store_t *store = cupel_store_new(engine, &runs, count_run);
    ck_assert_ptr_eq(cupel_context_data(cupel_store_context(store)), &runs);
    ck_assert_int_eq(runs, 0);
    cupel_store_delete(store);
    ck_assert_int_eq(runs, 1);
    cupel_store_delete(NULL);
    cupel_engine_delete(engine);
}
END_TEST

START_TEST(data_taken_out_is_not_finalised)
{
    cupel_engine_t *engine = cupel_engine_new();
    int runs = 0, other_runs = 0;
    cupel_externref_t ref;
    cupel_store_t *store = cupel_store_new(engine, &runs, count_run);
    ck_assert_ptr_eq(cupel_store_data(store), &runs);
    ck_assert_ptr_eq(cupel_context_engine(cupel_store_context(store)), engine);
    must(cupel_externref_new(cupel_store_context(store), &other_runs, count_run, &ref));
    ck_assert_ptr_eq(cupel_store_into_data(store), &runs);
    ck_assert_int_eq(runs, 0);
    ck_assert_int_eq(other_runs, 1);
    cupel_engine_delete(engine);
}
END_TEST

START_TEST(default_limits)
{
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    ck_assert_uint_eq(limits.memory_bytes, UINT64_MAX);
    ck_assert_uint_eq(limits.instances, 10000);
    ck_assert_uint_eq(limits.tables, 10000);
    ck_assert_uint_eq(limits.memories, 10000);
    ck_assert_uint_eq(limits.stack_bytes, 1 << 20);
    ck_assert_uint_eq(limits.call_depth, 1024);
    ck_assert_uint_eq(limits.host_depth, 64);
    ck_assert(!limits.trap_on_grow_failure);
}
END_TEST

START_TEST(limits_that_cannot_be)
{
    struct world t;
    cupel_store_limits_t limits;
    world_init(&t, 0);
    cupel_store_limits_init(&limits);
    limits.stack_bytes = (UINT64_C(1) << 30) + 1;
    expect_error(cupel_store_set_limits(t.store, &limits), CUPEL_ERROR_MISUSE, "stack_bytes");
    cupel_store_limits_init(&limits);
    limits.host_depth = 1000000;
    expect_error(cupel_store_set_limits(t.store, &limits), CUPEL_ERROR_MISUSE, "host_depth");
    world_fini(&t);
}
END_TEST

START_TEST(limits_come_first)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_externref_t ref;
    world_init(&t, 0);
    cupel_store_limits_init(&limits);
    must(cupel_store_set_limits(t.store, &limits));
    must(cupel_externref_new(t.ctx, NULL, NULL, &ref));
    expect_error(cupel_store_set_limits(t.store, &limits), CUPEL_ERROR_MISUSE, "before");
    world_fini(&t);
}
END_TEST

START_TEST(instances_are_limited)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.instances = 2;
    world_init_limits(&t, 0, &limits);
    world_instantiate(&t, NULL, 0);
    world_instantiate(&t, NULL, 0);
    expect_limit(world_refused(&t, NULL, 0), "instances");
    world_fini(&t);
}
END_TEST

START_TEST(ids_differ)
{
    struct world a, b;
    cupel_externref_t in_a, in_b;
    world_init(&a, 0);
    world_init(&b, 0);
    must(cupel_externref_new(a.ctx, NULL, NULL, &in_a));
    must(cupel_externref_new(b.ctx, NULL, NULL, &in_b));
    ck_assert_uint_ne(in_a.store_id, in_b.store_id);
    ck_assert_uint_ne(in_a.store_id, 0);
    uint64_t old = in_a.store_id;
    world_fini(&a);
    world_init(&a, 0);
    must(cupel_externref_new(a.ctx, NULL, NULL, &in_a));
    ck_assert_uint_ne(in_a.store_id, old);
    world_fini(&a);
    world_fini(&b);
}
END_TEST

START_TEST(stacks_are_handed_on)
{
    struct world t;
    world_init(&t, 0);
    wasm_export_func(&t.w, "f", "", "i", BYTES(W_I32_CONST, 7, W_END));
    cupel_module_t *m = world_compile(&t);
    for (int i = 0; i < 30; i++) {
        cupel_store_t *stores[12];
        for (int k = 0; k < 12; k++) {
            cupel_trap_t *trap;
            cupel_instance_t inst;
            cupel_extern_t f;
            cupel_val_t result;
            stores[k] = cupel_store_new(t.engine, NULL, NULL);
            cupel_context_t *ctx = cupel_store_context(stores[k]);
            must(cupel_instance_new(ctx, m, NULL, 0, &inst, &trap));
            ck_assert(cupel_instance_get_export(ctx, inst, "f", 1, &f));
            must(cupel_func_call(ctx, f.of.func, NULL, 0, &result, 1, &trap));
            ck_assert_int_eq(result.of.i32, 7);
        }
        for (int k = 0; k < 12; k++)
            cupel_store_delete(stores[k]);
    }
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

void add_store(TCase *tc)
{
    tcase_add_test(tc, host_data_is_finalised_once);
    tcase_add_test(tc, data_taken_out_is_not_finalised);
    tcase_add_test(tc, default_limits);
    tcase_add_test(tc, limits_that_cannot_be);
    tcase_add_test(tc, limits_come_first);
    tcase_add_test(tc, instances_are_limited);
    tcase_add_test(tc, ids_differ);
    tcase_add_test(tc, stacks_are_handed_on);
}
