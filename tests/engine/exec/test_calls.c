/*
 * Calls that leave the instance, the function or the machine: across instances, by tail calls, into the host and back. What comes back in
 * accumulators, where a trap is found to be, and where recursion ends.
 */
#include "tests/engine/exec/exec_tests.h"
#include "tests/engine/reference.h"

#include <stdlib.h>
#include <string.h>

#define NO_IMPORTS NULL, 0

/* A module with its bytes, to know where its functions' code lies. */
struct part {
    cupel_instance_t instance;
    uint64_t starts[16]; /* of functions' code in the module */
};

static struct part instantiate(struct world *t, const cupel_extern_t *imports, size_t n)
{
    struct part p = {{0, 0}, {0}};
    size_t len;
    const uint8_t *bytes = wasm_finish(&t->w, &len);
    struct reference *r = reference_new(bytes, len);
    ck_assert_uint_le(r->nfuncs, 16);
    for (uint32_t i = 0; i < r->nfuncs; i++)
        p.starts[i] = r->funcs[i].start;
    reference_delete(r);
    p.instance = world_instantiate(t, imports, n);
    return p;
}

/* Frame i is `func` of `part`, at byte `at` of its code. */
static void expect_frame(const cupel_trap_t *trap, size_t i, const struct part *part, uint32_t func,
                         uint64_t at)
{
    cupel_frame_t f;
    ck_assert_msg(cupel_trap_frame(trap, i, &f), "there is no frame %zu", i);
    ck_assert_msg(
        f.func_index == func && f.module_offset == part->starts[func] + at &&
            f.instance.index == part->instance.index,
        "frame %zu: function %u of instance %u at %lu of its code", i, f.func_index,
        f.instance.index,
        (unsigned long)(f.module_offset - part->starts[f.func_index < 16 ? f.func_index : 0]));
}

