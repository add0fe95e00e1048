/*
 * Raw host functions as the interpreter calls them: without a look at what they leave, which must
 * not show; and when it may not. Fills and copies beside them, which take a short way too.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define RAW(name)                                                                                  \
    static cupel_trap_t *name(                                                                     \
        void *env __attribute__((unused)), cupel_caller_t *caller __attribute__((unused)),         \
        cupel_raw_t *cells __attribute__((unused)), size_t ncells __attribute__((unused)))

static cupel_extern_t raw(struct world *t, const char *params, const char *results,
                          cupel_raw_callback_t callback, void *env)
{
    cupel_functype_t *type = functype_of(params, results);
    cupel_func_t func;
    must(cupel_func_new_unchecked(t->ctx, type, callback, env, NULL, &func));
    cupel_functype_delete(type);
    return extern_func(func);
}

/* go is the body, behind import 0. */
static cupel_func_t build(struct world *t, const char *params, const char *results,
                          const cupel_extern_t *import, const uint8_t *body, size_t len)
{
    wasm_export_func(&t->w, "go", params, results, body, len);
    return get_func(t, world_instantiate(t, import, 1), "go");
}

static uint64_t fuel_left(struct world *t)
{
    uint64_t fuel;
    must(cupel_context_get_fuel(t->ctx, &fuel));
    return fuel;
}

/* ---- Results ---- */

RAW(give_bits)
{
    memcpy(cells, env, ncells * sizeof *cells);
    return NULL;
}

#define W_I64_EXTEND_I32_U    0xad
#define W_I64_REINTERPRET_F64 0xbd
#define W_I32_REINTERPRET_F32 0xbc
#define W_LANE_1              0xfd, 0x1d, 1

/* The result as an i64, first from the accumulator, then from its slot. */
static const struct {
    const char *result;
    uint64_t bits[2], expected;
    uint8_t code[4];
    size_t len;
} gives[] = {
    /* As the index of a function, which is read as 64 bits. */
    {"i", {UINT64_C(0x100000000)}, 42, {W_CALL_INDIRECT, 1, 0}, 3},
    {"I", {UINT64_C(0xdeadbeef80000005)}, UINT64_C(0xdeadbeef80000005), {0}, 0},
    {"f",
     {UINT64_C(0xdeadbeef3f800001)},
     0x3f800001,
     {W_I32_REINTERPRET_F32, W_I64_EXTEND_I32_U},
     2},
    {"F", {UINT64_C(0xbff0000000000001)}, UINT64_C(0xbff0000000000001), {W_I64_REINTERPRET_F64}, 1},
    {"v", {1, UINT64_C(0x8000000000000002)}, UINT64_C(0x8000000000000002), {W_LANE_1}, 3},
};

START_TEST(results_of_every_type)
{
    for (int from_slot = 0; from_slot < 2; from_slot++) {
        struct world t;
        uint8_t body[32] = {W_CALL, 0};
        size_t n = 2;
        cupel_trap_t *trap;
        cupel_val_t result;
        world_init(&t, 0);
        wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", gives[_i].result));
        if (from_slot) { /* a call in between, which takes the accumulators */
            memcpy(body + n, (const uint8_t[]){W_CALL, 0, W_DROP}, 3);
            n += 3;
        }
        memcpy(body + n, gives[_i].code, gives[_i].len);
        n += gives[_i].len;
        body[n++] = W_END;
        wasm_func(&t.w, wasm_type(&t.w, "", "I"), "", BYTES(W_I64_CONST, 42, W_END));
        wasm_table(&t.w, 'r', 1, 1);
        wasm_elem(&t.w, 0, (const uint32_t[]){1}, 1);
        cupel_extern_t import = raw(&t, "", gives[_i].result, give_bits, (void *)gives[_i].bits);
        cupel_func_t go = build(&t, "", "I", &import, body, n);
        must(cupel_func_call(t.ctx, go, NULL, 0, &result, 1, &trap));
        ck_assert_ptr_null(trap);
        ck_assert_uint_eq((uint64_t)result.of.i64, gives[_i].expected);
        world_fini(&t);
    }
}
END_TEST

RAW(add)
{
    ck_assert_uint_eq(ncells, 3);
    ck_assert_uint_eq(cells[0].ref >> 32, 0);
    cells[0].i32 = cells[0].i32 + (int32_t)cells[1].i64 + (int32_t)cells[2].f64;
    return NULL;
}

