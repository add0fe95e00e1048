/*
 * Machine code from outside: that there is some, that it can be bounded and switched off and on while calls run, that its pages are never
 * writable and executable, and that nothing else tells it from the interpreter. (That all ops agree is for the specification's suite, the benchmark cases and the fuzz
 * targets, which run on both.)
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/engine/runtime/runtime_fixture.h"

#define FUEL 1000000

static cupel_engine_t *engine_of(bool native, size_t limit)
{
    cupel_config_t *config = cupel_config_new();
    ck_assert_ptr_nonnull(config);
    cupel_config_set_consume_fuel(config, true);
    cupel_config_set_native(config, native);
    cupel_config_set_native_limit(config, limit);
    ck_assert_uint_eq(cupel_config_get_native_limit(config), limit);
    return cupel_engine_new_with_config(config);
}

static void begin(struct world *t, bool native, size_t limit)
{
    memset(t, 0, sizeof *t);
    t->engine = engine_of(native, limit);
    t->store = cupel_store_new(t->engine, NULL, NULL);
    ck_assert_ptr_nonnull(t->store);
    t->ctx = cupel_store_context(t->store);
    wasm_init(&t->w);
}

/* fib(n), recursive; its own index is 0. sum(n): a loop over memory, which traps behind 64 KiB. */
static cupel_module_t *build(struct world *t)
{
    wasm_memory(&t->w, 1, 1);
    wasm_export_func(&t->w, "fib", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 2, 0x48 /* i32.lt_s */, W_IF, W_TYPE_I32,
                           W_LOCAL_GET, 0, W_ELSE, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB,
                           W_CALL, 0, W_LOCAL_GET, 0, W_I32_CONST, 2, W_I32_SUB, W_CALL, 0,
                           W_I32_ADD, W_END, W_END));
    wasm_export_func(&t->w, "sum", "i", "i",
                     BYTES(W_LOOP, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 4, W_I32_ADD,
                           W_LOCAL_TEE, 0, W_I32_LOAD, 2, 0, W_BR_IF, 0, W_LOCAL_GET, 0, W_BR, 0,
                           W_END, W_END));
    wasm_export_func(&t->w, "divide", "ii", "i",
                     BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_I32_DIV_S, W_END));
    wasm_export_func(&t->w, "by_zero", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, W_I32_DIV_S, W_END));
    return world_compile(t);
}

static cupel_instance_t instance_of(struct world *t, cupel_module_t *m)
{
    cupel_instance_t inst;
    cupel_trap_t *trap;
    must(cupel_instance_new(t->ctx, m, NULL, 0, &inst, &trap));
    ck_assert_ptr_null(trap);
    must(cupel_context_set_fuel(t->ctx, FUEL));
    return inst;
}

static size_t native_bytes(cupel_module_t *m)
{
    cupel_module_info_t info;
    cupel_module_info(m, &info);
    return info.native_bytes;
}

static uint64_t fuel_left(struct world *t)
{
    uint64_t fuel;
    must(cupel_context_get_fuel(t->ctx, &fuel));
    return fuel;
}

START_TEST(first_call_stitches)
{
    struct world t;
    begin(&t, true, 1 << 20);
    cupel_module_t *m = build(&t);
    ck_assert(cupel_config_get_native(cupel_engine_config(t.engine)));
    cupel_instance_t inst = instance_of(&t, m);
    size_t none = native_bytes(m);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "divide"), ARGS(-7, 2)), -3);
    size_t one = native_bytes(m);
    ck_assert_uint_gt(one, none);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "divide"), ARGS(8, 2)), 4);
    ck_assert_uint_eq(native_bytes(m), one);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(10)), 55);
    ck_assert_uint_gt(native_bytes(m), one);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* Not configured, or no budget: all is interpreted. */
START_TEST(interpreted_if_so_configured)
{
    struct world t;
    begin(&t, _i == 1, 0);
    cupel_module_t *m = build(&t);
    cupel_instance_t inst = instance_of(&t, m);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(10)), 55);
    ck_assert_uint_eq(native_bytes(m), 0);
    cupel_module_set_native(m, false);
    cupel_module_set_native(m, true);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(10)), 55);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

static size_t bytes_when_called(struct world *t, cupel_module_t *m)
{
    cupel_instance_t inst = instance_of(t, m);
    for (int again = 0; again < 3; again++)
        ck_assert_int_eq(call_i32(t, get_func(t, inst, "fib"), ARGS(5)), 5);
    ck_assert_int_eq(call_i32(t, get_func(t, inst, "divide"), ARGS(9, 3)), 3);
    return native_bytes(m);
}

