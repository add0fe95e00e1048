/*
 * Identity and host info: one object for one thing, and finalizers exactly once.
 */
#include "tests/engine/capi/capi_tests.h"

START_TEST(identity)
{
    struct setup s;
    setup_init(&s);
    wasm_export_func(&s.w, "f", "", "", BYTES(W_END));
    wasm_export(&s.w, "again", CUPEL_EXTERN_FUNC, 0);
    wasm_export_func(&s.w, "g", "", "", BYTES(W_END));
    wasm_instance_t *a = setup_instantiate(&s, NULL, 0);
    wasm_func_t *f = take_func(a, 0), *again = take_func(a, 1), *g = take_func(a, 2);
    ck_assert(wasm_func_same(f, again));
    ck_assert(!wasm_func_same(f, g));

    /* Through another instance that imports and exports it. */
    wasm_extern_t *imports[] = {wasm_func_as_extern(f)};
    wasm_import_func(&s.w, "", "", wasm_type(&s.w, "", ""));
    wasm_export(&s.w, "f", CUPEL_EXTERN_FUNC, 0);
    wasm_instance_t *b = setup_instantiate(&s, imports, 1);
    wasm_func_t *passed = take_func(b, 0);
    ck_assert(wasm_func_same(f, passed));
    ck_assert(!wasm_instance_same(a, b));
    ck_assert(wasm_instance_same(NULL, NULL));
    ck_assert(!wasm_instance_same(a, NULL));

    wasm_func_set_host_info(passed, &s);
    wasm_func_delete(passed);
    ck_assert_ptr_eq(wasm_func_get_host_info(f), &s);
    wasm_func_delete(f);
    wasm_func_delete(again);
    wasm_func_delete(g);
    f = take_func(a, 1); /* and when nobody had one for a while */
    ck_assert_ptr_eq(wasm_func_get_host_info(f), &s);
    wasm_func_delete(f);
    wasm_instance_delete(a);
    wasm_instance_delete(b);
    setup_fini(&s);
}
END_TEST

/* Things that can be asked for again keep their info until the store goes. */
START_TEST(known_by_key)
{
    struct setup s;
    int runs = 0;
    setup_init(&s);
    wasm_export_func(&s.w, "f", "", "", BYTES(W_END));
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_func_t *f = take_func(instance, 0);
    wasm_instance_set_host_info_with_finalizer(instance, &runs, count_run);
    wasm_func_set_host_info_with_finalizer(f, &runs, count_run);
    wasm_instance_delete(instance);
    wasm_func_delete(f);
    ck_assert_int_eq(runs, 0);
    setup_fini(&s);
    ck_assert_int_eq(runs, 2);
}
END_TEST

START_TEST(replaced)
{
    struct setup s;
    int first = 0, second = 0;
    setup_init(&s);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store), *copy = wasm_foreign_copy(foreign);
    ck_assert_ptr_null(wasm_foreign_get_host_info(foreign));
    wasm_foreign_set_host_info_with_finalizer(foreign, &first, count_run);
    wasm_foreign_set_host_info_with_finalizer(copy, &second, count_run);
    ck_assert_int_eq(first, 1);
    ck_assert_ptr_eq(wasm_foreign_get_host_info(foreign), &second);
    wasm_foreign_delete(foreign);
    ck_assert_int_eq(second, 0);
    wasm_foreign_set_host_info(copy, &s);
    ck_assert_int_eq(second, 1);
    wasm_foreign_delete(copy);
    setup_fini(&s);
    ck_assert_int_eq(first, 1);
    ck_assert_int_eq(second, 1);
}
END_TEST

START_TEST(info_of_nothing)
{
    int runs = 0;
    wasm_ref_set_host_info_with_finalizer(NULL, &runs, count_run);
    ck_assert_int_eq(runs, 1);
    wasm_ref_set_host_info(NULL, &runs);
    ck_assert_ptr_null(wasm_ref_get_host_info(NULL));
    ck_assert_ptr_null(wasm_ref_copy(NULL));
    wasm_ref_delete(NULL);
}
END_TEST

/* A foreign object goes with its last reference, unless WebAssembly may have it. */
START_TEST(handed_to_wasm)
{
    struct setup s;
    int kept = 0, gone = 0;
    setup_init(&s);
    wasm_foreign_t *a = wasm_foreign_new(s.store), *b = wasm_foreign_new(s.store);
    wasm_foreign_set_host_info_with_finalizer(a, &kept, count_run);
    wasm_foreign_set_host_info_with_finalizer(b, &gone, count_run);
    wasm_export_func(&s.w, "f", "e", "", BYTES(W_END));
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_func_t *f = take_func(instance, 0);
    call(f, 1, ref_val(wasm_foreign_as_ref(a)));
    call(f, 1, ref_val(wasm_foreign_as_ref(a))); /* the second time it is there already */
    wasm_foreign_delete(a);
    wasm_foreign_delete(b);
    ck_assert_int_eq(kept, 0);
    ck_assert_int_eq(gone, 1);
    wasm_func_delete(f);
    wasm_instance_delete(instance);
    setup_fini(&s);
    ck_assert_int_eq(kept, 1);
    ck_assert_int_eq(gone, 1);
}
END_TEST

#define MANY 3000

/* More objects than the map has room for at first, found again by number. */
START_TEST(many)
{
    struct setup s;
    static int info[MANY];
    wasm_global_t *globals[MANY];
    setup_init(&s);
    wasm_globaltype_t *type = globaltype_of(WASM_I32, WASM_VAR);
    wasm_val_t zero = i32_val(0);
    for (int i = 0; i < MANY; i++) {
        globals[i] = wasm_global_new(s.store, type, &zero);
        ck_assert_ptr_nonnull(globals[i]);
        if (i % 2)
            wasm_global_set_host_info_with_finalizer(globals[i], &info[i], count_run);
        if (i % 3 == 0)
            wasm_global_delete(globals[i]);
    }
    for (int i = 0; i < MANY; i++) {
        if (i % 3 == 0)
            continue;
        ck_assert_ptr_eq(wasm_global_get_host_info(globals[i]), i % 2 ? &info[i] : NULL);
        wasm_global_delete(globals[i]);
    }
    wasm_globaltype_delete(type);
    setup_fini(&s);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(info[i], i % 2);
}
END_TEST

struct owner {
    wasm_foreign_t *other, *self;
    int runs;
};

static void drop_others(void *data)
{
    struct owner *o = data;
    o->runs++;
    wasm_foreign_delete(o->other);
    wasm_foreign_delete(o->self);
}

/* A finalizer that gives back references, one to its own object among them. */
START_TEST(finalizer_deletes)
{
    struct setup s;
    struct owner o = {0};
    int runs = 0;
    setup_init(&s);
    o.other = wasm_foreign_new(s.store);
    o.self = wasm_foreign_new(s.store);
    wasm_foreign_set_host_info_with_finalizer(o.other, &runs, count_run);
    wasm_foreign_set_host_info_with_finalizer(o.self, &o, drop_others);
    setup_fini(&s);
    ck_assert_int_eq(runs, 1);
    ck_assert_int_eq(o.runs, 1);
}
END_TEST

void add_capi_object(TCase *tc)
{
    tcase_add_test(tc, identity);
    tcase_add_test(tc, known_by_key);
    tcase_add_test(tc, replaced);
    tcase_add_test(tc, info_of_nothing);
    tcase_add_test(tc, handed_to_wasm);
    tcase_add_test(tc, many);
    tcase_add_test(tc, finalizer_deletes);
}