START_TEST(arguments_are_in_the_cells)
{
    struct world t;
    world_init(&t, 0);
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "iIF", "i"));
    cupel_extern_t import = raw(&t, "iIF", "i", add, NULL);
    cupel_func_t go = build(&t, "i", "i", &import,
                            BYTES(W_LOCAL_GET, 0, W_I64_CONST, 5, 0x44, 0, 0, 0, 0, 0, 0, 0x1c,
                                  0x40, W_CALL, 0, W_LOCAL_GET, 0, W_I32_ADD, W_END)); /* 7.0 */
    ck_assert_int_eq(call_i32(&t, go, ARGS(-3)), -3 + 5 + 7 - 3);
    world_fini(&t);
}
END_TEST

/* ---- What a function may do ---- */

RAW(give_up)
{
    return cells[0].i32 == 3 ? cupel_trap_new("no more ink") : NULL;
}

/* down(n) = n ? down(n - 1) : f(3) */
START_TEST(traps_have_their_frames)
{
    struct world t;
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, "i", "i");
    wasm_import_func(&t.w, "env", "f", type);
    cupel_extern_t import = raw(&t, "i", "i", give_up, NULL);
    cupel_func_t go =
        build(&t, "i", "i", &import,
              BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB,
                    W_CALL, 1, W_ELSE, W_I32_CONST, 3, W_CALL, 0, W_END, W_END));
    cupel_trap_t *trap = call_trap(&t, go, ARGS(4));
    ck_assert_str_eq(cupel_trap_message(trap), "no more ink");
    ck_assert_uint_eq(cupel_trap_depth(trap), 5);
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

START_TEST(depth_is_counted)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 5;
    world_init_limits(&t, 0, &limits);
    uint64_t one[1] = {1};
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "i", "i"));
    cupel_extern_t import = raw(&t, "i", "i", give_bits, one);
    cupel_func_t go =
        build(&t, "i", "i", &import,
              BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB,
                    W_CALL, 1, W_ELSE, W_I32_CONST, 3, W_CALL, 0, W_END, W_END));
    ck_assert_int_eq(call_i32(&t, go, ARGS(3)), 1);
    expect_trap(call_trap(&t, go, ARGS(4)), CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    world_fini(&t);
}
END_TEST

/* What a function that calls back is told. */
struct again {
    cupel_func_t func;
    int calls;
};

static int32_t call_back(cupel_caller_t *caller, cupel_func_t func, int32_t n, cupel_trap_t **trap)
{
    cupel_val_t arg = val_i32(n), result = val_i32(0);
    must(cupel_func_call(cupel_caller_context(caller), func, &arg, 1, &result, 1, trap));
    return result.of.i32;
}

/* Calls the function twice with one less: the second call finds the stack as the first one did. */
RAW(call_twice)
{
    struct again *a = env;
    cupel_trap_t *trap = NULL;
    int32_t n = cells[0].i32, sum = 1;
    a->calls++;
    for (int i = 0; i < 2 && n > 0 && !trap; i++)
        sum += call_back(caller, a->func, n - 1, &trap);
    cells[0].i32 = sum;
    return trap;
}

/* go(n) = f(n) + local - local, so that what lies in the frame counts. */
static cupel_func_t build_again(struct world *t, struct again *a)
{
    wasm_import_func(&t->w, "env", "f", wasm_type(&t->w, "i", "i"));
    cupel_extern_t import = raw(t, "i", "i", call_twice, a);
    a->func = build(t, "i", "i", &import,
                    BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 0, W_CALL, 0, W_I32_ADD, W_LOCAL_GET, 0,
                          W_I32_SUB, W_END));
    a->calls = 0;
    return a->func;
}