/* What one module has is not there for the next, until it is deleted; who got nothing takes nothing. */
START_TEST(the_budget_is_shared)
{
    struct world t;
    begin(&t, true, 100 << 10);
    cupel_module_t *first = build(&t), *second = build(&t), *third = build(&t);
    ck_assert_uint_gt(bytes_when_called(&t, first), 0);
    cupel_store_delete(t.store);
    t.store = cupel_store_new(t.engine, NULL, NULL);
    t.ctx = cupel_store_context(t.store);
    ck_assert_uint_eq(bytes_when_called(&t, second), 0);
    cupel_module_delete(first);
    ck_assert_uint_gt(bytes_when_called(&t, third), 0);
    ck_assert_uint_eq(bytes_when_called(&t, second), 0);
    cupel_module_delete(second);
    cupel_module_delete(third);
    world_fini(&t);
}
END_TEST

struct switcher {
    cupel_module_t *module;
    unsigned count;
};

/* At the end of each slice the other tier takes over. */
static bool change(void *env)
{
    struct switcher *s = env;
    cupel_module_set_native(s->module, s->count++ % 2 == 1);
    return false;
}

/* The same module, once as machine code and once interpreted. */
struct side {
    struct world t;
    cupel_module_t *module;
    cupel_instance_t inst;
};

static void begin_both(struct side sides[2])
{
    for (int i = 0; i < 2; i++) {
        begin(&sides[i].t, i == 0, 1 << 20);
        sides[i].module = build(&sides[i].t);
        sides[i].inst = instance_of(&sides[i].t, sides[i].module);
    }
}

/* They have used the same fuel. */
static void end_both(struct side sides[2])
{
    ck_assert_uint_gt(native_bytes(sides[0].module), 0);
    ck_assert_uint_eq(native_bytes(sides[1].module), 0);
    ck_assert_uint_eq(fuel_left(&sides[0].t), fuel_left(&sides[1].t));
    for (int i = 0; i < 2; i++) {
        cupel_module_delete(sides[i].module);
        world_fini(&sides[i].t);
    }
}

static cupel_func_t func_of(struct side *side, const char *name)
{
    return get_func(&side->t, side->inst, name);
}

START_TEST(tiers_change_at_slices)
{
    struct side sides[2];
    begin_both(sides);
    struct switcher s = {sides[0].module, 0};
    must(cupel_store_set_interrupt(sides[0].t.store, change, &s, 137));
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(call_i32(&sides[i].t, func_of(&sides[i], "fib"), ARGS(15)), 610);
    ck_assert_uint_gt(s.count, 100);
    end_both(sides);
}
END_TEST

static void expect_same_trap(cupel_trap_t *a, cupel_trap_t *b)
{
    cupel_frame_t x, y;
    ck_assert_int_eq(cupel_trap_code(a), cupel_trap_code(b));
    ck_assert_uint_eq(cupel_trap_depth(a), cupel_trap_depth(b));
    for (uint32_t i = 0; cupel_trap_frame(a, i, &x); i++) {
        ck_assert(cupel_trap_frame(b, i, &y));
        ck_assert_uint_eq(x.func_index, y.func_index);
        ck_assert_uint_eq(x.module_offset, y.module_offset);
    }
    cupel_trap_delete(a);
    cupel_trap_delete(b);
}

static const struct {
    const char *func;
    int32_t args[2];
    size_t nargs;
    uint64_t fuel;
    cupel_trapcode_t code;
} trapping[] = {
    {"sum", {8, 0}, 1, FUEL, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS},
    {"sum", {-8, 0}, 1, FUEL, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS},
    {"sum", {8, 0}, 1, 1000, CUPEL_TRAP_OUT_OF_FUEL},
    {"fib", {30, 0}, 1, 5000, CUPEL_TRAP_OUT_OF_FUEL},
    {"divide", {1, 0}, 2, FUEL, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO},
    {"divide", {INT32_MIN, -1}, 2, FUEL, CUPEL_TRAP_INTEGER_OVERFLOW},
    {"by_zero", {1, 0}, 1, FUEL, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO},
};

START_TEST(traps_are_the_interpreters)
{
    struct side sides[2];
    cupel_trap_t *traps[2];
    begin_both(sides);
    for (int i = 0; i < 2; i++) {
        must(cupel_context_set_fuel(sides[i].t.ctx, trapping[_i].fuel));
        traps[i] = call_trap(&sides[i].t, func_of(&sides[i], trapping[_i].func), trapping[_i].nargs,
                             trapping[_i].args);
        ck_assert_int_eq(cupel_trap_code(traps[i]), trapping[_i].code);
    }
    expect_same_trap(traps[0], traps[1]);
    end_both(sides);
}
END_TEST

