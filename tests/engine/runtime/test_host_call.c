/*
 * Host functions: what they get and give back, traps, and calls back into WebAssembly.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define HOST(name)                                                                                 \
    static cupel_trap_t *name(                                                                     \
        void *env __attribute__((unused)), cupel_caller_t *caller __attribute__((unused)),         \
        const cupel_val_t *args __attribute__((unused)), size_t nargs __attribute__((unused)),     \
        cupel_val_t *results __attribute__((unused)), size_t nresults __attribute__((unused)))

/* An instance that imports a function and calls it, passing its own arguments on. */
static cupel_instance_t calls(struct world *t, const char *params, const char *results,
                              cupel_func_t f)
{
    uint32_t type = wasm_type(&t->w, params, results);
    uint8_t body[64];
    size_t n = 0;
    wasm_import_func(&t->w, "env", "f", type);
    for (size_t i = 0; i < strlen(params); i++) {
        body[n++] = W_LOCAL_GET;
        body[n++] = (uint8_t)i;
    }
    body[n++] = W_CALL;
    body[n++] = 0;
    body[n++] = W_END;
    uint32_t func = wasm_func(&t->w, type, "", body, n);
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, func);
    wasm_memory(&t->w, 1, WASM_NO_MAX);
    wasm_export(&t->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    cupel_extern_t import = extern_func(f);
    return world_instantiate(t, &import, 1);
}

HOST(reverse)
{
    ck_assert_uint_eq(nargs, nresults);
    for (size_t i = 0; i < nargs; i++) {
        ck_assert_int_eq(results[i].kind, args[nargs - 1 - i].kind);
        results[i] = args[nargs - 1 - i];
    }
    return NULL;
}

START_TEST(values_both_ways)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t args[5] = {{.kind = CUPEL_I32, .of.i32 = -7},
                           {.kind = CUPEL_I64, .of.i64 = INT64_MIN},
                           {.kind = CUPEL_F32, .of.f32_bits = 0xffa00001},
                           {.kind = CUPEL_F64, .of.f64_bits = UINT64_C(0x7ff4000000000001)},
                           {.kind = CUPEL_EXTERNREF}};
    cupel_val_t r[5];
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, NULL, NULL, &args[4].of.externref));
    cupel_func_t host = host_func(&t, "iIfFe", "eFfIi", reverse, NULL);
    cupel_func_t go = get_func(&t, calls(&t, "iIfFe", "eFfIi", host), "go");
    for (int direct = 0; direct < 2; direct++) {
        memset(r, 0, sizeof r);
        must(cupel_func_call(t.ctx, direct ? host : go, args, 5, r, 5, &trap));
        ck_assert_ptr_null(trap);
        ck_assert_uint_eq(r[0].of.externref.store_id, go.store_id);
        ck_assert_uint_eq(r[1].of.f64_bits, args[3].of.f64_bits);
        ck_assert_uint_eq(r[2].of.f32_bits, args[2].of.f32_bits);
        ck_assert_int_eq(r[3].of.i64, INT64_MIN);
        ck_assert_int_eq(r[4].of.i32, -7);
    }
    world_fini(&t);
}
END_TEST

HOST(sum)
{
    for (size_t i = 0; i < nargs; i++)
        results[0].of.i32 += args[i].of.i32;
    return NULL;
}

START_TEST(many_values)
{
    struct world t;
    world_init(&t, 0);
    cupel_func_t host = host_func(&t, "iiiiiiiiiiiiiiii", "i", sum, NULL);
    cupel_func_t go = get_func(&t, calls(&t, "iiiiiiiiiiiiiiii", "i", host), "go");
    ck_assert_int_eq(call_i32(&t, go, ARGS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)),
                     136);
    world_fini(&t);
}
END_TEST

HOST(give_up)
{
    return cupel_trap_new(env);
}

START_TEST(traps)
{
    struct world t;
    cupel_frame_t frame;
    char text[] = "no more ink";
    world_init(&t, 0);
    cupel_func_t host = host_func(&t, "i", "i", give_up, text);
    cupel_func_t go = get_func(&t, calls(&t, "i", "i", host), "go");
    cupel_trap_t *trap = call_trap(&t, go, ARGS(1));
    ck_assert_str_eq(cupel_trap_message(trap), "no more ink");
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 1);
    ck_assert(cupel_trap_frame(trap, 0, &frame));
    ck_assert_uint_eq(frame.func_index, 1);
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    trap = call_trap(&t, host, ARGS(1));
    ck_assert_uint_eq(cupel_trap_depth(trap), 0);
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

