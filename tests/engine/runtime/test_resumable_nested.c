/*
 * Resumable calls within host calls, and out of fuel: suspended in one place, resumed in another,
 * under the limits of the place.
 */
#include "tests/engine/runtime/runtime_tests.h"

#define HOST(name)                                                                                 \
    static cupel_trap_t *name(                                                                     \
        void *env __attribute__((unused)), cupel_caller_t *caller __attribute__((unused)),         \
        const cupel_val_t *args __attribute__((unused)), size_t nargs __attribute__((unused)),     \
        cupel_val_t *results __attribute__((unused)), size_t nresults __attribute__((unused)))

static uint64_t fuel_left(struct world *t)
{
    uint64_t fuel;
    must(cupel_context_get_fuel(t->ctx, &fuel));
    return fuel;
}

/* ---- Out of fuel ---- */

/* work(n): calls itself, directly, through a table and by tail calls, in loops with bulk operations;
 * its blocks begin in all the ways that blocks begin. */
static cupel_func_t build_work(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "i", "i");
    wasm_table(&t->w, 'r', 4, WASM_NO_MAX);
    wasm_memory(&t->w, 1, 8);
    wasm_elem(&t->w, 0, (const uint32_t[]){0, 1, 2}, 3);
    /* 0: n == 0 ? 1 : work(n - 1) + memory.size */
    wasm_func(&t->w, type, "",
              BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_I32, W_I32_CONST, 1, W_ELSE,
                    W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_I32_CONST, 1, W_CALL_INDIRECT, 0,
                    0, W_MEMORY_SIZE, 0, W_I32_ADD, W_END, W_END));
    /* 1: fills 1000 bytes n times, then leaves to 2 */
    wasm_func(&t->w, type, "i",
              BYTES(W_LOCAL_GET, 0, W_LOCAL_SET, 1, W_BLOCK, W_TYPE_EMPTY, W_LOOP, W_TYPE_EMPTY,
                    W_LOCAL_GET, 1, W_I32_EQZ, W_BR_IF, 1, W_I32_CONST, 0, W_LOCAL_GET, 1,
                    W_I32_CONST, 0xe8, 0x07, W_FC, 11, 0, W_LOCAL_GET, 1, W_I32_CONST, 1, W_I32_SUB,
                    W_LOCAL_SET, 1, W_BR, 0, W_END, W_END, W_LOCAL_GET, 0, 0x12, 2, W_END));
    /* 2: grows the memory by one while it may, and calls 0 */
    wasm_func(&t->w, type, "",
              BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 1, W_MEMORY_GROW, 0, W_I32_ADD, W_END));
    wasm_export(&t->w, "work", CUPEL_EXTERN_FUNC, 0);
    return get_func(t, world_instantiate(t, NULL, 0), "work");
}

/* Calls and resumes with `slice` units at a time, or with what is asked for where that is more.
 * Counts the stops. */
static int32_t in_slices(struct world *t, cupel_func_t f, uint64_t slice, uint64_t *used,
                         int *stops)
{
    cupel_val_t arg = val_i32(5), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    *used = 0;
    *stops = 0;
    must(cupel_context_set_fuel(t->ctx, slice));
    must(cupel_func_call_resumable(t->ctx, f, &arg, 1, &result, 1, &r, &trap));
    uint64_t given = slice;
    while (r && cupel_resumable_reason(r) != CUPEL_NOT_SUSPENDED) {
        ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_SUSPENDED_OUT_OF_FUEL);
        ck_assert_uint_eq(cupel_resumable_arg_count(r), 0);
        ck_assert_uint_eq(cupel_resumable_host_func(r).store_id, 0);
        uint64_t needed = cupel_resumable_required_fuel(r), left = fuel_left(t);
        ck_assert_uint_gt(needed, left);
        *used += given - left;
        ++*stops;
        given = needed > slice ? needed : slice;
        /* One less than needed: stands where it stood. */
        must(cupel_context_set_fuel(t->ctx, needed - 1));
        must(cupel_resumable_resume(t->ctx, r, NULL, 0, &result, 1, &trap));
        ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_SUSPENDED_OUT_OF_FUEL);
        ck_assert_uint_eq(cupel_resumable_required_fuel(r), needed);
        ck_assert_uint_eq(fuel_left(t), needed - 1);
        must(cupel_context_set_fuel(t->ctx, given));
        must(cupel_resumable_resume(t->ctx, r, NULL, 0, &result, 1, &trap));
        ck_assert_ptr_null(trap);
    }
    *used += given - fuel_left(t);
    cupel_resumable_delete(r);
    return result.of.i32;
}

