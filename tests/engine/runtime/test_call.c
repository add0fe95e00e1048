/*
 * Calls from the host: arguments and results, what is refused before anything runs, and the limits
 * of the stack.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static void build_add(struct wasm *w)
{
    wasm_export_func(w, "add", "ii", "i", BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_I32_ADD, W_END));
}

START_TEST(arguments_and_results)
{
    struct world t;
    world_init(&t, 0);
    build_add(&t.w);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "add");
    ck_assert_int_eq(call_i32(&t, f, ARGS(2, 3)), 5);
    ck_assert_int_eq(call_i32(&t, f, ARGS(-1, 1)), 0);
    ck_assert_int_eq(call_i32(&t, f, ARGS(INT32_MAX, 1)), INT32_MIN);
    world_fini(&t);
}
END_TEST

START_TEST(every_kind)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t args[6] = {{.kind = CUPEL_I32, .of.i32 = -7},
                           {.kind = CUPEL_I64, .of.i64 = INT64_MIN},
                           {.kind = CUPEL_F32, .of.f32_bits = 0xffa00001},
                           {.kind = CUPEL_F64, .of.f64_bits = UINT64_C(0x7ff4000000000001)},
                           {.kind = CUPEL_FUNCREF},
                           {.kind = CUPEL_EXTERNREF}};
    cupel_val_t r[6];
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, NULL, NULL, &args[5].of.externref));
    /* Results in another order than the parameters. */
    wasm_export_func(&t.w, "turn", "iIfFre", "reFfIi",
                     BYTES(W_LOCAL_GET, 4, W_LOCAL_GET, 5, W_LOCAL_GET, 3, W_LOCAL_GET, 2,
                           W_LOCAL_GET, 1, W_LOCAL_GET, 0, W_END));
    cupel_func_t turn = get_func(&t, world_instantiate(&t, NULL, 0), "turn");
    args[4].of.funcref = turn;
    must(cupel_func_call(t.ctx, turn, args, 6, r, 6, &trap));
    ck_assert_ptr_null(trap);
    ck_assert(r[0].kind == CUPEL_FUNCREF && r[0].of.funcref.index == turn.index);
    ck_assert_uint_eq(r[0].of.funcref.owner, turn.owner);
    ck_assert(r[1].kind == CUPEL_EXTERNREF && r[1].of.externref.store_id == turn.store_id);
    ck_assert(r[2].kind == CUPEL_F64 && r[2].of.f64_bits == args[3].of.f64_bits);
    ck_assert(r[3].kind == CUPEL_F32 && r[3].of.f32_bits == args[2].of.f32_bits);
    ck_assert(r[4].kind == CUPEL_I64 && r[4].of.i64 == INT64_MIN);
    ck_assert(r[5].kind == CUPEL_I32 && r[5].of.i32 == -7);
    world_fini(&t);
}
END_TEST

START_TEST(refused_before_running)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t args[3] = {val_i32(1), val_i32(2), val_i32(3)}, result;
    world_init(&t, WORLD_METERED);
    build_add(&t.w);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "add");
    uint64_t before, after;
    must(cupel_context_get_fuel(t.ctx, &before));
    expect_error(cupel_func_call(t.ctx, f, args, 3, &result, 1, &trap), CUPEL_ERROR_ARITY,
                 "takes 2 arguments, not 3");
    expect_error(cupel_func_call(t.ctx, f, args, 2, NULL, 0, &trap), CUPEL_ERROR_ARITY,
                 "1 results");
    args[1].kind = CUPEL_F32;
    expect_error(cupel_func_call(t.ctx, f, args, 2, &result, 1, &trap), CUPEL_ERROR_TYPE,
                 "argument 1 must be i32, not f32");
    args[1].kind = (cupel_valkind_t)42;
    expect_error(cupel_func_call(t.ctx, f, args, 2, &result, 1, &trap), CUPEL_ERROR_TYPE,
                 "argument 1 must be i32, not unknown");
    args[1] = val_i32(0);
    expect_error(cupel_func_call(t.ctx, f, args, 2, &result, 1, NULL), CUPEL_ERROR_MISUSE, "trap");
    must(cupel_context_get_fuel(t.ctx, &after));
    ck_assert_uint_eq(before, after);
    world_fini(&t);
}
END_TEST

