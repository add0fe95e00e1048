/*
 * Types of values, functions, globals, tables and memories.
 */
#include "tests/engine/capi/capi_tests.h"

static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64,       WASM_F32,
                                       WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};

START_TEST(value_types)
{
    wasm_valkind_t kind = kinds[_i];
    wasm_valtype_t *type = wasm_valtype_new(kind), *copy = wasm_valtype_copy(type);
    ck_assert_uint_eq(wasm_valtype_kind(type), kind);
    wasm_valtype_delete(type);
    ck_assert_uint_eq(wasm_valtype_kind(copy), kind);
    ck_assert(wasm_valtype_is_ref(copy) == (_i >= 4));
    ck_assert(wasm_valtype_is_num(copy) == (_i < 4));
    wasm_valtype_delete(copy);
}
END_TEST

START_TEST(value_type_shorthand)
{
    wasm_valtype_t *types[] = {wasm_valtype_new_i32(),       wasm_valtype_new_i64(),
                               wasm_valtype_new_f32(),       wasm_valtype_new_f64(),
                               wasm_valtype_new_externref(), wasm_valtype_new_funcref()};
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(wasm_valtype_kind(types[i]), kinds[i]);
        wasm_valtype_delete(types[i]);
    }
    static const wasm_valkind_t unknown[] = {4, 5, 127, 130, 255};
    for (int i = 0; i < 5; i++)
        ck_assert_ptr_null(wasm_valtype_new(unknown[i]));
    ck_assert_ptr_null(wasm_valtype_copy(NULL));
    wasm_valtype_delete(NULL);
    ck_assert_uint_eq(wasm_valtype_kind(NULL), 0);
}
END_TEST

static void check_types(const wasm_valtype_vec_t *types, size_t n, wasm_valkind_t kind)
{
    ck_assert_uint_eq(types->size, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(wasm_valtype_kind(types->data[i]), kind);
}

static void check_functype(wasm_functype_t *type, size_t nparams, size_t nresults)
{
    ck_assert_ptr_nonnull(type);
    wasm_functype_t *copy = wasm_functype_copy(type);
    check_types(wasm_functype_params(type), nparams, WASM_I32);
    check_types(wasm_functype_results(type), nresults, WASM_F64);
    wasm_functype_delete(type);
    check_types(wasm_functype_params(copy), nparams, WASM_I32);
    check_types(wasm_functype_results(copy), nresults, WASM_F64);
    wasm_functype_delete(copy);
}

START_TEST(function_types)
{
    wasm_valtype_t *p = wasm_valtype_new_i32(), *r = wasm_valtype_new_f64();
    check_functype(wasm_functype_new_0_0(), 0, 0);
    check_functype(wasm_functype_new_1_0(p), 1, 0);
    check_functype(wasm_functype_new_2_0(p, p), 2, 0);
    check_functype(wasm_functype_new_3_0(p, p, p), 3, 0);
    check_functype(wasm_functype_new_0_1(r), 0, 1);
    check_functype(wasm_functype_new_1_1(p, r), 1, 1);
    check_functype(wasm_functype_new_2_1(p, p, r), 2, 1);
    check_functype(wasm_functype_new_3_1(p, p, p, r), 3, 1);
    check_functype(wasm_functype_new_0_2(r, r), 0, 2);
    check_functype(wasm_functype_new_1_2(p, r, r), 1, 2);
    check_functype(wasm_functype_new_2_2(p, p, r, r), 2, 2);
    check_functype(wasm_functype_new_3_2(p, p, p, r, r), 3, 2);
}
END_TEST

START_TEST(no_function_types)
{
    wasm_functype_t *empty = wasm_functype_new(NULL, NULL);
    check_functype(empty, 0, 0);
    ck_assert_ptr_null(wasm_functype_new_1_0(NULL));
    ck_assert_ptr_null(wasm_functype_new_1_1(wasm_valtype_new_i32(), NULL));
    ck_assert_ptr_null(wasm_functype_copy(NULL));
    ck_assert_ptr_null(wasm_functype_params(NULL));
    ck_assert_ptr_null(wasm_functype_results(NULL));
    wasm_functype_delete(NULL);
}
END_TEST

START_TEST(global_types)
{
    for (int i = 0; i < 2; i++) {
        wasm_mutability_t mutability = i ? WASM_VAR : WASM_CONST;
        wasm_globaltype_t *type = globaltype_of(WASM_F32, mutability);
        wasm_globaltype_t *copy = wasm_globaltype_copy(type);
        wasm_globaltype_delete(type);
        ck_assert_uint_eq(wasm_valtype_kind(wasm_globaltype_content(copy)), WASM_F32);
        ck_assert_uint_eq(wasm_globaltype_mutability(copy), mutability);
        wasm_globaltype_delete(copy);
    }
    ck_assert_ptr_null(wasm_globaltype_new(NULL, WASM_VAR));
    ck_assert_ptr_null(wasm_globaltype_copy(NULL));
    ck_assert_ptr_null(wasm_globaltype_content(NULL));
    ck_assert_uint_eq(wasm_globaltype_mutability(NULL), WASM_CONST);
    wasm_globaltype_delete(NULL);
}
END_TEST

static void check_limits(const wasm_limits_t *limits, uint32_t min, uint32_t max)
{
    ck_assert_uint_eq(limits->min, min);
    ck_assert_uint_eq(limits->max, max);
}

START_TEST(table_types)
{
    wasm_limits_t limits = {3, wasm_limits_max_default};
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new_externref(), &limits);
    wasm_tabletype_t *copy = wasm_tabletype_copy(type);
    wasm_tabletype_delete(type);
    ck_assert_uint_eq(wasm_valtype_kind(wasm_tabletype_element(copy)), WASM_EXTERNREF);
    check_limits(wasm_tabletype_limits(copy), 3, wasm_limits_max_default);
    wasm_tabletype_delete(copy);
    ck_assert_ptr_null(wasm_tabletype_new(NULL, &limits));
    ck_assert_ptr_null(wasm_tabletype_new(wasm_valtype_new_funcref(), NULL));
    ck_assert_ptr_null(wasm_tabletype_copy(NULL));
    ck_assert_ptr_null(wasm_tabletype_element(NULL));
    ck_assert_ptr_null(wasm_tabletype_limits(NULL));
    wasm_tabletype_delete(NULL);
}
END_TEST

START_TEST(memory_types)
{
    wasm_limits_t limits = {3, 4};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits), *copy = wasm_memorytype_copy(type);
    wasm_memorytype_delete(type);
    check_limits(wasm_memorytype_limits(copy), 3, 4);
    wasm_memorytype_delete(copy);
    ck_assert_ptr_null(wasm_memorytype_new(NULL));
    ck_assert_ptr_null(wasm_memorytype_copy(NULL));
    ck_assert_ptr_null(wasm_memorytype_limits(NULL));
    wasm_memorytype_delete(NULL);
}
END_TEST

void add_capi_types(TCase *tc)
{
    tcase_add_loop_test(tc, value_types, 0, 6);
    tcase_add_test(tc, value_type_shorthand);
    tcase_add_test(tc, function_types);
    tcase_add_test(tc, no_function_types);
    tcase_add_test(tc, global_types);
    tcase_add_test(tc, table_types);
    tcase_add_test(tc, memory_types);
}
