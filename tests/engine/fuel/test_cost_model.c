/*
 * The cost model, held to exact numbers: each case of cost_cases.c runs with just enough fuel, and with one unit less, on both memory paths,
 * with the fuel in slices of several sizes, and in the reference evaluator.
 */
#include "tests/engine/fuel/cost_cases.h"
#include "tests/engine/fuel/fuel_tests.h"
#include "tests/engine/reference.h"

#include <stdlib.h>
#include <string.h>

/* The module that cost_cases.h describes, around a body. */
static void build(struct wasm *w, const struct cost_case *c)
{
    static const uint8_t data[100];
    const uint32_t funcs[] = {1, 0, 2};
    uint32_t many[40] = {0};
    uint32_t unary = wasm_type(w, "i", "i"), none = wasm_type(w, "", "i");
    wasm_import_func(w, "h", "f", unary);
    wasm_func(w, unary, "", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_func(w, unary, "", BYTES(W_LOCAL_GET, 0, 0x12, 1, W_END));
    wasm_export(w, "body", 0, wasm_func(w, none, "iI", c->body, c->len));
    wasm_table(w, 'r', 40, 60);
    wasm_memory(w, 1, 3);
    wasm_global(w, 'i', true, BYTES(W_I32_CONST, 0, W_END));
    wasm_elem(w, 1, funcs, 3);
    wasm_passive_elem(w, many, 40);
    wasm_passive_data(w, data, sizeof data);
}

static cupel_trap_t *identity(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                              size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0] = args[0];
    return NULL;
}

static bool go_on(void *env)
{
    ++*(uint64_t *)env;
    return false;
}

/* One run in a fresh instance; what is left of the fuel, and the trap's name ("" without one). */
static uint64_t run(const struct cost_case *c, unsigned flags, uint64_t slice, uint64_t fuel,
                    const char **trap_name)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t result;
    uint64_t left, asked = 0;
    world_init(&t, WORLD_METERED | flags);
    build(&t.w, c);
    cupel_extern_t host = extern_func(host_func(&t, "i", "i", identity, NULL));
    cupel_func_t body = get_func(&t, world_instantiate(&t, &host, 1), "body");
    if (slice)
        must(cupel_store_set_interrupt(t.store, go_on, &asked, slice));
    must(cupel_context_set_fuel(t.ctx, fuel));
    must(cupel_func_call(t.ctx, body, NULL, 0, &result, 1, &trap));
    must(cupel_context_get_fuel(t.ctx, &left));
    *trap_name = trap ? cupel_trapcode_name(cupel_trap_code(trap)) : "";
    cupel_trap_delete(trap);
    world_fini(&t);
    return left;
}

static void check_run(const struct cost_case *c, unsigned flags, uint64_t slice)
{
    const char *trap, *wanted = c->trap ? c->trap : "";
    uint64_t left = run(c, flags, slice, c->cost, &trap);
    ck_assert_msg(left == 0 && strcmp(trap, wanted) == 0, "%s: with its cost %lu: \"%s\", %lu left",
                  c->name, (unsigned long)c->cost, trap, (unsigned long)left);
    left = run(c, flags, slice, c->cost + 1000, &trap);
    ck_assert_msg(left == 1000 && strcmp(trap, wanted) == 0, "%s: with 1000 more: \"%s\", %lu left",
                  c->name, trap, (unsigned long)left);
    if (c->cost == 0)
        return;
    left = run(c, flags, slice, c->cost - 1, &trap);
    ck_assert_msg(left == c->last - 1 && strcmp(trap, "out_of_fuel") == 0,
                  "%s: with one less: \"%s\", %lu left, not %lu", c->name, trap,
                  (unsigned long)left, (unsigned long)c->last - 1);
}

START_TEST(costs_are_exact)
{
    check_run(&cost_cases[_i], 0, 0);
}
END_TEST

START_TEST(costs_are_the_same_with_checks)
{
    check_run(&cost_cases[_i], WORLD_CHECKED, 0);
}
END_TEST

START_TEST(slices_do_not_show)
{
    static const uint64_t slices[] = {1, 2, 3, 7, 64, 1000};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        check_run(&cost_cases[_i], i % 2 ? WORLD_CHECKED : 0, slices[i]);
}
END_TEST

static bool reference_identity(void *env, uint64_t *values)
{
    (void)env, (void)values;
    return true;
}

