/*
 * C functions as host functions by CUPEL_WRAP: what each type means, and that no bit is lost on the
 * way. Each is called by WebAssembly and by the host. What does not compile: tests/checks/wrap.sh.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

/* The function as it is, or one of WebAssembly that hands its parameters on. */
static cupel_func_t wrap(struct world *t, const cupel_wrapped_t *wrapped, void *env,
                         const char *params, const char *results, int direct)
{
    uint8_t body[64];
    size_t len = 0;
    cupel_func_t func;
    must(cupel_func_wrap(t->ctx, wrapped, env, NULL, &func));
    cupel_functype_t *type = cupel_func_type(t->ctx, func),
                     *expected = functype_of(params, results);
    ck_assert(cupel_functype_equal(type, expected));
    cupel_functype_delete(type);
    cupel_functype_delete(expected);
    if (direct)
        return func;
    uint32_t wasm = wasm_type(&t->w, params, results);
    wasm_import_func(&t->w, "env", "f", wasm);
    wasm_memory(&t->w, 1, 1);
    wasm_export(&t->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    for (uint8_t i = 0; i < strlen(params); i++) {
        body[len++] = W_LOCAL_GET;
        body[len++] = i;
    }
    memcpy(body + len, (const uint8_t[]){W_CALL, 0, W_END}, 3);
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, wasm_func(&t->w, wasm, "", body, len + 3));
    cupel_extern_t import = extern_func(func);
    return get_func(t, world_instantiate(t, &import, 1), "go");
}

static void call(struct world *t, cupel_func_t f, const cupel_val_t *args, size_t nargs,
                 cupel_val_t *results, size_t nresults)
{
    cupel_trap_t *trap;
    must(cupel_func_call(t->ctx, f, args, nargs, results, nresults, &trap));
    ck_assert_msg(!trap, "%s", trap ? cupel_trap_message(trap) : "");
}

/* ---- Kinds ---- */

static cupel_trap_t *numbers(int32_t a, uint32_t b, int64_t c, uint64_t d, float e, double f,
                             double *rf, float *re, uint64_t *rd, int64_t *rc, uint32_t *rb,
                             int32_t *ra)
{
    *ra = a, *rb = b, *rc = c, *rd = d, *re = e, *rf = f;
    return NULL;
}
CUPEL_WRAP(wrapped_numbers, numbers, cupel_trap_t *,
           (int32_t, uint32_t, int64_t, uint64_t, float, double, double *, float *, uint64_t *,
            int64_t *, uint32_t *, int32_t *));

START_TEST(every_number)
{
    struct world t;
    static const uint64_t bits[][2] = {
        {0, 0},
        {1, 1},
        {UINT64_MAX, UINT64_MAX},
        {UINT64_C(0x8000000080000000), 1},
        /* NaNs that are quiet, signalling, negative, and the odd zero; of f32 in the lower half. */
        {UINT64_C(0x7ff812347fc12345), 0},
        {UINT64_C(0x7ff400017fa00001), 0},
        {UINT64_C(0xfff00000ff800001), 0},
        {UINT64_C(0x8000000080000000), 0}};
    world_init(&t, 0);
    cupel_func_t f = wrap(&t, &wrapped_numbers, NULL, "iiIIfF", "FfIIii", _i);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        uint64_t v = bits[i][0], w = v ^ bits[i][1];
        cupel_val_t args[6] = {
            {CUPEL_I32, {.i32 = (int32_t)v}},       {CUPEL_I32, {.i32 = (int32_t)w}},
            {CUPEL_I64, {.i64 = (int64_t)v}},       {CUPEL_I64, {.i64 = (int64_t)w}},
            {CUPEL_F32, {.f32_bits = (uint32_t)v}}, {CUPEL_F64, {.f64_bits = v}}};
        cupel_val_t results[6];
        call(&t, f, args, 6, results, 6);
        ck_assert_uint_eq(results[0].of.f64_bits, v);
        ck_assert_uint_eq(results[1].of.f32_bits, (uint32_t)v);
        ck_assert_int_eq(results[2].of.i64, (int64_t)w);
        ck_assert_int_eq(results[3].of.i64, (int64_t)v);
        ck_assert_int_eq(results[4].of.i32, (int32_t)w);
        ck_assert_int_eq(results[5].of.i32, (int32_t)v);
    }
    world_fini(&t);
}
END_TEST

