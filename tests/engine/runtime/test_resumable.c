/*
 * Resumable calls: what suspends, what can be seen of it, and that going on is as if nothing had
 * happened, from wherever and however often.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define HOST(name)                                                                                 \
    static cupel_trap_t *name(                                                                     \
        void *env __attribute__((unused)), cupel_caller_t *caller __attribute__((unused)),         \
        const cupel_val_t *args __attribute__((unused)), size_t nargs __attribute__((unused)),     \
        cupel_val_t *results __attribute__((unused)), size_t nresults __attribute__((unused)))

enum { W_RETURN_CALL = 0x12, W_RETURN_CALL_INDIRECT = 0x13 };

/* A question that the host function does not answer itself. */
HOST(ask)
{
    return cupel_trap_new(env ? env : "later");
}

static cupel_resumable_t *suspend(struct world *t, cupel_func_t f, const cupel_val_t *args,
                                  size_t nargs, cupel_suspension_t reason)
{
    cupel_val_t results[2];
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    must(cupel_func_call_resumable(t->ctx, f, args, nargs, results, 2, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(cupel_resumable_reason(r), reason);
    return r;
}

static cupel_resumable_t *suspend_i32(struct world *t, cupel_func_t f, int32_t arg)
{
    cupel_val_t v = val_i32(arg);
    return suspend(t, f, &v, 1, CUPEL_SUSPENDED_BY_HOST);
}

/* Resumes with i32 inputs; the reason afterwards. */
static cupel_suspension_t resume(struct world *t, cupel_resumable_t *r, size_t ninputs,
                                 const int32_t *inputs, int32_t *result)
{
    cupel_val_t vals[4], out = {0};
    cupel_trap_t *trap;
    for (size_t i = 0; i < ninputs; i++)
        vals[i] = val_i32(inputs[i]);
    must(cupel_resumable_resume(t->ctx, r, vals, ninputs, &out, 1, &trap));
    ck_assert_ptr_null(trap);
    *result = out.of.i32;
    return cupel_resumable_reason(r);
}

static int32_t finish(struct world *t, cupel_resumable_t *r, size_t ninputs, const int32_t *inputs)
{
    int32_t result;
    ck_assert_int_eq(resume(t, r, ninputs, inputs, &result), CUPEL_NOT_SUSPENDED);
    cupel_resumable_delete(r);
    return result;
}

/* Resuming ends in an error that leaves the call as it was. */
static void refuse(struct world *t, cupel_resumable_t *r, const cupel_val_t *inputs, size_t n,
                   size_t nresults, cupel_errorkind_t kind, const char *text)
{
    cupel_val_t results[2];
    cupel_trap_t *trap;
    cupel_suspension_t before = cupel_resumable_reason(r);
    cupel_error_t *error = cupel_resumable_resume(t->ctx, r, inputs, n, results, nresults, &trap);
    ck_assert_ptr_null(trap);
    expect_error(error, kind, text);
    ck_assert_int_eq(cupel_resumable_reason(r), before);
}

/* Ways to call function 0, the host's, with what is on the stack; then whoever called adds its own
 * argument (local 0) and a local of value 100. The function `direct` leaves by a tail call. */
static const struct way {
    uint8_t code[8];
    size_t len;
} ways[] = {{{W_CALL, 0}, 2},
            {{W_I32_CONST, 0, W_CALL_INDIRECT, 0, 0}, 5},
            {{W_CALL, 1}, 2},
            {{W_CALL, 2}, 2}};
#define WAYS 4

/* go(x) = ask(x + 1) + x + 100, by one of the ways. */
static cupel_func_t build(struct world *t, int way, cupel_callback_t callback, void *env)
{
    uint8_t body[64];
    size_t n = 0;
    uint32_t type = wasm_type(&t->w, "i", "i");
    wasm_import_func(&t->w, "env", "ask", type);
    wasm_table(&t->w, 'r', 4, WASM_NO_MAX);
    wasm_elem(&t->w, 0, (const uint32_t[]){0}, 1);
    wasm_func(&t->w, type, "iiii", BYTES(W_LOCAL_GET, 0, W_RETURN_CALL, 0, W_END));
    wasm_func(&t->w, type, "ii",
              BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, W_RETURN_CALL_INDIRECT, 0, 0, W_END));
    memcpy(body + n, (const uint8_t[]){W_I32_CONST, 0xe4, 0, W_LOCAL_SET, 1}, 5);
    n += 5;
    memcpy(body + n, (const uint8_t[]){W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD}, 5);
    n += 5;
    memcpy(body + n, ways[way].code, ways[way].len);
    n += ways[way].len;
    memcpy(body + n, (const uint8_t[]){W_LOCAL_GET, 0, W_I32_ADD, W_LOCAL_GET, 1, W_I32_ADD, W_END},
           7);
    n += 7;
    uint32_t go = wasm_func(&t->w, type, "i", body, n);
    wasm_export(&t->w, "go", CUPEL_EXTERN_FUNC, go);
    cupel_extern_t import = extern_func(host_func(t, "i", "i", callback, env));
    return get_func(t, world_instantiate(t, &import, 1), "go");
}

static const unsigned worlds[] = {0, WORLD_CHECKED, WORLD_METERED};

START_TEST(goes_on_behind_the_host_function)
{
    struct world t;
    cupel_val_t arg;
    cupel_frame_t frame;
    world_init(&t, worlds[_i / WAYS]);
    cupel_func_t go = build(&t, _i % WAYS, ask, "what is it?");
    cupel_resumable_t *r = suspend_i32(&t, go, 6);

    ck_assert_uint_eq(cupel_resumable_arg_count(r), 1);
    ck_assert(cupel_resumable_arg(r, 0, &arg));
    ck_assert_int_eq(arg.kind, CUPEL_I32);
    ck_assert_int_eq(arg.of.i32, 7);
    ck_assert(!cupel_resumable_arg(r, 1, &arg));
    ck_assert_uint_eq(cupel_resumable_required_fuel(r), 0);
    const cupel_trap_t *trap = cupel_resumable_trap(r);
    ck_assert_str_eq(cupel_trap_message(trap), "what is it?");
    /* A second look changes nothing. */
    ck_assert_ptr_eq(cupel_resumable_trap(r), trap);
    size_t depth = _i % WAYS < 2 ? 1 : 2;
    ck_assert_uint_eq(cupel_trap_depth(trap), depth);
    ck_assert(cupel_trap_frame(trap, depth - 1, &frame));
    ck_assert_uint_eq(frame.func_index, 3);

    /* The function can be called. */
    cupel_trap_t *own = call_trap(&t, cupel_resumable_host_func(r), ARGS(1));
    ck_assert_str_eq(cupel_trap_message(own), "what is it?");
    cupel_trap_delete(own);
    ck_assert_int_eq(finish(&t, r, ARGS(-2)), 6 + 100 - 2);
    world_fini(&t);
}
END_TEST

START_TEST(other_calls_in_between)
{
    struct world t;
    world_init(&t, 0);
    cupel_func_t go = build(&t, _i, ask, NULL);
    cupel_resumable_t *r[10];
    for (int i = 0; i < 10; i++)
        r[i] = suspend_i32(&t, go, i);
    for (int i = 9; i >= 0; i--)
        cupel_trap_delete(call_trap(&t, go, ARGS(i)));
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(finish(&t, r[i * 7 % 10], ARGS(1000 * i)), i * 7 % 10 + 100 + 1000 * i);
    world_fini(&t);
}
END_TEST

/* total(n): the sum of n answers. */
static cupel_func_t build_total(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "i", "i");
    wasm_import_func(&t->w, "env", "ask", type);
    uint32_t f =
        wasm_func(&t->w, type, "i",
                  BYTES(W_LOOP, W_TYPE_EMPTY, W_LOCAL_GET, 0, W_CALL, 0, W_LOCAL_GET, 1, W_I32_ADD,
                        W_LOCAL_SET, 1, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_LOCAL_TEE, 0,
                        W_BR_IF, 0, W_END, W_LOCAL_GET, 1, W_END));
    wasm_export(&t->w, "total", CUPEL_EXTERN_FUNC, f);
    cupel_extern_t import = extern_func(host_func(t, "i", "i", ask, NULL));
    return get_func(t, world_instantiate(t, &import, 1), "total");
}

