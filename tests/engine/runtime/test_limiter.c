/*
 * Limiters: what they are asked, what their answers do, what they are told, and what a refused
 * growth costs.
 */
#include "tests/engine/runtime/runtime_tests.h"

#define PAGE  UINT64_C(65536)
#define NEVER UINT64_MAX

struct asked {
    struct world *t;
    cupel_growth_t answer;
    const char *trap; /* message of an own trap, or NULL */
    int times, failures;
    uint64_t current, desired, maximum;
    cupel_grow_failure_t why;
    void (*within)(struct asked *a); /* what the callback tries to do */
};

static cupel_growth_t growing(void *env, uint64_t current, uint64_t desired, uint64_t maximum,
                              cupel_trap_t **trap)
{
    struct asked *a = env;
    a->times++;
    a->current = current;
    a->desired = desired;
    a->maximum = maximum;
    if (a->trap)
        *trap = cupel_trap_new(a->trap);
    if (a->within)
        a->within(a);
    return a->answer;
}

static void grow_failed(void *env, cupel_grow_failure_t why)
{
    struct asked *a = env;
    a->failures++;
    a->why = why;
}

static void expect_asked(struct asked *a, uint64_t current, uint64_t desired, uint64_t maximum)
{
    ck_assert_int_eq(a->times, 1);
    ck_assert_uint_eq(a->current, current);
    ck_assert_uint_eq(a->desired, desired);
    ck_assert_uint_eq(a->maximum, maximum);
    a->times = 0;
}

static void limit(struct world *t, struct asked *memories, struct asked *tables)
{
    cupel_limiter_t l;
    cupel_limiter_init(&l);
    l.env = memories ? memories : tables;
    if (memories) {
        l.memory_growing = growing;
        l.memory_grow_failed = grow_failed;
    }
    if (tables) {
        l.table_growing = growing;
        l.table_grow_failed = grow_failed;
    }
    cupel_store_set_limiter(t->store, &l);
    ((struct asked *)l.env)->t = t;
}

/* grow(n) of a memory of 1 to 10 pages, table(n) of a table of 2 to 20 elements. */
static cupel_instance_t growers(struct world *t)
{
    wasm_memory(&t->w, 1, 10);
    wasm_export(&t->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_table(&t->w, 'r', 2, 20);
    wasm_export(&t->w, "elements", CUPEL_EXTERN_TABLE, 0);
    wasm_export_func(&t->w, "grow", "i", "i", BYTES(W_LOCAL_GET, 0, W_MEMORY_GROW, 0, W_END));
    wasm_export_func(&t->w, "table", "i", "i",
                     BYTES(W_REF_NULL, W_TYPE_FUNCREF, W_LOCAL_GET, 0, W_FC, 15, 0, W_END));
    return world_instantiate(t, NULL, 0);
}

static cupel_func_t grower(struct world *t)
{
    return get_func(t, growers(t), "grow");
}

static uint64_t fuel_left(struct world *t)
{
    uint64_t fuel;
    must(cupel_context_get_fuel(t->ctx, &fuel));
    return fuel;
}

static cupel_error_t *make_memory(struct world *t, uint64_t min, uint64_t max)
{
    cupel_memory_t m;
    cupel_memorytype_t type = {.limits = {.min = min, .max = max, .has_max = max != NEVER},
                               .page_size_log2 = 16};
    return cupel_memory_new(t->ctx, &type, &m);
}

static cupel_error_t *make_table(struct world *t, uint64_t min)
{
    cupel_table_t table;
    cupel_tabletype_t type = {.element = CUPEL_FUNCREF, .limits = {.min = min}};
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    return cupel_table_new(t->ctx, &type, &null, &table);
}

START_TEST(asked_in_bytes_and_elements)
{
    struct world t;
    struct asked a = {0};
    world_init(&t, 0);
    cupel_instance_t inst = growers(&t);
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(2)), 1);
    expect_asked(&a, PAGE, 3 * PAGE, 10 * PAGE);
    must(cupel_memory_grow(t.ctx, get_export(&t, inst, "memory").of.memory, 1, NULL));
    expect_asked(&a, 3 * PAGE, 4 * PAGE, 10 * PAGE);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(2)), 2);
    ck_assert_int_eq(a.times, 0);
    limit(&t, NULL, &a);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(3)), 4);
    expect_asked(&a, 4, 7, 20);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(1)), 4);
    ck_assert_int_eq(a.times, 0);
    ck_assert_int_eq(a.failures, 0);
    cupel_store_set_limiter(t.store, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(1)), 7);
    ck_assert_int_eq(a.times, 0);
    world_fini(&t);
}
END_TEST