/* Signs are those of the C types. */
static double signs(int32_t a, uint32_t b, int64_t c, uint64_t d)
{
    return (a < 0 ? 1 : 0) + (b > INT32_MAX ? 2 : 0) + (c < 0 ? 4 : 0) + (d > INT64_MAX ? 8 : 0);
}
CUPEL_WRAP(wrapped_signs, signs, double, (int32_t, uint32_t, int64_t, uint64_t));

START_TEST(signs_are_kept)
{
    struct world t;
    cupel_val_t result, args[4] = {{CUPEL_I32, {.i32 = -1}},
                                   {CUPEL_I32, {.i32 = -1}},
                                   {CUPEL_I64, {.i64 = -1}},
                                   {CUPEL_I64, {.i64 = -1}}};
    world_init(&t, 0);
    call(&t, wrap(&t, &wrapped_signs, NULL, "iiII", "F", _i), args, 4, &result, 1);
    ck_assert(result.of.f64 == 15);
    world_fini(&t);
}
END_TEST

static cupel_func_t swap(cupel_externref_t a, cupel_func_t b, cupel_externref_t *c, cupel_func_t *d)
{
    *c = a;
    if (!cupel_func_is_null(b))
        *d = b;
    return b;
}
CUPEL_WRAP(wrapped_swap, swap, cupel_func_t,
           (cupel_externref_t, cupel_func_t, cupel_externref_t *, cupel_func_t *));

START_TEST(references)
{
    struct world t;
    cupel_val_t results[3], args[2] = {val_null(CUPEL_EXTERNREF), val_null(CUPEL_FUNCREF)};
    world_init(&t, 0);
    cupel_func_t f = wrap(&t, &wrapped_swap, NULL, "er", "rer", _i);
    call(&t, f, args, 2, results, 3);
    ck_assert(cupel_func_is_null(results[0].of.funcref));
    ck_assert(cupel_externref_is_null(results[1].of.externref));
    ck_assert(cupel_func_is_null(results[2].of.funcref));
    must(cupel_externref_new(t.ctx, &t, NULL, &args[0].of.externref));
    args[1].of.funcref = f;
    call(&t, f, args, 2, results, 3);
    ck_assert(cupel_func_same(results[0].of.funcref, f));
    ck_assert(cupel_externref_same(results[1].of.externref, args[0].of.externref));
    ck_assert(cupel_func_same(results[2].of.funcref, f));
    world_fini(&t);
}
END_TEST

static cupel_func_t give_func(void *env)
{
    return *(cupel_func_t *)env;
}
CUPEL_WRAP(wrapped_give_func, give_func, cupel_func_t, (void *));

static void give_externref(void *env, cupel_externref_t *result)
{
    *result = *(cupel_externref_t *)env;
}
CUPEL_WRAP(wrapped_give_externref, give_externref, void, (void *, cupel_externref_t *));