static void run_slices(unsigned flags, uint64_t slice, int32_t *result, uint64_t *used, int *stops)
{
    struct world t;
    world_init(&t, WORLD_METERED | flags);
    cupel_func_t work = build_work(&t);
    *result = in_slices(&t, work, slice, used, stops);
    world_fini(&t);
}

START_TEST(fuel_in_slices_does_not_show)
{
    unsigned flags = _i ? WORLD_CHECKED : 0;
    int32_t expected, result;
    uint64_t cost, used;
    int stops;
    run_slices(flags, 1 << 30, &expected, &cost, &stops);
    ck_assert_int_eq(stops, 0);
    for (uint64_t slice = 0; slice < cost + 10; slice = slice < 40 ? slice + 1 : slice * 3 / 2) {
        run_slices(flags, slice, &result, &used, &stops);
        ck_assert_int_eq(result, expected);
        ck_assert_uint_eq(used, cost);
        ck_assert(stops > 0 || slice >= cost);
    }
}
END_TEST

/* A start function of 5000 turns, paid for in slices of `_i`: as if it had been paid at once. */
START_TEST(a_start_function_is_suspended)
{
    struct world t;
    cupel_instance_t inst;
    cupel_resumable_t *r;
    cupel_trap_t *trap;
    uint64_t slice = _i == 0 ? UINT64_MAX : 700, used = 0;
    world_init(&t, WORLD_METERED);
    uint32_t type = wasm_type(&t.w, "", ""), get = wasm_type(&t.w, "", "i");
    wasm_memory(&t.w, 1, 1);
    uint32_t start = wasm_func(&t.w, type, "i",
                               BYTES(W_LOOP, W_TYPE_EMPTY, W_LOCAL_GET, 0, W_I32_CONST, 1,
                                     W_I32_ADD, 0x22, 0, W_I32_CONST, 0x88, 0x27, 0x47, W_BR_IF, 0,
                                     W_END, W_I32_CONST, 0, W_LOCAL_GET, 0, 0x36, 2, 0, W_END));
    uint32_t read = wasm_func(&t.w, get, "", BYTES(W_I32_CONST, 0, 0x28, 2, 0, W_END));
    wasm_start(&t.w, start);
    wasm_export(&t.w, "read", CUPEL_EXTERN_FUNC, read);
    cupel_module_t *module = world_compile(&t);
    must(cupel_context_set_fuel(t.ctx, slice));
    must(cupel_instance_new_resumable(t.ctx, module, NULL, 0, &inst, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(r != NULL, _i != 0);
    while (r && cupel_resumable_reason(r) != CUPEL_NOT_SUSPENDED) {
        used += slice - fuel_left(&t);
        must(cupel_context_set_fuel(t.ctx, slice));
        must(cupel_resumable_resume(t.ctx, r, NULL, 0, NULL, 0, &trap));
        ck_assert_ptr_null(trap);
    }
    used += slice - fuel_left(&t);
    ck_assert_uint_eq(used, 5000 * 7 + 3);
    cupel_resumable_delete(r);
    must(cupel_context_set_fuel(t.ctx, 100));
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "read"), NO_ARGS), 5000);
    expect_error(cupel_instance_new_resumable(t.ctx, module, NULL, 0, &inst, NULL, &trap),
                 CUPEL_ERROR_MISUSE, "a place for the resumable call");
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

