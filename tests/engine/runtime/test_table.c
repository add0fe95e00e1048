/*
 * Tables: elements, growth and limits.
 */
#include "tests/engine/runtime/runtime_tests.h"

static cupel_table_t new_table(struct world *t, cupel_valkind_t kind, uint64_t min, uint64_t max,
                               cupel_val_t init)
{
    cupel_tabletype_t type = {.element = kind,
                              .limits = {.min = min, .max = max, .has_max = max != 0}};
    cupel_table_t table;
    must(cupel_table_new(t->ctx, &type, &init, &table));
    return table;
}

static cupel_val_t get(struct world *t, cupel_table_t table, uint64_t i)
{
    cupel_val_t v;
    must(cupel_table_get(t->ctx, table, i, &v));
    return v;
}

START_TEST(elements)
{
    struct world t;
    int data = 0;
    cupel_val_t v = {.kind = CUPEL_EXTERNREF};
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, &data, NULL, &v.of.externref));
    cupel_table_t table = new_table(&t, CUPEL_EXTERNREF, 3, 0, v);
    must(cupel_table_set(t.ctx, table, 1, &(cupel_val_t){.kind = CUPEL_EXTERNREF}));
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, get(&t, table, 0).of.externref), &data);
    ck_assert_uint_eq(get(&t, table, 1).of.externref.store_id, 0);
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, get(&t, table, 2).of.externref), &data);
    expect_error(cupel_table_get(t.ctx, table, 3, &v), CUPEL_ERROR_MISUSE, "element 3");
    expect_error(cupel_table_set(t.ctx, table, UINT64_C(1) << 32, &v), CUPEL_ERROR_MISUSE,
                 "element");
    cupel_val_t wrong = val_null(CUPEL_FUNCREF);
    expect_error(cupel_table_set(t.ctx, table, 0, &wrong), CUPEL_ERROR_TYPE, "externref");
    world_fini(&t);
}
END_TEST

START_TEST(growth)
{
    struct world t;
    uint64_t previous, size;
    int data = 0;
    cupel_tabletype_t type;
    cupel_val_t v = {.kind = CUPEL_EXTERNREF}, null = val_null(CUPEL_EXTERNREF);
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, &data, NULL, &v.of.externref));
    cupel_table_t table = new_table(&t, CUPEL_EXTERNREF, 2, 100, null);
    for (uint64_t n = 2; n < 100; n += 2) {
        must(cupel_table_grow(t.ctx, table, 2, n % 4 ? &null : &v, &previous));
        ck_assert_uint_eq(previous, n);
    }
    must(cupel_table_size(t.ctx, table, &size));
    ck_assert_uint_eq(size, 100);
    for (uint64_t i = 2; i < 100; i++)
        ck_assert_ptr_eq(cupel_externref_data(t.ctx, get(&t, table, i).of.externref),
                         i / 2 % 2 ? NULL : &data);
    expect_limit(cupel_table_grow(t.ctx, table, 1, &null, NULL), "");
    must(cupel_table_grow(t.ctx, table, 0, &null, &previous));
    ck_assert_uint_eq(previous, 100);
    must(cupel_table_type(t.ctx, table, &type));
    ck_assert_uint_eq(type.limits.min, 2);
    ck_assert_uint_eq(type.limits.max, 100);
    world_fini(&t);
}
END_TEST

START_TEST(empty_table)
{
    struct world t;
    uint64_t size;
    cupel_val_t null = val_null(CUPEL_FUNCREF), v;
    world_init(&t, 0);
    cupel_table_t table = new_table(&t, CUPEL_FUNCREF, 0, 0, null);
    expect_error(cupel_table_get(t.ctx, table, 0, &v), CUPEL_ERROR_MISUSE, "element 0");
    must(cupel_table_grow(t.ctx, table, 1, &null, &size));
    ck_assert_uint_eq(size, 0);
    ck_assert_uint_eq(get(&t, table, 0).of.funcref.store_id, 0);
    world_fini(&t);
}
END_TEST

START_TEST(limit_counts_all_tables)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_table_t none;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    cupel_store_limits_init(&limits);
    limits.table_elements = 10;
    limits.tables = 2;
    world_init_limits(&t, 0, &limits);
    cupel_table_t a = new_table(&t, CUPEL_FUNCREF, 4, 0, null);
    cupel_tabletype_t big = {.element = CUPEL_FUNCREF, .limits = {.min = 7}};
    expect_limit(cupel_table_new(t.ctx, &big, &null, &none), "table_elements");
    new_table(&t, CUPEL_FUNCREF, 5, 0, null);
    must(cupel_table_grow(t.ctx, a, 1, &null, NULL));
    expect_limit(cupel_table_grow(t.ctx, a, 1, &null, NULL), "table_elements");
    expect_limit(cupel_table_grow(t.ctx, a, UINT64_MAX, &null, NULL), "");
    big.limits.min = 0;
    expect_limit(cupel_table_new(t.ctx, &big, &null, &none), "tables");
    world_fini(&t);
}
END_TEST