START_TEST(references_of_another_store)
{
    struct world t, other;
    cupel_externref_t ref;
    cupel_val_t result;
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_func_t func = wrap(&other, &wrapped_signs, NULL, "iiII", "F", 1);
    must(cupel_externref_new(other.ctx, &t, NULL, &ref));
    cupel_func_t f = _i & 2 ? wrap(&t, &wrapped_give_func, &func, "", "r", _i & 1)
                            : wrap(&t, &wrapped_give_externref, &ref, "", "e", _i & 1);
    must(cupel_func_call(t.ctx, f, NULL, 0, &result, 1, &trap));
    ck_assert_ptr_nonnull(trap);
    ck_assert_ptr_nonnull(strstr(cupel_trap_message(trap), "another store as result 0"));
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

/* ---- Numbers of parameters ---- */

static int calls;
static void none(void)
{
    calls++;
}
CUPEL_WRAP(wrapped_none, none, void, (void));

/* Each sees all of its parameters in order: the digits of a number. */
typedef uint64_t u;
static u f1(u a)
{
    return a;
}
static u f2(u a, u b)
{
    return f1(a) * 16 + b;
}
static u f3(u a, u b, u c)
{
    return f2(a, b) * 16 + c;
}
static u f4(u a, u b, u c, u d)
{
    return f3(a, b, c) * 16 + d;
}
static u f5(u a, u b, u c, u d, u e)
{
    return f4(a, b, c, d) * 16 + e;
}
static u f6(u a, u b, u c, u d, u e, u f)
{
    return f5(a, b, c, d, e) * 16 + f;
}
static u f7(u a, u b, u c, u d, u e, u f, u g)
{
    return f6(a, b, c, d, e, f) * 16 + g;
}
static u f8(u a, u b, u c, u d, u e, u f, u g, u h)
{
    return f7(a, b, c, d, e, f, g) * 16 + h;
}
static u f9(u a, u b, u c, u d, u e, u f, u g, u h, u i)
{
    return f8(a, b, c, d, e, f, g, h) * 16 + i;
}
static u f10(u a, u b, u c, u d, u e, u f, u g, u h, u i, u j)
{
    return f9(a, b, c, d, e, f, g, h, i) * 16 + j;
}
static u f11(u a, u b, u c, u d, u e, u f, u g, u h, u i, u j, u k)
{
    return f10(a, b, c, d, e, f, g, h, i, j) * 16 + k;
}
static u f12(u a, u b, u c, u d, u e, u f, u g, u h, u i, u j, u k, u l)
{
    return f11(a, b, c, d, e, f, g, h, i, j, k) * 16 + l;
}
CUPEL_WRAP(w1, f1, u, (u));
CUPEL_WRAP(w2, f2, u, (u, u));
CUPEL_WRAP(w3, f3, u, (u, u, u));
CUPEL_WRAP(w4, f4, u, (u, u, u, u));
CUPEL_WRAP(w5, f5, u, (u, u, u, u, u));
CUPEL_WRAP(w6, f6, u, (u, u, u, u, u, u));
CUPEL_WRAP(w7, f7, u, (u, u, u, u, u, u, u));
CUPEL_WRAP(w8, f8, u, (u, u, u, u, u, u, u, u));
CUPEL_WRAP(w9, f9, u, (u, u, u, u, u, u, u, u, u));
CUPEL_WRAP(w10, f10, u, (u, u, u, u, u, u, u, u, u, u));
CUPEL_WRAP(w11, f11, u, (u, u, u, u, u, u, u, u, u, u, u));
CUPEL_WRAP(w12, f12, u, (u, u, u, u, u, u, u, u, u, u, u, u));

START_TEST(up_to_twelve_parameters)
{
    static const cupel_wrapped_t *const all[] = {&wrapped_none, &w1, &w2, &w3,  &w4,  &w5, &w6,
                                                 &w7,           &w8, &w9, &w10, &w11, &w12};
    struct world t;
    cupel_val_t args[CUPEL_WRAP_MAX], result = {.kind = CUPEL_I64};
    size_t n = (size_t)_i / 2;
    world_init(&t, 0);
    for (size_t i = 0; i < n; i++)
        args[i] = (cupel_val_t){CUPEL_I64, {.i64 = (int64_t)i + 1}};
    calls = 0;
    call(&t, wrap(&t, all[n], NULL, &"IIIIIIIIIIII"[CUPEL_WRAP_MAX - n], n ? "I" : "", _i & 1),
         args, n, &result, n ? 1 : 0);
    ck_assert_int_eq(calls, n ? 0 : 1);
    ck_assert_uint_eq((uint64_t)result.of.i64,
                      UINT64_C(0x123456789abc) >> 4 * (CUPEL_WRAP_MAX - n));
    world_fini(&t);
}
END_TEST

/* ---- What is returned ---- */

static int32_t several(int64_t a, double *b, int64_t c, int32_t *untouched)
{
    (void)untouched;
    *b = (double)a;
    return (int32_t)c;
}
CUPEL_WRAP(wrapped_several, several, int32_t, (int64_t, double *, int64_t, int32_t *));

START_TEST(returned_value_goes_first)
{
    struct world t;
    cupel_val_t results[3], args[2] = {{CUPEL_I64, {.i64 = 7}}, {CUPEL_I64, {.i64 = -8}}};
    world_init(&t, 0);
    call(&t, wrap(&t, &wrapped_several, NULL, "II", "iFi", _i), args, 2, results, 3);
    ck_assert_int_eq(results[0].of.i32, -8);
    ck_assert(results[1].of.f64 == 7);
    ck_assert_int_eq(results[2].of.i32, 0);
    world_fini(&t);
}
END_TEST

static float give_f32(uint32_t *second)
{
    *second = 5;
    return 1.5F;
}
CUPEL_WRAP(wrapped_f32, give_f32, float, (uint32_t *));
static int64_t give_i64(double a)
{
    return (int64_t)a;
}
CUPEL_WRAP(wrapped_i64, give_i64, int64_t, (double));
static uint32_t give_u32(void)
{
    return UINT32_MAX;
}
CUPEL_WRAP(wrapped_u32, give_u32, uint32_t, (void));
static cupel_externref_t give_null(float a)
{
    (void)a;
    return cupel_externref_null();
}
CUPEL_WRAP(wrapped_null, give_null, cupel_externref_t, (float));

START_TEST(kinds_returned)
{
    struct world t;
    cupel_val_t results[2], arg = {CUPEL_F64, {.f64 = -3}}, arg32 = {CUPEL_F32, {.f32 = 1}};
    world_init(&t, 0);
    call(&t, wrap(&t, &wrapped_f32, NULL, "", "fi", 1), NULL, 0, results, 2);
    ck_assert(results[0].of.f32 == 1.5F);
    ck_assert_int_eq(results[1].of.i32, 5);
    call(&t, wrap(&t, &wrapped_i64, NULL, "F", "I", 1), &arg, 1, results, 1);
    ck_assert_int_eq(results[0].of.i64, -3);
    call(&t, wrap(&t, &wrapped_u32, NULL, "", "i", 1), NULL, 0, results, 1);
    ck_assert_int_eq(results[0].of.i32, -1);
    call(&t, wrap(&t, &wrapped_null, NULL, "f", "e", 1), &arg32, 1, results, 1);
    ck_assert(cupel_externref_is_null(results[0].of.externref));
    world_fini(&t);
}
END_TEST

static cupel_trap_t *quotient(int32_t a, int32_t b, int32_t *result)
{
    *result = 1;
    if (b == 0)
        return cupel_trap_new("there is no quotient");
    *result = a / b;
    return NULL;
}
CUPEL_WRAP(wrapped_quotient, quotient, cupel_trap_t *, (int32_t, int32_t, int32_t *));

START_TEST(traps_end_the_call)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t result = {.kind = CUPEL_I32}, args[2] = {val_i32(5), val_i32(0)};
    world_init(&t, 0);
    cupel_func_t f = wrap(&t, &wrapped_quotient, NULL, "ii", "i", _i);
    ck_assert_int_eq(call_i32(&t, f, ARGS(-9, 2)), -4);
    must(cupel_func_call(t.ctx, f, args, 2, &result, 1, &trap));
    ck_assert_str_eq(cupel_trap_message(trap), "there is no quotient");
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

/* ---- Data and caller ---- */

static uint64_t grown(cupel_caller_t *caller, uint32_t by, void *env)
{
    cupel_extern_t item;
    ++*(int *)env;
    return by + (cupel_caller_get_export(caller, "memory", 6, &item) ? 100 : 0);
}
CUPEL_WRAP(wrapped_grown, grown, uint64_t, (cupel_caller_t *, uint32_t, void *));

START_TEST(data_and_caller)
{
    struct world t;
    int seen = 0;
    cupel_val_t result, arg = val_i32(3);
    world_init(&t, 0);
    call(&t, wrap(&t, &wrapped_grown, &seen, "i", "I", _i), &arg, 1, &result, 1);
    ck_assert_int_eq(seen, 1);
    ck_assert_int_eq(result.of.i64, _i ? 3 : 103); /* only WebAssembly has exports */
    world_fini(&t);
}
END_TEST

/* ---- Linking ---- */

/* An importer of env::f with the type. */
static cupel_error_t *link(struct world *t, cupel_linker_t *linker, const char *params,
                           const char *results)
{
    cupel_instance_t instance;
    cupel_trap_t *trap;
    wasm_import_func(&t->w, "env", "f", wasm_type(&t->w, params, results));
    cupel_module_t *module = world_compile(t);
    cupel_error_t *error = cupel_linker_instantiate(linker, t->ctx, module, &instance, &trap);
    cupel_module_delete(module);
    return error;
}

START_TEST(linked_by_their_type)
{
    static const char *const wrong[][2] = {{"iI", "i"}, {"i", "i"}, {"ii", ""}, {"ii", "f"}};
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *linker = cupel_linker_new(t.engine);
    must(cupel_linker_func_wrap(linker, "env", "f", &wrapped_quotient, NULL, NULL));
    must(link(&t, linker, "ii", "i"));
    for (size_t i = 0; i < 4; i++) {
        cupel_error_t *error = link(&t, linker, wrong[i][0], wrong[i][1]);
        ck_assert_ptr_nonnull(error);
        ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_FUNC_TYPE);
        expect_error(error, CUPEL_ERROR_LINK, "env::f");
    }
    cupel_linker_delete(linker);
    world_fini(&t);
}
END_TEST

