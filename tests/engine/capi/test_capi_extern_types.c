/*
 * External types, import types and export types.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_externtype_t *externtype_of(int kind)
{
    static const wasm_limits_t limits = {1, 2};
    switch (kind) {
    case WASM_EXTERN_FUNC:
        return wasm_functype_as_externtype(functype_of("i", "I"));
    case WASM_EXTERN_GLOBAL:
        return wasm_globaltype_as_externtype(globaltype_of(WASM_I64, WASM_VAR));
    case WASM_EXTERN_TABLE:
        return wasm_tabletype_as_externtype(
            wasm_tabletype_new(wasm_valtype_new_funcref(), &limits));
    default:
        return wasm_memorytype_as_externtype(wasm_memorytype_new(&limits));
    }
}

START_TEST(conversions)
{
    wasm_externtype_t *type = externtype_of(_i), *copy = wasm_externtype_copy(type);
    const wasm_externtype_t *c = copy;
    wasm_externtype_delete(type);
    ck_assert_uint_eq(wasm_externtype_kind(copy), _i);
#define CHECK(name, kind)                                                                          \
    do {                                                                                           \
        ck_assert((wasm_externtype_as_##name(copy) != NULL) == (_i == (kind)));                    \
        ck_assert(wasm_externtype_as_##name##_const(c) == wasm_externtype_as_##name(copy));        \
        if (_i == (kind)) {                                                                        \
            ck_assert(wasm_##name##_as_externtype(wasm_externtype_as_##name(copy)) == copy);       \
            ck_assert(wasm_##name##_as_externtype_const(wasm_externtype_as_##name##_const(c)) ==   \
                      c);                                                                          \
        }                                                                                          \
        ck_assert_ptr_null(wasm_externtype_as_##name(NULL));                                       \
        ck_assert_ptr_null(wasm_externtype_as_##name##_const(NULL));                               \
        ck_assert_ptr_null(wasm_##name##_as_externtype(NULL));                                     \
    } while (0)
    CHECK(functype, WASM_EXTERN_FUNC);
    CHECK(globaltype, WASM_EXTERN_GLOBAL);
    CHECK(tabletype, WASM_EXTERN_TABLE);
    CHECK(memorytype, WASM_EXTERN_MEMORY);
    wasm_externtype_delete(copy);
}
END_TEST

START_TEST(import_types)
{
    wasm_name_t module = name_of("mod"), name = name_of("");
    wasm_importtype_t *import = wasm_importtype_new(&module, &name, externtype_of(_i));
    ck_assert_ptr_null(module.data); /* it was taken */
    wasm_importtype_t *copy = wasm_importtype_copy(import);
    wasm_importtype_delete(import);
    ck_assert(is_name(wasm_importtype_module(copy), "mod"));
    ck_assert(is_name(wasm_importtype_name(copy), ""));
    ck_assert_uint_eq(wasm_externtype_kind(wasm_importtype_type(copy)), _i);
    wasm_importtype_delete(copy);
}
END_TEST

START_TEST(export_types)
{
    wasm_name_t name = name_of("nam");
    wasm_exporttype_t *export = wasm_exporttype_new(&name, externtype_of(_i));
    wasm_exporttype_t *copy = wasm_exporttype_copy(export);
    wasm_exporttype_delete(export);
    ck_assert(is_name(wasm_exporttype_name(copy), "nam"));
    ck_assert_uint_eq(wasm_externtype_kind(wasm_exporttype_type(copy)), _i);
    wasm_exporttype_delete(copy);
}
END_TEST

START_TEST(nothing)
{
    wasm_name_t a = name_of("a"), b = name_of("b"), c = name_of("c");
    ck_assert_ptr_null(wasm_importtype_new(&a, &b, NULL)); /* and the names are gone */
    ck_assert_ptr_null(wasm_exporttype_new(&c, NULL));
    ck_assert_ptr_null(wasm_externtype_copy(NULL));
    ck_assert_ptr_null(wasm_importtype_copy(NULL));
    ck_assert_ptr_null(wasm_exporttype_copy(NULL));
    ck_assert_ptr_null(wasm_importtype_module(NULL));
    ck_assert_ptr_null(wasm_importtype_name(NULL));
    ck_assert_ptr_null(wasm_importtype_type(NULL));
    ck_assert_ptr_null(wasm_exporttype_name(NULL));
    ck_assert_ptr_null(wasm_exporttype_type(NULL));
    ck_assert_uint_eq(wasm_externtype_kind(NULL), 0);
    wasm_externtype_delete(NULL);
    wasm_importtype_delete(NULL);
    wasm_exporttype_delete(NULL);
}
END_TEST

void add_capi_extern_types(TCase *tc)
{
    tcase_add_loop_test(tc, conversions, 0, 4);
    tcase_add_loop_test(tc, import_types, 0, 4);
    tcase_add_loop_test(tc, export_types, 0, 4);
    tcase_add_test(tc, nothing);
}