START_TEST(engines_own_limit)
{
    struct world t;
    cupel_table_t none;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    world_init(&t, 0);
    cupel_tabletype_t big = {.element = CUPEL_FUNCREF, .limits = {.min = 10000001}};
    expect_limit(cupel_table_new(t.ctx, &big, &null, &none), "table_elements");
    cupel_table_t a = new_table(&t, CUPEL_FUNCREF, 1, 0, null);
    expect_limit(cupel_table_grow(t.ctx, a, 10000000, &null, NULL), "");
    world_fini(&t);
}
END_TEST

/* grow(n) by null, and call(i) of an i32 function. */
static cupel_instance_t table_module(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "", "i");
    wasm_table(&t->w, 'r', 2, 8);
    wasm_export(&t->w, "table", CUPEL_EXTERN_TABLE, 0);
    wasm_export_func(&t->w, "grow", "i", "i",
                     BYTES(W_REF_NULL, W_TYPE_FUNCREF, W_LOCAL_GET, 0, W_FC, 15, 0, W_END));
    wasm_export_func(&t->w, "call", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_CALL_INDIRECT, (uint8_t)type, 0, W_END));
    wasm_export_func(&t->w, "seven", "", "i", BYTES(W_I32_CONST, 7, W_END));
    return world_instantiate(t, NULL, 0);
}

START_TEST(growth_by_code)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.table_elements = 5;
    limits.trap_on_grow_failure = _i;
    world_init_limits(&t, 0, &limits);
    cupel_func_t grow = get_func(&t, table_module(&t), "grow");
    ck_assert_int_eq(call_i32(&t, grow, ARGS(3)), 2);
    if (_i)
        expect_trap(call_trap(&t, grow, ARGS(1)), CUPEL_TRAP_GROWTH_OPERATION_LIMITED,
                    "table_elements");
    else
        ck_assert_int_eq(call_i32(&t, grow, ARGS(1)), -1);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(0)), 5);
    world_fini(&t);
}
END_TEST

START_TEST(functions_from_the_host)
{
    struct world t;
    cupel_val_t v = {.kind = CUPEL_FUNCREF};
    world_init(&t, 0);
    cupel_instance_t inst = table_module(&t);
    cupel_func_t call = get_func(&t, inst, "call");
    cupel_table_t table = get_export(&t, inst, "table").of.table;
    expect_trap(call_trap(&t, call, ARGS(0)), CUPEL_TRAP_INDIRECT_CALL_TO_NULL, "");
    expect_trap(call_trap(&t, call, ARGS(2)), CUPEL_TRAP_TABLE_OUT_OF_BOUNDS, "");
    v.of.funcref = get_func(&t, inst, "seven");
    must(cupel_table_set(t.ctx, table, 1, &v));
    ck_assert_int_eq(call_i32(&t, call, ARGS(1)), 7);
    v.of.funcref = call;
    must(cupel_table_set(t.ctx, table, 0, &v));
    expect_trap(call_trap(&t, call, ARGS(0)), CUPEL_TRAP_BAD_SIGNATURE, "");
    /* A function of another instance. */
    v.of.funcref = get_func(&t, table_module(&t), "seven");
    must(cupel_table_set(t.ctx, table, 0, &v));
    ck_assert_int_eq(call_i32(&t, call, ARGS(0)), 7);
    ck_assert_int_eq((int)get(&t, table, 0).of.funcref.owner, (int)v.of.funcref.owner);
    world_fini(&t);
}
END_TEST

/* `n` elements that are references to the numbers 0 to n - 1. */
static cupel_table_t numbered(struct world *t, int *numbers, uint64_t n)
{
    cupel_table_t table = new_table(t, CUPEL_EXTERNREF, n, 0, val_null(CUPEL_EXTERNREF));
    for (uint64_t i = 0; i < n; i++) {
        cupel_val_t v = {.kind = CUPEL_EXTERNREF};
        numbers[i] = (int)i;
        must(cupel_externref_new(t->ctx, &numbers[i], NULL, &v.of.externref));
        must(cupel_table_set(t->ctx, table, i, &v));
    }
    return table;
}

/* The numbers that the elements refer to, -1 for null. */
static void expect_numbers(struct world *t, cupel_table_t table, const int *expected, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        const int *found = cupel_externref_data(t->ctx, get(t, table, i).of.externref);
        ck_assert_int_eq(found ? *found : -1, expected[i]);
    }
}