HOST(wrong_kind)
{
    results[0].kind = CUPEL_F64;
    return NULL;
}

HOST(wrong_store)
{
    results[0].of.externref = *(cupel_externref_t *)env;
    return NULL;
}

START_TEST(results_are_checked)
{
    struct world t, other;
    cupel_externref_t ref;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_func_t host = host_func(&t, "", "i", wrong_kind, NULL);
    cupel_trap_t *trap = call_trap(&t, get_func(&t, calls(&t, "", "i", host), "go"), NO_ARGS);
    ck_assert_ptr_nonnull(strstr(cupel_trap_message(trap), "returned f64 as result 0"));
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    expect_trap(call_trap(&t, host, NO_ARGS), CUPEL_TRAP_HOST, "");
    must(cupel_externref_new(other.ctx, NULL, NULL, &ref));
    host = host_func(&t, "", "e", wrong_store, &ref);
    trap = call_trap(&t, get_func(&t, calls(&t, "", "e", host), "go"), NO_ARGS);
    ck_assert_ptr_nonnull(strstr(cupel_trap_message(trap), "another store"));
    cupel_trap_delete(trap);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

HOST(look)
{
    cupel_extern_t item;
    results[0].of.i32 = cupel_caller_get_export(caller, "memory", 6, &item) ? (int)item.kind : -1;
    ck_assert(!cupel_caller_get_export(caller, "nope", 4, &item));
    ck_assert_ptr_eq(cupel_caller_context(caller), *(cupel_context_t **)env);
    return NULL;
}

START_TEST(caller_is_seen)
{
    struct world t;
    world_init(&t, 0);
    cupel_func_t host = host_func(&t, "", "i", look, &t.ctx);
    ck_assert_int_eq(call_i32(&t, get_func(&t, calls(&t, "", "i", host), "go"), NO_ARGS),
                     CUPEL_EXTERN_MEMORY);
    ck_assert_int_eq(call_i32(&t, host, NO_ARGS), -1);
    world_fini(&t);
}
END_TEST

HOST(grow_caller)
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
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "f", type);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    wasm_export(&t.w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&t.w, "go", "i", "i",
                     BYTES(W_CALL, 0, W_LOCAL_GET, 0, W_I32_LOAD, 0, 0, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "", grow_caller, NULL));
    cupel_func_t go = get_func(&t, world_instantiate(&t, &import, 1), "go");
    ck_assert_int_eq(call_i32(&t, go, ARGS(100000)), 42);
    world_fini(&t);
}
END_TEST

/* ---- calls back ---- */

struct reentry {
    struct world *t;
    cupel_func_t func;
    int calls;
};

/* Calls the function again with one less. */
HOST(again)
{
    struct reentry *r = env;
    cupel_val_t arg = val_i32(args[0].of.i32 - 1);
    cupel_trap_t *trap;
    r->calls++;
    if (args[0].of.i32 == 0)
        return NULL;
    must(cupel_func_call(cupel_caller_context(caller), r->func, &arg, 1, results, 1, &trap));
    if (!trap)
        results[0].of.i32 += 2;
    return trap;
}

/* go(n) = host(n) + 1, with a local that must survive. */
static void build_reentry(struct world *t, struct reentry *r)
{
    uint32_t type = wasm_type(&t->w, "i", "i");
    wasm_import_func(&t->w, "env", "again", type);
    uint32_t go =
        wasm_func(&t->w, type, "i",
                  BYTES(W_LOCAL_GET, 0, W_LOCAL_SET, 1, W_LOCAL_GET, 0, W_CALL, 0, W_LOCAL_GET, 0,
                        W_LOCAL_GET, 1, W_I32_SUB, W_I32_ADD, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, go);
    cupel_extern_t import = extern_func(host_func(t, "i", "i", again, r));
    *r = (struct reentry){.t = t};
    r->func = get_func(t, world_instantiate(t, &import, 1), "go");
}

START_TEST(calls_back)
{
    struct world t;
    struct reentry r;
    world_init(&t, 0);
    build_reentry(&t, &r);
    ck_assert_int_eq(call_i32(&t, r.func, ARGS(10)), 31);
    ck_assert_int_eq(r.calls, 11);
    ck_assert_int_eq(call_i32(&t, r.func, ARGS(64)), 64 * 3 + 1);
    world_fini(&t);
}
END_TEST

START_TEST(calling_back_is_bounded)
{
    struct world t;
    struct reentry r;
    world_init(&t, 0);
    build_reentry(&t, &r);
    cupel_trap_t *trap = call_trap(&t, r.func, ARGS(65));
    /* The frames of all activations. */
    ck_assert_uint_eq(cupel_trap_depth(trap), 65);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 64);
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "host_depth");
    ck_assert_int_eq(call_i32(&t, r.func, ARGS(64)), 64 * 3 + 1);
    world_fini(&t);
}
END_TEST

