/*
 * Instances, and how making one fails.
 */
#include "tests/engine/capi/capi_tests.h"

/* An attempt that must give a trap with `text` in it; and the same without asking for the trap. */
static void refuse(struct setup *s, wasm_extern_t **imports, size_t n, const char *text)
{
    wasm_extern_vec_t vec = {n, imports};
    wasm_trap_t *trap = NULL;
    wasm_module_t *module = setup_compile(s);
    ck_assert_ptr_null(wasm_instance_new(s->store, module, &vec, &trap));
    expect_trap(trap, text);
    ck_assert_ptr_null(wasm_instance_new(s->store, module, &vec, NULL));
    wasm_module_delete(module);
}

START_TEST(imports)
{
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    wasm_func_t *func = host_func(&s, "", "", do_nothing, NULL),
                *there = host_func(&t, "i", "", do_nothing, NULL);
    wasm_extern_t *lists[][2] = {{NULL},
                                 {wasm_func_as_extern(func)},
                                 {wasm_func_as_extern(there)},
                                 {wasm_func_as_extern(func), wasm_func_as_extern(func)},
                                 {NULL}};
    static const size_t counts[] = {0, 1, 1, 2, 1};
    static const char *const texts[] = {
        "the module has 1 imports, 0 are given", "mod::nam", "an import is of another store",
        "the module has 1 imports, 2 are given", "an import is missing"};
    for (int i = 0; i < 5; i++) {
        wasm_import_func(&s.w, "mod", "nam", wasm_type(&s.w, "i", ""));
        refuse(&s, lists[i], counts[i], texts[i]);
    }
    wasm_module_t *module = setup_compile(&t);
    wasm_trap_t *trap;
    ck_assert_ptr_null(wasm_instance_new(s.store, module, NULL, &trap));
    expect_trap(trap, "different engines");
    wasm_module_delete(module);
    trap = (wasm_trap_t *)&s;
    ck_assert_ptr_null(wasm_instance_new(s.store, NULL, NULL, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_ptr_null(wasm_instance_new(NULL, NULL, NULL, NULL));
    wasm_func_delete(func);
    wasm_func_delete(there);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

START_TEST(start_traps)
{
    struct setup s;
    wasm_trap_t *trap;
    wasm_frame_vec_t trace;
    setup_init(&s);
    wasm_start(&s.w, wasm_func(&s.w, wasm_type(&s.w, "", ""), "", BYTES(W_UNREACHABLE, W_END)));
    wasm_module_t *module = setup_compile(&s);
    ck_assert_ptr_null(wasm_instance_new(s.store, module, NULL, &trap));
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 1);
    ck_assert_ptr_nonnull(wasm_frame_instance(trace.data[0])); /* it was made, nobody got it */
    wasm_frame_vec_delete(&trace);
    expect_trap(trap, "unreachable");
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

START_TEST(segment_traps)
{
    struct setup s;
    setup_init(&s);
    wasm_memory(&s.w, 1, 1);
    wasm_data(&s.w, 65535, (const uint8_t *)"ab", 2);
    refuse(&s, NULL, 0, "data segment 0 does not fit");
    setup_fini(&s);
}
END_TEST

static wasm_trap_t *keep(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    (void)args, (void)results;
    return wasm_trap_copy(env);
}

START_TEST(host_traps_in_start)
{
    struct setup s;
    wasm_trap_t *trap;
    setup_init(&s);
    wasm_trap_t *own = wasm_trap_new(s.store, NULL);
    wasm_func_t *host = host_func(&s, "", "", keep, own);
    wasm_extern_t *array[] = {wasm_func_as_extern(host)};
    wasm_extern_vec_t vec = WASM_ARRAY_VEC(array);
    wasm_start(&s.w, wasm_import_func(&s.w, "", "", wasm_type(&s.w, "", "")));
    wasm_module_t *module = setup_compile(&s);
    ck_assert_ptr_null(wasm_instance_new(s.store, module, &vec, &trap));
    ck_assert(wasm_trap_same(trap, own));
    wasm_trap_delete(trap);
    wasm_trap_delete(own);
    wasm_func_delete(host);
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

START_TEST(exports)
{
    struct setup s;
    wasm_extern_vec_t vec;
    setup_init(&s);
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_instance_exports(instance, &vec);
    ck_assert(vec.size == 0 && !vec.data);
    wasm_instance_delete(instance);
    wasm_instance_exports(NULL, &vec);
    ck_assert(vec.size == 0 && !vec.data);
    setup_fini(&s);
}
END_TEST

/* There is no way to ask for more, so there is no small limit. */
START_TEST(many)
{
    struct setup s;
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    static int runs[12000];
    setup_init(&s);
    wasm_export_func(&s.w, "f", "", "", BYTES(W_END));
    wasm_module_t *module = setup_compile(&s);
    for (int i = 0; i < 12000; i++) {
        wasm_instance_t *instance = wasm_instance_new(s.store, module, &none, NULL);
        ck_assert_ptr_nonnull(instance);
        wasm_instance_set_host_info_with_finalizer(instance, &runs[i], count_run);
        wasm_instance_delete(instance);
    }
    wasm_module_delete(module);
    setup_fini(&s);
    for (int i = 0; i < 12000; i++)
        ck_assert_int_eq(runs[i], 1);
}
END_TEST

void add_capi_instance(TCase *tc)
{
    tcase_add_test(tc, imports);
    tcase_add_test(tc, start_traps);
    tcase_add_test(tc, segment_traps);
    tcase_add_test(tc, host_traps_in_start);
    tcase_add_test(tc, exports);
    tcase_add_test(tc, many);
}
