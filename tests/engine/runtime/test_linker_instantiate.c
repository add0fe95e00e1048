/*
 * From a linker to an instance: the order of the steps, instances that have not been started, and
 * which way linking fails.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define STR(s) s, strlen(s)

static cupel_trap_t *count_call(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    ++*(int *)env;
    return NULL;
}

static cupel_linker_t *linker_with_tick(struct world *t, int *ticks)
{
    cupel_linker_t *l = cupel_linker_new(t->engine);
    cupel_functype_t *type = functype_of("", "");
    must(cupel_linker_func_new(l, STR("env"), STR("tick"), type, count_call, ticks, NULL));
    cupel_functype_delete(type);
    return l;
}

/* Function 1 is exported as `go`; it ticks, then traps if it is to, and is the start function. */
static cupel_module_t *ticking(struct world *t, bool start, bool trap)
{
    uint32_t type = wasm_type(&t->w, "", "");
    wasm_import_func(&t->w, "env", "tick", type);
    wasm_memory(&t->w, 1, 1);
    wasm_export(&t->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_data(&t->w, 5, (const uint8_t *)"abc", 3);
    uint32_t go = trap ? wasm_func(&t->w, type, "", BYTES(W_CALL, 0, W_UNREACHABLE, W_END))
                       : wasm_func(&t->w, type, "", BYTES(W_CALL, 0, W_END));
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, go);
    if (start)
        wasm_start(&t->w, go);
    return world_compile(t);
}