START_TEST(the_reference_agrees)
{
    const struct cost_case *c = &cost_cases[_i];
    struct wasm w;
    size_t len;
    uint64_t values[1];
    if (strncmp(c->name, "vector: ", 8) == 0)
        return; /* the reference has none */
    wasm_init(&w);
    build(&w, c);
    const uint8_t *bytes = wasm_finish(&w, &len);
    for (uint64_t less = 0; less < 2 && less <= c->cost; less++) {
        struct reference *r = reference_new(bytes, len);
        r->funcs[0].host = reference_identity;
        ck_assert(reference_instantiate(r));
        r->fuel = c->cost - less;
        bool ok = reference_call(r, reference_export(r, "body", 0), values);
        const char *wanted = less ? "out_of_fuel" : c->trap;
        ck_assert_msg(ok == !wanted && (ok || strcmp(r->trap, wanted) == 0), "%s: %s", c->name,
                      ok ? "" : r->trap);
        ck_assert_msg(r->fuel == (less ? c->last - 1 : 0), "%s: %lu left", c->name,
                      (unsigned long)r->fuel);
        reference_delete(r);
    }
    wasm_fini(&w);
}
END_TEST

/* ---- What is charged, and what is not ---- */

START_TEST(start_functions_are_charged)
{
    for (uint64_t fuel = 3; fuel <= 4; fuel++) {
        struct world t;
        cupel_instance_t instance;
        cupel_trap_t *trap;
        uint64_t left;
        world_init(&t, WORLD_METERED);
        wasm_func(&t.w, wasm_type(&t.w, "", ""), "",
                  BYTES(W_I32_CONST, 1, W_I32_CONST, 2, W_I32_ADD, W_I32_EQZ, W_DROP, W_END));
        wasm_start(&t.w, 0);
        cupel_module_t *module = world_compile(&t);
        must(cupel_context_set_fuel(t.ctx, fuel));
        must(cupel_instance_new(t.ctx, module, NULL, 0, &instance, &trap));
        must(cupel_context_get_fuel(t.ctx, &left));
        if (fuel == 3)
            expect_trap(trap, CUPEL_TRAP_OUT_OF_FUEL, "");
        else
            ck_assert_ptr_null(trap);
        ck_assert_uint_eq(left, fuel == 3 ? 3 : 0);
        cupel_module_delete(module);
        world_fini(&t);
    }
}
END_TEST

START_TEST(the_host_grows_for_free)
{
    struct world t;
    uint64_t left, previous;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    world_init(&t, WORLD_METERED);
    wasm_memory(&t.w, 1, 10);
    wasm_export(&t.w, "m", 2, 0);
    wasm_table(&t.w, 'r', 1, 100);
    wasm_export(&t.w, "t", 1, 0);
    cupel_instance_t instance = world_instantiate(&t, NULL, 0);
    must(cupel_context_set_fuel(t.ctx, 5));
    must(cupel_memory_grow(t.ctx, get_export(&t, instance, "m").of.memory, 3, &previous));
    must(cupel_table_grow(t.ctx, get_export(&t, instance, "t").of.table, 50, &null, &previous));
    must(cupel_context_get_fuel(t.ctx, &left));
    ck_assert_uint_eq(left, 5);
    world_fini(&t);
}
END_TEST

/* Blocks that cost about as much as a branch can pay for: while (n--) with `_i` more instructions in it. */
START_TEST(long_blocks_cost_what_they_cost)
{
    static const uint32_t lengths[] = {0, 65526, 65527, 65529, 65530, 65531, 66000};
    uint32_t more = lengths[_i];
    size_t len = 0;
    uint8_t *body = malloc(3 * (size_t)more + 64);
    static const uint8_t head[] = {W_BLOCK, 0x40,      W_LOOP,  0x40, W_LOCAL_GET,
                                   0,       W_I32_EQZ, W_BR_IF, 1};
    static const uint8_t tail[] = {W_LOCAL_GET, 0,           W_I32_CONST, 1,    W_I32_SUB,
                                   W_LOCAL_SET, 0,           W_BR,        0,    W_END,
                                   W_END,       W_I32_CONST, 7,           W_END};
    memcpy(body, head, sizeof head);
    len = sizeof head;
    for (uint32_t i = 0; i < more; i++, len += 3)
        memcpy(body + len, (const uint8_t[]){W_LOCAL_GET, 0, W_DROP}, 3);
    memcpy(body + len, tail, sizeof tail);
    len += sizeof tail;

    struct world t;
    uint64_t left, cost = 3 * (3 + (uint64_t)more + 5) + 3 + 1;
    world_init(&t, WORLD_METERED);
    wasm_export_func(&t.w, "f", "i", "i", body, len);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "f");
    must(cupel_context_set_fuel(t.ctx, cost));
    ck_assert_int_eq(call_i32(&t, f, ARGS(3)), 7);
    must(cupel_context_get_fuel(t.ctx, &left));
    ck_assert_uint_eq(left, 0);
    /* The blocks at the end cost 1, 3 and the body. */
    const uint64_t less[] = {1, 2, 4, 5}, rest[] = {0, 2, 0, more + 5 - 1};
    for (size_t i = 0; i < 4; i++) {
        must(cupel_context_set_fuel(t.ctx, cost - less[i]));
        expect_trap(call_trap(&t, f, ARGS(3)), CUPEL_TRAP_OUT_OF_FUEL, "");
        must(cupel_context_get_fuel(t.ctx, &left));
        ck_assert_uint_eq(left, rest[i]);
    }
    world_fini(&t);
    free(body);
}
END_TEST

