/*
 * Instantiation: what imports must be like, the order of things, and what is left after a failure.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define PAGE UINT64_C(65536)

static cupel_extern_t memory(struct world *t, uint64_t min, uint64_t max)
{
    cupel_memorytype_t type = {.limits = {.min = min, .max = max, .has_max = max != 0},
                               .page_size_log2 = 16};
    cupel_extern_t e = {.kind = CUPEL_EXTERN_MEMORY};
    must(cupel_memory_new(t->ctx, &type, &e.of.memory));
    return e;
}

static cupel_extern_t table(struct world *t, uint64_t min, uint64_t max)
{
    cupel_tabletype_t type = {.element = CUPEL_FUNCREF,
                              .limits = {.min = min, .max = max, .has_max = max != 0}};
    cupel_extern_t e = {.kind = CUPEL_EXTERN_TABLE};
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    must(cupel_table_new(t->ctx, &type, &null, &e.of.table));
    return e;
}

static cupel_extern_t global(struct world *t, bool is_mutable)
{
    cupel_extern_t e = {.kind = CUPEL_EXTERN_GLOBAL};
    cupel_val_t v = val_i32(0);
    must(cupel_global_new(t->ctx, &(cupel_globaltype_t){CUPEL_I32, is_mutable}, &v, &e.of.global));
    return e;
}

static cupel_extern_t func(struct world *t, const char *params, const char *results)
{
    return extern_func(host_func(t, params, results, NULL, NULL));
}

START_TEST(number_of_imports)
{
    struct world t;
    world_init(&t, 0);
    wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", ""));
    expect_error(world_refused(&t, NULL, 0), CUPEL_ERROR_LINK, "1 imports, 0 are given");
    world_fini(&t);
}
END_TEST

START_TEST(functions_must_be_of_the_type)
{
    struct world t;
    cupel_extern_t good, bad[4];
    world_init(&t, 0);
    good = func(&t, "iI", "f");
    bad[0] = func(&t, "iI", "");
    bad[1] = func(&t, "i", "f");
    bad[2] = memory(&t, 1, 0);
    bad[3] = global(&t, false);
    for (int i = 0; i < 5; i++) {
        wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "iI", "f"));
        if (i < 4)
            expect_error(world_refused(&t, &bad[i], 1), CUPEL_ERROR_LINK,
                         "import env::f: expected a function (i32, i64) -> (f32), found ");
        else
            world_instantiate(&t, &good, 1);
    }
    world_fini(&t);
}
END_TEST

START_TEST(memories_match_by_current_size)
{
    struct world t;
    static const struct {
        uint64_t min, max;
        uint32_t expected_min, expected_max;
        bool ok;
    } cases[] = {
        {1, 0, 1, WASM_NO_MAX, true},
        {1, 2, 1, WASM_NO_MAX, true},
        {1, 2, 1, 2, true},
        {1, 2, 1, 3, true},
        {1, 3, 1, 2, false},
        {1, 0, 1, 2, false},
        {1, 0, 2, WASM_NO_MAX, false},
        {2, 0, 1, WASM_NO_MAX, true},
        {0, 0, 0, WASM_NO_MAX, true},
    };
    world_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cupel_extern_t e = memory(&t, cases[i].min, cases[i].max);
        wasm_import_memory(&t.w, "env", "m", cases[i].expected_min, cases[i].expected_max);
        if (cases[i].ok)
            world_instantiate(&t, &e, 1);
        else
            expect_error(world_refused(&t, &e, 1), CUPEL_ERROR_LINK,
                         "import env::m: expected a memory of ");
    }
    cupel_extern_t grown = memory(&t, 1, 0);
    must(cupel_memory_grow(t.ctx, grown.of.memory, 2, NULL));
    wasm_import_memory(&t.w, "env", "m", 3, WASM_NO_MAX);
    world_instantiate(&t, &grown, 1);
    world_fini(&t);
}
END_TEST

START_TEST(tables_match_by_current_size)
{
    struct world t;
    cupel_val_t null = val_null(CUPEL_FUNCREF);
    world_init(&t, 0);
    cupel_extern_t e = table(&t, 1, 4);
    wasm_import_table(&t.w, "env", "t", 'r', 2, WASM_NO_MAX);
    expect_error(world_refused(&t, &e, 1), CUPEL_ERROR_LINK,
                 "expected a table of 2 or more funcref, found a table of 1 to 4 funcref");
    must(cupel_table_grow(t.ctx, e.of.table, 1, &null, NULL));
    wasm_import_table(&t.w, "env", "t", 'r', 2, WASM_NO_MAX);
    world_instantiate(&t, &e, 1);
    wasm_import_table(&t.w, "env", "t", 'e', 1, WASM_NO_MAX);
    expect_error(world_refused(&t, &e, 1), CUPEL_ERROR_LINK, "externref, found ");
    wasm_import_table(&t.w, "env", "t", 'r', 1, 3);
    expect_error(world_refused(&t, &e, 1), CUPEL_ERROR_LINK, "1 to 3 funcref, found ");
    world_fini(&t);
}
END_TEST

START_TEST(globals_must_be_of_the_type)
{
    struct world t;
    world_init(&t, 0);
    cupel_extern_t fixed = global(&t, false), variable = global(&t, true);
    wasm_import_global(&t.w, "env", "g", 'i', true);
    expect_error(world_refused(&t, &fixed, 1), CUPEL_ERROR_LINK,
                 "expected a mutable global i32, found an immutable global i32");
    wasm_import_global(&t.w, "env", "g", 'I', true);
    expect_error(world_refused(&t, &variable, 1), CUPEL_ERROR_LINK, "global i64, found ");
    wasm_import_global(&t.w, "env", "g", 'i', true);
    world_instantiate(&t, &variable, 1);
    world_fini(&t);
}
END_TEST

START_TEST(foreign_imports)
{
    struct world t, other;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_extern_t foreign[] = {func(&other, "", ""),
                                memory(&other, 1, 0),
                                table(&other, 1, 0),
                                global(&other, false),
                                {.kind = CUPEL_EXTERN_FUNC}};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", ""));
        expect_error(world_refused(&t, &foreign[i], 1), CUPEL_ERROR_MISUSE, "import env::f: ");
    }
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(module_of_another_engine)
{
    struct world t, other;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_module_t *m = world_compile(&other);
    expect_error(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap), CUPEL_ERROR_MISUSE,
                 "different engines");
    expect_error(cupel_instance_new(other.ctx, m, NULL, 0, &inst, NULL), CUPEL_ERROR_MISUSE,
                 "trap");
    cupel_module_delete(m);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(errors_leave_nothing)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_table_t table_handle;
    cupel_global_t global_handle;
    cupel_val_t null = val_null(CUPEL_FUNCREF), zero = val_i32(0);
    cupel_tabletype_t tabletype = {.element = CUPEL_FUNCREF, .limits = {.min = 5}};
    cupel_store_limits_init(&limits);
    limits.memory_bytes = PAGE;
    limits.table_elements = 10;
    limits.instances = 1;
    world_init_limits(&t, 0, &limits);
    for (int i = 0; i < 3; i++) {
        wasm_table(&t.w, 'r', 10, WASM_NO_MAX);
        wasm_memory(&t.w, 2, WASM_NO_MAX);
        wasm_global(&t.w, 'i', true, BYTES(W_I32_CONST, 0, W_END));
        expect_limit(world_refused(&t, NULL, 0), "memory_bytes");
    }
    ck_assert_uint_eq(cupel_context_memory_bytes(t.ctx, NULL), 0);
    must(cupel_table_new(t.ctx, &tabletype, &null, &table_handle));
    ck_assert_uint_eq(table_handle.index, 0);
    must(cupel_global_new(t.ctx, &(cupel_globaltype_t){CUPEL_I32, true}, &zero, &global_handle));
    ck_assert_uint_eq(global_handle.index, 0);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    world_instantiate(&t, NULL, 0);
    world_fini(&t);
}
END_TEST

/* A table of 4 and a page of memory are imported; element 0 is written, then `bad` fails. */
static void build_failing(struct wasm *w, int bad)
{
    uint32_t type = wasm_type(w, "", "i");
    wasm_import_table(w, "env", "t", 'r', 4, WASM_NO_MAX);
    wasm_import_memory(w, "env", "m", 1, WASM_NO_MAX);
    uint32_t f = wasm_func(w, type, "", BYTES(W_I32_CONST, 9, W_END));
    wasm_elem(w, 0, &f, 1);
    if (bad == 0)
        wasm_elem(w, 4, &f, 1);
    wasm_data(w, 5, (const uint8_t *)"abc", 3);
    if (bad == 1)
        wasm_data(w, PAGE - 2, (const uint8_t *)"def", 3);
    if (bad == 2)
        wasm_start(w, wasm_func(w, wasm_type(w, "", ""), "", BYTES(W_UNREACHABLE, W_END)));
}