START_TEST(calls_back)
{
    struct world t;
    struct again a;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 10;
    world_init_limits(&t, 0, &limits);
    cupel_func_t go = build_again(&t, &a);
    for (int i = 0; i < 3; i++) {
        a.calls = 0;
        ck_assert_int_eq(call_i32(&t, go, ARGS(4)), 31);
        ck_assert_int_eq(a.calls, 31);
        /* Six activations need twelve calls within one another. */
        expect_trap(call_trap(&t, go, ARGS(5)), CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    }
    world_fini(&t);
}
END_TEST

RAW(grow_caller)
{
    cupel_extern_t item;
    ck_assert(cupel_caller_get_export(caller, "memory", 6, &item));
    must(cupel_memory_grow(cupel_caller_context(caller), item.of.memory, 20, NULL));
    must(cupel_memory_write(cupel_caller_context(caller), item.of.memory, 100000, "\x2a", 1));
    return NULL;
}

START_TEST(memory_grown_by_the_host_is_seen)
{
    struct world t;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", ""));
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    wasm_export(&t.w, "memory", CUPEL_EXTERN_MEMORY, 0);
    cupel_extern_t import = raw(&t, "", "", grow_caller, NULL);
    cupel_func_t go =
        build(&t, "i", "i", &import, BYTES(W_CALL, 0, W_LOCAL_GET, 0, W_I32_LOAD, 0, 0, W_END));
    ck_assert_int_eq(call_i32(&t, go, ARGS(100000)), 42);
    world_fini(&t);
}
END_TEST

RAW(halve_fuel)
{
    uint64_t fuel;
    must(cupel_caller_get_fuel(caller, &fuel));
    *(uint64_t *)env = fuel;
    must(cupel_caller_set_fuel(caller, fuel / 2));
    return NULL;
}

START_TEST(fuel_is_seen_and_set)
{
    struct world t;
    uint64_t seen;
    world_init(&t, WORLD_METERED);
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", ""));
    cupel_extern_t import = raw(&t, "", "", halve_fuel, &seen);
    cupel_func_t go = build(&t, "", "", &import, BYTES(W_CALL, 0, W_END));
    must(cupel_context_set_fuel(t.ctx, 100000));
    call_i32(&t, go, NO_ARGS);
    ck_assert_uint_lt(seen, 100000);
    ck_assert_uint_gt(seen, 99990);
    ck_assert_uint_eq(fuel_left(&t), seen / 2);
    world_fini(&t);
}
END_TEST

/* ---- When it may not be called directly ---- */

static cupel_error_t *count_event(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                                  cupel_trap_t **trap)
{
    (void)ctx, (void)trap;
    if (event == CUPEL_CALLING_HOST || event == CUPEL_RETURNING_FROM_HOST)
        ++*(int *)env;
    return NULL;
}

struct hooking {
    cupel_store_t *store;
    int events;
};

/* Sets the hook at its first call, removes it at its third. */
RAW(hook)
{
    struct hooking *h = env;
    if (cells[0].i32 == 1)
        cupel_store_set_call_hook(h->store, count_event, &h->events);
    if (cells[0].i32 == 3)
        cupel_store_set_call_hook(h->store, NULL, NULL);
    return NULL;
}

START_TEST(hooks_set_meanwhile_are_called)
{
    struct world t;
    struct hooking h = {0};
    world_init(&t, 0);
    h.store = t.store;
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "i", ""));
    cupel_extern_t import = raw(&t, "i", "", hook, &h);
    cupel_func_t go = build(&t, "", "", &import,
                            BYTES(W_I32_CONST, 1, W_CALL, 0, W_I32_CONST, 2, W_CALL, 0, W_I32_CONST,
                                  3, W_CALL, 0, W_I32_CONST, 4, W_CALL, 0, W_END));
    call_i32(&t, go, NO_ARGS);
    ck_assert_int_eq(h.events, 3);
    world_fini(&t);
}
END_TEST

/* Writes over its argument, then suspends the call. */
RAW(suspend)
{
    cells[0].i32 = 1000;
    return cupel_trap_new("wait");
}