/* A: 0 "div" (i) -> (i) 100 / x; 1 "load" (i) -> (i) at x of its own memory of one page; 2 "add" (i) -> (i) x + 1. */
static struct part instantiate_a(struct world *t)
{
    uint32_t unary = wasm_type(&t->w, "i", "i");
    wasm_func(&t->w, unary, "", BYTES(W_I32_CONST, 0xe4, 0, W_LOCAL_GET, 0, W_I32_DIV_S, W_END));
    wasm_func(&t->w, unary, "", BYTES(W_NOP, W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    wasm_func(&t->w, unary, "", BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_memory(&t->w, 1, 1);
    wasm_export(&t->w, "div", 0, 0);
    wasm_export(&t->w, "load", 0, 1);
    wasm_export(&t->w, "add", 0, 2);
    return instantiate(t, NO_IMPORTS);
}

/* B imports A's three as 0 to 2 and has a memory of 4 pages: 3 "outer" (x, which) calls 4, 5 or 6 by `which`; 4 calls div, 5 load, 6
 * tail calls load; each adds 1000 behind a call. */
static struct part instantiate_b(struct world *t, const struct part *a)
{
    cupel_extern_t imports[3] = {get_export(t, a->instance, "div"),
                                 get_export(t, a->instance, "load"),
                                 get_export(t, a->instance, "add")};
    uint32_t unary = wasm_type(&t->w, "i", "i"), outer = wasm_type(&t->w, "ii", "i");
    uint32_t table[3] = {4, 5, 6};
    for (int i = 0; i < 3; i++)
        wasm_import_func(&t->w, "a", i == 0 ? "div" : i == 1 ? "load" : "add", unary);
    wasm_func(&t->w, outer, "",
              BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_CALL_INDIRECT, 0, 0, W_I32_CONST, 1,
                    W_I32_ADD, W_END));
    wasm_func(&t->w, unary, "",
              BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 10, W_I32_ADD, W_END));
    wasm_func(&t->w, unary, "",
              BYTES(W_LOCAL_GET, 0, W_CALL, 1, W_I32_CONST, 10, W_I32_ADD, W_END));
    wasm_func(&t->w, unary, "", BYTES(W_NOP, W_LOCAL_GET, 0, 0x12, 1, W_END));
    wasm_memory(&t->w, 4, 4);
    wasm_table(&t->w, 'r', 3, 3);
    wasm_elem(&t->w, 0, table, 3);
    wasm_export(&t->w, "outer", 0, 3);
    return instantiate(t, imports, 3);
}

START_TEST(traps_in_another_instance)
{
    struct world t;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    struct part a = instantiate_a(&t), b = instantiate_b(&t, &a);
    cupel_func_t outer = get_func(&t, b.instance, "outer");
    ck_assert_int_eq(call_i32(&t, outer, ARGS(7, 0)), 100 / 7 + 11);
    ck_assert_int_eq(call_i32(&t, outer, ARGS(65532, 1)), 11);
    ck_assert_int_eq(call_i32(&t, outer, ARGS(65532, 2)), 1);

    cupel_trap_t *trap = call_trap(&t, outer, ARGS(0, 0));
    ck_assert_uint_eq(cupel_trap_depth(trap), 3);
    expect_frame(trap, 0, &a, 0, 5);
    expect_frame(trap, 1, &b, 4, 2);
    expect_frame(trap, 2, &b, 3, 4);
    expect_trap(trap, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, "");

    /* in B's memory, but not in A's */
    trap = call_trap(&t, outer, ARGS(65536, 1));
    ck_assert_uint_eq(cupel_trap_depth(trap), 3);
    expect_frame(trap, 0, &a, 1, 3);
    expect_frame(trap, 1, &b, 5, 2);
    expect_frame(trap, 2, &b, 3, 4);
    expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");

    /* the function that made the tail call is gone */
    trap = call_trap(&t, outer, ARGS(65536, 2));
    ck_assert_uint_eq(cupel_trap_depth(trap), 2);
    expect_frame(trap, 0, &a, 1, 3);
    expect_frame(trap, 1, &b, 3, 4);
    expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    ck_assert_int_eq(call_i32(&t, outer, ARGS(0, 2)), 1);
    world_fini(&t);
}
END_TEST

/* A single result comes back in an accumulator, from another instance too: of each class. */
START_TEST(results_across_instances)
{
    static const char types[] = "iIfF";
    struct world t;
    cupel_extern_t import;
    char type[2] = {types[_i], '\0'};
    cupel_val_t arg = {.kind = (cupel_valkind_t)_i}, result;
    cupel_trap_t *trap;
    world_init(&t, 0);
    wasm_export_func(&t.w, "f", type, type, BYTES(W_LOCAL_GET, 0, W_END));
    import = get_export(&t, world_instantiate(&t, NO_IMPORTS), "f");
    /* f(f(x)) by a call and a call by table, then an op that takes the accumulator: x + x, or x - -x */
    uint32_t unary = wasm_type(&t.w, type, type);
    static const uint8_t adds[] = {0x6a, 0x7c, 0x92, 0xa0};
    uint32_t table[1] = {0};
    wasm_import_func(&t.w, "a", "f", unary);
    wasm_func(&t.w, unary, "",
              BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 0, W_CALL_INDIRECT, 0,
                    0, adds[_i], W_END));
    wasm_table(&t.w, 'r', 1, 1);
    wasm_elem(&t.w, 0, table, 1);
    wasm_export(&t.w, "g", 0, 1);
    cupel_func_t g = get_func(&t, world_instantiate(&t, &import, 1), "g");
    if (_i == 0)
        arg.of.i32 = -5;
    else if (_i == 1)
        arg.of.i64 = INT64_MAX / 2;
    else if (_i == 2)
        arg.of.f32 = 1.5f;
    else
        arg.of.f64 = 1e100;
    must(cupel_func_call(t.ctx, g, &arg, 1, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    ck_assert(_i != 0 || result.of.i32 == -10);
    ck_assert(_i != 1 || result.of.i64 == INT64_MAX / 2 * 2);
    ck_assert(_i != 2 || result.of.f32 == 3.0f);
    ck_assert(_i != 3 || result.of.f64 == 2e100);
    world_fini(&t);
}
END_TEST

/* ---- Tail calls ---- */

/* Two functions with different numbers of values that tail call each other; the stack does not grow. In one instance, or in two that
 * meet in a table. */
START_TEST(tail_calls_for_ever)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 3;
    limits.stack_bytes = 4096;
    world_init_limits(&t, WORLD_METERED, &limits);
    uint32_t narrow = wasm_type(&t.w, "i", "i"), wide = wasm_type(&t.w, "iIIIi", "i");
    /* 0: n == 0 ? 42 : wide(n - 1, 1, 2, 3, n); 1: narrow(a) */
    wasm_func(&t.w, narrow, "",
              BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_EMPTY, W_I32_CONST, 42, W_RETURN, W_END,
                    W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_I64_CONST, 1, W_I64_CONST, 2,
                    W_I64_CONST, 3, W_LOCAL_GET, 0, 0x12, 1, W_END));
    wasm_func(&t.w, wide, "I", BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, 0x13, 0, 0, W_END));
    wasm_func(&t.w, narrow, "", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    uint32_t table[1] = {0};
    wasm_table(&t.w, 'r', 1, 1);
    wasm_elem(&t.w, 0, table, 1);
    wasm_export(&t.w, "f", 0, 2);
    wasm_export(&t.w, "table", 1, 0);
    struct part a = instantiate(&t, NO_IMPORTS);
    cupel_func_t f = get_func(&t, a.instance, "f");
    ck_assert_int_eq(call_i32(&t, f, ARGS(100000)), 43);
    if (_i == 1) {
        /* now through another instance, which tail calls back */
        cupel_extern_t import = get_export(&t, a.instance, "table");
        narrow = wasm_type(&t.w, "i", "i");
        wide = wasm_type(&t.w, "iIIIi", "i");
        wasm_import_table(&t.w, "a", "table", 'r', 1, 1);
        wasm_func(&t.w, narrow, "IIIII",
                  BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_EMPTY, W_I32_CONST, 41, W_RETURN,
                        W_END, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_I64_CONST, 1,
                        W_I64_CONST, 2, W_I64_CONST, 3, W_LOCAL_GET, 0, 0x12, 1, W_END));
        wasm_func(&t.w, wide, "", BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, 0x13, 0, 0, W_END));
        wasm_func(&t.w, narrow, "",
                  BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, W_CALL_INDIRECT, 0, 0, W_END));
        wasm_export(&t.w, "g", 0, 2);
        wasm_export(&t.w, "narrow", 0, 0);
        wasm_elem(&t.w, 0, table, 1);
        cupel_instance_t b = world_instantiate(&t, &import, 1);
        /* A's wide calls B's narrow from now on, B's wide its own: A.0 -> A.1 -> B.0 -> B.1 -> B.0 ... */
        ck_assert_int_eq(call_i32(&t, f, ARGS(100000)), 42);
        ck_assert_int_eq(call_i32(&t, get_func(&t, b, "g"), ARGS(99999)), 41);
    }
    world_fini(&t);
}
END_TEST