START_TEST(asked_at_creation)
{
    struct world t;
    struct asked memories = {0}, tables = {0};
    world_init(&t, _i);
    limit(&t, &memories, NULL);
    must(make_memory(&t, 3, NEVER));
    expect_asked(&memories, 0, 3 * PAGE, NEVER);
    must(make_memory(&t, 0, 7));
    expect_asked(&memories, 0, 0, 7 * PAGE);
    growers(&t);
    expect_asked(&memories, 0, PAGE, 10 * PAGE);
    limit(&t, NULL, &tables);
    must(make_table(&t, 5));
    expect_asked(&tables, 0, 5, NEVER);
    growers(&t);
    expect_asked(&tables, 0, 2, 20);
    ck_assert_int_eq(memories.failures + tables.failures, 0);
    world_fini(&t);
}
END_TEST

START_TEST(denied_instructions_give_minus_one)
{
    struct world t;
    struct asked a = {.answer = CUPEL_GROWTH_DENY};
    world_init(&t, 0);
    cupel_instance_t inst = growers(&t);
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(2)), -1);
    limit(&t, NULL, &a);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(2)), -1);
    ck_assert_int_eq(a.times, 2);
    /* Only a failure of what was allowed is told. */
    ck_assert_int_eq(a.failures, 0);
    a.answer = (cupel_growth_t)77; /* not an answer */
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(2)), -1);
    world_fini(&t);
}
END_TEST

START_TEST(denied_embedders_get_errors)
{
    struct world t;
    struct asked a = {.answer = CUPEL_GROWTH_DENY};
    uint64_t n;
    world_init(&t, 0);
    cupel_instance_t inst = growers(&t);
    limit(&t, &a, NULL);
    cupel_memory_t memory = get_export(&t, inst, "memory").of.memory;
    expect_limit(cupel_memory_grow(t.ctx, memory, 1, NULL), "limiter");
    expect_limit(make_memory(&t, 1, 1), "limiter");
    wasm_memory(&t.w, 1, 10);
    expect_limit(world_refused(&t, NULL, 0), "limiter");
    limit(&t, NULL, &a);
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    cupel_table_t table = get_export(&t, inst, "elements").of.table;
    expect_limit(cupel_table_grow(t.ctx, table, 1, &null, NULL), "limiter");
    expect_limit(make_table(&t, 1), "limiter");
    ck_assert_int_eq(a.times, 5);
    ck_assert_int_eq(a.failures, 0);
    must(cupel_memory_size(t.ctx, memory, &n));
    ck_assert_uint_eq(n, 1);
    must(cupel_table_size(t.ctx, table, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(cupel_context_memory_bytes(t.ctx, NULL), PAGE);
    world_fini(&t);
}
END_TEST

START_TEST(traps_if_asked_to)
{
    struct world t;
    struct asked a = {.answer = CUPEL_GROWTH_TRAP};
    world_init(&t, _i);
    cupel_func_t grow = grower(&t);
    limit(&t, &a, NULL);
    cupel_trap_t *trap = call_trap(&t, grow, ARGS(2));
    ck_assert_uint_eq(cupel_trap_depth(trap), 1);
    expect_trap(trap, CUPEL_TRAP_GROWTH_OPERATION_LIMITED, "limiter");
    a.trap = "only on weekdays";
    trap = call_trap(&t, grow, ARGS(2));
    ck_assert_str_eq(cupel_trap_message(trap), "only on weekdays");
    ck_assert_uint_eq(cupel_trap_depth(trap), 1);
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    cupel_error_t *error = make_memory(&t, 1, 1);
    ck_assert_str_eq(cupel_error_limit(error), "limiter");
    expect_error(error, CUPEL_ERROR_LIMIT, "refused the memory: only on weekdays");
    /* A trap that goes with another answer is not used. */
    a.answer = CUPEL_GROWTH_DENY;
    ck_assert_int_eq(call_i32(&t, grow, ARGS(2)), -1);
    a.answer = CUPEL_GROWTH_ALLOW;
    ck_assert_int_eq(call_i32(&t, grow, ARGS(2)), 1);
    world_fini(&t);
}
END_TEST

START_TEST(nothing_is_asked_for_nothing)
{
    struct world t;
    struct asked a = {.answer = CUPEL_GROWTH_TRAP};
    world_init(&t, 0);
    cupel_instance_t inst = growers(&t);
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(0)), 1);
    must(cupel_memory_grow(t.ctx, get_export(&t, inst, "memory").of.memory, 0, NULL));
    limit(&t, NULL, &a);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(0)), 2);
    /* Nor for more than any memory can have. */
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(-1)), -1);
    ck_assert_int_eq(a.times + a.failures, 0);
    world_fini(&t);
}
END_TEST