START_TEST(arguments_of_suspended_calls_stay)
{
    struct world t;
    cupel_val_t arg = val_i32(7), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    world_init(&t, 0);
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "i", "i"));
    cupel_extern_t import = raw(&t, "i", "i", suspend, NULL);
    cupel_func_t go = build(&t, "i", "i", &import,
                            BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_LOCAL_GET, 0, W_I32_ADD, W_END));
    must(cupel_func_call_resumable(t.ctx, go, &arg, 1, &result, 1, &r, &trap));
    ck_assert_ptr_nonnull(r);
    ck_assert(cupel_resumable_arg(r, 0, &arg));
    ck_assert_int_eq(arg.of.i32, 7);
    arg = val_i32(30);
    must(cupel_resumable_resume(t.ctx, r, &arg, 1, &result, 1, &trap));
    ck_assert_int_eq(result.of.i32, 37);
    cupel_resumable_delete(r);
    /* A call that cannot be resumed, in between and after. */
    expect_trap(call_trap(&t, go, ARGS(7)), CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

/* ---- Fills and copies ---- */

/* go(at, n) fills, then copies 100 bytes up. The locals, in accumulators before, are used after. */
static cupel_func_t build_bulk(struct world *t, uint32_t pages)
{
    wasm_memory(&t->w, pages, pages);
    wasm_export_func(&t->w, "go", "ii", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0x2a, W_LOCAL_GET, 1, W_FC, 11, 0,
                           W_LOCAL_GET, 0, W_I32_CONST, 0xe4, 0, W_I32_ADD, W_LOCAL_GET, 0,
                           W_LOCAL_GET, 1, W_FC, 10, 0, 0, W_LOCAL_GET, 0, W_LOCAL_GET, 1,
                           W_I32_ADD, W_END));
    return get_func(t, world_instantiate(t, NULL, 0), "go");
}

START_TEST(bulk_operations_are_paid)
{
    struct world t;
    static const int32_t lengths[] = {0, 1, 63, 64, 5000, 8 << 20, (8 << 20) + 64, 12 << 20};
    const uint64_t ops = 13; /* see build_bulk */
    world_init(&t, WORLD_METERED);
    cupel_func_t go = build_bulk(&t, 200);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int32_t n = lengths[i];
        uint64_t bytes = (uint64_t)n / 64;
        must(cupel_context_set_fuel(t.ctx, 1000000));
        ck_assert_int_eq(call_i32(&t, go, ARGS(10, n)), 10 + n);
        ck_assert_uint_eq(1000000 - fuel_left(&t), 2 * bytes + ops);
        if (bytes == 0)
            continue;
        /* One less than the second costs, and one less than the first. */
        must(cupel_context_set_fuel(t.ctx, 2 * bytes + ops - 1));
        expect_trap(call_trap(&t, go, ARGS(10, n)), CUPEL_TRAP_OUT_OF_FUEL, "");
        ck_assert_uint_eq(fuel_left(&t), bytes - 1);
        must(cupel_context_set_fuel(t.ctx, bytes + ops - 1));
        expect_trap(call_trap(&t, go, ARGS(10, n)), CUPEL_TRAP_OUT_OF_FUEL, "");
        ck_assert_uint_eq(fuel_left(&t), bytes - 1);
    }
    world_fini(&t);
}
END_TEST

START_TEST(bulk_operations_stay_within)
{
    struct world t;
    const int32_t size = 2 << 16;
    world_init(&t, _i);
    cupel_func_t go = build_bulk(&t, 2);
    if (_i & WORLD_METERED)
        must(cupel_context_set_fuel(t.ctx, 100000000));
    ck_assert_int_eq(call_i32(&t, go, ARGS(size - 150, 50)), size - 100);
    ck_assert_int_eq(call_i32(&t, go, ARGS(size - 100, 0)), size - 100);
    for (int32_t n = 0; n <= 1; n++) { /* the copy, whose target is beyond the end; the fill */
        cupel_trap_t *trap = call_trap(&t, go, ARGS(size - 150 + 151 * n, 51 - 51 * n));
        expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    }
    expect_trap(call_trap(&t, go, ARGS(0, size + 1)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_trap(call_trap(&t, go, ARGS(4, -4)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_trap(call_trap(&t, go, ARGS(-1, 2)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_trap(call_trap(&t, go, ARGS(-1, -1)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    world_fini(&t);
}
END_TEST

void add_host_direct(TCase *tc)
{
    tcase_add_loop_test(tc, results_of_every_type, 0, sizeof gives / sizeof *gives);
    tcase_add_test(tc, arguments_are_in_the_cells);
    tcase_add_test(tc, traps_have_their_frames);
    tcase_add_test(tc, depth_is_counted);
    tcase_add_test(tc, calls_back);
    tcase_add_loop_test(tc, memory_grown_by_the_host_is_seen, 0, 2);
    tcase_add_test(tc, fuel_is_seen_and_set);
    tcase_add_test(tc, hooks_set_meanwhile_are_called);
    tcase_add_test(tc, arguments_of_suspended_calls_stay);
    tcase_add_test(tc, bulk_operations_are_paid);
    tcase_add_loop_test(tc, bulk_operations_stay_within, 0, 4);
}
