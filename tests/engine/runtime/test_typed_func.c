/*
 * Typed functions, raw host functions, and traps and errors that carry something of the host's.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static const cupel_valkind_t I32 = CUPEL_I32;

/* add(a, b), and pair(v128) = (v128, i64 42) */
static cupel_instance_t build(struct world *t)
{
    wasm_export_func(&t->w, "add", "ii", "i",
                     BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_I32_ADD, W_END));
    wasm_export_func(&t->w, "pair", "v", "vI", BYTES(W_LOCAL_GET, 0, W_I64_CONST, 42, W_END));
    wasm_export_func(&t->w, "same", "re", "re", BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_END));
    wasm_export_func(&t->w, "stop", "", "", BYTES(W_UNREACHABLE, W_END));
    return world_instantiate(t, NULL, 0);
}

static void call_typed(struct world *t, const cupel_typed_func_t *f, cupel_raw_t *cells)
{
    cupel_trap_t *trap;
    must(cupel_typed_func_call(t->ctx, f, cells, &trap));
    ck_assert_ptr_null(trap);
}

START_TEST(types_are_checked_once)
{
    struct world t;
    cupel_typed_func_t f;
    cupel_valkind_t two[2] = {CUPEL_I32, CUPEL_I32}, wrong[2] = {CUPEL_I32, CUPEL_F32};
    world_init(&t, 0);
    cupel_func_t add = get_func(&t, build(&t), "add");
    expect_error(cupel_func_typed(t.ctx, add, two, 1, &I32, 1, &f), CUPEL_ERROR_ARITY,
                 "2 parameters and 1 results, not 1 and 1");
    expect_error(cupel_func_typed(t.ctx, add, wrong, 2, &I32, 1, &f), CUPEL_ERROR_TYPE,
                 "parameter 1 is i32, not f32");
    expect_error(cupel_func_typed(t.ctx, add, two, 2, &wrong[1], 1, &f), CUPEL_ERROR_TYPE,
                 "result 0 is i32, not f32");
    expect_error(cupel_func_typed(t.ctx, add, two, 2, NULL, 0, &f), CUPEL_ERROR_ARITY,
                 "1 results, not 2 and 0");
    ck_assert_uint_eq(f.func.store_id, 0);
    must(cupel_func_typed(t.ctx, add, two, 2, &I32, 1, &f));
    ck_assert_uint_eq(f.cells, 2);
    /* What lies above an i32 does not matter. */
    cupel_raw_t cells[2] = {{.i64 = INT64_C(0x1234567800000005)}, {.i64 = -3}};
    call_typed(&t, &f, cells);
    ck_assert_int_eq(cells[0].i32, 2);
    world_fini(&t);
}
END_TEST

START_TEST(vectors_take_two_cells)
{
    struct world t;
    cupel_typed_func_t f;
    cupel_valkind_t v = CUPEL_V128, results[2] = {CUPEL_V128, CUPEL_I64};
    cupel_raw_t cells[3] = {{.i64 = 7}, {.i64 = 8}, {.i64 = 9}};
    world_init(&t, 0);
    must(cupel_func_typed(t.ctx, get_func(&t, build(&t), "pair"), &v, 1, results, 2, &f));
    ck_assert_uint_eq(f.cells, 3);
    call_typed(&t, &f, cells);
    ck_assert_int_eq(cells[0].i64, 7);
    ck_assert_int_eq(cells[1].i64, 8);
    ck_assert_int_eq(cells[2].i64, 42);
    world_fini(&t);
}
END_TEST

