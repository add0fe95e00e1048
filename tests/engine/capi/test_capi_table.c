/*
 * Tables of the host's and of instances.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_table_t *make(struct setup *s, wasm_valkind_t element, uint32_t min, uint32_t max,
                          wasm_ref_t *init)
{
    wasm_tabletype_t *type =
        wasm_tabletype_new(wasm_valtype_new(element), &(wasm_limits_t){min, max});
    wasm_table_t *table = wasm_table_new(s->store, type, init);
    wasm_tabletype_delete(type);
    return table;
}

static void check_element(const wasm_table_t *table, uint32_t i, const wasm_ref_t *want)
{
    wasm_ref_t *ref = wasm_table_get(table, i);
    ck_assert(wasm_ref_same(ref, want));
    wasm_ref_delete(ref);
}

static void check_type(const wasm_table_t *table, uint32_t min, uint32_t max)
{
    wasm_tabletype_t *type = wasm_table_type(table);
    ck_assert_uint_eq(wasm_tabletype_limits(type)->min, min);
    ck_assert_uint_eq(wasm_tabletype_limits(type)->max, max);
    wasm_tabletype_delete(type);
}

START_TEST(of_functions)
{
    struct setup s;
    setup_init(&s);
    wasm_func_t *host = host_func(&s, "i", "i", echo, NULL);
    wasm_table_t *table = make(&s, WASM_FUNCREF, 2, 5, wasm_func_as_ref(host));
    wasm_extern_t *imports[] = {wasm_table_as_extern(table)};
    wasm_import_table(&s.w, "", "", 'r', 2, 5);
    uint32_t type = wasm_type(&s.w, "i", "i");
    wasm_export_func(
        &s.w, "call", "i", "i",
        BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 0, W_CALL_INDIRECT, (uint8_t)type, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, imports, 1);
    wasm_func_t *indirect = take_func(instance, 0);
    ck_assert_int_eq(call_i32(indirect, 1), 1);
    ck_assert(wasm_table_set(table, 1, NULL));
    wasm_trap_delete(call_trap(indirect, 1, i32_val(1)));
    ck_assert(wasm_table_set(table, 1, wasm_func_as_ref(host)));
    check_element(table, 1, wasm_func_as_ref(host));
    check_type(table, 2, 5);
    ck_assert(wasm_table_grow(table, 2, NULL));
    check_type(table, 4, 5);
    check_element(table, 3, NULL);
    ck_assert(wasm_table_grow(table, 1, wasm_func_as_ref(host)));
    check_element(table, 4, wasm_func_as_ref(host));
    ck_assert(!wasm_table_grow(table, 1, NULL));
    ck_assert(wasm_table_grow(table, 0, NULL));
    ck_assert_uint_eq(wasm_table_size(table), 5);
    ck_assert(!wasm_table_set(table, 5, NULL));
    check_element(table, 5, NULL);
    wasm_func_delete(indirect);
    wasm_func_delete(host);
    wasm_table_delete(table);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(of_anything)
{
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store), *there = wasm_foreign_new(t.store);
    wasm_ref_t *here = wasm_foreign_as_ref(foreign), *elsewhere = wasm_foreign_as_ref(there);
    wasm_table_t *table = make(&s, WASM_EXTERNREF, 1, wasm_limits_max_default, here);
    check_element(table, 0, here);
    check_type(table, 1, wasm_limits_max_default);
    ck_assert(!wasm_table_set(table, 0, elsewhere));
    ck_assert(!wasm_table_grow(table, 1, elsewhere));
    ck_assert_ptr_null(make(&s, WASM_EXTERNREF, 1, 1, elsewhere));
    ck_assert_ptr_null(make(&s, WASM_FUNCREF, 1, 1, here)); /* no function */
    ck_assert(wasm_table_set(table, 0, wasm_table_as_ref(table)));
    check_element(table, 0, wasm_table_as_ref(table));
    wasm_foreign_delete(foreign);
    wasm_foreign_delete(there);
    wasm_table_delete(table);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

START_TEST(refused)
{
    struct setup s;
    setup_init(&s);
    ck_assert_ptr_null(make(&s, WASM_FUNCREF, 2, 1, NULL));
    ck_assert_ptr_null(make(&s, WASM_I32, 1, 1, NULL));
    ck_assert_ptr_null(wasm_table_new(s.store, NULL, NULL));
    ck_assert_ptr_null(wasm_table_new(NULL, NULL, NULL));
    ck_assert_ptr_null(wasm_table_type(NULL));
    ck_assert_ptr_null(wasm_table_get(NULL, 0));
    ck_assert(!wasm_table_set(NULL, 0, NULL));
    ck_assert(!wasm_table_grow(NULL, 0, NULL));
    ck_assert_uint_eq(wasm_table_size(NULL), 0);
    setup_fini(&s);
}
END_TEST

void add_capi_table(TCase *tc)
{
    tcase_add_test(tc, of_functions);
    tcase_add_test(tc, of_anything);
    tcase_add_test(tc, refused);
}