START_TEST(suspends_again)
{
    struct world t;
    int32_t result;
    cupel_val_t arg;
    world_init(&t, 0);
    cupel_resumable_t *r = suspend_i32(&t, build_total(&t), 20);
    for (int i = 20; i > 1; i--) {
        ck_assert(cupel_resumable_arg(r, 0, &arg));
        ck_assert_int_eq(arg.of.i32, i);
        ck_assert_int_eq(resume(&t, r, ARGS(i * i), &result), CUPEL_SUSPENDED_BY_HOST);
    }
    ck_assert_int_eq(finish(&t, r, ARGS(1)), 2870);
    world_fini(&t);
}
END_TEST

START_TEST(inputs_are_checked)
{
    struct world t, other;
    cupel_val_t good[2] = {val_i32(1), {.kind = CUPEL_EXTERNREF}}, bad[2];
    cupel_trap_t *trap;
    cupel_val_t results[2];
    world_init(&t, 0);
    world_init(&other, 0);
    uint32_t type = wasm_type(&t.w, "i", "ie");
    wasm_import_func(&t.w, "env", "ask", type);
    uint32_t go = wasm_func(&t.w, type, "", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_export(&t.w, "go", CUPEL_EXTERN_FUNC, go);
    cupel_extern_t import = extern_func(host_func(&t, "i", "ie", ask, NULL));
    cupel_func_t f = get_func(&t, world_instantiate(&t, &import, 1), "go");
    must(cupel_externref_new(t.ctx, &t, NULL, &good[1].of.externref));
    cupel_resumable_t *r = suspend_i32(&t, f, 77);
    refuse(&t, r, good, 0, 2, CUPEL_ERROR_ARITY, "waits for 2 inputs, not 0");
    refuse(&t, r, good, 1, 2, CUPEL_ERROR_ARITY, "waits for 2 inputs, not 1");
    refuse(&t, r, good, 3, 2, CUPEL_ERROR_ARITY, "waits for 2 inputs, not 3");
    refuse(&t, r, good, 2, 1, CUPEL_ERROR_ARITY, "2 results, there is room for 1");
    memcpy(bad, good, sizeof bad);
    bad[1] = val_i32(3);
    refuse(&t, r, bad, 2, 2, CUPEL_ERROR_TYPE, "input 1 must be externref, not i32");
    bad[1].kind = CUPEL_EXTERNREF;
    must(cupel_externref_new(other.ctx, NULL, NULL, &bad[1].of.externref));
    refuse(&t, r, bad, 2, 2, CUPEL_ERROR_MISUSE, "input 1 is a reference of another store");
    refuse(&other, r, good, 2, 2, CUPEL_ERROR_MISUSE, "not one of this store");
    expect_error(cupel_resumable_resume(t.ctx, r, good, 2, results, 2, NULL), CUPEL_ERROR_MISUSE,
                 "place for the trap");
    /* What failed has not touched the arguments. */
    ck_assert(cupel_resumable_arg(r, 0, bad));
    ck_assert_int_eq(bad[0].of.i32, 77);
    must(cupel_resumable_resume(t.ctx, r, good, 2, results, 2, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(results[0].of.i32, 1);
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, results[1].of.externref), &t);
    cupel_resumable_delete(r);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(what_has_ended_is_not_resumed)
{
    struct world t;
    int32_t result;
    cupel_val_t arg, input = val_i32(1);
    world_init(&t, 0);
    cupel_resumable_t *r = suspend_i32(&t, build(&t, 0, ask, NULL), 1);
    ck_assert_int_eq(resume(&t, r, ARGS(2), &result), CUPEL_NOT_SUSPENDED);
    refuse(&t, r, &input, 1, 1, CUPEL_ERROR_MISUSE, "nothing to resume");
    ck_assert_ptr_null(cupel_resumable_trap(r));
    ck_assert_uint_eq(cupel_resumable_host_func(r).store_id, 0);
    ck_assert(!cupel_resumable_arg(r, 0, &arg));
    ck_assert_ptr_null(cupel_resumable_into_trap(r));
    cupel_resumable_delete(NULL);
    world_fini(&t);
}
END_TEST

/* Calls that must not suspend. */
static cupel_trap_t *plain_trap(struct world *t, cupel_func_t f, size_t nargs)
{
    cupel_val_t arg = val_i32(1), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    must(cupel_func_call_resumable(t->ctx, f, &arg, nargs, &result, 1, &r, &trap));
    ck_assert_ptr_null(r);
    ck_assert_ptr_nonnull(trap);
    return trap;
}

HOST(wrong_kind)
{
    results[0].kind = CUPEL_F32;
    return NULL;
}

START_TEST(other_traps_are_final)
{
    struct world t;
    world_init(&t, 0);
    wasm_export_func(&t.w, "stop", "", "", BYTES(W_UNREACHABLE, W_END));
    cupel_func_t stop = get_func(&t, world_instantiate(&t, NULL, 0), "stop");
    expect_trap(plain_trap(&t, stop, 0), CUPEL_TRAP_UNREACHABLE, "");
    /* A host function that is the root. */
    expect_trap(plain_trap(&t, host_func(&t, "i", "i", ask, NULL), 1), CUPEL_TRAP_HOST, "");
    /* One that broke its promise did not mean to stop the call. */
    expect_trap(plain_trap(&t, build(&t, 0, wrong_kind, NULL), 1), CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

START_TEST(calls_that_do_not_stop)
{
    struct world t, other;
    cupel_val_t arg = val_i32(4), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    world_init(&t, 0);
    world_init(&other, 0);
    wasm_export_func(&t.w, "inc", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    cupel_func_t inc = get_func(&t, world_instantiate(&t, NULL, 0), "inc");
    must(cupel_func_call_resumable(t.ctx, inc, &arg, 1, &result, 1, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_ptr_null(r);
    ck_assert_int_eq(result.of.i32, 5);
    expect_error(cupel_func_call_resumable(t.ctx, inc, &arg, 0, &result, 1, &r, &trap),
                 CUPEL_ERROR_ARITY, "takes 1 arguments, not 0");
    expect_error(cupel_func_call_resumable(other.ctx, inc, &arg, 1, &result, 1, &r, &trap),
                 CUPEL_ERROR_MISUSE, "not one of this store");
    expect_error(cupel_func_call_resumable(t.ctx, inc, &arg, 1, &result, 1, NULL, &trap),
                 CUPEL_ERROR_MISUSE, "place for the resumable call");
    ck_assert_ptr_null(r);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(giving_up_gives_the_trap)
{
    struct world t;
    world_init(&t, 0);
    cupel_resumable_t *r = suspend_i32(&t, build(&t, _i, ask, "never mind"), 1);
    if (_i)
        ck_assert_ptr_nonnull(cupel_resumable_trap(r));
    cupel_trap_t *trap = cupel_resumable_into_trap(r);
    ck_assert_str_eq(cupel_trap_message(trap), "never mind");
    ck_assert_uint_eq(cupel_trap_depth(trap), _i < 2 ? 1 : 2);
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    world_fini(&t);
}
END_TEST

/* ---- Lives ---- */

START_TEST(store_and_handle_may_go_in_any_order)
{
    struct world t;
    cupel_resumable_t *r[4];
    cupel_val_t input = val_i32(1), result;
    cupel_trap_t *trap;
    world_init(&t, 0);
    cupel_func_t go = build(&t, 0, ask, NULL);
    for (int i = 0; i < 4; i++)
        r[i] = suspend_i32(&t, go, i);
    cupel_resumable_delete(r[_i]);
    world_fini(&t);
    world_init(&t, 0);
    for (int i = 0; i < 4; i++) {
        if (i == _i)
            continue;
        ck_assert_int_eq(cupel_resumable_reason(r[i]), CUPEL_NOT_SUSPENDED);
        expect_error(cupel_resumable_resume(t.ctx, r[i], &input, 1, &result, 1, &trap),
                     CUPEL_ERROR_MISUSE, "nothing to resume");
        cupel_resumable_delete(r[i]);
    }
    world_fini(&t);
}
END_TEST

struct during {
    struct world *t;
    cupel_resumable_t *r;
    bool deletes, deleted;
};

/* The first time it stops the call, then it tampers with the running handle. */
HOST(tamper)
{
    struct during *d = env;
    cupel_val_t input = val_i32(0);
    if (!d->r || args[0].of.i32 == 1)
        return cupel_trap_new("stop");
    refuse(d->t, d->r, &input, 1, 1, CUPEL_ERROR_MISUSE, "nothing to resume");
    if (d->deletes && !d->deleted)
        cupel_resumable_delete(d->r);
    d->deleted = d->deletes;
    results[0].of.i32 = 5;
    return NULL;
}

/* Asks for n, 9 and n - 2. */
START_TEST(handles_of_running_calls)
{
    struct world t;
    struct during d = {.t = &t, .deletes = _i & 1};
    cupel_val_t input = val_i32(1), result;
    cupel_trap_t *trap;
    int n = _i & 2 ? 2 : 3; /* 3: stops once more at the end */
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, "i", "i");
    wasm_import_func(&t.w, "env", "ask", type);
    uint32_t f =
        wasm_func(&t.w, type, "",
                  BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 9, W_CALL, 0, W_I32_ADD,
                        W_LOCAL_GET, 0, W_I32_CONST, 2, W_I32_SUB, W_CALL, 0, W_I32_ADD, W_END));
    wasm_export(&t.w, "go", CUPEL_EXTERN_FUNC, f);
    cupel_extern_t import = extern_func(host_func(&t, "i", "i", tamper, &d));
    d.r = suspend_i32(&t, get_func(&t, world_instantiate(&t, &import, 1), "go"), n);
    must(cupel_resumable_resume(t.ctx, d.r, &input, 1, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    if (n == 2)
        ck_assert_int_eq(result.of.i32, 11);
    if (!d.deletes) {
        ck_assert_int_eq(cupel_resumable_reason(d.r),
                         n == 2 ? CUPEL_NOT_SUSPENDED : CUPEL_SUSPENDED_BY_HOST);
        cupel_resumable_delete(d.r);
    }
    world_fini(&t);
}
END_TEST

/* ---- Values ---- */

HOST(stop)
{
    return cupel_trap_new("stop");
}

/* Every class of values, through a call that returns what the host function gave: results that are
 * read from the accumulators too. */
START_TEST(values_of_every_type)
{
    static const char *const letters[] = {"i", "I", "f", "F", "r", "e", "iIfFre"};
    struct world t;
    cupel_val_t vals[6] = {{.kind = CUPEL_I32, .of.i32 = -7},
                           {.kind = CUPEL_I64, .of.i64 = INT64_MIN + 3},
                           {.kind = CUPEL_F32, .of.f32_bits = 0xffa00001},
                           {.kind = CUPEL_F64, .of.f64_bits = UINT64_C(0x7ff4000000000001)},
                           {.kind = CUPEL_FUNCREF},
                           {.kind = CUPEL_EXTERNREF}};
    cupel_val_t results[6], seen;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    size_t first = _i == 6 ? 0 : (size_t)_i, n = _i == 6 ? 6 : 1;
    uint8_t body[32];
    size_t len = 0;
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, letters[_i], letters[_i]);
    wasm_import_func(&t.w, "env", "f", type);
    for (size_t i = 0; i < n; i++) {
        body[len++] = W_LOCAL_GET;
        body[len++] = (uint8_t)i;
    }
    body[len++] = W_CALL;
    body[len++] = 0;
    body[len++] = W_END;
    uint32_t inner = wasm_func(&t.w, type, "", body, len);
    body[len - 2] = (uint8_t)inner;
    uint32_t outer = wasm_func(&t.w, type, "", body, len);
    wasm_export(&t.w, "go", CUPEL_EXTERN_FUNC, outer);
    cupel_func_t host = host_func(&t, letters[_i], letters[_i], stop, NULL);
    cupel_extern_t import = extern_func(host);
    cupel_func_t go = get_func(&t, world_instantiate(&t, &import, 1), "go");
    vals[4].of.funcref = go;
    must(cupel_externref_new(t.ctx, &t, NULL, &vals[5].of.externref));
    must(cupel_func_call_resumable(t.ctx, go, vals + first, n, results, 6, &r, &trap));
    for (size_t i = 0; i < n; i++) {
        ck_assert(cupel_resumable_arg(r, i, &seen));
        ck_assert_int_eq(seen.kind, vals[first + i].kind);
        if (seen.kind != CUPEL_FUNCREF && seen.kind != CUPEL_EXTERNREF)
            ck_assert_uint_eq(seen.of.f64_bits & 0xffffffff,
                              vals[first + i].of.f64_bits & 0xffffffff);
    }
    must(cupel_resumable_resume(t.ctx, r, vals + first, n, results, 6, &trap));
    ck_assert_ptr_null(trap);
    for (size_t i = 0; i < n; i++) {
        const cupel_val_t *v = &vals[first + i];
        ck_assert_int_eq(results[i].kind, v->kind);
        if (v->kind == CUPEL_I32 || v->kind == CUPEL_F32)
            ck_assert_uint_eq(results[i].of.f32_bits, v->of.f32_bits);
        else if (v->kind == CUPEL_FUNCREF)
            ck_assert_uint_eq(results[i].of.funcref.index, go.index);
        else if (v->kind == CUPEL_EXTERNREF)
            ck_assert_ptr_eq(cupel_externref_data(t.ctx, results[i].of.externref), &t);
        else
            ck_assert_uint_eq(results[i].of.f64_bits, v->of.f64_bits);
    }
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

/* A vector kept in the accumulator and in a local while the call is suspended. */
START_TEST(vectors_survive)
{
    struct world t;
    cupel_val_t arg = {.kind = CUPEL_V128}, result, input = {.kind = CUPEL_V128};
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    world_init(&t, 0);
    for (int i = 0; i < 16; i++) {
        arg.of.v128[i] = (uint8_t)(i + 1);
        input.of.v128[i] = (uint8_t)(100 + i);
    }
    uint32_t type = wasm_type(&t.w, "v", "v");
    wasm_import_func(&t.w, "env", "f", type);
    /* i8x16.add of the argument and the answer */
    uint32_t go = wasm_func(&t.w, type, "",
                            BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_LOCAL_GET, 0, 0xfd, 0x6e, W_END));
    wasm_export(&t.w, "go", CUPEL_EXTERN_FUNC, go);
    cupel_extern_t import = extern_func(host_func(&t, "v", "v", stop, NULL));
    cupel_func_t f = get_func(&t, world_instantiate(&t, &import, 1), "go");
    must(cupel_func_call_resumable(t.ctx, f, &arg, 1, &result, 1, &r, &trap));
    ck_assert(cupel_resumable_arg(r, 0, &result));
    ck_assert_mem_eq(result.of.v128, arg.of.v128, 16);
    must(cupel_resumable_resume(t.ctx, r, &input, 1, &result, 1, &trap));
    for (int i = 0; i < 16; i++)
        ck_assert_uint_eq(result.of.v128[i], 101 + 2 * i);
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

/* The memory may grow, and so move, while the call stands still. */
START_TEST(memory_grown_in_between)
{
    struct world t;
    int32_t result;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "f", type);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    wasm_export(&t.w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&t.w, "go", "i", "i",
                     BYTES(W_CALL, 0, W_LOCAL_GET, 0, W_I32_LOAD, 0, 0, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "", stop, NULL));
    cupel_instance_t inst = world_instantiate(&t, &import, 1);
    cupel_memory_t memory = get_export(&t, inst, "memory").of.memory;
    cupel_resumable_t *r = suspend_i32(&t, get_func(&t, inst, "go"), 100000);
    must(cupel_memory_grow(t.ctx, memory, 20, NULL));
    must(cupel_memory_write(t.ctx, memory, 100000, "\x2a", 1));
    ck_assert_int_eq(resume(&t, r, NO_ARGS, &result), CUPEL_NOT_SUSPENDED);
    ck_assert_int_eq(result, 42);
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

/* A trap after resumption is one of the whole call, and final; a fault at a guard page as well. */
START_TEST(traps_after_resumption)
{
    struct world t;
    cupel_trap_t *trap;
    cupel_val_t result;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    uint32_t type = wasm_type(&t.w, "", "");
    wasm_import_func(&t.w, "env", "f", type);
    wasm_memory(&t.w, 1, 1);
    uint32_t inner = wasm_func(&t.w, wasm_type(&t.w, "i", "i"), "",
                               BYTES(W_CALL, 0, W_LOCAL_GET, 0, W_I32_LOAD, 0, 0, W_END));
    wasm_export_func(&t.w, "go", "i", "i", BYTES(W_LOCAL_GET, 0, W_CALL, (uint8_t)inner, W_END));
    cupel_extern_t import = extern_func(host_func(&t, "", "", stop, NULL));
    cupel_func_t go = get_func(&t, world_instantiate(&t, &import, 1), "go");
    cupel_resumable_t *r = suspend_i32(&t, go, 1 << 30);
    must(cupel_resumable_resume(t.ctx, r, NULL, 0, &result, 1, &trap));
    ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_NOT_SUSPENDED);
    ck_assert_uint_eq(cupel_trap_depth(trap), 2);
    expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    cupel_resumable_delete(r);
    world_fini(&t);
}
END_TEST

/* Frames of two instances. */
START_TEST(across_instances)
{
    struct world t;
    cupel_extern_t import;
    cupel_frame_t frame;
    world_init(&t, 0);
    import = extern_func(build(&t, _i, ask, NULL));
    uint32_t type = wasm_type(&t.w, "i", "i");
    wasm_import_func(&t.w, "env", "go", type);
    uint32_t f = wasm_func(&t.w, type, "",
                           BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_LOCAL_GET, 0, W_I32_MUL, W_END));
    wasm_export(&t.w, "twice", CUPEL_EXTERN_FUNC, f);
    cupel_instance_t inst = world_instantiate(&t, &import, 1);
    cupel_resumable_t *r = suspend_i32(&t, get_func(&t, inst, "twice"), 3);
    const cupel_trap_t *trap = cupel_resumable_trap(r);
    ck_assert_uint_eq(cupel_trap_depth(trap), _i < 2 ? 2 : 3);
    ck_assert(cupel_trap_frame(trap, cupel_trap_depth(trap) - 1, &frame));
    ck_assert_uint_eq(frame.instance.index, inst.index);
    ck_assert_int_eq(finish(&t, r, ARGS(10)), 3 * 113);
    world_fini(&t);
}
END_TEST

void add_resumable(TCase *tc)
{
    tcase_add_loop_test(tc, goes_on_behind_the_host_function, 0, 3 * WAYS);
    tcase_add_loop_test(tc, other_calls_in_between, 0, WAYS);
    tcase_add_test(tc, suspends_again);
    tcase_add_test(tc, inputs_are_checked);
    tcase_add_test(tc, what_has_ended_is_not_resumed);
    tcase_add_test(tc, other_traps_are_final);
    tcase_add_test(tc, calls_that_do_not_stop);
    tcase_add_loop_test(tc, giving_up_gives_the_trap, 0, WAYS);
    tcase_add_loop_test(tc, store_and_handle_may_go_in_any_order, 0, 4);
    tcase_add_loop_test(tc, handles_of_running_calls, 0, 4);
    tcase_add_loop_test(tc, values_of_every_type, 0, 7);
    tcase_add_test(tc, vectors_survive);
    tcase_add_loop_test(tc, memory_grown_in_between, 0, 2);
    tcase_add_loop_test(tc, traps_after_resumption, 0, 2);
    tcase_add_loop_test(tc, across_instances, 0, WAYS);
}