START_TEST(what_was_written_stays)
{
    struct world t;
    uint8_t bytes[3] = {0};
    static const cupel_trapcode_t codes[] = {
        CUPEL_TRAP_TABLE_OUT_OF_BOUNDS, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, CUPEL_TRAP_UNREACHABLE};
    world_init(&t, 0);
    cupel_extern_t imports[] = {table(&t, 4, 0), memory(&t, 1, 0)};
    build_failing(&t.w, _i);
    cupel_trap_t *trap = world_trapped(&t, imports, 2);
    ck_assert_uint_eq(cupel_trap_depth(trap), _i == 2 ? 1 : 0);
    expect_trap(trap, codes[_i], "");
    /* The function of the failed instance still runs. */
    cupel_val_t v;
    must(cupel_table_get(t.ctx, imports[0].of.table, 0, &v));
    ck_assert_int_eq(call_i32(&t, v.of.funcref, NO_ARGS), 9);
    must(cupel_memory_read(t.ctx, imports[1].of.memory, 5, bytes, 3));
    ck_assert_mem_eq(bytes, _i == 0 ? "\0\0" : "abc", 3);
    world_fini(&t);
}
END_TEST

START_TEST(segments_are_dropped)
{
    struct world t;
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_table(&t.w, 'r', 4, WASM_NO_MAX);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    uint32_t f = wasm_func(&t.w, type, "", BYTES(W_END));
    wasm_elem(&t.w, 0, &f, 1);
    wasm_export_func(&t.w, "init", "i", "",
                     BYTES(W_I32_CONST, 0, W_I32_CONST, 0, W_LOCAL_GET, 0, W_FC, 12, 0, 0, W_END));
    cupel_func_t init = get_func(&t, world_instantiate(&t, NULL, 0), "init");
    call_i32(&t, init, ARGS(0));
    expect_trap(call_trap(&t, init, ARGS(1)), CUPEL_TRAP_TABLE_OUT_OF_BOUNDS, "");
    world_fini(&t);
}
END_TEST