static cupel_instance_pre_t *pre_of(struct world *t, cupel_linker_t *l, cupel_module_t *m)
{
    cupel_instance_pre_t *pre;
    cupel_trap_t *trap;
    must(cupel_linker_instantiate_pre(l, t->ctx, m, &pre, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_ptr_nonnull(pre);
    return pre;
}

START_TEST(started_later)
{
    struct world t;
    int ticks = 0;
    char text[3];
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_linker_t *l = linker_with_tick(&t, &ticks);
    cupel_module_t *m = ticking(&t, _i, false);
    cupel_instance_pre_t *pre = pre_of(&t, l, m);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    ck_assert_int_eq(ticks, 0);
    must(cupel_instance_pre_start(pre, t.ctx, &inst, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(ticks, _i);
    call_i32(&t, get_func(&t, inst, "go"), NO_ARGS);
    ck_assert_int_eq(ticks, _i + 1);
    must(cupel_memory_read(t.ctx, get_export(&t, inst, "memory").of.memory, 5, text, 3));
    ck_assert_mem_eq(text, "abc", 3);
    world_fini(&t);
}
END_TEST

START_TEST(start_may_trap)
{
    struct world t;
    int ticks = 0;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_linker_t *l = linker_with_tick(&t, &ticks);
    cupel_module_t *m = ticking(&t, true, true);
    must(cupel_instance_pre_start(pre_of(&t, l, m), t.ctx, &inst, &trap));
    expect_trap(trap, CUPEL_TRAP_UNREACHABLE, "");
    ck_assert_uint_eq(inst.store_id, 0);
    must(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap));
    expect_trap(trap, CUPEL_TRAP_UNREACHABLE, "");
    ck_assert_int_eq(ticks, 2);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(no_start_is_ensured)
{
    struct world t;
    int ticks = 0;
    cupel_instance_t inst;
    world_init(&t, 0);
    cupel_linker_t *l = linker_with_tick(&t, &ticks);
    cupel_module_t *with = ticking(&t, true, false), *without = ticking(&t, false, false);
    must(cupel_instance_pre_ensure_no_start(pre_of(&t, l, without), t.ctx, &inst));
    call_i32(&t, get_func(&t, inst, "go"), NO_ARGS);
    ck_assert_int_eq(ticks, 1);
    cupel_error_t *error = cupel_instance_pre_ensure_no_start(pre_of(&t, l, with), t.ctx, &inst);
    ck_assert_uint_eq(inst.store_id, 0);
    ck_assert_uint_eq(cupel_error_func_index(error), 1);
    ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_UNEXPECTED_START);
    expect_error(error, CUPEL_ERROR_LINK, "start function, number 1,");
    ck_assert_int_eq(ticks, 1);
    cupel_module_delete(with);
    cupel_module_delete(without);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(never_started)
{
    struct world t;
    int ticks = 0;
    world_init(&t, 0);
    cupel_linker_t *l = linker_with_tick(&t, &ticks);
    cupel_module_t *m = ticking(&t, true, false);
    cupel_instance_pre_delete(pre_of(&t, l, m));
    cupel_instance_pre_delete(NULL);
    cupel_instance_pre_t *late = pre_of(&t, l, m);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
    /* The store may go first. */
    cupel_instance_pre_delete(late);
    ck_assert_int_eq(ticks, 0);
}
END_TEST

START_TEST(pre_misused)
{
    struct world t, other;
    int ticks = 0;
    cupel_instance_t inst;
    cupel_instance_pre_t *pre;
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_linker_t *l = linker_with_tick(&t, &ticks);
    cupel_module_t *m = ticking(&t, true, false);
    expect_error(cupel_instance_pre_start(pre_of(&t, l, m), other.ctx, &inst, &trap),
                 CUPEL_ERROR_MISUSE, "not one of this store");
    expect_error(cupel_instance_pre_ensure_no_start(pre_of(&t, l, m), other.ctx, &inst),
                 CUPEL_ERROR_MISUSE, "not one of this store");
    expect_error(cupel_instance_pre_start(NULL, t.ctx, &inst, &trap), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_instance_pre_start(pre_of(&t, l, m), t.ctx, &inst, NULL), CUPEL_ERROR_MISUSE,
                 "trap");
    expect_error(cupel_linker_instantiate_pre(l, t.ctx, m, &pre, NULL), CUPEL_ERROR_MISUSE, "trap");
    ck_assert_ptr_null(pre);
    expect_error(cupel_linker_instantiate_pre(l, other.ctx, m, &pre, &trap), CUPEL_ERROR_MISUSE,
                 "different engines");
    ck_assert_ptr_null(pre);
    ck_assert_int_eq(ticks, 0);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

/* ---- the order ---- */

static cupel_growth_t note(char *steps, char step)
{
    size_t n = strlen(steps);
    steps[n] = step;
    steps[n + 1] = '\0';
    return CUPEL_GROWTH_ALLOW;
}

static cupel_growth_t note_memory(void *env, uint64_t current, uint64_t desired, uint64_t maximum,
                                  cupel_trap_t **trap)
{
    (void)current, (void)desired, (void)maximum, (void)trap;
    return note(env, 'm');
}

static cupel_growth_t note_table(void *env, uint64_t current, uint64_t desired, uint64_t maximum,
                                 cupel_trap_t **trap)
{
    (void)current, (void)desired, (void)maximum, (void)trap;
    return note(env, 't');
}

static cupel_trap_t *note_start(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    note(env, 's');
    return NULL;
}

/* What stands in the way is found in this order; each case takes one obstacle away. */
START_TEST(order_of_steps)
{
    struct world t;
    char steps[20] = "";
    cupel_limiter_t limiter;
    cupel_linker_t *l;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    cupel_functype_t *type = functype_of("", "");
    world_init(&t, 0);
    l = cupel_linker_new(t.engine);
    uint32_t none = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "start", none);
    wasm_table(&t.w, 'r', 1, 1);
    wasm_memory(&t.w, 1, 1);
    wasm_elem(&t.w, _i > 1 ? 0 : 1, (const uint32_t[]){0}, 1);
    wasm_data(&t.w, _i > 2 ? 0 : 65536, (const uint8_t *)"x", 1);
    wasm_start(&t.w, 0);
    cupel_module_t *m = world_compile(&t);
    cupel_limiter_init(&limiter);
    limiter.env = steps;
    limiter.memory_growing = note_memory;
    limiter.table_growing = note_table;
    limiter.instances = 0;
    cupel_store_set_limiter(t.store, &limiter);
    expect_limit(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap), "instances");
    limiter.instances = 1;
    cupel_store_set_limiter(t.store, &limiter);
    expect_error(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap), CUPEL_ERROR_LINK, "unknown");
    ck_assert_str_eq(steps, "");
    must(cupel_linker_func_new(l, STR("env"), STR("start"), type, note_start, steps, NULL));
    cupel_functype_delete(type);
    must(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap));
    if (_i <= 1)
        expect_trap(trap, CUPEL_TRAP_TABLE_OUT_OF_BOUNDS, "");
    else if (_i == 2)
        expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    else
        ck_assert_ptr_null(trap);
    ck_assert_str_eq(steps, _i == 3 ? "tms" : "tm");
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

/* ---- which way it fails ---- */

struct mismatch {
    char import; /* f function, t table, m memory, g global */
    char given;  /* the same, 0 for nothing */
    cupel_linkerror_t link;
    const char *expected, *found;
};

static const struct mismatch mismatches[] = {
    {'f', 0, CUPEL_LINK_UNKNOWN, "a function (i32) -> ()", "nothing"},
    {'t', 0, CUPEL_LINK_UNKNOWN, "a table of 2 to 5 funcref", "nothing"},
    {'m', 0, CUPEL_LINK_UNKNOWN, "a memory of 2 to 5 pages", "nothing"},
    {'g', 0, CUPEL_LINK_UNKNOWN, "an immutable global i32", "nothing"},
    {'f', 'm', CUPEL_LINK_WRONG_KIND, "a function (i32) -> ()", "a memory of 1 to 5 pages"},
    {'t', 'f', CUPEL_LINK_WRONG_KIND, "a table of 2 to 5 funcref", "a function () -> (i32)"},
    {'m', 'g', CUPEL_LINK_WRONG_KIND, "a memory of 2 to 5 pages", "a mutable global i32"},
    {'g', 't', CUPEL_LINK_WRONG_KIND, "an immutable global i32", "a table of 1 to 5 funcref"},
    {'f', 'f', CUPEL_LINK_FUNC_TYPE, "a function (i32) -> ()", "a function () -> (i32)"},
    {'t', 't', CUPEL_LINK_TABLE_TYPE, "a table of 2 to 5 funcref", "a table of 1 to 5 funcref"},
    {'m', 'm', CUPEL_LINK_MEMORY_TYPE, "a memory of 2 to 5 pages", "a memory of 1 to 5 pages"},
    {'g', 'g', CUPEL_LINK_GLOBAL_TYPE, "an immutable global i32", "a mutable global i32"},
};

static cupel_extern_t make(struct world *t, char kind)
{
    cupel_extern_t item = {.kind = CUPEL_EXTERN_GLOBAL};
    cupel_limits_t limits = {.min = 1, .max = 5, .has_max = true};
    cupel_val_t zero = val_i32(0), null = val_null(CUPEL_FUNCREF);
    switch (kind) {
    case 'f':
        return extern_func(host_func(t, "", "i", count_call, NULL));
    case 't':
        item.kind = CUPEL_EXTERN_TABLE;
        must(cupel_table_new(t->ctx, &(cupel_tabletype_t){CUPEL_FUNCREF, limits}, &null,
                             &item.of.table));
        break;
    case 'm':
        item.kind = CUPEL_EXTERN_MEMORY;
        must(cupel_memory_new(t->ctx, &(cupel_memorytype_t){limits, 16}, &item.of.memory));
        break;
    default:
        must(cupel_global_new(t->ctx, &(cupel_globaltype_t){CUPEL_I32, true}, &zero,
                              &item.of.global));
    }
    return item;
}

static cupel_module_t *importer(struct world *t, char kind)
{
    switch (kind) {
    case 'f':
        wasm_import_func(&t->w, "env", "x", wasm_type(&t->w, "i", ""));
        break;
    case 't':
        wasm_import_table(&t->w, "env", "x", 'r', 2, 5);
        break;
    case 'm':
        wasm_import_memory(&t->w, "env", "x", 2, 5);
        break;
    default:
        wasm_import_global(&t->w, "env", "x", 'i', false);
    }
    return world_compile(t);
}

START_TEST(failures_are_told_apart)
{
    const struct mismatch *c = &mismatches[_i];
    struct world t;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    if (c->given) {
        cupel_extern_t item = make(&t, c->given);
        must(cupel_linker_define(l, t.ctx, STR("env"), STR("x"), &item));
    }
    cupel_module_t *m = importer(&t, c->import);
    cupel_error_t *error = cupel_linker_instantiate(l, t.ctx, m, &inst, &trap);
    ck_assert_str_eq(cupel_linkerror_name(cupel_error_link(error)), cupel_linkerror_name(c->link));
    ck_assert_ptr_nonnull(strstr(cupel_error_message(error), "env::x"));
    ck_assert_ptr_nonnull(strstr(cupel_error_message(error), c->expected));
    expect_error(error, CUPEL_ERROR_LINK, c->found);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(current_size_is_the_minimum)
{
    struct world t;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    world_init(&t, _i);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    cupel_extern_t memory = make(&t, 'm'), table = make(&t, 't');
    must(cupel_linker_define(l, t.ctx, STR("env"), STR("x"), &memory));
    cupel_module_t *m = importer(&t, 'm');
    must(cupel_memory_grow(t.ctx, memory.of.memory, 1, NULL));
    must(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap));
    cupel_module_delete(m);
    cupel_linker_allow_shadowing(l, true);
    must(cupel_linker_define(l, t.ctx, STR("env"), STR("x"), &table));
    m = importer(&t, 't');
    must(cupel_table_grow(t.ctx, table.of.table, 1, &null, NULL));
    must(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap));
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(names_of_failures)
{
    ck_assert_str_eq(cupel_linkerror_name(CUPEL_LINK_NONE), "none");
    ck_assert_str_eq(cupel_linkerror_name(CUPEL_LINK_UNEXPECTED_START), "unexpected_start");
    ck_assert_str_eq(cupel_linkerror_name((cupel_linkerror_t)99), "unknown");
}
END_TEST

void add_linker_instantiate(TCase *tc)
{
    tcase_add_loop_test(tc, started_later, 0, 2);
    tcase_add_test(tc, start_may_trap);
    tcase_add_test(tc, no_start_is_ensured);
    tcase_add_test(tc, never_started);
    tcase_add_test(tc, pre_misused);
    tcase_add_loop_test(tc, order_of_steps, 0, 4);
    tcase_add_loop_test(tc, failures_are_told_apart, 0,
                        (int)(sizeof mismatches / sizeof mismatches[0]));
    tcase_add_loop_test(tc, current_size_is_the_minimum, 0, 4);
    tcase_add_test(tc, names_of_failures);
}
