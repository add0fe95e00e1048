/*
 * Traps: messages, the way of a host function's trap, origins and traces.
 */
#include "engine/capi/capi_store.h"
#include "tests/engine/capi/capi_tests.h"

static void check_message(wasm_trap_t *trap, const char *text)
{
    wasm_message_t message;
    ck_assert_ptr_nonnull(trap);
    wasm_trap_message(trap, &message);
    ck_assert_uint_eq(message.size, strlen(text) + 1);
    ck_assert_str_eq(message.data, text);
    wasm_name_delete(&message);
    wasm_trap_delete(trap);
}

START_TEST(messages)
{
    struct setup s;
    wasm_message_t message;
    setup_init(&s);
    wasm_name_new_from_string_nt(&message, "with a NUL");
    check_message(wasm_trap_new(s.store, &message), "with a NUL");
    wasm_name_delete(&message);
    wasm_name_new_from_string(&message, "without");
    check_message(wasm_trap_new(s.store, &message), "without");
    wasm_name_delete(&message);
    wasm_name_new(&message, 5, "ab\0cd");
    check_message(wasm_trap_new(s.store, &message), "ab");
    wasm_name_delete(&message);
    wasm_name_new_empty(&message);
    check_message(wasm_trap_new(s.store, &message), "");
    check_message(wasm_trap_new(s.store, NULL), "");
    check_message(wasm_trap_new(NULL, NULL), "");
    wasm_trap_message(NULL, &message);
    ck_assert_uint_eq(message.size, 1);
    wasm_name_delete(&message);
    setup_fini(&s);
}
END_TEST

/* What a host function that fails is given. */
struct failing {
    struct setup *s;
    wasm_trap_t *trap; /* a reference that the test keeps */
    wasm_func_t *inner;
};

static wasm_trap_t *stop(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    struct failing *f = env;
    (void)args, (void)results;
    return wasm_trap_copy(f->trap);
}

static wasm_trap_t *stop_within(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    struct failing *f = env;
    (void)results;
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    wasm_trap_t *trap = wasm_func_call(f->inner, args, &none);
    ck_assert(wasm_trap_same(trap, f->trap));
    return trap;
}

static void check_frame(const wasm_frame_t *frame, const wasm_instance_t *instance, uint32_t func,
                        size_t func_offset)
{
    ck_assert_ptr_nonnull(frame);
    ck_assert(wasm_instance_same(wasm_frame_instance(frame), instance));
    ck_assert_uint_eq(wasm_frame_func_index(frame), func);
    ck_assert_uint_eq(wasm_frame_func_offset(frame), func_offset);
    ck_assert_uint_gt(wasm_frame_module_offset(frame), func_offset);
}

static void begin_failing(struct setup *s, struct failing *f)
{
    wasm_name_t text = name_of("on purpose");
    setup_init(s);
    *f = (struct failing){.s = s, .trap = wasm_trap_new(s->store, &text)};
    wasm_trap_set_host_info(f->trap, f);
    wasm_name_delete(&text);
}

/* An instance whose export `f` calls the host function, with a nop in front. */
static wasm_instance_t *caller_of(struct setup *s, wasm_func_t *host)
{
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_import_func(&s->w, "", "", wasm_type(&s->w, "", ""));
    wasm_export_func(&s->w, "f", "", "", BYTES(W_NOP, W_CALL, 0, W_END));
    return setup_instantiate(s, imports, 1);
}

START_TEST(of_the_host)
{
    struct setup s;
    struct failing f;
    wasm_frame_vec_t trace;
    begin_failing(&s, &f);
    wasm_func_t *host = host_func(&s, "", "", stop, &f);
    wasm_instance_t *instance = caller_of(&s, host);
    wasm_func_t *func = take_func(instance, 0);
    ck_assert_ptr_null(wasm_trap_origin(f.trap));

    wasm_trap_t *trap = call_trap(host, 0, ref_val(NULL)); /* no frames of WebAssembly's */
    ck_assert(wasm_trap_same(trap, f.trap));
    ck_assert_ptr_null(wasm_trap_origin(trap));
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 0);
    wasm_trap_delete(trap);

    trap = call_trap(func, 0, ref_val(NULL));
    ck_assert(wasm_trap_same(trap, f.trap));
    ck_assert_ptr_eq(wasm_trap_get_host_info(trap), &f);
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 1);
    check_frame(trace.data[0], instance, 1, 2);
    wasm_frame_vec_delete(&trace);
    check_message(trap, "on purpose");
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    wasm_trap_delete(f.trap);
    setup_fini(&s);
}
END_TEST