static cupel_trap_t *refuse(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                            size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return cupel_trap_new(env);
}

START_TEST(start_function_of_the_host)
{
    struct world t;
    char text[] = "not today";
    world_init(&t, 0);
    uint32_t f = wasm_import_func(&t.w, "env", "f", wasm_type(&t.w, "", ""));
    wasm_start(&t.w, f);
    cupel_extern_t import = extern_func(host_func(&t, "", "", refuse, text));
    cupel_trap_t *trap = world_trapped(&t, &import, 1);
    ck_assert_str_eq(cupel_trap_message(trap), "not today");
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

START_TEST(exports_in_order)
{
    struct world t;
    cupel_name_t name;
    cupel_extern_t item;
    world_init(&t, 0);
    wasm_memory(&t.w, 1, 1);
    wasm_export(&t.w, "z", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&t.w, "a", "", "", BYTES(W_END));
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    ck_assert(cupel_instance_export(t.ctx, inst, 0, &name, &item));
    ck_assert(name.len == 1 && *name.data == 'z' && item.kind == CUPEL_EXTERN_MEMORY);
    ck_assert(cupel_instance_export(t.ctx, inst, 1, &name, &item));
    ck_assert(name.len == 1 && *name.data == 'a' && item.kind == CUPEL_EXTERN_FUNC);
    ck_assert(!cupel_instance_export(t.ctx, inst, 2, &name, &item));
    ck_assert(!cupel_instance_get_export(t.ctx, inst, "b", 1, &item));
    inst.index = 0;
    ck_assert(!cupel_instance_export(t.ctx, inst, 0, &name, &item));
    inst.index = 2;
    ck_assert(!cupel_instance_get_export(t.ctx, inst, "a", 1, &item));
    inst = (cupel_instance_t){.store_id = 77, .index = 1};
    ck_assert(!cupel_instance_get_export(t.ctx, inst, "a", 1, &item));
    world_fini(&t);
}
END_TEST

void add_instantiate(TCase *tc)
{
    tcase_add_test(tc, number_of_imports);
    tcase_add_test(tc, functions_must_be_of_the_type);
    tcase_add_test(tc, memories_match_by_current_size);
    tcase_add_test(tc, tables_match_by_current_size);
    tcase_add_test(tc, globals_must_be_of_the_type);
    tcase_add_test(tc, foreign_imports);
    tcase_add_test(tc, module_of_another_engine);
    tcase_add_test(tc, errors_leave_nothing);
    tcase_add_loop_test(tc, what_was_written_stays, 0, 3);
    tcase_add_test(tc, segments_are_dropped);
    tcase_add_test(tc, start_function_of_the_host);
    tcase_add_test(tc, exports_in_order);
}