/* A trap behind many tail calls across instances shows the frames that are left. */
START_TEST(a_trap_after_tail_calls)
{
    struct world t;
    world_init(&t, 0);
    struct part a = instantiate_a(&t);
    cupel_extern_t import = get_export(&t, a.instance, "div");
    uint32_t unary = wasm_type(&t.w, "i", "i"), binary = wasm_type(&t.w, "iI", "i");
    wasm_import_func(&t.w, "a", "div", unary);
    wasm_func(&t.w, unary, "",
              BYTES(W_LOCAL_GET, 0, W_I64_CONST, 7, W_CALL, 2, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_func(&t.w, binary, "", BYTES(W_LOCAL_GET, 0, 0x12, 3, W_END));
    wasm_func(&t.w, unary, "I", BYTES(W_LOCAL_GET, 0, 0x12, 0, W_END));
    wasm_export(&t.w, "f", 0, 1);
    wasm_export(&t.w, "tail", 0, 3);
    struct part b = instantiate(&t, &import, 1);
    ck_assert_int_eq(call_i32(&t, get_func(&t, b.instance, "f"), ARGS(25)), 5);
    cupel_trap_t *trap = call_trap(&t, get_func(&t, b.instance, "f"), ARGS(0));
    ck_assert_uint_eq(cupel_trap_depth(trap), 2);
    expect_frame(trap, 0, &a, 0, 5);
    expect_frame(trap, 1, &b, 1, 4);
    expect_trap(trap, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, "");
    /* the outermost frame itself is replaced */
    ck_assert_int_eq(call_i32(&t, get_func(&t, b.instance, "tail"), ARGS(25)), 4);
    trap = call_trap(&t, get_func(&t, b.instance, "tail"), ARGS(0));
    ck_assert_uint_eq(cupel_trap_depth(trap), 1);
    expect_frame(trap, 0, &a, 0, 5);
    cupel_trap_delete(trap);
    world_fini(&t);
}
END_TEST

/* ---- The stack's ends ---- */

/* f(n) = n == 0 ? 0 : 1 + f(n - 1), with a frame of `locals` locals. */
static cupel_func_t recursive(struct world *t, uint32_t nlocals)
{
    static char locals[2001];
    memset(locals, 'I', nlocals);
    locals[nlocals] = '\0';
    wasm_func(&t->w, wasm_type(&t->w, "i", "i"), locals,
              BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_EMPTY, W_I32_CONST, 0, W_RETURN, W_END,
                    W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, 0, W_I32_CONST, 1, W_I32_ADD,
                    W_END));
    wasm_export(&t->w, "f", 0, 0);
    return get_func(t, world_instantiate(t, NO_IMPORTS), "f");
}

START_TEST(recursion_ends_at_its_depth)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 100;
    world_init_limits(&t, 0, &limits);
    cupel_func_t f = recursive(&t, 0);
    ck_assert_int_eq(call_i32(&t, f, ARGS(99)), 99);
    cupel_trap_t *trap = call_trap(&t, f, ARGS(100));
    ck_assert_uint_eq(cupel_trap_depth(trap), 100);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 64);
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    ck_assert_int_eq(call_i32(&t, f, ARGS(99)), 99);
    world_fini(&t);
}
END_TEST

