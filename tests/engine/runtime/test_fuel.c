/*
 * Fuel and interrupts: exact whatever the slices. The cost model itself is pinned by the tests of
 * translate/.
 */
#include "tests/engine/runtime/runtime_tests.h"

static uint64_t left(struct world *t)
{
    uint64_t fuel;
    must(cupel_context_get_fuel(t->ctx, &fuel));
    return fuel;
}

/* count(n): n times round a loop; the cost of a round is constant. */
static cupel_func_t build_count(struct world *t)
{
    wasm_export_func(&t->w, "count", "i", "i",
                     BYTES(W_LOOP, W_TYPE_EMPTY, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB,
                           W_LOCAL_TEE, 0, W_BR_IF, 0, W_END, W_LOCAL_GET, 0, W_END));
    return get_func(t, world_instantiate(t, NULL, 0), "count");
}

static uint64_t cost(struct world *t, cupel_func_t f, int32_t n)
{
    must(cupel_context_set_fuel(t->ctx, 1000000));
    ck_assert_int_eq(call_i32(t, f, ARGS(n)), 0);
    return 1000000 - left(t);
}

START_TEST(needs_metering)
{
    struct world t;
    uint64_t fuel;
    world_init(&t, 0);
    expect_error(cupel_context_set_fuel(t.ctx, 1), CUPEL_ERROR_MISUSE, "meter");
    expect_error(cupel_context_get_fuel(t.ctx, &fuel), CUPEL_ERROR_MISUSE, "meter");
    expect_error(cupel_store_set_interrupt(t.store, NULL, NULL, 1), CUPEL_ERROR_MISUSE, "meter");
    world_fini(&t);
}
END_TEST

START_TEST(exact)
{
    struct world t;
    world_init(&t, WORLD_METERED);
    cupel_func_t count = build_count(&t);
    uint64_t one = cost(&t, count, 1), two = cost(&t, count, 2);
    ck_assert_uint_eq(two - one, 5); /* local.get, i32.const, i32.sub, local.tee, br_if */
    uint64_t hundred = cost(&t, count, 100);
    ck_assert_uint_eq(hundred, one + 99 * 5);
    /* Just enough. */
    must(cupel_context_set_fuel(t.ctx, hundred));
    ck_assert_int_eq(call_i32(&t, count, ARGS(100)), 0);
    ck_assert_uint_eq(left(&t), 0);
    /* One less: the block that cannot be paid is not entered, and nothing is deducted for it. */
    must(cupel_context_set_fuel(t.ctx, hundred - 1));
    expect_trap(call_trap(&t, count, ARGS(100)), CUPEL_TRAP_OUT_OF_FUEL, "");
    uint64_t rest = left(&t);
    ck_assert_uint_lt(rest, 6);
    must(cupel_context_set_fuel(t.ctx, 0));
    expect_trap(call_trap(&t, count, ARGS(1)), CUPEL_TRAP_OUT_OF_FUEL, "");
    ck_assert_uint_eq(left(&t), 0);
    world_fini(&t);
}
END_TEST

struct asked {
    int times, most;
};

static bool ask(void *env)
{
    struct asked *a = env;
    return ++a->times == a->most;
}

START_TEST(slices_do_not_show)
{
    struct world t;
    static const uint64_t slices[] = {1, 2, 3, 7, 64, 1000000};
    world_init(&t, WORLD_METERED);
    cupel_func_t count = build_count(&t);
    uint64_t expected = cost(&t, count, 1000);
    struct asked a = {0, -1};
    must(cupel_store_set_interrupt(t.store, ask, &a, slices[_i]));
    ck_assert_uint_eq(left(&t), 1000000 - expected);
    ck_assert_uint_eq(cost(&t, count, 1000), expected);
    /* A slice ends when less is left of it than the next block costs, which is 5. */
    uint64_t longest = slices[_i] > 5 ? slices[_i] : 5, shortest = slices[_i] - slices[_i] % 5;
    ck_assert_uint_ge((uint64_t)a.times + 1, expected / longest);
    ck_assert_uint_le((uint64_t)a.times, expected / (shortest ? shortest : 5) + 1);
    must(cupel_context_set_fuel(t.ctx, expected - 1));
    expect_trap(call_trap(&t, count, ARGS(1000)), CUPEL_TRAP_OUT_OF_FUEL, "");
    ck_assert_uint_lt(left(&t), 6);
    must(cupel_store_set_interrupt(t.store, NULL, NULL, 0));
    ck_assert_uint_lt(left(&t), 6);
    world_fini(&t);
}
END_TEST