static void expect_failed(struct asked *a, cupel_grow_failure_t why)
{
    ck_assert_int_eq(a->times, 1);
    ck_assert_int_eq(a->failures, 1);
    ck_assert_int_eq(a->why, why);
    a->times = a->failures = 0;
}

START_TEST(allowed_growth_may_fail)
{
    struct world t;
    struct asked a = {0};
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 5 * PAGE;
    limits.table_elements = 10;
    world_init_limits(&t, 0, &limits);
    cupel_instance_t inst = growers(&t);
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(10)), -1);
    expect_failed(&a, CUPEL_GROW_FAILED_MAXIMUM);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(5)), -1);
    expect_failed(&a, CUPEL_GROW_FAILED_LIMIT);
    expect_limit(cupel_memory_grow(t.ctx, get_export(&t, inst, "memory").of.memory, 10, NULL), "");
    expect_failed(&a, CUPEL_GROW_FAILED_MAXIMUM);
    expect_limit(make_memory(&t, 6, NEVER), "memory_bytes");
    expect_failed(&a, CUPEL_GROW_FAILED_LIMIT);
    limit(&t, NULL, &a);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(19)), -1);
    expect_failed(&a, CUPEL_GROW_FAILED_MAXIMUM);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "table"), ARGS(9)), -1);
    expect_failed(&a, CUPEL_GROW_FAILED_LIMIT);
    expect_limit(make_table(&t, 9), "table_elements");
    expect_failed(&a, CUPEL_GROW_FAILED_LIMIT);
    world_fini(&t);
}
END_TEST

START_TEST(objects_are_counted)
{
    struct world t;
    cupel_limiter_t l;
    cupel_limiter_init(&l);
    ck_assert_uint_eq(l.instances, 10000);
    ck_assert_uint_eq(l.tables, 10000);
    ck_assert_uint_eq(l.memories, 10000);
    world_init(&t, 0);
    l.instances = l.tables = l.memories = 2;
    cupel_store_set_limiter(t.store, &l);
    must(make_memory(&t, 1, 1));
    must(make_table(&t, 1));
    growers(&t);
    expect_limit(make_memory(&t, 1, 1), "memories");
    expect_limit(make_table(&t, 1), "tables");
    world_instantiate(&t, NULL, 0);
    expect_limit(world_refused(&t, NULL, 0), "instances");
    /* Those of the store hold besides. */
    cupel_store_set_limiter(t.store, NULL);
    must(make_memory(&t, 1, 1));
    must(make_table(&t, 1));
    world_instantiate(&t, NULL, 0);
    world_fini(&t);
}
END_TEST