START_TEST(recursion_ends_at_its_bytes)
{
    static const uint32_t nlocals[] = {0, 900, 1100, 2000};
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 1000000;
    limits.stack_bytes = 1 << 20;
    world_init_limits(&t, 0, &limits);
    cupel_func_t f = recursive(&t, nlocals[_i]);
    expect_trap(call_trap(&t, f, ARGS(1000000)), CUPEL_TRAP_STACK_OVERFLOW, "stack_bytes");
    int32_t frame = 8 * (int32_t)nlocals[_i] +
                    200; /* more than one takes; far locals leave room for all near ones */
    if (nlocals[_i] > 1000)
        frame += 8 * 3100;
    ck_assert_int_eq(call_i32(&t, f, ARGS((1 << 20) / frame - 1)), (1 << 20) / frame - 1);
    world_fini(&t);
}
END_TEST

/* ---- The host in between ---- */

struct reentry {
    struct world *t;
    cupel_func_t inner;
    cupel_memory_t memory;
    bool grow;
};

/* Grows the caller's memory, or calls Wasm again. */
static cupel_trap_t *reenter(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                             size_t nargs, cupel_val_t *results, size_t nresults)
{
    struct reentry *r = env;
    cupel_trap_t *trap = NULL;
    (void)nargs;
    if (r->grow) {
        uint64_t previous;
        must(cupel_memory_grow(cupel_caller_context(caller), r->memory, 20, &previous));
    }
    must(
        cupel_func_call(cupel_caller_context(caller), r->inner, args, 1, results, nresults, &trap));
    return trap;
}

