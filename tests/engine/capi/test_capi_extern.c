/*
 * Externals: kinds, types, conversions.
 */
#include "tests/engine/capi/capi_tests.h"

START_TEST(conversions)
{
    struct setup s;
    setup_init(&s);
    wasm_export_func(&s.w, "f", "i", "", BYTES(W_END));
    wasm_global(&s.w, 'i', true, BYTES(W_I32_CONST, 3, W_END));
    wasm_export(&s.w, "g", CUPEL_EXTERN_GLOBAL, 0);
    wasm_export(&s.w, "t", CUPEL_EXTERN_TABLE, wasm_table(&s.w, 'e', 2, 5));
    wasm_export(&s.w, "m", CUPEL_EXTERN_MEMORY, wasm_memory(&s.w, 1, 5));
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_extern_vec_t exports;
    wasm_instance_exports(instance, &exports);
    ck_assert_uint_eq(exports.size, 4);
    for (int i = 0; i < 4; i++) {
        wasm_extern_t *ext = exports.data[i];
        const wasm_extern_t *c = ext;
        ck_assert_uint_eq(wasm_extern_kind(ext), i);
        wasm_externtype_t *type = wasm_extern_type(ext);
        ck_assert_uint_eq(wasm_externtype_kind(type), i);
        wasm_externtype_delete(type);
#define CHECK(name, kind)                                                                          \
    do {                                                                                           \
        ck_assert((wasm_extern_as_##name(ext) != NULL) == (i == (kind)));                          \
        ck_assert(wasm_extern_as_##name##_const(c) == wasm_extern_as_##name(ext));                 \
        if (i == (kind)) {                                                                         \
            ck_assert(wasm_##name##_as_extern(wasm_extern_as_##name(ext)) == ext);                 \
            ck_assert(wasm_##name##_as_extern_const(wasm_extern_as_##name##_const(c)) == c);       \
        }                                                                                          \
        ck_assert_ptr_null(wasm_extern_as_##name(NULL));                                           \
        ck_assert_ptr_null(wasm_extern_as_##name##_const(NULL));                                   \
        ck_assert_ptr_null(wasm_##name##_as_extern(NULL));                                         \
        ck_assert_ptr_null(wasm_##name##_as_extern_const(NULL));                                   \
    } while (0)
        CHECK(func, WASM_EXTERN_FUNC);
        CHECK(global, WASM_EXTERN_GLOBAL);
        CHECK(table, WASM_EXTERN_TABLE);
        CHECK(memory, WASM_EXTERN_MEMORY);
    }
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    ck_assert_ptr_null(wasm_extern_type(NULL));
    ck_assert_uint_eq(wasm_extern_kind(NULL), 0);
    setup_fini(&s);
}
END_TEST

void add_capi_extern(TCase *tc)
{
    tcase_add_test(tc, conversions);
}
