/*
 * Types and names at the public border.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

START_TEST(names)
{
    ck_assert_str_eq(cupel_valkind_name(CUPEL_I32), "i32");
    ck_assert_str_eq(cupel_valkind_name(CUPEL_V128), "v128");
    ck_assert_str_eq(cupel_valkind_name(CUPEL_EXTERNREF), "externref");
    ck_assert_str_eq(cupel_valkind_name((cupel_valkind_t)99), "unknown");
    ck_assert_str_eq(cupel_externkind_name(CUPEL_EXTERN_FUNC), "func");
    ck_assert_str_eq(cupel_externkind_name(CUPEL_EXTERN_GLOBAL), "global");
    ck_assert_str_eq(cupel_errorkind_name(CUPEL_ERROR_LINK), "link");
    ck_assert_str_eq(cupel_errorkind_name(CUPEL_ERROR_ARITY), "arity");
    ck_assert_str_eq(cupel_errorkind_name((cupel_errorkind_t)99), "unknown");
    ck_assert_str_eq(cupel_trapcode_name(CUPEL_TRAP_OUT_OF_FUEL), "out_of_fuel");
    ck_assert_str_eq(cupel_trapcode_name(CUPEL_TRAP_HOST), "host");
    ck_assert_str_eq(cupel_trapcode_name((cupel_trapcode_t)99), "unknown");
}
END_TEST

START_TEST(function_types)
{
    cupel_functype_t *type = functype_of("iIfF", "re");
    size_t n;
    const cupel_valkind_t *kinds = cupel_functype_params(type, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(kinds[0], CUPEL_I32);
    ck_assert_int_eq(kinds[3], CUPEL_F64);
    kinds = cupel_functype_results(type, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(kinds[0], CUPEL_FUNCREF);
    ck_assert_int_eq(kinds[1], CUPEL_EXTERNREF);
    cupel_functype_delete(type);
    cupel_functype_delete(NULL);
}
END_TEST

START_TEST(function_types_are_bounded)
{
    static cupel_valkind_t kinds[1001];
    cupel_functype_t *type = cupel_functype_new(kinds, 1000, kinds, 1000);
    ck_assert_ptr_nonnull(type);
    cupel_functype_delete(type);
    ck_assert_ptr_null(cupel_functype_new(kinds, 1001, NULL, 0));
    ck_assert_ptr_null(cupel_functype_new(NULL, 0, kinds, 1001));
    kinds[0] = (cupel_valkind_t)7;
    ck_assert_ptr_null(cupel_functype_new(kinds, 1, NULL, 0));
}
END_TEST

START_TEST(bad_memory_types)
{
    struct world t;
    cupel_memory_t m;
    cupel_memorytype_t type = {.limits = {.min = 2, .max = 1, .has_max = true},
                               .page_size_log2 = 16};
    world_init(&t, 0);
    expect_error(cupel_memory_new(t.ctx, &type, &m), CUPEL_ERROR_MISUSE, "minimum 2");
    type.limits = (cupel_limits_t){.min = 65537};
    expect_error(cupel_memory_new(t.ctx, &type, &m), CUPEL_ERROR_MISUSE, "65536");
    type = (cupel_memorytype_t){.limits = {.min = 1}, .page_size_log2 = 12};
    expect_error(cupel_memory_new(t.ctx, &type, &m), CUPEL_ERROR_MISUSE, "2^12");
    ck_assert_uint_eq(m.store_id, 0);
    world_fini(&t);
}
END_TEST

START_TEST(bad_table_and_global_types)
{
    struct world t;
    cupel_table_t table;
    cupel_global_t global;
    cupel_val_t zero = val_i32(0);
    world_init(&t, 0);
    expect_error(cupel_table_new(t.ctx, &(cupel_tabletype_t){.element = CUPEL_I32}, &zero, &table),
                 CUPEL_ERROR_MISUSE, "references");
    expect_error(cupel_table_new(t.ctx,
                                 &(cupel_tabletype_t){.element = CUPEL_FUNCREF,
                                                      .limits = {.min = UINT64_C(1) << 32}},
                                 &zero, &table),
                 CUPEL_ERROR_MISUSE, "4294967295");
    expect_error(
        cupel_global_new(t.ctx, &(cupel_globaltype_t){(cupel_valkind_t)9, false}, &zero, &global),
        CUPEL_ERROR_MISUSE, "kind 9");
    expect_error(cupel_global_new(t.ctx, &(cupel_globaltype_t){CUPEL_I64, false}, &zero, &global),
                 CUPEL_ERROR_TYPE, "must be i64, not i32");
    world_fini(&t);
}
END_TEST

void add_public_types(TCase *tc)
{
    tcase_add_test(tc, names);
    tcase_add_test(tc, function_types);
    tcase_add_test(tc, function_types_are_bounded);
    tcase_add_test(tc, bad_memory_types);
    tcase_add_test(tc, bad_table_and_global_types);
}