/* Wasm, host, Wasm, host: the frames of both activations, the inner first. */
START_TEST(through_two_activations)
{
    struct setup s;
    struct failing f;
    wasm_frame_vec_t trace, copy;
    begin_failing(&s, &f);
    wasm_func_t *host = host_func(&s, "", "", stop, &f);
    wasm_func_t *outer_host = host_func(&s, "", "", stop_within, &f);
    wasm_instance_t *inner = caller_of(&s, host), *outer = caller_of(&s, outer_host);
    f.inner = take_func(inner, 0);
    wasm_func_t *func = take_func(outer, 0);
    wasm_trap_t *trap = call_trap(func, 0, ref_val(NULL));
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 2);
    wasm_frame_t *origin = wasm_trap_origin(trap);
    check_frame(origin, inner, 1, 2);
    wasm_frame_delete(origin);
    wasm_frame_vec_copy(&copy, &trace);
    wasm_frame_vec_delete(&trace);
    wasm_trap_delete(trap);
    check_frame(copy.data[0], inner, 1, 2);
    check_frame(copy.data[1], outer, 1, 2);
    wasm_frame_vec_delete(&copy);
    wasm_func_delete(f.inner);
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_func_delete(outer_host);
    wasm_instance_delete(inner);
    wasm_instance_delete(outer);
    wasm_trap_delete(f.trap);
    setup_fini(&s);
}
END_TEST

/* A trap of one store returned into another: frames are counted, their instances cannot be told. */
START_TEST(of_another_store)
{
    struct setup s, t;
    struct failing f;
    begin_failing(&s, &f);
    setup_init(&t);
    wasm_func_t *host = host_func(&t, "", "", stop, &f);
    wasm_instance_t *instance = caller_of(&t, host);
    wasm_func_t *func = take_func(instance, 0);
    wasm_trap_t *trap = call_trap(func, 0, ref_val(NULL));
    ck_assert(wasm_trap_same(trap, f.trap));
    wasm_frame_t *origin = wasm_trap_origin(trap);
    ck_assert_uint_eq(wasm_frame_func_index(origin), 1);
    ck_assert_ptr_null(wasm_frame_instance(origin));
    wasm_frame_delete(origin);
    check_message(trap, "on purpose");
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&t);
    wasm_trap_delete(f.trap);
    setup_fini(&s);
}
END_TEST

START_TEST(of_wasm)
{
    struct setup s;
    wasm_frame_vec_t trace;
    setup_init(&s);
    wasm_memory(&s.w, 1, 1);
    uint32_t load =
        wasm_export_func(&s.w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    wasm_export_func(&s.w, "f", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_CALL, (uint8_t)load, W_I32_EQZ, W_END));
    wasm_export_func(&s.w, "deep", "i", "i", BYTES(W_LOCAL_GET, 0, W_CALL, 2, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, NULL, 0);
    wasm_func_t *func = take_func(instance, 1), *deep = take_func(instance, 2);
    wasm_trap_t *trap = call_trap(func, 1, i32_val(-1));
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 2);
    check_frame(trace.data[0], instance, 0, 3);
    check_frame(trace.data[1], instance, 1, 3);
    wasm_frame_vec_delete(&trace);
    expect_trap(trap, "out of bounds");

    trap = call_trap(deep, 1, i32_val(0));
    wasm_trap_trace(trap, &trace);
    ck_assert_uint_eq(trace.size, 64);
    check_frame(trace.data[63], instance, 2, 3);
    wasm_frame_vec_delete(&trace);
    expect_trap(trap, "stack");
    wasm_func_delete(func);
    wasm_func_delete(deep);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

/* wasm.h has no word for the compilation mode, so the engine within is exchanged. */
static void begin_lazy(struct setup *s)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_compilation_mode(config, CUPEL_COMPILE_LAZY);
    s->engine = wasm_engine_new();
    cupel_engine_delete(s->engine->engine);
    s->engine->engine = cupel_engine_new_with_config(config);
    s->store = wasm_store_new(s->engine);
    ck_assert_ptr_nonnull(s->store);
    wasm_init(&s->w);
}

