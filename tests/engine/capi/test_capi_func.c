/*
 * Functions: the host's and WebAssembly's, and calls from one to the other.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_trap_t *add_env(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    ck_assert_uint_eq(args->size, 1);
    ck_assert_uint_eq(results->size, 1);
    ck_assert_uint_eq(results->data[0].kind, WASM_I32);
    results->data[0].of.i32 = args->data[0].of.i32 + *(int *)env;
    return NULL;
}

static wasm_trap_t *twice(const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    results->data[0] = i32_val(2 * args->data[0].of.i32);
    return NULL;
}

/* An instance whose export 0 calls the host function. */
static wasm_instance_t *caller_of(struct setup *s, const char *params, const char *results,
                                  wasm_func_t *host, const uint8_t *body, size_t len)
{
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_import_func(&s->w, "", "", wasm_type(&s->w, params, results));
    wasm_export_func(&s->w, "f", params, results, body, len);
    return setup_instantiate(s, imports, 1);
}

START_TEST(host_functions)
{
    struct setup s;
    int hundred = 100;
    setup_init(&s);
    wasm_functype_t *type = functype_of("i", "i");
    wasm_func_t *with_env = host_func(&s, "i", "i", add_env, &hundred),
                *plain = wasm_func_new(s.store, type, twice);
    wasm_functype_delete(type);
    ck_assert_int_eq(call_i32(with_env, 5), 105); /* without WebAssembly between */
    ck_assert_int_eq(call_i32(plain, 5), 10);
    wasm_func_t *hosts[] = {with_env, plain};
    for (int i = 0; i < 2; i++) {
        wasm_instance_t *instance =
            caller_of(&s, "i", "i", hosts[i], BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
        wasm_func_t *func = take_func(instance, 0);
        ck_assert_int_eq(call_i32(func, 7), i ? 14 : 107);
        wasm_func_delete(func);
        wasm_instance_delete(instance);
        wasm_func_delete(hosts[i]);
    }
    setup_fini(&s);
}
END_TEST

START_TEST(types)
{
    struct setup s;
    setup_init(&s);
    wasm_func_t *func = host_func(&s, "iIfFer", "Fi", do_nothing, NULL);
    ck_assert_uint_eq(wasm_func_param_arity(func), 6);
    ck_assert_uint_eq(wasm_func_result_arity(func), 2);
    wasm_functype_t *type = wasm_func_type(func);
    static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64,       WASM_F32,
                                           WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    const wasm_valtype_vec_t *params = wasm_functype_params(type);
    ck_assert_uint_eq(params->size, 6);
    for (int i = 0; i < 6; i++)
        ck_assert_uint_eq(wasm_valtype_kind(params->data[i]), kinds[i]);
    ck_assert_uint_eq(wasm_functype_results(type)->size, 2);
    wasm_functype_delete(type);
    wasm_func_delete(func);
    ck_assert_ptr_null(wasm_func_type(NULL));
    ck_assert_uint_eq(wasm_func_param_arity(NULL), 0);
    ck_assert_uint_eq(wasm_func_result_arity(NULL), 0);
    setup_fini(&s);
}
END_TEST

/* The finalizer runs once, whether a function comes of it or not. */
START_TEST(environments)
{
    struct setup s;
    int runs = 0;
    setup_init(&s);
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(s.store, type, do_nothing, &runs, count_run);
    wasm_func_delete(func);
    ck_assert_int_eq(runs, 0);
    ck_assert_ptr_null(wasm_func_new_with_env(s.store, NULL, do_nothing, &runs, count_run));
    ck_assert_ptr_null(wasm_func_new_with_env(NULL, type, do_nothing, &runs, count_run));
    ck_assert_ptr_null(wasm_func_new_with_env(s.store, type, NULL, &runs, count_run));
    ck_assert_int_eq(runs, 3);
    wasm_valtype_vec_t many, none = WASM_EMPTY_VEC;
    wasm_valtype_vec_new_uninitialized(&many, 1001);
    for (int i = 0; i < 1001; i++)
        many.data[i] = wasm_valtype_new_i32();
    wasm_functype_t *long_type = wasm_functype_new(&many, &none);
    ck_assert_ptr_null(wasm_func_new_with_env(s.store, long_type, do_nothing, &runs, count_run));
    ck_assert_int_eq(runs, 4);
    ck_assert_ptr_null(wasm_func_new(s.store, type, NULL));
    wasm_functype_delete(long_type);
    wasm_functype_delete(type);
    setup_fini(&s);
    ck_assert_int_eq(runs, 5);
}
END_TEST

START_TEST(wrong_calls)
{
    struct setup s;
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    setup_init(&s);
    wasm_func_t *func = host_func(&s, "i", "i", echo, NULL);
    expect_trap(call_trap(func, 0, i32_val(1)), "wrong number of arguments");
    wasm_val_t two[2] = {i32_val(1), i32_val(2)};
    wasm_val_vec_t args = WASM_ARRAY_VEC(two);
    expect_trap(wasm_func_call(func, &args, &none), "wrong number of arguments");
    expect_trap(wasm_func_call(func, NULL, NULL), "wrong number of arguments");
    expect_trap(wasm_func_call(NULL, &none, &none), "no function");
    args.size = 1;
    ck_assert_ptr_null(wasm_func_call(func, &args, &none)); /* the result is dropped */
    ck_assert_ptr_null(wasm_func_call(func, &args, NULL));
    wasm_val_t room[3] = {i32_val(-1), i32_val(-1), i32_val(-1)};
    wasm_val_vec_t results = WASM_ARRAY_VEC(room);
    ck_assert_ptr_null(wasm_func_call(func, &args, &results));
    ck_assert(room[0].of.i32 == 1 && room[1].of.i32 == -1);
    wasm_func_delete(func);
    setup_fini(&s);
}
END_TEST

/* What a misbehaving host function does to its results. */
enum { OTHER_NUMBER, NUMBER_FOR_REF, FOREIGN_REF, OTHER_VECTOR };

struct bad {
    int what;
    wasm_store_t *other;
};

static wasm_trap_t *misbehave(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    struct bad *bad = env;
    (void)args;
    switch (bad->what) {
    case OTHER_NUMBER:
        results->data[0] = (wasm_val_t)WASM_F32_VAL(1);
        break;
    case NUMBER_FOR_REF:
        results->data[1] = i32_val(1);
        break;
    case FOREIGN_REF:
        results->data[1] = ref_val(wasm_foreign_as_ref(wasm_foreign_new(bad->other)));
        break;
    case OTHER_VECTOR:
        results->data[0].of.i32 = 5;
        results->data = NULL;
        results->size = 0;
        break;
    }
    return NULL;
}

START_TEST(wrong_results)
{
    static const char *const texts[] = {
        "a host function's result 0 must be i32, not f32",
        "a host function's result 1 must be externref, not i32",
        "a host function's result 1 is a reference of another store"};
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    struct bad bad = {.other = t.store};
    wasm_func_t *host = host_func(&s, "", "ie", misbehave, &bad);
    wasm_instance_t *instance = caller_of(&s, "", "ie", host, BYTES(W_CALL, 0, W_END));
    wasm_func_t *func = take_func(instance, 0);
    for (bad.what = 0; bad.what <= FOREIGN_REF; bad.what++) {
        expect_trap(call_trap(host, 0, ref_val(NULL)), texts[bad.what]);
        expect_trap(call_trap(func, 0, ref_val(NULL)), texts[bad.what]);
    }
    ck_assert_int_eq(call_i32(func, 0), 5); /* its own vector is of no consequence */
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

static wasm_trap_t *reverse(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    (void)env;
    for (size_t i = 0; i < args->size; i++)
        wasm_val_copy(&results->data[i], &args->data[args->size - 1 - i]);
    return NULL;
}

/* More values than there is room for on the stack, references among them. */
START_TEST(many_values)
{
    static const char params[] = "iIfFeiIfFeiIfFe", results[] = "eFfIieFfIieFfIi";
    enum { N = sizeof params - 1 };
    struct setup s;
    uint8_t body[2 * N + 3];
    wasm_val_t a[N], r[N];
    setup_init(&s);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store);
    wasm_func_t *host = host_func(&s, params, results, reverse, NULL);
    for (uint8_t i = 0; i < N; i++) {
        const wasm_val_t each[] = {i32_val(i), WASM_I64_VAL(i), WASM_F32_VAL(i), WASM_F64_VAL(i),
                                   ref_val(wasm_foreign_as_ref(foreign))};
        a[i] = each[i % 5];
        body[2 * i] = W_LOCAL_GET;
        body[2 * i + 1] = i;
    }
    memcpy(body + 2 * N, BYTES(W_CALL, 0, W_END));
    wasm_instance_t *instance = caller_of(&s, params, results, host, body, sizeof body);
    wasm_func_t *func = take_func(instance, 0);
    wasm_val_vec_t args = WASM_ARRAY_VEC(a), res = WASM_ARRAY_VEC(r);
    ck_assert_ptr_null(wasm_func_call(func, &args, &res));
    for (int i = 0; i < N; i++) {
        const wasm_val_t *want = &a[N - 1 - i];
        ck_assert_uint_eq(r[i].kind, want->kind);
        if (r[i].kind == WASM_I32 || r[i].kind == WASM_F32)
            ck_assert_int_eq(r[i].of.i32, want->of.i32);
        else
            ck_assert_int_eq(r[i].of.i64, want->of.i64);
        wasm_val_delete(&r[i]);
    }
    wasm_foreign_delete(foreign);
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

struct recursion {
    wasm_func_t *func;
    int depth;
};

static wasm_trap_t *recurse(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    struct recursion *r = env;
    r->depth++;
    wasm_trap_t *trap = wasm_func_call(r->func, args, results);
    r->depth--;
    return trap;
}

/* Host and WebAssembly call one another until a limit says no, and can do so again. */
START_TEST(recursion)
{
    struct setup s;
    struct recursion r = {0};
    setup_init(&s);
    wasm_func_t *host = host_func(&s, "i", "i", recurse, &r);
    wasm_instance_t *instance =
        caller_of(&s, "i", "i", host, BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    r.func = take_func(instance, 0);
    for (int i = 0; i < 2; i++) {
        expect_trap(call_trap(r.func, 1, i32_val(1)), "stack");
        ck_assert_int_eq(r.depth, 0);
    }
    wasm_func_delete(r.func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

/* Deep enough for what compilers make of recursive programs. */
START_TEST(depth)
{
    struct setup s;
    setup_init(&s);
    wasm_export_func(&s.w, "down", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_LOCAL_GET, 0, W_I32_CONST, 1,
                           W_I32_SUB, W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_ELSE, W_I32_CONST, 0,
                           W_END, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_func_t *func = take_func(instance, 0);
    ck_assert_int_eq(call_i32(func, 10000), 10000);
    wasm_func_delete(func);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

/* v128 is listed and cannot be passed. */
START_TEST(vectors)
{
    static const uint8_t module_bytes[] = {
        0,  'a', 's', 'm', 1,   0,   0,   0, 1,   5, 1, 0x60, 1, 0x7b, 0, /* (v128) -> () */
        2,  7,   1,   1,   'm', 1,   'f', 0, 0,                           /* m.f */
        3,  2,   1,   0,   7,   5,   1,   1, 'f', 0, 1,                   /* exported f */
        10, 4,   1,   2,   0,   0x0b};
    struct setup s;
    wasm_byte_vec_t binary;
    wasm_importtype_vec_t imports;
    setup_init(&s);
    wasm_byte_vec_new(&binary, sizeof module_bytes, (const char *)module_bytes);
    wasm_module_t *module = wasm_module_new(s.store, &binary);
    ck_assert_ptr_nonnull(module);
    wasm_byte_vec_delete(&binary);
    wasm_module_imports(module, &imports);
    const wasm_functype_t *type =
        wasm_externtype_as_functype_const(wasm_importtype_type(imports.data[0]));
    const wasm_valtype_t *v128 = wasm_functype_params(type)->data[0];
    ck_assert_uint_eq(wasm_valtype_kind(v128), 4);
    ck_assert_ptr_null(wasm_func_new(s.store, type, twice));
    wasm_importtype_vec_delete(&imports);
    wasm_module_delete(module);

    binary = (wasm_byte_vec_t){0};
    wasm_byte_vec_new_uninitialized(&binary, sizeof module_bytes - 9);
    memcpy(binary.data, module_bytes, 15);
    memcpy(binary.data + 15, module_bytes + 24, sizeof module_bytes - 24);
    binary.data[15 + 10] = 0; /* now the function itself */
    module = wasm_module_new(s.store, &binary);
    ck_assert_ptr_nonnull(module);
    wasm_byte_vec_delete(&binary);
    wasm_instance_t *instance = wasm_instance_new(s.store, module, NULL, NULL);
    wasm_func_t *func = take_func(instance, 0);
    expect_trap(call_trap(func, 1, i32_val(1)), "a v128 cannot be passed");
    wasm_func_delete(func);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

static wasm_trap_t *delete_func(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    wasm_func_t **func = env;
    wasm_func_delete(*func);
    *func = NULL;
    results->data[0].of.i32 = args->data[0].of.i32;
    return NULL;
}

START_TEST(deleted_by_itself)
{
    struct setup s;
    wasm_func_t *func = NULL;
    setup_init(&s);
    func = host_func(&s, "i", "i", delete_func, &func);
    ck_assert_int_eq(call_i32(func, 9), 9);
    ck_assert_ptr_null(func);
    setup_fini(&s);
}
END_TEST

void add_capi_func(TCase *tc)
{
    tcase_add_test(tc, host_functions);
    tcase_add_test(tc, types);
    tcase_add_test(tc, environments);
    tcase_add_test(tc, wrong_calls);
    tcase_add_test(tc, wrong_results);
    tcase_add_test(tc, many_values);
    tcase_add_test(tc, recursion);
    tcase_add_test(tc, depth);
    tcase_add_test(tc, vectors);
    tcase_add_test(tc, deleted_by_itself);
}
