/*
 * Functions by handle: types, sameness, finalisers.
 */
#include "tests/engine/runtime/runtime_tests.h"

static cupel_trap_t *nothing(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                             size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return NULL;
}

static bool same(cupel_func_t a, cupel_func_t b)
{
    return a.store_id == b.store_id && a.owner == b.owner && a.index == b.index;
}

START_TEST(finalised_once)
{
    struct world t;
    int runs = 0;
    cupel_func_t f;
    cupel_functype_t *type = functype_of("i", "");
    world_init(&t, 0);
    must(cupel_func_new(t.ctx, type, nothing, &runs, count_run, &f));
    must(cupel_func_new(t.ctx, type, nothing, &runs, count_run, &f));
    cupel_functype_delete(type);
    ck_assert_int_eq(runs, 0);
    world_fini(&t);
    ck_assert_int_eq(runs, 2);
}
END_TEST

START_TEST(types)
{
    struct world t;
    size_t n;
    world_init(&t, 0);
    cupel_func_t f = host_func(&t, "iF", "e", nothing, NULL);
    cupel_functype_t *type = cupel_func_type(t.ctx, f);
    world_fini(&t);
    ck_assert_int_eq(cupel_functype_params(type, &n)[1], CUPEL_F64);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(cupel_functype_results(type, &n)[0], CUPEL_EXTERNREF);
    cupel_functype_delete(type);
}
END_TEST

/* Passes a function on, as an export and as a reference. */
static cupel_instance_t passer(struct world *t, cupel_func_t f)
{
    uint32_t type = wasm_type(&t->w, "", "");
    wasm_import_func(&t->w, "env", "f", type);
    wasm_export(&t->w, "f", CUPEL_EXTERN_FUNC, 0);
    wasm_export_func(&t->w, "own", "", "", BYTES(W_END));
    wasm_export_func(&t->w, "ref", "", "r", BYTES(W_REF_FUNC, 0, W_END));
    wasm_export_func(&t->w, "call", "", "i", BYTES(W_CALL, 0, W_I32_CONST, 1, W_END));
    cupel_extern_t import = extern_func(f);
    return world_instantiate(t, &import, 1);
}

START_TEST(sameness)
{
    struct world t;
    cupel_val_t ref;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_func_t f = host_func(&t, "", "", nothing, NULL);
    cupel_instance_t a = passer(&t, f), b = passer(&t, get_func(&t, a, "f"));
    ck_assert(same(get_func(&t, b, "f"), f));
    must(cupel_func_call(t.ctx, get_func(&t, b, "ref"), NULL, 0, &ref, 1, &trap));
    ck_assert(same(ref.of.funcref, f));
    ck_assert(!same(get_func(&t, a, "own"), get_func(&t, b, "own")));
    cupel_instance_t c = passer(&t, get_func(&t, a, "own"));
    ck_assert(same(get_func(&t, c, "f"), get_func(&t, a, "own")));
    ck_assert_int_eq(call_i32(&t, get_func(&t, c, "call"), NO_ARGS), 1);
    ck_assert_int_eq(call_i32(&t, get_func(&t, b, "call"), NO_ARGS), 1);
    world_fini(&t);
}
END_TEST

START_TEST(handle_of_an_import)
{
    struct world t;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_func_t f = host_func(&t, "", "", nothing, NULL);
    cupel_func_t forged = get_func(&t, passer(&t, f), "own");
    forged.index = 0; /* the import: means the host's function */
    must(cupel_func_call(t.ctx, forged, NULL, 0, NULL, 0, &trap));
    ck_assert_ptr_null(trap);
    world_fini(&t);
}
END_TEST

void add_func(TCase *tc)
{
    tcase_add_test(tc, finalised_once);
    tcase_add_test(tc, types);
    tcase_add_test(tc, sameness);
    tcase_add_test(tc, handle_of_an_import);
}