START_TEST(nothing_is_counted_without)
{
    struct world t;
    world_init(&t, WORLD_CHECKED);
    cupel_module_t *m = world_compile(&t);
    for (int i = 0; i < 10001; i++) {
        cupel_instance_t inst;
        cupel_trap_t *trap;
        must(make_memory(&t, 0, 1));
        must(make_table(&t, 0));
        must(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap));
    }
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* ---- fuel ---- */

START_TEST(failed_growth_costs_nothing)
{
    struct world t;
    struct asked a = {0};
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 5 * PAGE;
    limits.table_elements = 10;
    world_init_limits(&t, WORLD_METERED, &limits);
    cupel_instance_t inst = growers(&t);
    cupel_func_t grow = get_func(&t, inst, "grow"), table = get_func(&t, inst, "table");
    /* By 0: what the instructions cost. */
    must(cupel_context_set_fuel(t.ctx, 1000));
    ck_assert_int_eq(call_i32(&t, grow, ARGS(0)), 1);
    uint64_t base = 1000 - fuel_left(&t);
    ck_assert_uint_eq(base, 2);
    /* With so little that growing could never be paid for, what is denied is -1 all the same. */
    static const int32_t too_much[] = {10, 5, -1};
    for (int i = 0; i < 3; i++) {
        must(cupel_context_set_fuel(t.ctx, base));
        ck_assert_int_eq(call_i32(&t, grow, ARGS(too_much[i])), -1);
        ck_assert_uint_eq(fuel_left(&t), 0);
        must(cupel_context_set_fuel(t.ctx, 3));
        ck_assert_int_eq(call_i32(&t, table, ARGS(i == 0 ? 19 : i == 1 ? 9 : -1)), -1);
        ck_assert_uint_eq(fuel_left(&t), 0);
    }
    a.answer = CUPEL_GROWTH_DENY;
    limit(&t, &a, NULL);
    must(cupel_context_set_fuel(t.ctx, base));
    ck_assert_int_eq(call_i32(&t, grow, ARGS(1)), -1);
    limit(&t, NULL, &a);
    must(cupel_context_set_fuel(t.ctx, 3));
    ck_assert_int_eq(call_i32(&t, table, ARGS(1)), -1);
    ck_assert_int_eq(a.times, 2);
    world_fini(&t);
}
END_TEST

START_TEST(unpaid_growth_is_told)
{
    struct world t;
    struct asked a = {0};
    world_init(&t, WORLD_METERED);
    cupel_instance_t inst = growers(&t);
    cupel_func_t grow = get_func(&t, inst, "grow");
    limit(&t, &a, NULL);
    must(cupel_context_set_fuel(t.ctx, 2 + 1023));
    expect_trap(call_trap(&t, grow, ARGS(1)), CUPEL_TRAP_OUT_OF_FUEL, "");
    expect_failed(&a, CUPEL_GROW_FAILED_FUEL);
    ck_assert_uint_eq(fuel_left(&t), 1023);
    must(cupel_context_set_fuel(t.ctx, 2 + 1024));
    ck_assert_int_eq(call_i32(&t, grow, ARGS(1)), 1);
    ck_assert_uint_eq(fuel_left(&t), 0);
    ck_assert_int_eq(a.failures, 0);
    limit(&t, NULL, &a);
    a.times = 0;
    must(cupel_context_set_fuel(t.ctx, 3));
    expect_trap(call_trap(&t, get_func(&t, inst, "table"), ARGS(16)), CUPEL_TRAP_OUT_OF_FUEL, "");
    expect_failed(&a, CUPEL_GROW_FAILED_FUEL);
    world_fini(&t);
}
END_TEST

