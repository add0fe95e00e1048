/*
 * References to host data.
 */
#include "tests/engine/runtime/runtime_tests.h"

START_TEST(finalised_with_the_store)
{
    struct world t;
    int runs = 0, quiet = 0;
    cupel_externref_t a, b;
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, &runs, count_run, &a));
    must(cupel_externref_new(t.ctx, &quiet, NULL, &b));
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, a), &runs);
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, b), &quiet);
    ck_assert_int_eq(runs, 0);
    world_fini(&t);
    ck_assert_int_eq(runs, 1);
    ck_assert_int_eq(quiet, 0);
}
END_TEST

START_TEST(null_and_foreign)
{
    struct world t, other;
    cupel_externref_t ref;
    world_init(&t, 0);
    world_init(&other, 0);
    must(cupel_externref_new(t.ctx, &t, NULL, &ref));
    ck_assert_ptr_null(cupel_externref_data(other.ctx, ref));
    ck_assert_ptr_null(cupel_externref_data(t.ctx, (cupel_externref_t){0}));
    ref.index = 1;
    ck_assert_ptr_null(cupel_externref_data(t.ctx, ref));
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(through_code)
{
    struct world t;
    cupel_val_t v = {.kind = CUPEL_EXTERNREF}, out;
    cupel_trap_t *trap;
    world_init(&t, 0);
    wasm_export_func(&t.w, "same", "e", "e", BYTES(W_LOCAL_GET, 0, W_END));
    cupel_func_t same = get_func(&t, world_instantiate(&t, NULL, 0), "same");
    must(cupel_func_call(t.ctx, same, &v, 1, &out, 1, &trap));
    ck_assert_uint_eq(out.of.externref.store_id, 0);
    for (int i = 0; i < 3; i++) {
        must(cupel_externref_new(t.ctx, &i, NULL, &v.of.externref));
        must(cupel_func_call(t.ctx, same, &v, 1, &out, 1, &trap));
        ck_assert_int_eq(out.kind, CUPEL_EXTERNREF);
        ck_assert_uint_eq(out.of.externref.index, v.of.externref.index);
        ck_assert_uint_eq(out.of.externref.store_id, v.of.externref.store_id);
    }
    world_fini(&t);
}
END_TEST

void add_externref(TCase *tc)
{
    tcase_add_test(tc, finalised_with_the_store);
    tcase_add_test(tc, null_and_foreign);
    tcase_add_test(tc, through_code);
}