START_TEST(calling_back_counts_as_depth)
{
    struct world t;
    struct reentry r;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 8;
    world_init_limits(&t, 0, &limits);
    build_reentry(&t, &r);
    /* go, host, go, host, go, host, go, host */
    ck_assert_int_eq(call_i32(&t, r.func, ARGS(3)), 10);
    expect_trap(call_trap(&t, r.func, ARGS(4)), CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    world_fini(&t);
}
END_TEST

START_TEST(calling_back_shares_the_stack)
{
    struct world t;
    struct reentry r;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.stack_bytes = 1000;
    world_init_limits(&t, 0, &limits);
    build_reentry(&t, &r);
    expect_trap(call_trap(&t, r.func, ARGS(60)), CUPEL_TRAP_STACK_OVERFLOW, "stack_bytes");
    ck_assert_int_eq(call_i32(&t, r.func, ARGS(2)), 7);
    world_fini(&t);
}
END_TEST

/* Makes an inner call trap, and goes on. */
HOST(swallow)
{
    struct reentry *r = env;
    cupel_trap_t *trap;
    must(cupel_func_call(cupel_caller_context(caller), r->func, NULL, 0, NULL, 0, &trap));
    ck_assert_ptr_nonnull(trap);
    expect_trap(trap, r->calls ? CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS : CUPEL_TRAP_UNREACHABLE, "");
    return NULL;
}

START_TEST(inner_traps_can_be_handled)
{
    struct world t;
    struct reentry r = {.calls = _i};
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "f", type);
    wasm_memory(&t.w, 1, 1);
    wasm_export_func(&t.w, "inner0", "", "", BYTES(W_UNREACHABLE, W_END));
    wasm_export_func(&t.w, "inner1", "", "",
                     BYTES(W_I32_CONST, 0x7f, W_I32_LOAD, 0, 0, W_DROP, W_END));
    wasm_export_func(&t.w, "go", "i", "i",
                     BYTES(W_I32_CONST, 5, W_CALL, 0, W_LOCAL_GET, 0, W_I32_ADD, W_END));
    wasm_export_func(&t.w, "then", "i", "i",
                     BYTES(W_CALL, 0, W_I32_CONST, 0x7f, W_I32_LOAD, 0, 0, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "", swallow, &r));
    cupel_instance_t inst = world_instantiate(&t, &import, 1);
    r.func = get_func(&t, inst, _i ? "inner1" : "inner0");
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "go"), ARGS(6)), 11);
    expect_trap(call_trap(&t, get_func(&t, inst, "then"), ARGS(6)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS,
                "");
    world_fini(&t);
}
END_TEST

/* Makes many host functions while one runs: the store's list moves. */
HOST(define_more)
{
    cupel_functype_t *type = functype_of("", "");
    cupel_func_t f;
    for (int i = 0; i < 100; i++)
        must(cupel_func_new(cupel_caller_context(caller), type, give_up, NULL, NULL, &f));
    cupel_functype_delete(type);
    results[0].of.i32 = args[0].of.i32 + 1;
    return NULL;
}

START_TEST(lists_may_move)
{
    struct world t;
    world_init(&t, 0);
    cupel_func_t host = host_func(&t, "i", "i", define_more, NULL);
    ck_assert_int_eq(call_i32(&t, get_func(&t, calls(&t, "i", "i", host), "go"), ARGS(4)), 5);
    world_fini(&t);
}
END_TEST

void add_host_call(TCase *tc)
{
    tcase_add_test(tc, values_both_ways);
    tcase_add_test(tc, many_values);
    tcase_add_test(tc, traps);
    tcase_add_test(tc, results_are_checked);
    tcase_add_test(tc, caller_is_seen);
    tcase_add_loop_test(tc, memory_grown_by_the_host_is_seen, 0, 2);
    tcase_add_test(tc, calls_back);
    tcase_add_test(tc, calling_back_is_bounded);
    tcase_add_test(tc, calling_back_counts_as_depth);
    tcase_add_test(tc, calling_back_shares_the_stack);
    tcase_add_loop_test(tc, inner_traps_can_be_handled, 0, 2);
    tcase_add_test(tc, lists_may_move);
}