START_TEST(references_are_checked)
{
    struct world t, other;
    cupel_typed_func_t f;
    cupel_valkind_t refs[2] = {CUPEL_FUNCREF, CUPEL_EXTERNREF};
    cupel_externref_t ref;
    cupel_raw_t cells[2];
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_func_t same = get_func(&t, build(&t), "same");
    must(cupel_func_typed(t.ctx, same, refs, 2, refs, 2, &f));
    must(cupel_externref_new(t.ctx, &t, NULL, &ref));
    ck_assert(cupel_func_to_raw(t.ctx, same, &cells[0]));
    ck_assert(cupel_externref_to_raw(t.ctx, ref, &cells[1]));
    call_typed(&t, &f, cells);
    ck_assert_uint_eq(cupel_func_from_raw(t.ctx, cells[0]).index, same.index);
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, cupel_externref_from_raw(t.ctx, cells[1])), &t);
    ck_assert(!cupel_func_to_raw(other.ctx, same, &cells[0]));
    ck_assert(!cupel_externref_to_raw(other.ctx, ref, &cells[1]));
    cells[0].ref = cells[1].ref = 0;
    call_typed(&t, &f, cells);
    ck_assert_uint_eq(cells[0].ref | cells[1].ref, 0);
    /* Bits that name nothing. */
    static const uint64_t bad[] = {1, UINT64_C(1) << 32, UINT64_C(1) << 32 | 77, UINT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        cells[0].ref = i == 1 ? bad[3] - 1 : bad[i];
        cells[1].ref = 0;
        if (cupel_func_from_raw(t.ctx, cells[0]).store_id != 0)
            continue;
        expect_error(cupel_typed_func_call(t.ctx, &f, cells, &trap), CUPEL_ERROR_MISUSE,
                     "argument 0 is no reference");
    }
    cells[0].ref = 0;
    cells[1].ref = 2;
    ck_assert_uint_eq(cupel_externref_from_raw(t.ctx, cells[1]).store_id, 0);
    expect_error(cupel_typed_func_call(t.ctx, &f, cells, &trap), CUPEL_ERROR_MISUSE,
                 "argument 1 is no reference");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(foreign_typed_functions)
{
    struct world t, other;
    cupel_typed_func_t f, none = {0}, forged;
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    build(&other);
    must(cupel_func_typed(t.ctx, get_func(&t, build(&t), "stop"), NULL, 0, NULL, 0, &f));
    expect_error(cupel_typed_func_call(other.ctx, &f, NULL, &trap), CUPEL_ERROR_MISUSE,
                 "not one of this store");
    expect_error(cupel_typed_func_call(t.ctx, &none, NULL, &trap), CUPEL_ERROR_MISUSE, "null");
    forged = f;
    forged.func.index = 99;
    expect_error(cupel_typed_func_call(t.ctx, &forged, NULL, &trap), CUPEL_ERROR_MISUSE,
                 "not one of this store");
    must(cupel_typed_func_call(t.ctx, &f, NULL, &trap));
    expect_trap(trap, CUPEL_TRAP_UNREACHABLE, "");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

/* ---- Raw host functions ---- */

static cupel_trap_t *raw_sub(void *env, cupel_caller_t *caller, cupel_raw_t *cells, size_t ncells)
{
    cupel_raw_t a = cells[0], b = cells[1];
    ck_assert_uint_eq(ncells, 2);
    ck_assert_ptr_nonnull(cupel_caller_context(caller));
    memset(cells, 0xff, ncells * sizeof *cells);
    if (env)
        return cupel_trap_new("later");
    cells[0].i32 = a.i32 - b.i32;
    return NULL;
}

static cupel_trap_t *raw_ref(void *env, cupel_caller_t *caller, cupel_raw_t *cells, size_t ncells)
{
    (void)caller, (void)ncells;
    cells[0].ref = *(uint64_t *)env;
    return NULL;
}

/* A raw function of a linker, as what an instance imports, or as itself. */
static cupel_func_t link_raw(struct world *t, const char *params, const char *results,
                             cupel_raw_callback_t callback, void *env, int direct)
{
    cupel_functype_t *type = functype_of(params, results);
    cupel_func_t func;
    cupel_linker_t *linker = cupel_linker_new(t->engine);
    cupel_instance_t inst;
    cupel_trap_t *trap;
    must(cupel_linker_func_new_unchecked(linker, "env", 3, "f", 1, type, callback, env, NULL));
    must(cupel_func_new_unchecked(t->ctx, type, callback, env, NULL, &func));
    cupel_functype_delete(type);
    uint32_t wasm = wasm_type(&t->w, params, results);
    uint8_t body[] = {W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_CALL, 0, W_END};
    size_t skip = strlen(params) == 2 ? 0 : 4;
    wasm_import_func(&t->w, "env", "f", wasm);
    uint32_t go = wasm_func(&t->w, wasm, "", body + skip, sizeof body - skip);
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, go);
    cupel_module_t *module = world_compile(t);
    must(cupel_linker_instantiate(linker, t->ctx, module, &inst, &trap));
    cupel_module_delete(module);
    cupel_linker_delete(linker);
    return direct ? func : get_func(t, inst, "go");
}

START_TEST(raw_functions)
{
    struct world t;
    cupel_typed_func_t f;
    cupel_valkind_t two[2] = {CUPEL_I32, CUPEL_I32};
    cupel_raw_t cells[2] = {{.i64 = INT64_C(0x7700000009)}, {.i32 = 4}};
    world_init(&t, 0);
    cupel_func_t sub = link_raw(&t, "ii", "i", raw_sub, NULL, _i);
    ck_assert_int_eq(call_i32(&t, sub, ARGS(3, 10)), -7);
    must(cupel_func_typed(t.ctx, sub, two, 2, &I32, 1, &f));
    call_typed(&t, &f, cells);
    ck_assert_int_eq(cells[0].i32, 5);
    world_fini(&t);
}
END_TEST