/* Functions that are no more than a call of their own: of function `callee`. */
static void export_caller(struct wasm *w, const char *name, uint8_t callee)
{
    wasm_export_func(w, name, "", "", BYTES(W_CALL, callee, W_END));
}

/* What cannot be compiled shows at each first call, which cupel.h ends in an error. */
START_TEST(of_an_invalid_body)
{
    struct setup s;
    struct failing f = {0};
    begin_lazy(&s);
    f.s = &s;
    wasm_func_t *host = host_func(&s, "", "", stop, &f);
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_import_func(&s.w, "", "", wasm_type(&s.w, "", ""));
    wasm_export_func(&s.w, "bad", "", "", BYTES(W_I32_CONST, 0, W_END));
    export_caller(&s.w, "calls", 1);
    export_caller(&s.w, "host", 0);
    wasm_export_func(&s.w, "good", "i", "i", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, imports, 1);
    wasm_func_t *bad = take_func(instance, 0), *calls = take_func(instance, 1);
    wasm_func_t *through_host = take_func(instance, 2), *good = take_func(instance, 3);
    for (int i = 0; i < 2; i++) {
        wasm_trap_t *trap = call_trap(bad, 0, ref_val(NULL));
        ck_assert_ptr_null(wasm_trap_origin(trap));
        expect_trap(trap, "1 values too many");
        expect_trap(call_trap(calls, 0, ref_val(NULL)), "1 values too many");
        /* A host function that has met it hands the trap on. */
        f.trap = call_trap(bad, 0, ref_val(NULL));
        trap = call_trap(through_host, 0, ref_val(NULL));
        ck_assert(wasm_trap_same(trap, f.trap));
        expect_trap(trap, "1 values too many");
        wasm_trap_delete(f.trap);
        ck_assert_int_eq(call_i32(good, 6), 6);
    }
    wasm_func_delete(bad);
    wasm_func_delete(calls);
    wasm_func_delete(through_host);
    wasm_func_delete(good);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(of_an_invalid_start_function)
{
    struct setup s;
    wasm_trap_t *trap;
    wasm_extern_vec_t imports = WASM_EMPTY_VEC;
    begin_lazy(&s);
    wasm_start(&s.w, wasm_export_func(&s.w, "bad", "", "", BYTES(W_I32_CONST, 0, W_END)));
    wasm_module_t *module = setup_compile(&s);
    ck_assert_ptr_null(wasm_instance_new(s.store, module, &imports, &trap));
    expect_trap(trap, "1 values too many");
    ck_assert_ptr_null(wasm_instance_new(s.store, module, &imports, NULL));
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

START_TEST(nothing)
{
    wasm_frame_vec_t trace;
    wasm_trap_trace(NULL, &trace);
    ck_assert_uint_eq(trace.size, 0);
    ck_assert_ptr_null(wasm_trap_origin(NULL));
    ck_assert_ptr_null(wasm_frame_copy(NULL));
    ck_assert_ptr_null(wasm_frame_instance(NULL));
    ck_assert_uint_eq(wasm_frame_func_index(NULL), 0);
    ck_assert_uint_eq(wasm_frame_func_offset(NULL), 0);
    ck_assert_uint_eq(wasm_frame_module_offset(NULL), 0);
    wasm_frame_delete(NULL);
}
END_TEST

void add_capi_trap(TCase *tc)
{
    tcase_add_test(tc, messages);
    tcase_add_test(tc, of_the_host);
    tcase_add_test(tc, through_two_activations);
    tcase_add_test(tc, of_another_store);
    tcase_add_test(tc, of_wasm);
    tcase_add_test(tc, of_an_invalid_body);
    tcase_add_test(tc, of_an_invalid_start_function);
    tcase_add_test(tc, nothing);
}
