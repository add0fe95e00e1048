/*
 * Vectors of every kind.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_valtype_t *new_valtype(void)
{
    return wasm_valtype_new_i64();
}
static wasm_functype_t *new_functype(void)
{
    return wasm_functype_new_0_0();
}
static wasm_globaltype_t *new_globaltype(void)
{
    return globaltype_of(WASM_I32, WASM_VAR);
}
static wasm_tabletype_t *new_tabletype(void)
{
    return wasm_tabletype_new(wasm_valtype_new_funcref(), &(wasm_limits_t){1, 2});
}
static wasm_memorytype_t *new_memorytype(void)
{
    return wasm_memorytype_new(&(wasm_limits_t){1, 2});
}
static wasm_externtype_t *new_externtype(void)
{
    return wasm_memorytype_as_externtype(new_memorytype());
}
static wasm_importtype_t *new_importtype(void)
{
    wasm_name_t module = name_of("m"), name = name_of("n");
    return wasm_importtype_new(&module, &name, new_externtype());
}
static wasm_exporttype_t *new_exporttype(void)
{
    wasm_name_t name = name_of("n");
    return wasm_exporttype_new(&name, new_externtype());
}

/* What holds for every vector of things that are owned. */
#define OWNED(name)                                                                                \
    START_TEST(name##_vectors)                                                                     \
    {                                                                                              \
        wasm_##name##_vec_t vec, copy;                                                             \
        wasm_##name##_t *elements[2] = {new_##name(), new_##name()};                               \
        ck_assert_ptr_nonnull(elements[0]);                                                        \
        ck_assert_ptr_nonnull(elements[1]);                                                        \
        wasm_##name##_vec_new_empty(&vec);                                                         \
        ck_assert(vec.size == 0 && !vec.data);                                                     \
        wasm_##name##_vec_delete(&vec);                                                            \
        wasm_##name##_vec_new_uninitialized(&vec, 3);                                              \
        ck_assert_uint_eq(vec.size, 3);                                                            \
        for (int i = 0; i < 3; i++)                                                                \
            ck_assert_ptr_null(vec.data[i]);                                                       \
        wasm_##name##_vec_copy(&copy, &vec); /* NULLs stay NULL */                                 \
        ck_assert_uint_eq(copy.size, 3);                                                           \
        ck_assert_ptr_null(copy.data[2]);                                                          \
        wasm_##name##_vec_delete(&copy);                                                           \
        wasm_##name##_vec_delete(&vec);                                                            \
        wasm_##name##_vec_new(&vec, 2, elements);                                                  \
        ck_assert_uint_eq(vec.size, 2);                                                            \
        ck_assert(vec.data != elements && vec.data[1] == elements[1]);                             \
        wasm_##name##_vec_copy(&copy, &vec);                                                       \
        ck_assert_uint_eq(copy.size, 2);                                                           \
        ck_assert_ptr_nonnull(copy.data[1]);                                                       \
        wasm_##name##_vec_delete(&vec);                                                            \
        ck_assert(vec.size == 0 && !vec.data);                                                     \
        wasm_##name##_vec_delete(&vec);                                                            \
        wasm_##name##_vec_delete(&copy);                                                           \
        wasm_##name##_vec_delete(NULL);                                                            \
        wasm_##name##_vec_copy(&copy, NULL);                                                       \
        ck_assert(copy.size == 0 && !copy.data);                                                   \
        wasm_##name##_vec_new_uninitialized(&vec, SIZE_MAX / 4);                                   \
        ck_assert(vec.size == 0 && !vec.data);                                                     \
    }                                                                                              \
    END_TEST

OWNED(valtype)
OWNED(functype)
OWNED(globaltype)
OWNED(tabletype)
OWNED(memorytype)
OWNED(externtype)
OWNED(importtype)
OWNED(exporttype)

START_TEST(bytes)
{
    wasm_byte_vec_t vec, copy;
    wasm_byte_vec_new(&vec, 3, "a\0b");
    wasm_byte_vec_copy(&copy, &vec);
    ck_assert(copy.data != vec.data && copy.size == 3);
    ck_assert_mem_eq(copy.data, "a\0b", 3);
    wasm_byte_vec_delete(&vec);
    wasm_byte_vec_delete(&copy);
    wasm_byte_vec_new_uninitialized(&vec, 2);
    ck_assert_mem_eq(vec.data, "\0\0", 2);
    wasm_byte_vec_delete(&vec);
    wasm_byte_vec_delete(NULL);
    wasm_byte_vec_copy(&vec, NULL);
    ck_assert(vec.size == 0 && !vec.data);

    wasm_name_t name;
    wasm_name_new_from_string(&name, "nam");
    ck_assert(is_name(&name, "nam"));
    wasm_name_delete(&name);
    wasm_name_new_from_string_nt(&name, "nam");
    ck_assert_uint_eq(name.size, 4);
    ck_assert_str_eq(name.data, "nam");
    wasm_name_delete(&name);
    wasm_name_new_new_uninitialized(&name, 1);
    ck_assert_uint_eq(name.size, 1);
    wasm_name_delete(&name);
}
END_TEST

START_TEST(values)
{
    struct setup s;
    wasm_val_vec_t vec, copy;
    int runs = 0;
    setup_init(&s);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store);
    wasm_foreign_set_host_info_with_finalizer(foreign, &runs, count_run);
    wasm_val_t elements[] = {i32_val(7), ref_val(wasm_foreign_as_ref(foreign)), ref_val(NULL)};
    wasm_val_vec_new(&vec, 3, elements);
    wasm_val_vec_copy(&copy, &vec);
    wasm_val_vec_delete(&vec);
    ck_assert_int_eq(runs, 0);
    ck_assert_int_eq(copy.data[0].of.i32, 7);
    ck_assert_ptr_null(copy.data[2].of.ref);
    wasm_val_vec_delete(&copy);
    ck_assert_int_eq(runs, 1);
    wasm_val_vec_delete(NULL);
    wasm_val_vec_new_empty(&vec);
    ck_assert(vec.size == 0 && !vec.data);
    wasm_val_vec_new_uninitialized(&vec, 2);
    ck_assert(wasm_valkind_is_num(vec.data[1].kind)); /* may be deleted as it is */
    wasm_val_vec_delete(&vec);
    setup_fini(&s);
}
END_TEST