/* 0 the host's (i) -> (i); 1 "inner" (i) -> (i): load at x; 2 "outer" (i, i) -> (i): stores x at 16, host(y) + load at 16 + x. */
static struct part instantiate_reentry(struct world *t, struct reentry *r)
{
    cupel_extern_t import = extern_func(host_func(t, "i", "i", reenter, r));
    uint32_t unary = wasm_type(&t->w, "i", "i"), binary = wasm_type(&t->w, "ii", "i");
    wasm_import_func(&t->w, "h", "f", unary);
    wasm_func(&t->w, unary, "", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    wasm_func(&t->w, binary, "",
              BYTES(W_I32_CONST, 16, W_LOCAL_GET, 0, W_I32_STORE, 2, 0, W_LOCAL_GET, 0, W_LOCAL_GET,
                    1, W_CALL, 0, W_I32_CONST, 16, W_I32_LOAD, 2, 0, W_I32_ADD, W_I32_ADD, W_END));
    wasm_memory(&t->w, 1, 30);
    wasm_export(&t->w, "inner", 0, 1);
    wasm_export(&t->w, "outer", 0, 2);
    wasm_export(&t->w, "m", 2, 0);
    struct part p = instantiate(t, &import, 1);
    r->t = t;
    r->inner = get_func(t, p.instance, "inner");
    r->memory = get_export(t, p.instance, "m").of.memory;
    return p;
}

START_TEST(the_host_calls_back)
{
    struct world t;
    struct reentry r = {.grow = false};
    world_init(&t, _i % 2 ? WORLD_CHECKED : 0);
    struct part p = instantiate_reentry(&t, &r);
    cupel_func_t outer = get_func(&t, p.instance, "outer");
    ck_assert_int_eq(call_i32(&t, outer, ARGS(5, 16)), 15);
    cupel_trap_t *trap = call_trap(&t, outer, ARGS(5, 65536));
    ck_assert_uint_eq(cupel_trap_depth(trap), 2);
    expect_frame(trap, 0, &p, 1, 2);
    expect_frame(trap, 1, &p, 2, 11);
    expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    /* the memory may move while the outer activation waits */
    r.grow = true;
    ck_assert_int_eq(call_i32(&t, outer, ARGS(5, 16)), 15);
    r.grow = false;
    ck_assert_int_eq(call_i32(&t, outer, ARGS(7, 21 * 65536 - 4)), 14);
    world_fini(&t);
}
END_TEST

/* The host calls the function that calls the host ...: ends at one of the limits, whichever comes first. */
START_TEST(mutual_recursion_with_the_host)
{
    struct world t;
    struct reentry r = {.grow = false};
    cupel_store_limits_t limits;
    static const char *const names[] = {"host_depth", "call_depth", "stack_bytes"};
    cupel_store_limits_init(&limits);
    limits.host_depth = _i == 0 ? 10 : 1000;
    limits.call_depth = _i == 1 ? 30 : 100000;
    limits.stack_bytes = _i == 2 ? 8192 : 1 << 20;
    world_init_limits(&t, 0, &limits);
    cupel_extern_t import = extern_func(host_func(&t, "i", "i", reenter, &r));
    uint32_t unary = wasm_type(&t.w, "i", "i");
    wasm_import_func(&t.w, "h", "f", unary);
    wasm_func(&t.w, unary, "IIIIIIIIII", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_export(&t.w, "f", 0, 1);
    struct part p = instantiate(&t, &import, 1);
    r.inner = get_func(&t, p.instance, "f");
    for (int round = 0; round < 3; round++) {
        cupel_trap_t *trap = call_trap(&t, r.inner, ARGS(1));
        ck_assert_uint_ge(cupel_trap_depth(trap), 9);
        expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, names[_i]);
    }
    world_fini(&t);
}
END_TEST

void add_calls(TCase *tc)
{
    tcase_add_loop_test(tc, traps_in_another_instance, 0, 2);
    tcase_add_loop_test(tc, results_across_instances, 0, 4);
    tcase_add_loop_test(tc, tail_calls_for_ever, 0, 2);
    tcase_add_test(tc, a_trap_after_tail_calls);
    tcase_add_test(tc, recursion_ends_at_its_depth);
    tcase_add_loop_test(tc, recursion_ends_at_its_bytes, 0, 4);
    tcase_add_loop_test(tc, the_host_calls_back, 0, 2);
    tcase_add_loop_test(tc, mutual_recursion_with_the_host, 0, 3);
}