START_TEST(finalised_once)
{
    struct world t;
    int runs = 0;
    cupel_linker_t *linker, *first;
    cupel_func_t f;
    world_init(&t, 0);
    first = cupel_linker_new(t.engine);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    must(cupel_func_wrap(t.ctx, &wrapped_none, &runs, count_run, &f));
    must(cupel_linker_func_wrap(first, "a", "b", &wrapped_none, &runs, count_run));
    must(cupel_linker_builder_func_wrap(b, "a", "b", &wrapped_none, &runs, count_run));
    ck_assert_int_eq(runs, 0);
    expect_error(cupel_linker_func_wrap(first, "a", "b", &wrapped_none, &runs, count_run),
                 CUPEL_ERROR_MISUSE, "defined already");
    ck_assert_int_eq(runs, 1);
    cupel_linker_builder_finish(b);
    expect_error(cupel_linker_builder_func_wrap(b, "a", "c", &wrapped_none, &runs, count_run),
                 CUPEL_ERROR_MISUSE, "ready");
    ck_assert_int_eq(runs, 2);
    must(cupel_linker_builder_create(b, &linker));
    cupel_linker_delete(linker);
    cupel_linker_delete(first);
    ck_assert_int_eq(runs, 3);
    cupel_linker_builder_delete(b);
    ck_assert_int_eq(runs, 4);
    world_fini(&t);
    ck_assert_int_eq(runs, 5);
}
END_TEST

void add_func_wrap(TCase *tc)
{
    tcase_add_loop_test(tc, every_number, 0, 2);
    tcase_add_loop_test(tc, signs_are_kept, 0, 2);
    tcase_add_loop_test(tc, references, 0, 2);
    tcase_add_loop_test(tc, references_of_another_store, 0, 4);
    tcase_add_loop_test(tc, up_to_twelve_parameters, 0, 2 * (CUPEL_WRAP_MAX + 1));
    tcase_add_loop_test(tc, returned_value_goes_first, 0, 2);
    tcase_add_test(tc, kinds_returned);
    tcase_add_loop_test(tc, traps_end_the_call, 0, 2);
    tcase_add_loop_test(tc, data_and_caller, 0, 2);
    tcase_add_test(tc, linked_by_their_type);
    tcase_add_test(tc, finalised_once);
}