START_TEST(interrupts_a_loop)
{
    struct world t;
    struct asked a = {0, 5};
    world_init(&t, WORLD_METERED);
    wasm_export_func(&t.w, "spin", "", "", BYTES(W_LOOP, W_TYPE_EMPTY, W_BR, 0, W_END, W_END));
    cupel_func_t spin = get_func(&t, world_instantiate(&t, NULL, 0), "spin");
    must(cupel_context_set_fuel(t.ctx, UINT64_MAX));
    must(cupel_store_set_interrupt(t.store, ask, &a, 1000));
    cupel_trap_t *trap = call_trap(&t, spin, NO_ARGS);
    ck_assert_uint_eq(cupel_trap_depth(trap), 1);
    expect_trap(trap, CUPEL_TRAP_INTERRUPTED, "");
    ck_assert_int_eq(a.times, 5);
    ck_assert_uint_ge(left(&t), UINT64_MAX - 5000);
    ck_assert_uint_le(left(&t), UINT64_MAX - 4995);
    world_fini(&t);
}
END_TEST

START_TEST(bad_slice)
{
    struct world t;
    struct asked a = {0, -1};
    world_init(&t, WORLD_METERED);
    expect_error(cupel_store_set_interrupt(t.store, ask, &a, 0), CUPEL_ERROR_MISUSE, "slice");
    world_fini(&t);
}
END_TEST

static cupel_trap_t *refuel(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                            size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)args, (void)nargs, (void)results, (void)nresults;
    uint64_t fuel;
    must(cupel_context_get_fuel(cupel_caller_context(caller), &fuel));
    *(uint64_t *)env = fuel;
    must(cupel_context_set_fuel(cupel_caller_context(caller), 1000));
    return NULL;
}

START_TEST(seen_and_set_by_host_functions)
{
    struct world t;
    uint64_t seen;
    struct asked a = {0, -1};
    world_init(&t, WORLD_METERED);
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "refuel", type);
    wasm_export_func(&t.w, "go", "", "",
                     BYTES(W_CALL, 0, W_BLOCK, W_TYPE_EMPTY, W_I32_CONST, 0, W_BR_IF, 0, W_END,
                           W_I32_CONST, 1, W_DROP, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "", refuel, &seen));
    cupel_func_t go = get_func(&t, world_instantiate(&t, &import, 1), "go");
    if (_i)
        must(cupel_store_set_interrupt(t.store, ask, &a, 2));
    must(cupel_context_set_fuel(t.ctx, 100));
    call_i32(&t, go, NO_ARGS);
    ck_assert_uint_lt(seen, 100);
    ck_assert_uint_le(left(&t), 1000);
    ck_assert_uint_ge(left(&t), 996);
    world_fini(&t);
}
END_TEST

START_TEST(start_function_is_charged)
{
    struct world t;
    world_init(&t, WORLD_METERED);
    uint32_t f = wasm_func(&t.w, wasm_type(&t.w, "", ""), "",
                           BYTES(W_I32_CONST, 1, W_DROP, W_I32_CONST, 1, W_DROP, W_END));
    wasm_start(&t.w, f);
    must(cupel_context_set_fuel(t.ctx, 10));
    world_instantiate(&t, NULL, 0);
    ck_assert_uint_eq(left(&t), 8);
    world_fini(&t);
}
END_TEST

void add_fuel(TCase *tc)
{
    tcase_add_test(tc, needs_metering);
    tcase_add_test(tc, exact);
    tcase_add_loop_test(tc, slices_do_not_show, 0, 6);
    tcase_add_test(tc, interrupts_a_loop);
    tcase_add_test(tc, bad_slice);
    tcase_add_loop_test(tc, seen_and_set_by_host_functions, 0, 2);
    tcase_add_test(tc, start_function_is_charged);
}
