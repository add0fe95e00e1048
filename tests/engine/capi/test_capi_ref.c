/*
 * What all kinds of references have in common, and conversions between them.
 */
#include "tests/engine/capi/capi_tests.h"

enum { FUNC, GLOBAL, TABLE, MEMORY, INSTANCE, MODULE, TRAP, FOREIGN, KINDS };

/* One reference of each kind. */
static void make(struct setup *s, wasm_ref_t *refs[KINDS])
{
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    wasm_name_t text = name_of("text");
    wasm_export_func(&s->w, "f", "", "", BYTES(W_END));
    wasm_global(&s->w, 'i', true, BYTES(W_I32_CONST, 3, W_END));
    wasm_export(&s->w, "g", CUPEL_EXTERN_GLOBAL, 0);
    wasm_export(&s->w, "t", CUPEL_EXTERN_TABLE, wasm_table(&s->w, 'e', 2, 5));
    wasm_export(&s->w, "m", CUPEL_EXTERN_MEMORY, wasm_memory(&s->w, 1, 5));
    wasm_module_t *module = setup_compile(s);
    wasm_instance_t *instance = wasm_instance_new(s->store, module, &none, NULL);
    for (size_t i = FUNC; i <= MEMORY; i++)
        refs[i] = wasm_extern_as_ref(take_export(instance, i));
    refs[INSTANCE] = wasm_instance_as_ref(instance);
    refs[MODULE] = wasm_module_as_ref(module);
    refs[TRAP] = wasm_trap_as_ref(wasm_trap_new(s->store, &text));
    refs[FOREIGN] = wasm_foreign_as_ref(wasm_foreign_new(s->store));
    wasm_name_delete(&text);
}

static void delete_all(wasm_ref_t *refs[KINDS])
{
    for (int i = 0; i < KINDS; i++)
        wasm_ref_delete(refs[i]);
}

START_TEST(casts)
{
    struct setup s;
    wasm_ref_t *refs[KINDS];
    setup_init(&s);
    make(&s, refs);
    for (int i = 0; i < KINDS; i++) {
        wasm_ref_t *ref = refs[i];
        const wasm_ref_t *c = ref;
#define CHECK(name, condition)                                                                     \
    do {                                                                                           \
        ck_assert((wasm_ref_as_##name(ref) != NULL) == (condition));                               \
        ck_assert(wasm_ref_as_##name##_const(c) == wasm_ref_as_##name(ref));                       \
        if (condition) {                                                                           \
            ck_assert(wasm_##name##_as_ref(wasm_ref_as_##name(ref)) == ref);                       \
            ck_assert(wasm_##name##_as_ref_const(wasm_ref_as_##name##_const(c)) == c);             \
        }                                                                                          \
        ck_assert_ptr_null(wasm_ref_as_##name(NULL));                                              \
        ck_assert_ptr_null(wasm_ref_as_##name##_const(NULL));                                      \
        ck_assert_ptr_null(wasm_##name##_as_ref(NULL));                                            \
        ck_assert_ptr_null(wasm_##name##_as_ref_const(NULL));                                      \
    } while (0)
        CHECK(func, i == FUNC);
        CHECK(global, i == GLOBAL);
        CHECK(table, i == TABLE);
        CHECK(memory, i == MEMORY);
        CHECK(extern, i <= MEMORY);
        CHECK(instance, i == INSTANCE);
        CHECK(module, i == MODULE);
        CHECK(trap, i == TRAP);
        CHECK(foreign, i == FOREIGN);
#undef CHECK
    }
    delete_all(refs);
    setup_fini(&s);
}
END_TEST

/* The same for each kind by its own functions. */
#define FAMILY(name, index)                                                                        \
    START_TEST(name##_family)                                                                      \
    {                                                                                              \
        struct setup s;                                                                            \
        wasm_ref_t *refs[KINDS];                                                                   \
        int runs = 0, other;                                                                       \
        setup_init(&s);                                                                            \
        make(&s, refs);                                                                            \
        wasm_##name##_t *p = wasm_ref_as_##name(refs[index]), *copy = wasm_##name##_copy(p);       \
        ck_assert(wasm_##name##_same(p, copy));                                                    \
        ck_assert(wasm_ref_same(wasm_##name##_as_ref(copy), refs[index]));                         \
        ck_assert(!wasm_##name##_same(p, NULL));                                                   \
        ck_assert_ptr_null(wasm_##name##_get_host_info(p));                                        \
        wasm_##name##_set_host_info(p, &other);                                                    \
        ck_assert_ptr_eq(wasm_##name##_get_host_info(copy), &other);                               \
        wasm_##name##_set_host_info_with_finalizer(copy, &runs, count_run);                        \
        ck_assert_ptr_eq(wasm_ref_get_host_info(refs[index]), &runs);                              \
        wasm_##name##_delete(copy);                                                                \
        wasm_##name##_delete(NULL);                                                                \
        ck_assert_ptr_null(wasm_##name##_copy(NULL));                                              \
        ck_assert_ptr_null(wasm_##name##_get_host_info(NULL));                                     \
        wasm_##name##_set_host_info_with_finalizer(NULL, &other, NULL);                            \
        ck_assert_int_eq(runs, 0);                                                                 \
        delete_all(refs);                                                                          \
        ck_assert_int_eq(runs, (index) > INSTANCE);                                                \
        setup_fini(&s);                                                                            \
        ck_assert_int_eq(runs, 1);                                                                 \
    }                                                                                              \
    END_TEST

FAMILY(func, FUNC)
FAMILY(global, GLOBAL)
FAMILY(table, TABLE)
FAMILY(memory, MEMORY)
FAMILY(extern, TABLE)
FAMILY(instance, INSTANCE)
FAMILY(module, MODULE)
FAMILY(trap, TRAP)
FAMILY(foreign, FOREIGN)

START_TEST(foreign_objects)
{
    struct setup s;
    setup_init(&s);
    ck_assert_ptr_null(wasm_foreign_new(NULL));
    wasm_foreign_t *a = wasm_foreign_new(s.store), *b = wasm_foreign_new(s.store);
    ck_assert(!wasm_foreign_same(a, b));
    wasm_foreign_delete(a);
    wasm_foreign_delete(b);
    setup_fini(&s);
}
END_TEST

void add_capi_ref(TCase *tc)
{
    tcase_add_test(tc, casts);
    tcase_add_test(tc, func_family);
    tcase_add_test(tc, global_family);
    tcase_add_test(tc, table_family);
    tcase_add_test(tc, memory_family);
    tcase_add_test(tc, extern_family);
    tcase_add_test(tc, instance_family);
    tcase_add_test(tc, module_family);
    tcase_add_test(tc, trap_family);
    tcase_add_test(tc, foreign_family);
    tcase_add_test(tc, foreign_objects);
}