START_TEST(out_of_fuel_is_seen)
{
    struct world t;
    cupel_val_t arg = val_i32(5), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    world_init(&t, WORLD_METERED);
    cupel_func_t work = build_work(&t);
    must(cupel_context_set_fuel(t.ctx, 300));
    must(cupel_func_call_resumable(t.ctx, work, &arg, 1, &result, 1, &r, &trap));
    ck_assert_ptr_null(trap);
    const cupel_trap_t *seen = cupel_resumable_trap(r);
    ck_assert_int_eq(cupel_trap_code(seen), CUPEL_TRAP_OUT_OF_FUEL);
    ck_assert_uint_gt(cupel_trap_depth(seen), 1);
    ck_assert_uint_eq(cupel_trap_frame_count(seen), cupel_trap_depth(seen));
    expect_error(cupel_resumable_resume(t.ctx, r, &arg, 1, &result, 1, &trap), CUPEL_ERROR_ARITY,
                 "waits for 0 inputs, not 1");
    expect_trap(cupel_resumable_into_trap(r), CUPEL_TRAP_OUT_OF_FUEL, "");
    world_fini(&t);
}
END_TEST

/* What an interrupt ends is over. */
static bool always(void *env)
{
    (void)env;
    return true;
}

START_TEST(interrupts_are_final)
{
    struct world t;
    cupel_val_t arg = val_i32(5), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    world_init(&t, WORLD_METERED);
    cupel_func_t work = build_work(&t);
    must(cupel_store_set_interrupt(t.store, always, NULL, 10));
    must(cupel_func_call_resumable(t.ctx, work, &arg, 1, &result, 1, &r, &trap));
    ck_assert_ptr_null(r);
    expect_trap(trap, CUPEL_TRAP_INTERRUPTED, "");
    world_fini(&t);
}
END_TEST

/* ---- Within host calls ---- */

struct place {
    struct world *t;
    cupel_func_t go;        /* go(n) = call(n) + 1 */
    cupel_func_t deep;      /* deep(n) = n == 0 ? ask() : deep(n - 1) + 1 */
    cupel_resumable_t *r;   /* suspended or resumed within `call` */
    cupel_error_t *refused; /* what resuming there ended in */
    bool stops;             /* then `call` stops its own caller */
};

HOST(ask)
{
    return cupel_trap_new("later");
}

/* call(0): suspends deep(3), or resumes what is suspended. call(n): calls go(n - 1). */
HOST(call)
{
    struct place *p = env;
    cupel_context_t *ctx = cupel_caller_context(caller);
    cupel_trap_t *trap = NULL;
    cupel_val_t arg = val_i32(args[0].of.i32 - 1), three = val_i32(3), answer = val_i32(1000);
    if (args[0].of.i32 > 0) {
        must(cupel_func_call(ctx, p->go, &arg, 1, results, 1, &trap));
        return trap;
    }
    if (p->r) {
        p->refused = cupel_resumable_resume(ctx, p->r, &answer, 1, results, 1, &trap);
    } else {
        must(cupel_func_call_resumable(ctx, p->deep, &three, 1, results, 1, &p->r, &trap));
        ck_assert_int_eq(cupel_resumable_reason(p->r), CUPEL_SUSPENDED_BY_HOST);
        results[0] = val_i32(7);
    }
    return trap ? trap : p->stops ? cupel_trap_new("stops") : NULL;
}