START_TEST(hosts_are_not_charged)
{
    struct world t;
    world_init(&t, WORLD_METERED);
    cupel_instance_t inst = growers(&t);
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    must(cupel_context_set_fuel(t.ctx, 5));
    must(cupel_memory_grow(t.ctx, get_export(&t, inst, "memory").of.memory, 3, NULL));
    must(cupel_table_grow(t.ctx, get_export(&t, inst, "elements").of.table, 16, &null, NULL));
    must(make_memory(&t, 3, 4));
    must(make_table(&t, 64));
    ck_assert_uint_eq(fuel_left(&t), 5);
    world_fini(&t);
}
END_TEST

/* ---- misuse: callbacks that use the store ---- */

static cupel_instance_t victim;

static void try_everything(struct asked *a)
{
    struct world *t = a->t;
    cupel_trap_t *trap;
    cupel_instance_t inst;
    cupel_val_t arg = val_i32(1), result, null = val_null(CUPEL_FUNCREF);
    must(cupel_func_call(t->ctx, get_func(t, victim, "grow"), &arg, 1, &result, 1, &trap));
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "host_depth");
    expect_error(cupel_memory_grow(t->ctx, get_export(t, victim, "memory").of.memory, 1, NULL),
                 CUPEL_ERROR_MISUSE, "callback");
    expect_error(
        cupel_table_grow(t->ctx, get_export(t, victim, "elements").of.table, 1, &null, NULL),
        CUPEL_ERROR_MISUSE, "callback");
    expect_error(make_memory(t, 1, 1), CUPEL_ERROR_MISUSE, "callback");
    expect_error(make_table(t, 1), CUPEL_ERROR_MISUSE, "callback");
    cupel_module_t *m = world_compile(t);
    expect_error(cupel_instance_new(t->ctx, m, NULL, 0, &inst, &trap), CUPEL_ERROR_MISUSE,
                 "callback");
    cupel_module_delete(m);
}

START_TEST(callbacks_cannot_use_the_store)
{
    struct world t;
    struct asked a = {.within = try_everything};
    world_init(&t, _i);
    victim = growers(&t);
    limit(&t, &a, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, victim, "grow"), ARGS(2)), 1);
    must(make_memory(&t, 1, 1));
    ck_assert_int_eq(a.times, 2);
    ck_assert_int_eq(a.failures, 0);
    a.within = NULL;
    ck_assert_int_eq(call_i32(&t, get_func(&t, victim, "grow"), ARGS(2)), 3);
    world_fini(&t);
}
END_TEST

static bool try_it_interrupted(void *env)
{
    struct asked *a = env;
    a->times++;
    try_everything(a);
    return false;
}

START_TEST(interrupts_cannot_use_the_store)
{
    struct world t;
    struct asked a = {.t = &t};
    world_init(&t, WORLD_METERED);
    victim = growers(&t);
    must(cupel_store_set_interrupt(t.store, try_it_interrupted, &a, 1));
    ck_assert_int_eq(call_i32(&t, get_func(&t, victim, "grow"), ARGS(2)), 1);
    ck_assert_int_gt(a.times, 0);
    world_fini(&t);
}
END_TEST

void add_limiter(TCase *tc)
{
    tcase_add_test(tc, asked_in_bytes_and_elements);
    tcase_add_loop_test(tc, asked_at_creation, 0, 4);
    tcase_add_test(tc, denied_instructions_give_minus_one);
    tcase_add_test(tc, denied_embedders_get_errors);
    tcase_add_loop_test(tc, traps_if_asked_to, 0, 4);
    tcase_add_test(tc, nothing_is_asked_for_nothing);
    tcase_add_test(tc, allowed_growth_may_fail);
    tcase_add_test(tc, objects_are_counted);
    tcase_add_test(tc, nothing_is_counted_without);
    tcase_add_test(tc, failed_growth_costs_nothing);
    tcase_add_test(tc, unpaid_growth_is_told);
    tcase_add_test(tc, hosts_are_not_charged);
    tcase_add_loop_test(tc, callbacks_cannot_use_the_store, 0, 4);
    tcase_add_test(tc, interrupts_cannot_use_the_store);
}