START_TEST(externals)
{
    struct setup s;
    wasm_extern_vec_t vec, copy;
    setup_init(&s);
    wasm_func_t *func = host_func(&s, "", "", do_nothing, NULL);
    wasm_extern_t *elements[] = {wasm_func_as_extern(func), NULL};
    wasm_extern_vec_new(&vec, 2, elements);
    wasm_extern_vec_copy(&copy, &vec);
    ck_assert(wasm_extern_same(copy.data[0], vec.data[0]) && !copy.data[1]);
    wasm_extern_vec_delete(&copy);
    ck_assert_uint_eq(wasm_extern_kind(vec.data[0]), WASM_EXTERN_FUNC);
    wasm_extern_vec_delete(&vec);
    setup_fini(&s);
}
END_TEST

void add_capi_vec(TCase *tc)
{
    tcase_add_test(tc, valtype_vectors);
    tcase_add_test(tc, functype_vectors);
    tcase_add_test(tc, globaltype_vectors);
    tcase_add_test(tc, tabletype_vectors);
    tcase_add_test(tc, memorytype_vectors);
    tcase_add_test(tc, externtype_vectors);
    tcase_add_test(tc, importtype_vectors);
    tcase_add_test(tc, exporttype_vectors);
    tcase_add_test(tc, bytes);
    tcase_add_test(tc, values);
    tcase_add_test(tc, externals);
}