static void build_place(struct world *t, struct place *p)
{
    uint32_t ii = wasm_type(&t->w, "i", "i"), i = wasm_type(&t->w, "", "i");
    wasm_import_func(&t->w, "env", "call", ii);
    wasm_import_func(&t->w, "env", "ask", i);
    wasm_export_func(&t->w, "go", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_export_func(&t->w, "deep", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_I32, W_CALL, 1, W_ELSE,
                           W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, 3, W_I32_CONST, 1,
                           W_I32_ADD, W_END, W_END));
    *p = (struct place){.t = t};
    cupel_extern_t imports[2] = {extern_func(host_func(t, "i", "i", call, p)),
                                 extern_func(host_func(t, "", "i", ask, NULL))};
    cupel_instance_t inst = world_instantiate(t, imports, 2);
    p->go = get_func(t, inst, "go");
    p->deep = get_func(t, inst, "deep");
}

static int32_t finish(struct world *t, cupel_resumable_t *r, int32_t input)
{
    cupel_val_t in = val_i32(input), out;
    cupel_trap_t *trap;
    must(cupel_resumable_resume(t->ctx, r, &in, 1, &out, 1, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_NOT_SUSPENDED);
    cupel_resumable_delete(r);
    return out.of.i32;
}

static cupel_resumable_t *suspend(struct world *t, cupel_func_t f, int32_t arg)
{
    cupel_val_t in = val_i32(arg), out;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    must(cupel_func_call_resumable(t->ctx, f, &in, 1, &out, 1, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_ptr_nonnull(r);
    return r;
}

START_TEST(suspended_inside_resumed_outside)
{
    struct world t;
    struct place p;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    build_place(&t, &p);
    ck_assert_int_eq(call_i32(&t, p.go, ARGS(5)), 13);
    ck_assert_int_eq(finish(&t, p.r, 500), 503);
    world_fini(&t);
}
END_TEST

START_TEST(suspended_outside_resumed_inside)
{
    struct world t;
    struct place p;
    world_init(&t, 0);
    build_place(&t, &p);
    p.r = suspend(&t, p.deep, 20);
    ck_assert_int_eq(call_i32(&t, p.go, ARGS(5)), 1020 + 6);
    ck_assert_ptr_null(p.refused);
    ck_assert_int_eq(cupel_resumable_reason(p.r), CUPEL_NOT_SUSPENDED);
    cupel_resumable_delete(p.r);
    world_fini(&t);
}
END_TEST

/* Both stand still, and go on in either order. */
START_TEST(inner_and_outer_suspended)
{
    struct world t;
    struct place p;
    world_init(&t, 0);
    build_place(&t, &p);
    p.stops = true;
    cupel_resumable_t *outer = suspend(&t, p.go, 0);
    ck_assert_str_eq(cupel_trap_message(cupel_resumable_trap(outer)), "stops");
    ck_assert_str_eq(cupel_trap_message(cupel_resumable_trap(p.r)), "later");
    if (_i)
        ck_assert_int_eq(finish(&t, outer, 30), 31);
    ck_assert_int_eq(finish(&t, p.r, 500), 503);
    if (!_i)
        ck_assert_int_eq(finish(&t, outer, 30), 31);
    world_fini(&t);
}
END_TEST

/* The host's trap came from an inner call: it is a host function's to the outer one. */
START_TEST(traps_of_inner_calls_suspend_outer_ones)
{
    struct world t;
    struct place p;
    world_init(&t, 0);
    build_place(&t, &p);
    p.stops = true;
    cupel_resumable_t *outer = suspend(&t, p.go, 1);
    ck_assert_int_eq(cupel_resumable_reason(outer), CUPEL_SUSPENDED_BY_HOST);
    ck_assert_uint_eq(cupel_trap_depth(cupel_resumable_trap(outer)), 2);
    ck_assert_int_eq(finish(&t, outer, 30), 31);
    cupel_resumable_delete(p.r);
    world_fini(&t);
}
END_TEST

/* ---- Limits where it is resumed ---- */

static const struct limit_case {
    const char *limit;
    uint32_t call_depth, host_depth;
    uint64_t stack_bytes;
    int32_t depth; /* of the suspended call */
    int32_t fits;  /* so many host calls around it are no problem, one more is */
} limit_cases[] = {
    /* go and call take one each; deep(20) has 21 frames and calls once more */
    {"call_depth", 100, 64, 1 << 20, 20, 38},
    {"host_depth", 1000, 10, 1 << 20, 20, 9},
    {"stack_bytes", 1000, 64, 4096, 20, -1},
};

static void resume_within(struct world *t, struct place *p, int32_t n)
{
    cupel_val_t arg = val_i32(n), out;
    cupel_trap_t *trap;
    must(cupel_func_call(t->ctx, p->go, &arg, 1, &out, 1, &trap));
    ck_assert_msg(!trap, "%s", trap ? cupel_trap_limit(trap) : "");
}

START_TEST(limits_hold_where_it_is_resumed)
{
    const struct limit_case *c = &limit_cases[_i];
    struct world t;
    struct place p;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = c->call_depth;
    limits.host_depth = c->host_depth;
    limits.stack_bytes = c->stack_bytes;
    world_init_limits(&t, 0, &limits);
    build_place(&t, &p);
    p.r = suspend(&t, p.deep, c->depth);
    int32_t n = 0;
    for (; n < 64; n++) {
        resume_within(&t, &p, n);
        if (p.refused)
            break;
        ck_assert_int_eq(cupel_resumable_reason(p.r), CUPEL_NOT_SUSPENDED);
        cupel_resumable_delete(p.r);
        p.r = suspend(&t, p.deep, c->depth);
    }
    ck_assert_int_gt(n, 1);
    if (c->fits >= 0)
        ck_assert_int_eq(n, c->fits + 1);
    ck_assert_ptr_nonnull(p.refused);
    expect_limit(p.refused, c->limit);
    /* It is as usable as before. */
    ck_assert_int_eq(finish(&t, p.r, 1), 1 + c->depth);
    world_fini(&t);
}
END_TEST

/* A call that goes deeper after it was resumed is held to what is left there. */
START_TEST(depth_is_counted_from_where_it_is_resumed)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_val_t in, out;
    cupel_trap_t *trap;
    cupel_store_limits_init(&limits);
    limits.call_depth = 50;
    world_init_limits(&t, 0, &limits);
    /* again(n) = n == 0 ? 0 : again(n - 1) + 1;  go(n) = again(ask()) */
    wasm_import_func(&t.w, "env", "ask", wasm_type(&t.w, "", "i"));
    wasm_export_func(&t.w, "again", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 1,
                           W_I32_SUB, W_CALL, 1, W_I32_CONST, 1, W_I32_ADD, W_ELSE, W_I32_CONST, 0,
                           W_END, W_END));
    wasm_export_func(&t.w, "go", "i", "i", BYTES(W_CALL, 0, W_CALL, 1, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "i", ask, NULL));
    cupel_func_t go = get_func(&t, world_instantiate(&t, &import, 1), "go");
    /* go and again(48) ... again(0) */
    ck_assert_int_eq(finish(&t, suspend(&t, go, 0), 48), 48);
    cupel_resumable_t *r = suspend(&t, go, 0);
    in = val_i32(49);
    must(cupel_resumable_resume(t.ctx, r, &in, 1, &out, 1, &trap));
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

void add_resumable_nested(TCase *tc)
{
    tcase_add_loop_test(tc, fuel_in_slices_does_not_show, 0, 2);
    tcase_add_loop_test(tc, a_start_function_is_suspended, 0, 2);
    tcase_add_test(tc, out_of_fuel_is_seen);
    tcase_add_test(tc, interrupts_are_final);
    tcase_add_loop_test(tc, suspended_inside_resumed_outside, 0, 2);
    tcase_add_test(tc, suspended_outside_resumed_inside);
    tcase_add_loop_test(tc, inner_and_outer_suspended, 0, 2);
    tcase_add_test(tc, traps_of_inner_calls_suspend_outer_ones);
    tcase_add_loop_test(tc, limits_hold_where_it_is_resumed, 0, 3);
    tcase_add_test(tc, depth_is_counted_from_where_it_is_resumed);
}