START_TEST(raw_references_are_checked)
{
    struct world t;
    uint64_t bits = 55;
    cupel_val_t result;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_func_t f = link_raw(&t, "", "e", raw_ref, &bits, _i);
    must(cupel_func_call(t.ctx, f, NULL, 0, &result, 1, &trap));
    ck_assert_ptr_nonnull(strstr(cupel_trap_message(trap), "another store as result 0"));
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    bits = 0;
    must(cupel_func_call(t.ctx, f, NULL, 0, &result, 1, &trap));
    ck_assert_uint_eq(result.of.externref.store_id, 0);
    world_fini(&t);
}
END_TEST

/* The callback has written over its arguments before it stopped. */
START_TEST(raw_functions_suspend)
{
    struct world t;
    cupel_typed_func_t f;
    cupel_valkind_t two[2] = {CUPEL_I32, CUPEL_I32};
    cupel_raw_t cells[2] = {{.i32 = 9}, {.i32 = 4}};
    cupel_val_t arg;
    cupel_resumable_t *r;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_func_t go = link_raw(&t, "ii", "i", raw_sub, &t, 0);
    must(cupel_func_typed(t.ctx, go, two, 2, &I32, 1, &f));
    must(cupel_typed_func_call_resumable(t.ctx, &f, cells, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert(cupel_resumable_arg(r, 1, &arg));
    ck_assert_int_eq(arg.of.i32, 4);
    cells[0].i64 = -1;
    must(cupel_resumable_resume_raw(t.ctx, r, cells, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(cells[0].i32, -1);
    expect_error(cupel_resumable_resume_raw(t.ctx, r, cells, &trap), CUPEL_ERROR_MISUSE, "nothing");
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

/* ---- What traps and errors carry ---- */

START_TEST(exit_status)
{
    int32_t status = 7;
    cupel_trapcode_t code;
    cupel_trap_t *trap = cupel_trap_new_exit(3);
    ck_assert_int_eq(cupel_trap_code(trap), CUPEL_TRAP_HOST);
    ck_assert_str_eq(cupel_trap_message(trap), "the program ended with exit status 3");
    ck_assert(cupel_trap_exit_status(trap, &status));
    ck_assert_int_eq(status, 3);
    cupel_error_t *error = cupel_error_from_trap(trap);
    ck_assert(cupel_error_exit_status(error, &status));
    ck_assert(cupel_error_trap_code(error, &code));
    ck_assert_int_eq(code, CUPEL_TRAP_HOST);
    ck_assert_ptr_null(cupel_error_host_data(error));
    expect_error(error, CUPEL_ERROR_TRAP, "exit status 3");
    trap = cupel_trap_new("other");
    ck_assert(!cupel_trap_exit_status(trap, &status));
    cupel_trap_delete(trap);
}
END_TEST

START_TEST(data_of_the_host)
{
    int runs = 0;
    int32_t status;
    cupel_trapcode_t code;
    cupel_trap_t *trap = cupel_trap_new_host("burst", &runs, count_run);
    ck_assert_ptr_eq(cupel_trap_host_data(trap), &runs);
    cupel_error_t *error = cupel_error_from_trap(trap);
    ck_assert_ptr_eq(cupel_error_host_data(error), &runs);
    ck_assert_int_eq(runs, 0);
    expect_error(error, CUPEL_ERROR_TRAP, "burst");
    ck_assert_int_eq(runs, 1);
    error = cupel_error_new_host("broken", &runs, count_run);
    ck_assert_ptr_eq(cupel_error_host_data(error), &runs);
    ck_assert(!cupel_error_trap_code(error, &code));
    ck_assert(!cupel_error_exit_status(error, &status));
    expect_error(error, CUPEL_ERROR_HOST, "broken");
    ck_assert_int_eq(runs, 2);
    error = cupel_error_new("plain");
    ck_assert_ptr_null(cupel_error_host_data(error));
    expect_error(error, CUPEL_ERROR_HOST, "plain");
    cupel_trap_delete(cupel_trap_new_host("no finaliser", &runs, NULL));
    ck_assert_int_eq(runs, 2);
}
END_TEST

void add_typed_func(TCase *tc)
{
    tcase_add_test(tc, types_are_checked_once);
    tcase_add_test(tc, vectors_take_two_cells);
    tcase_add_test(tc, references_are_checked);
    tcase_add_test(tc, foreign_typed_functions);
    tcase_add_loop_test(tc, raw_functions, 0, 2);
    tcase_add_loop_test(tc, raw_references_are_checked, 0, 2);
    tcase_add_test(tc, raw_functions_suspend);
    tcase_add_test(tc, exit_status);
    tcase_add_test(tc, data_of_the_host);
}