START_TEST(fill_within_bounds)
{
    struct world t;
    int numbers[5];
    cupel_val_t null = val_null(CUPEL_EXTERNREF), wrong = val_null(CUPEL_FUNCREF);
    world_init(&t, 0);
    cupel_table_t table = numbered(&t, numbers, 5);
    must(cupel_table_fill(t.ctx, table, 1, &null, 2));
    must(cupel_table_fill(t.ctx, table, 5, &null, 0));
    expect_numbers(&t, table, (const int[]){0, -1, -1, 3, 4}, 5);
    expect_error(cupel_table_fill(t.ctx, table, 4, &null, 2), CUPEL_ERROR_MISUSE,
                 "2 elements at 4");
    expect_error(cupel_table_fill(t.ctx, table, UINT64_MAX, &null, 2), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_table_fill(t.ctx, table, 6, &null, 0), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_table_fill(t.ctx, table, 0, &wrong, 1), CUPEL_ERROR_TYPE, "externref");
    expect_numbers(&t, table, (const int[]){0, -1, -1, 3, 4}, 5);
    world_fini(&t);
}
END_TEST

START_TEST(copy_within_bounds)
{
    struct world t;
    int numbers[5], others[3];
    world_init(&t, 0);
    cupel_table_t a = numbered(&t, numbers, 5), b = numbered(&t, others, 3);
    cupel_table_t funcs = new_table(&t, CUPEL_FUNCREF, 3, 0, val_null(CUPEL_FUNCREF));
    must(cupel_table_copy(t.ctx, a, 1, a, 0, 4)); /* overlapping */
    expect_numbers(&t, a, (const int[]){0, 0, 1, 2, 3}, 5);
    must(cupel_table_copy(t.ctx, b, 0, a, 3, 2));
    expect_numbers(&t, b, (const int[]){2, 3, 2}, 3);
    must(cupel_table_copy(t.ctx, b, 3, a, 5, 0));
    expect_error(cupel_table_copy(t.ctx, b, 1, a, 0, 3), CUPEL_ERROR_MISUSE, "3 elements at 1");
    expect_error(cupel_table_copy(t.ctx, b, 0, a, 3, 3), CUPEL_ERROR_MISUSE, "3 elements at 3");
    expect_error(cupel_table_copy(t.ctx, b, 0, a, UINT64_MAX, 3), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_table_copy(t.ctx, b, 0, funcs, 0, 1), CUPEL_ERROR_TYPE, "funcref");
    expect_numbers(&t, b, (const int[]){2, 3, 2}, 3);
    world_fini(&t);
}
END_TEST

START_TEST(foreign_handles)
{
    struct world t, other;
    uint64_t n;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_table_t table = new_table(&t, CUPEL_FUNCREF, 1, 0, null);
    expect_error(cupel_table_size(other.ctx, table, &n), CUPEL_ERROR_MISUSE, "store");
    cupel_val_t v = {.kind = CUPEL_FUNCREF};
    v.of.funcref = host_func(&other, "", "", NULL, NULL);
    expect_error(cupel_table_set(t.ctx, table, 0, &v), CUPEL_ERROR_MISUSE, "another store");
    expect_error(cupel_table_fill(t.ctx, table, 0, &v, 1), CUPEL_ERROR_MISUSE, "another store");
    expect_error(cupel_table_grow(t.ctx, table, 1, &v, &n), CUPEL_ERROR_MISUSE, "another store");
    expect_error(cupel_table_fill(other.ctx, table, 0, &null, 1), CUPEL_ERROR_MISUSE, "store");
    expect_error(cupel_table_copy(other.ctx, table, 0, table, 0, 1), CUPEL_ERROR_MISUSE, "store");
    expect_error(cupel_table_get(other.ctx, table, 0, &v), CUPEL_ERROR_MISUSE, "store");
    table.index = 1;
    expect_error(cupel_table_size(t.ctx, table, &n), CUPEL_ERROR_MISUSE, "store");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

void add_table(TCase *tc)
{
    tcase_add_test(tc, elements);
    tcase_add_test(tc, growth);
    tcase_add_test(tc, empty_table);
    tcase_add_test(tc, limit_counts_all_tables);
    tcase_add_test(tc, engines_own_limit);
    tcase_add_loop_test(tc, growth_by_code, 0, 2);
    tcase_add_test(tc, functions_from_the_host);
    tcase_add_test(tc, fill_within_bounds);
    tcase_add_test(tc, copy_within_bounds);
    tcase_add_test(tc, foreign_handles);
}