START_TEST(handles_that_are_no_functions)
{
    struct world t, other;
    cupel_trap_t *trap;
    cupel_val_t args[2] = {val_i32(1), val_i32(2)}, result;
    world_init(&t, 0);
    world_init(&other, 0);
    build_add(&t.w);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "add");
    cupel_func_t bad[] = {{.store_id = f.store_id, .owner = f.owner, .index = 1},
                          {.store_id = f.store_id, .owner = 0, .index = 0},
                          {.store_id = f.store_id, .owner = 2, .index = 0},
                          {.store_id = f.store_id, .owner = UINT32_MAX, .index = 0},
                          {.store_id = f.store_id, .owner = f.owner, .index = UINT32_MAX},
                          {.store_id = UINT64_MAX, .owner = f.owner, .index = 0},
                          {.store_id = 0}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_error(cupel_func_call(t.ctx, bad[i], args, 2, &result, 1, &trap), CUPEL_ERROR_MISUSE,
                     "function");
        ck_assert_ptr_null(cupel_func_type(t.ctx, bad[i]));
    }
    expect_error(cupel_func_call(other.ctx, f, args, 2, &result, 1, &trap), CUPEL_ERROR_MISUSE,
                 "store");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(foreign_references_as_arguments)
{
    struct world t, other;
    cupel_trap_t *trap;
    cupel_val_t arg = {.kind = CUPEL_FUNCREF};
    world_init(&t, 0);
    world_init(&other, 0);
    wasm_export_func(&t.w, "take", "r", "", BYTES(W_END));
    cupel_func_t take = get_func(&t, world_instantiate(&t, NULL, 0), "take");
    arg.of.funcref = host_func(&other, "", "", NULL, NULL);
    expect_error(cupel_func_call(t.ctx, take, &arg, 1, NULL, 0, &trap), CUPEL_ERROR_MISUSE,
                 "argument 0 is a reference of another store");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

/* down(n) = n ? 1 + down(n - 1) : 0 */
static cupel_func_t build_down(struct world *t)
{
    wasm_export_func(&t->w, "down", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_I32_CONST, 1, W_LOCAL_GET, 0,
                           W_I32_CONST, 1, W_I32_SUB, W_CALL, 0, W_I32_ADD, W_ELSE, W_I32_CONST, 0,
                           W_END, W_END));
    return get_func(t, world_instantiate(t, NULL, 0), "down");
}

START_TEST(call_depth)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 10;
    world_init_limits(&t, 0, &limits);
    cupel_func_t down = build_down(&t);
    ck_assert_int_eq(call_i32(&t, down, ARGS(9)), 9);
    cupel_trap_t *trap = call_trap(&t, down, ARGS(10));
    ck_assert_uint_eq(cupel_trap_depth(trap), 10);
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    ck_assert_int_eq(call_i32(&t, down, ARGS(9)), 9);
    world_fini(&t);
}
END_TEST

START_TEST(no_call_at_all)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 0;
    world_init_limits(&t, 0, &limits);
    expect_trap(call_trap(&t, build_down(&t), ARGS(0)), CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    world_fini(&t);
}
END_TEST

START_TEST(stack_bytes)
{
    struct world t;
    cupel_store_limits_t limits;
    static const uint64_t sizes[] = {0, 1, 8, 100, 4096, 100000};
    cupel_store_limits_init(&limits);
    limits.stack_bytes = sizes[_i];
    limits.call_depth = 1000000;
    world_init_limits(&t, 0, &limits);
    cupel_func_t down = build_down(&t);
    expect_trap(call_trap(&t, down, ARGS(999998)), CUPEL_TRAP_STACK_OVERFLOW, "stack_bytes");
    if (sizes[_i] >= 4096)
        ck_assert_int_eq(call_i32(&t, down, ARGS(20)), 20);
    world_fini(&t);
}
END_TEST

START_TEST(deep_stack)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.stack_bytes = UINT64_C(1) << 30;
    limits.call_depth = UINT32_MAX;
    world_init_limits(&t, 0, &limits);
    ck_assert_int_eq(call_i32(&t, build_down(&t), ARGS(1000000)), 1000000);
    world_fini(&t);
}
END_TEST

START_TEST(larger_result_array)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t args[2] = {val_i32(1), val_i32(2)}, results[3] = {val_i32(9), val_i32(9)};
    world_init(&t, 0);
    build_add(&t.w);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "add");
    must(cupel_func_call(t.ctx, f, args, 2, results, 3, &trap));
    ck_assert_int_eq(results[0].of.i32, 3);
    ck_assert_int_eq(results[1].of.i32, 9);
    world_fini(&t);
}
END_TEST

void add_call(TCase *tc)
{
    tcase_add_test(tc, arguments_and_results);
    tcase_add_test(tc, every_kind);
    tcase_add_test(tc, refused_before_running);
    tcase_add_test(tc, handles_that_are_no_functions);
    tcase_add_test(tc, foreign_references_as_arguments);
    tcase_add_test(tc, call_depth);
    tcase_add_test(tc, no_call_at_all);
    tcase_add_loop_test(tc, stack_bytes, 0, 6);
    tcase_add_test(tc, deep_stack);
    tcase_add_test(tc, larger_result_array);
}
