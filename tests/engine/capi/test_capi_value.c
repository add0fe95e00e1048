/*
 * Values on their way into WebAssembly and back.
 */
#include "tests/engine/capi/capi_tests.h"

/* Functions that return their argument, of each type in the order of `letters`; and one that hands
 * it to the host. */
static const char *const letters[] = {"i", "I", "f", "F", "e", "r"};

static wasm_instance_t *make(struct setup *s)
{
    wasm_func_t *host = host_func(s, "e", "e", echo, NULL);
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_import_func(&s->w, "", "", wasm_type(&s->w, "e", "e"));
    for (int i = 0; i < 6; i++)
        wasm_export_func(&s->w, letters[i], letters[i], letters[i], BYTES(W_LOCAL_GET, 0, W_END));
    wasm_export_func(&s->w, "host", "e", "e", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(s, imports, 1);
    wasm_func_delete(host);
    return instance;
}

static wasm_val_t pass(wasm_instance_t *instance, size_t i, wasm_val_t value)
{
    wasm_func_t *func = take_func(instance, i);
    wasm_val_t result = call(func, 1, value);
    wasm_func_delete(func);
    return result;
}

START_TEST(numbers)
{
    struct setup s;
    setup_init(&s);
    wasm_instance_t *instance = make(&s);
    wasm_val_t v = pass(instance, 0, i32_val(INT32_MIN));
    ck_assert(v.kind == WASM_I32 && v.of.i32 == INT32_MIN);
    v = pass(instance, 1, (wasm_val_t)WASM_I64_VAL(INT64_MIN + 1));
    ck_assert(v.kind == WASM_I64 && v.of.i64 == INT64_MIN + 1);
    v = pass(instance, 2, (wasm_val_t)WASM_F32_VAL(1.5f));
    ck_assert(v.kind == WASM_F32 && v.of.f32 == 1.5f);
    v = pass(instance, 3, (wasm_val_t)WASM_F64_VAL(-2.25));
    ck_assert(v.kind == WASM_F64 && v.of.f64 == -2.25);
    /* A signalling NaN with a payload. */
    v = pass(instance, 2, (wasm_val_t){.kind = WASM_F32, .of.i32 = 0x7fa00123});
    ck_assert_int_eq(v.of.i32, 0x7fa00123);
    v = pass(instance, 3, (wasm_val_t){.kind = WASM_F64, .of.i64 = 0x7ff4000000000123});
    ck_assert_int_eq(v.of.i64, 0x7ff4000000000123);
    int here;
    wasm_val_init_ptr(&v, &here);
    ck_assert_ptr_eq(wasm_val_ptr(&v), &here);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

static void check_same(wasm_instance_t *instance, wasm_ref_t *ref)
{
    for (size_t i = 4; i < 7; i += 2) {
        wasm_val_t v = pass(instance, i, ref_val(ref));
        ck_assert_uint_eq(v.kind, WASM_EXTERNREF);
        ck_assert(wasm_ref_same(v.of.ref, ref));
        wasm_val_delete(&v);
        ck_assert_ptr_null(v.of.ref);
    }
    wasm_ref_delete(ref);
}

/* Any object is an externref and comes back as itself. */
START_TEST(externrefs)
{
    struct setup s;
    wasm_name_t text = name_of("text");
    setup_init(&s);
    wasm_instance_t *instance = make(&s);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store);
    wasm_foreign_set_host_info(foreign, &s);
    wasm_val_t v = pass(instance, 4, ref_val(wasm_foreign_as_ref(foreign)));
    ck_assert_ptr_eq(wasm_ref_get_host_info(v.of.ref), &s);
    wasm_val_delete(&v);
    check_same(instance, wasm_foreign_as_ref(foreign));
    check_same(instance, wasm_func_as_ref(take_func(instance, 0)));
    check_same(instance, wasm_instance_as_ref(wasm_instance_copy(instance)));
    check_same(instance, wasm_module_as_ref(setup_compile(&s)));
    check_same(instance, wasm_trap_as_ref(wasm_trap_new(s.store, &text)));
    wasm_memorytype_t *type = wasm_memorytype_new(&(wasm_limits_t){1, 1});
    check_same(instance, wasm_memory_as_ref(wasm_memory_new(s.store, type)));
    check_same(instance, NULL);
    wasm_memorytype_delete(type);
    wasm_name_delete(&text);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(funcrefs)
{
    struct setup s;
    setup_init(&s);
    wasm_instance_t *instance = make(&s);
    wasm_func_t *func = take_func(instance, 3), *host = host_func(&s, "", "", do_nothing, NULL);
    wasm_ref_t *refs[] = {wasm_func_as_ref(func), wasm_func_as_ref(host), NULL};
    for (int i = 0; i < 3; i++) {
        wasm_val_t v = pass(instance, 5, (wasm_val_t){.kind = WASM_FUNCREF, .of.ref = refs[i]});
        ck_assert_uint_eq(v.kind, WASM_FUNCREF);
        ck_assert(wasm_ref_same(v.of.ref, refs[i]));
        wasm_val_delete(&v);
        /* Either kind of reference will do. */
        v = pass(instance, 5, ref_val(refs[i]));
        ck_assert(wasm_ref_same(v.of.ref, refs[i]));
        wasm_val_delete(&v);
        v = pass(instance, 4, (wasm_val_t){.kind = WASM_FUNCREF, .of.ref = refs[i]});
        ck_assert_uint_eq(v.kind, WASM_EXTERNREF);
        ck_assert(wasm_ref_same(v.of.ref, refs[i]));
        wasm_val_delete(&v);
    }
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(refused)
{
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    wasm_instance_t *instance = make(&s);
    wasm_func_t *i32 = take_func(instance, 0), *externref = take_func(instance, 4),
                *funcref = take_func(instance, 5), *host = take_func(instance, 6);
    wasm_ref_t *here = wasm_foreign_as_ref(wasm_foreign_new(s.store)),
               *there = wasm_foreign_as_ref(wasm_foreign_new(t.store)),
               *func_there = wasm_func_as_ref(host_func(&t, "", "", do_nothing, NULL));
    static const wasm_val_t i64 = WASM_I64_VAL(1), unknown = {.kind = 77}, v128 = {.kind = 4};
    const struct {
        const wasm_func_t *func;
        wasm_val_t value;
        const char *text;
    } cases[] = {
        {i32, i64, "argument 0 must be i32, not i64"},
        {i32, ref_val(NULL), "argument 0 must be i32, not externref"},
        {i32, ref_val(here), "argument 0 must be i32, not externref"},
        {i32, unknown, "argument 0 must be i32 and is of no known kind"},
        {i32, v128, "argument 0 must be i32, not v128"},
        {externref, i64, "argument 0 must be externref, not i64"},
        {externref, ref_val(there), "argument 0 is a reference of another store"},
        {externref, ref_val(func_there), "another store"},
        {funcref, i64, "argument 0 must be funcref, not i64"},
        {funcref, ref_val(here), "argument 0 must be funcref and is a reference to something else"},
        {funcref, ref_val(func_there), "argument 0 is a reference of another store"},
        {host, ref_val(there), "another store"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_trap(call_trap(cases[i].func, 1, cases[i].value), cases[i].text);
    wasm_ref_delete(here);
    wasm_ref_delete(there);
    wasm_ref_delete(func_there);
    wasm_func_delete(i32);
    wasm_func_delete(externref);
    wasm_func_delete(funcref);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

START_TEST(copies)
{
    struct setup s;
    int runs = 0;
    setup_init(&s);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store);
    wasm_foreign_set_host_info_with_finalizer(foreign, &runs, count_run);
    wasm_val_t v = ref_val(wasm_foreign_as_ref(foreign)), copy;
    wasm_val_copy(&copy, &v);
    wasm_val_delete(&v);
    ck_assert_int_eq(runs, 0);
    wasm_val_delete(&copy);
    ck_assert_int_eq(runs, 1);
    wasm_val_delete(&copy);
    wasm_val_delete(NULL);
    wasm_val_copy(&copy, NULL);
    ck_assert(copy.kind == WASM_I32 && copy.of.i64 == 0);
    v = i32_val(5);
    wasm_val_copy(&copy, &v);
    wasm_val_delete(&v);
    ck_assert(v.of.i32 == 5 && copy.of.i32 == 5);
    setup_fini(&s);
}
END_TEST

void add_capi_value(TCase *tc)
{
    tcase_add_test(tc, numbers);
    tcase_add_test(tc, externrefs);
    tcase_add_test(tc, funcrefs);
    tcase_add_test(tc, refused);
    tcase_add_test(tc, copies);
}