/* A growth that the store denies costs nothing either, whether it gives -1 or traps. */
START_TEST(denied_growth_is_free)
{
    struct world t;
    cupel_store_limits_t limits;
    uint64_t left;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 65536;
    limits.trap_on_grow_failure = _i;
    world_init_limits(&t, WORLD_METERED, &limits);
    wasm_memory(&t.w, 1, 10);
    wasm_export_func(&t.w, "f", "", "i", BYTES(W_I32_CONST, 1, W_MEMORY_GROW, 0, W_END));
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "f");
    must(cupel_context_set_fuel(t.ctx, 5000));
    if (_i)
        expect_trap(call_trap(&t, f, NO_ARGS), CUPEL_TRAP_GROWTH_OPERATION_LIMITED, "memory_bytes");
    else
        ck_assert_int_eq(call_i32(&t, f, NO_ARGS), -1);
    must(cupel_context_get_fuel(t.ctx, &left));
    ck_assert_uint_eq(left, 5000 - 2);
    world_fini(&t);
}
END_TEST

static bool stop_at_third(void *env)
{
    return ++*(int *)env == 3;
}

/* An endless loop of 1 per round: interrupted when the third slice is over, not a round earlier or later. */
START_TEST(an_interrupt_comes_at_the_end_of_a_slice)
{
    struct world t;
    uint64_t left;
    int asked = 0;
    world_init(&t, WORLD_METERED);
    wasm_export_func(&t.w, "f", "", "", BYTES(W_LOOP, W_TYPE_EMPTY, W_BR, 0, W_END, W_END));
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "f");
    must(cupel_context_set_fuel(t.ctx, 100000));
    must(cupel_store_set_interrupt(t.store, stop_at_third, &asked, 100));
    expect_trap(call_trap(&t, f, NO_ARGS), CUPEL_TRAP_INTERRUPTED, "");
    must(cupel_context_get_fuel(t.ctx, &left));
    ck_assert_int_eq(asked, 3);
    ck_assert_uint_eq(left, 100000 - 300);
    world_fini(&t);
}
END_TEST

/* A loop that is never left uses all there is, whatever its size and the slices'. */
START_TEST(an_endless_loop_uses_its_fuel)
{
    struct world t;
    uint64_t left, asked = 0;
    world_init(&t, WORLD_METERED);
    wasm_func(&t.w, wasm_type(&t.w, "", ""), "",
              BYTES(W_LOOP, W_TYPE_EMPTY, W_I32_CONST, 1, W_DROP, W_I32_CONST, 1, W_DROP, W_BR, 0,
                    W_END, W_END));
    wasm_export(&t.w, "f", 0, 0);
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "f");
    must(cupel_store_set_interrupt(t.store, go_on, &asked, (uint64_t)_i + 1));
    must(cupel_context_set_fuel(t.ctx, 1000));
    expect_trap(call_trap(&t, f, NO_ARGS), CUPEL_TRAP_OUT_OF_FUEL, "");
    must(cupel_context_get_fuel(t.ctx, &left));
    ck_assert_uint_eq(left, 1);
    world_fini(&t);
}
END_TEST

START_TEST(fuel_without_metering_is_misuse)
{
    struct world t;
    uint64_t left;
    world_init(&t, 0);
    expect_error(cupel_context_set_fuel(t.ctx, 1), CUPEL_ERROR_MISUSE, "meter");
    expect_error(cupel_context_get_fuel(t.ctx, &left), CUPEL_ERROR_MISUSE, "meter");
    world_fini(&t);
}
END_TEST

void add_cost_model(TCase *tc)
{
    int n = (int)cost_case_count;
    tcase_add_loop_test(tc, costs_are_exact, 0, n);
    tcase_add_loop_test(tc, costs_are_the_same_with_checks, 0, n);
    tcase_add_loop_test(tc, slices_do_not_show, 0, n);
    tcase_add_loop_test(tc, the_reference_agrees, 0, n);
    tcase_add_test(tc, start_functions_are_charged);
    tcase_add_test(tc, the_host_grows_for_free);
    tcase_add_loop_test(tc, denied_growth_is_free, 0, 2);
    tcase_add_loop_test(tc, long_blocks_cost_what_they_cost, 0, 7);
    tcase_add_test(tc, an_interrupt_comes_at_the_end_of_a_slice);
    tcase_add_loop_test(tc, an_endless_loop_uses_its_fuel, 0, 8);
    tcase_add_test(tc, fuel_without_metering_is_misuse);
}