/* What is written from the code is the internal code, whatever has run. */
START_TEST(images_do_not_change)
{
    struct world t;
    cupel_bytes_t before, after;
    begin(&t, true, 1 << 20);
    cupel_module_t *m = build(&t);
    cupel_instance_t inst = instance_of(&t, m);
    must(cupel_module_serialize(m, &before));
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(12)), 144);
    must(cupel_module_serialize(m, &after));
    ck_assert_uint_eq(before.len, after.len);
    ck_assert_mem_eq(before.data, after.data, before.len);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(12)), 144);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "divide"), ARGS(12, 3)), 4);
    cupel_bytes_delete(&before);
    cupel_bytes_delete(&after);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* Mappings of machine code that are there: executable ones, writable ones; none may be both. */
static void count_mappings(unsigned *executable, unsigned *writable)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    ck_assert_ptr_nonnull(maps);
    *executable = *writable = 0;
    while (fgets(line, sizeof line, maps)) {
        const char *rights = strchr(line, ' ') + 1;
        bool w = rights[1] == 'w', x = rights[2] == 'x';
        ck_assert_msg(!w || !x, "writable and executable: %s", line);
        if (strstr(line, "cupel-code")) {
            *executable += x;
            *writable += w;
        }
    }
    fclose(maps);
}

START_TEST(no_page_is_writable_and_executable)
{
    struct world t;
    unsigned executable, writable;
    begin(&t, true, 1 << 20);
    cupel_module_t *m = build(&t);
    cupel_instance_t inst = instance_of(&t, m);
    count_mappings(&executable, &writable);
    ck_assert_uint_eq(executable + writable, 0);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "fib"), ARGS(5)), 5);
    count_mappings(&executable, &writable);
    ck_assert_uint_eq(executable, 1);
    ck_assert_uint_eq(writable, 1);
    cupel_module_delete(m);
    world_fini(&t);
    count_mappings(&executable, &writable);
    ck_assert_uint_eq(executable + writable, 0);
}
END_TEST

#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* In a process of its own, whose mappings may never gain the right to execute: 0 if there is machine code, 2 if the kernel has no such rule. */
static int run_denied(void)
{
    struct world t;
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0)
        return 2;
    begin(&t, true, 1 << 20);
    cupel_module_t *m = build(&t);
    cupel_instance_t inst = instance_of(&t, m);
    int32_t fib = call_i32(&t, get_func(&t, inst, "fib"), ARGS(10));
    bool ok = fib == 55 && native_bytes(m) > 0;
    cupel_module_delete(m);
    world_fini(&t);
    return ok ? 0 : 1;
}

START_TEST(works_where_nothing_may_become_executable)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(run_denied());
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2)
        puts("memory-deny-write-execute: skipped, this kernel has no PR_SET_MDWE");
    else
        ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

struct runner {
    cupel_engine_t *engine;
    cupel_module_t *module;
    bool ok;
};

static void *run(void *env)
{
    struct runner *r = env;
    cupel_store_t *store = cupel_store_new(r->engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_instance_t inst;
    cupel_trap_t *trap = NULL;
    cupel_val_t arg = {.kind = CUPEL_I32, .of.i32 = 15}, result;
    cupel_extern_t export;
    r->ok = cupel_instance_new(ctx, r->module, NULL, 0, &inst, &trap) == NULL && !trap &&
            cupel_context_set_fuel(ctx, FUEL) == NULL &&
            cupel_instance_get_export(ctx, inst, "fib", 3, &export);
    for (int i = 0; i < 20 && r->ok; i++) {
        cupel_module_set_native(r->module, i % 2 == 0);
        r->ok = cupel_context_set_fuel(ctx, FUEL) == NULL &&
                cupel_func_call(ctx, export.of.func, &arg, 1, &result, 1, &trap) == NULL && !trap &&
                result.of.i32 == 610;
    }
    cupel_store_delete(store);
    return NULL;
}

/* First calls, and changes of the tier, while others run the same functions. */
START_TEST(threads_share_it)
{
    enum { THREADS = 4 };
    struct world t;
    struct runner runners[THREADS];
    pthread_t threads[THREADS];
    begin(&t, true, 1 << 20);
    cupel_module_t *m = build(&t);
    for (unsigned i = 0; i < THREADS; i++) {
        runners[i] = (struct runner){t.engine, m, false};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert(runners[i].ok);
    }
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("native");
    TCase *tc = tcase_create("native");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, first_call_stitches);
    tcase_add_loop_test(tc, interpreted_if_so_configured, 0, 2);
    tcase_add_test(tc, the_budget_is_shared);
    tcase_add_test(tc, tiers_change_at_slices);
    tcase_add_loop_test(tc, traps_are_the_interpreters, 0,
                        (int)(sizeof trapping / sizeof *trapping));
    tcase_add_test(tc, images_do_not_change);
    tcase_add_test(tc, no_page_is_writable_and_executable);
    tcase_add_test(tc, works_where_nothing_may_become_executable);
    tcase_add_test(tc, threads_share_it);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
