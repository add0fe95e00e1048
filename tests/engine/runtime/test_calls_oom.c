/*
 * Every allocation of a call fails once: of calls that are suspended, resumed and nested, of typed
 * and raw ones, of what traps and errors carry. Each time the call ends in one way, which is about
 * memory or is the right one; nothing leaks, and finalisers run exactly once.
 */
#include "config.h"

#include "tests/engine/runtime/runtime_tests.h"

#ifdef CUPEL_FAULT_INJECTION
#include <string.h>

#include "engine/base/alloc.h"

struct scene {
    struct world t;
    cupel_instance_t instance;
    int made, finalised; /* things with a finaliser */
    int nested;          /* so many questions are answered by a call of their own */
    bool failed;
};

enum { WIDE = 20 }; /* more values than a host call has room for on the host's stack */

static bool give_up(struct scene *s)
{
    s->failed = true;
    return false;
}

/* True without an error, which must be about memory. */
static bool worked(struct scene *s, cupel_error_t *error)
{
    if (!error)
        return true;
    ck_assert_msg(cupel_error_kind(error) == CUPEL_ERROR_OUT_OF_MEMORY, "%s",
                  cupel_error_message(error));
    cupel_error_delete(error);
    return give_up(s);
}

/* True without a trap, which must be about memory. */
static bool calm(struct scene *s, cupel_trap_t *trap)
{
    if (!trap)
        return true;
    ck_assert_int_eq(cupel_trap_code(trap), CUPEL_TRAP_OUT_OF_SYSTEM_MEMORY);
    cupel_trap_delete(trap);
    return give_up(s);
}

/* An error of that kind, or one about memory. */
static void refused(struct scene *s, cupel_error_t *error, cupel_errorkind_t kind)
{
    ck_assert_ptr_nonnull(error);
    if (cupel_error_kind(error) == kind)
        cupel_error_delete(error);
    else
        worked(s, error);
}

static cupel_trap_t *trap_with_data(struct scene *s)
{
    s->made++;
    cupel_trap_t *trap = cupel_trap_new_host("later", &s->finalised, count_run);
    s->failed |= !trap;
    return trap;
}

static int32_t ask_around(struct scene *s, int32_t x);

static cupel_trap_t *ask(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                         cupel_val_t *results, size_t nresults)
{
    struct scene *s = env;
    (void)caller, (void)nargs, (void)nresults;
    if (s->nested == 0)
        return trap_with_data(s);
    s->nested--;
    results[0].of.i32 = ask_around(s, args[0].of.i32);
    return NULL;
}

static cupel_trap_t *ask_raw(void *env, cupel_caller_t *caller, cupel_raw_t *cells, size_t ncells)
{
    (void)caller;
    memset(cells, 0xff, ncells * sizeof *cells);
    return trap_with_data(env);
}

static cupel_trap_t *sum(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                         cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nresults;
    for (size_t i = 0; i < nargs; i++)
        results[0].of.i32 += args[i].of.i32;
    return NULL;
}

/* go(x) = ask(x + 1) + ask(x) + down(0), raw() = ask_raw(0, ...), down(n) = n == 0 ? 0 : down(n - 1) + 1 */
static void build(struct wasm *w, const char *wide)
{
    uint8_t body[2 * WIDE + 3];
    uint32_t type = wasm_type(w, "i", "i");
    wasm_import_func(w, "env", "ask", type);
    wasm_import_func(w, "env", "ask_raw", wasm_type(w, wide, "i"));
    wasm_export_func(w, "go", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_CALL, 0, W_LOCAL_GET, 0,
                           W_CALL, 0, W_I32_ADD, W_I32_CONST, 0, W_CALL, 4, W_I32_ADD, W_END));
    for (size_t i = 0; i < WIDE; i++) {
        body[2 * i] = W_I32_CONST;
        body[2 * i + 1] = (uint8_t)i;
    }
    memcpy(body + sizeof body - 3, (const uint8_t[]){W_CALL, 1, W_END}, 3);
    wasm_export_func(w, "raw", "", "i", body, sizeof body);
    wasm_export_func(w, "down", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_I32, W_I32_CONST, 0, W_ELSE,
                           W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, 4, W_I32_CONST, 1,
                           W_I32_ADD, W_END, W_END));
}

static const char wide_params[] = "iiiiiiiiiiiiiiiiiiii";

static void begin(struct scene *s, unsigned flags)
{
    cupel_functype_t *type = functype_of(wide_params, "i");
    cupel_extern_t imports[2];
    world_init(&s->t, flags);
    build(&s->t.w, wide_params);
    imports[0] = extern_func(host_func(&s->t, "i", "i", ask, s));
    imports[1].kind = CUPEL_EXTERN_FUNC;
    must(cupel_func_new_unchecked(s->t.ctx, type, ask_raw, s, NULL, &imports[1].of.func));
    cupel_functype_delete(type);
    s->instance = world_instantiate(&s->t, imports, 2);
    if (flags & WORLD_METERED)
        must(cupel_context_set_fuel(s->t.ctx, 0));
}

/* ---- Suspended calls ---- */

static void look(struct scene *s, cupel_resumable_t *r)
{
    cupel_val_t arg;
    const cupel_trap_t *trap = cupel_resumable_trap(r);
    bool by_host = cupel_resumable_reason(r) == CUPEL_SUSPENDED_BY_HOST;
    if (trap)
        ck_assert_int_eq(cupel_trap_code(trap), by_host ? CUPEL_TRAP_HOST : CUPEL_TRAP_OUT_OF_FUEL);
    else
        give_up(s);
    ck_assert(cupel_resumable_arg(r, 0, &arg) == by_host);
}

/* The next step of a call: what was missing is there now. */
static cupel_error_t *step(struct scene *s, cupel_resumable_t *r, cupel_val_t *result,
                           cupel_trap_t **trap)
{
    cupel_val_t input = val_i32(7);
    if (cupel_resumable_reason(r) == CUPEL_SUSPENDED_BY_HOST)
        return cupel_resumable_resume(s->t.ctx, r, &input, 1, result, 1, trap);
    must(cupel_context_set_fuel(s->t.ctx, cupel_resumable_required_fuel(r) + 20));
    return cupel_resumable_resume(s->t.ctx, r, NULL, 0, result, 1, trap);
}

/* To the end of a call. A step that found no memory has either ended it or can be made again. */
static bool finish(struct scene *s, cupel_resumable_t *r, cupel_val_t *result)
{
    bool ok = true;
    cupel_trap_t *trap;
    while (ok && cupel_resumable_reason(r) != CUPEL_NOT_SUSPENDED) {
        look(s, r);
        ok = worked(s, step(s, r, result, &trap)) && calm(s, trap);
        if (!ok && cupel_resumable_reason(r) != CUPEL_NOT_SUSPENDED)
            ok = true;
    }
    cupel_resumable_delete(r);
    return ok;
}

/* The call, which may be suspended: then `*r` is set. */
static bool start(struct scene *s, const char *name, const cupel_val_t *arg, cupel_val_t *result,
                  cupel_resumable_t **r)
{
    cupel_trap_t *trap;
    cupel_func_t f = get_func(&s->t, s->instance, name);
    bool ok =
        worked(s, cupel_func_call_resumable(s->t.ctx, f, arg, arg ? 1 : 0, result, 1, r, &trap));
    if (!ok || *r)
        ck_assert_ptr_null(trap);
    ok = calm(s, trap) && ok;
    if (!ok)
        ck_assert_ptr_null(*r);
    return ok;
}

static int32_t run(struct scene *s, const char *name, int32_t x)
{
    cupel_val_t arg = val_i32(x), result = {0};
    cupel_resumable_t *r;
    if (!start(s, name, &arg, &result, &r) || (r && !finish(s, r, &result)))
        return 0;
    return result.of.i32;
}

static int32_t ask_around(struct scene *s, int32_t x)
{
    return run(s, "go", x);
}

static void suspended_by_host(struct scene *s)
{
    int32_t result = run(s, "go", 3);
    ck_assert(s->failed || result == 14);
}

/* The first question of each call is answered by another call that is suspended itself. */
static void suspended_within(struct scene *s)
{
    s->nested = 3;
    int32_t result = run(s, "go", 3);
    ck_assert(s->failed || result > 14);
}

static void out_of_fuel(struct scene *s)
{
    int32_t result = run(s, "down", 100);
    ck_assert(s->failed || result == 100);
}

static void given_up(struct scene *s)
{
    cupel_val_t result, arg = val_i32(50);
    cupel_resumable_t *r;
    if (!start(s, "down", &arg, &result, &r))
        return;
    cupel_trap_t *trap = cupel_resumable_into_trap(r);
    if (trap)
        expect_trap(trap, CUPEL_TRAP_OUT_OF_FUEL, "");
    else
        give_up(s);
}

/* Two calls wait while inputs are refused; one stays until its store is gone. */
static void left_suspended(struct scene *s)
{
    cupel_val_t result, arg = val_i32(1), wrong = {.kind = CUPEL_F32};
    cupel_resumable_t *r, *other;
    cupel_trap_t *trap;
    if (!start(s, "go", &arg, &result, &r) || !r)
        return;
    refused(s, cupel_resumable_resume(s->t.ctx, r, NULL, 0, &result, 1, &trap), CUPEL_ERROR_ARITY);
    refused(s, cupel_resumable_resume(s->t.ctx, r, &wrong, 1, &result, 1, &trap), CUPEL_ERROR_TYPE);
    ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_SUSPENDED_BY_HOST);
    if (start(s, "go", &arg, &result, &other) && other)
        cupel_trap_delete(cupel_resumable_into_trap(other));
    cupel_store_delete(s->t.store);
    s->t.store = NULL;
    ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_NOT_SUSPENDED);
    cupel_resumable_delete(r);
}

/* ---- Cells ---- */

/* A raw function works on a copy while its call may be suspended. */
static void raw_functions(struct scene *s)
{
    cupel_typed_func_t f;
    cupel_valkind_t i32 = CUPEL_I32;
    cupel_raw_t cells[1];
    cupel_resumable_t *r;
    cupel_trap_t *trap;
    cupel_val_t arg;
    must(cupel_func_typed(s->t.ctx, get_func(&s->t, s->instance, "raw"), NULL, 0, &i32, 1, &f));
    bool ok = worked(s, cupel_typed_func_call_resumable(s->t.ctx, &f, cells, &r, &trap));
    if (!calm(s, trap) || !ok || !r)
        return;
    ck_assert(cupel_resumable_arg(r, WIDE - 1, &arg));
    ck_assert_int_eq(arg.of.i32, WIDE - 1);
    cells[0].i32 = 9;
    ok = worked(s, cupel_resumable_resume_raw(s->t.ctx, r, cells, &trap));
    ok = calm(s, trap) && ok;
    ck_assert(!ok || cells[0].i32 == 9);
    cupel_resumable_delete(r);
}

/* A checked function of many values, called with cells by the host itself. */
static void typed_calls(struct scene *s)
{
    cupel_typed_func_t f;
    cupel_raw_t cells[WIDE];
    cupel_valkind_t kinds[WIDE] = {CUPEL_I32};
    cupel_trap_t *trap;
    cupel_func_t func;
    cupel_functype_t *type = cupel_functype_new(kinds, WIDE, kinds, 1);
    if (!type) {
        give_up(s);
        return;
    }
    s->made++;
    bool ok = worked(s, cupel_func_new(s->t.ctx, type, sum, &s->finalised, count_run, &func));
    cupel_functype_delete(type);
    if (!ok)
        return;
    refused(s, cupel_func_typed(s->t.ctx, func, kinds, 1, kinds, 1, &f), CUPEL_ERROR_ARITY);
    must(cupel_func_typed(s->t.ctx, func, kinds, WIDE, kinds, 1, &f));
    for (int i = 0; i < WIDE; i++)
        cells[i].i32 = i;
    ok = worked(s, cupel_typed_func_call(s->t.ctx, &f, cells, &trap));
    ok = calm(s, trap) && ok;
    ck_assert(!ok || cells[0].i32 == WIDE * (WIDE - 1) / 2);
    kinds[0] = CUPEL_I32;
    must(cupel_func_typed(s->t.ctx, get_func(&s->t, s->instance, "down"), kinds, 1, kinds, 1, &f));
    cells[0].i32 = 30;
    ok = worked(s, cupel_typed_func_call(s->t.ctx, &f, cells, &trap));
    ok = calm(s, trap) && ok;
    ck_assert(!ok || cells[0].i32 == 30);
}

/* ---- What is carried ---- */

static void traps_and_errors(struct scene *s)
{
    int32_t status = 0;
    cupel_trap_t *trap = cupel_trap_new_exit(3);
    if (trap)
        ck_assert(cupel_trap_exit_status(trap, &status) && status == 3);
    else
        give_up(s);
    cupel_trap_delete(trap);
    trap = trap_with_data(s);
    if (trap) {
        cupel_error_t *error = cupel_error_from_trap(trap);
        if (cupel_error_kind(error) == CUPEL_ERROR_TRAP)
            ck_assert_ptr_eq(cupel_error_host_data(error), &s->finalised);
        refused(s, error, CUPEL_ERROR_TRAP);
    }
    s->made++;
    refused(s, cupel_error_new_host("broken", &s->finalised, count_run), CUPEL_ERROR_HOST);
    refused(s, cupel_error_new("plain"), CUPEL_ERROR_HOST);
}

/* An ordinary call that a host function's trap ends, with its frames. */
static void host_traps(struct scene *s)
{
    cupel_val_t result, arg = val_i32(1);
    cupel_trap_t *trap;
    if (!worked(s, cupel_func_call(s->t.ctx, get_func(&s->t, s->instance, "go"), &arg, 1, &result,
                                   1, &trap)))
        return;
    if (!trap) {
        ck_assert(s->failed);
        return;
    }
    if (cupel_trap_code(trap) == CUPEL_TRAP_HOST)
        ck_assert_ptr_eq(cupel_trap_host_data(trap), &s->finalised);
    if (cupel_trap_code(trap) == CUPEL_TRAP_HOST)
        cupel_trap_delete(trap);
    else
        calm(s, trap);
}

/* Ends a call as it is suspended, with data. */
static cupel_error_t *hook(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                           cupel_trap_t **trap)
{
    struct scene *s = env;
    (void)ctx, (void)trap;
    if (event != CUPEL_RETURNING_FROM_WASM)
        return NULL;
    s->made++;
    return cupel_error_new_host("not now", &s->finalised, count_run);
}

static void hooks(struct scene *s)
{
    cupel_val_t result, arg = val_i32(1);
    cupel_resumable_t *r;
    cupel_trap_t *trap;
    cupel_store_set_call_hook(s->t.store, hook, s);
    cupel_error_t *error = cupel_func_call_resumable(s->t.ctx, get_func(&s->t, s->instance, "go"),
                                                     &arg, 1, &result, 1, &r, &trap);
    ck_assert_ptr_null(r);
    if (error)
        refused(s, error, CUPEL_ERROR_HOST);
    else
        ck_assert(!calm(s, trap));
}

/* ---- Definitions ---- */

static int32_t wrapped(void *env, int32_t x)
{
    (void)env;
    return x;
}
CUPEL_WRAP(wrapped_func, wrapped, int32_t, (void *, int32_t));

/* A linker of a builder's, with a definition of its own; owned, or NULL. */
static cupel_linker_t *make_linker(struct scene *s)
{
    cupel_linker_t *linker = NULL;
    cupel_linker_builder_t *b = cupel_linker_builder_new(s->t.engine);
    if (!b) {
        give_up(s);
        return NULL;
    }
    s->made++;
    bool ok = worked(s, cupel_linker_builder_func_wrap(b, "env", "ask", &wrapped_func,
                                                       &s->finalised, count_run));
    refused(s, cupel_linker_builder_create(b, &linker), CUPEL_ERROR_MISUSE);
    cupel_linker_builder_finish(b);
    if (ok && worked(s, cupel_linker_builder_create(b, &linker))) {
        cupel_functype_t *type = cupel_functype_new((cupel_valkind_t[WIDE]){CUPEL_I32}, WIDE,
                                                    (cupel_valkind_t[]){CUPEL_I32}, 1);
        ok = type && worked(s, cupel_linker_func_new_unchecked(linker, "env", 3, "ask_raw", 7, type,
                                                               ask_raw, s, NULL));
        s->made++;
        ok = worked(s, cupel_linker_func_wrap(linker, "env", "other", &wrapped_func, &s->finalised,
                                              count_run)) &&
             ok;
        cupel_functype_delete(type);
    }
    cupel_linker_builder_delete(b);
    if (ok)
        return linker;
    cupel_linker_delete(linker);
    give_up(s);
    return NULL;
}

static void definitions(struct scene *s)
{
    struct wasm w;
    size_t len;
    cupel_func_t func;
    cupel_module_t *module = NULL;
    cupel_instance_pre_t *pre;
    cupel_instance_t instance;
    cupel_trap_t *trap;
    s->made++;
    worked(s, cupel_func_wrap(s->t.ctx, &wrapped_func, &s->finalised, count_run, &func));
    cupel_linker_t *linker = make_linker(s);
    wasm_init(&w);
    build(&w, wide_params);
    const uint8_t *bytes = wasm_finish(&w, &len);
    for (int i = 0; linker && i < 2; i++) {
        if (module || worked(s, cupel_module_new(s->t.engine, bytes, len, &module))) {
            bool ok =
                worked(s, cupel_linker_instantiate_pre(linker, s->t.ctx, module, &pre, &trap));
            if (calm(s, trap) && ok && i == 0)
                worked(s, cupel_instance_pre_ensure_no_start(pre, s->t.ctx, &instance));
            else if (ok)
                cupel_instance_pre_delete(pre);
        }
    }
    wasm_fini(&w);
    cupel_module_delete(module);
    cupel_linker_delete(linker);
}

static const struct {
    void (*run)(struct scene *s);
    unsigned flags;
} scenes[] = {{suspended_by_host, 0},
              {suspended_within, 0},
              {out_of_fuel, WORLD_METERED},
              {given_up, WORLD_METERED},
              {left_suspended, 0},
              {raw_functions, 0},
              {typed_calls, 0},
              {traps_and_errors, 0},
              {host_traps, 0},
              {hooks, 0},
              {definitions, 0},
              {suspended_by_host, WORLD_LAZY},
              {suspended_within, WORLD_LAZY | WORLD_CHECKED},
              {out_of_fuel, WORLD_LAZY | WORLD_METERED}};

START_TEST(every_allocation_fails_once)
{
    for (uint64_t n = 1;; n++) {
        struct scene s = {0};
        begin(&s, scenes[_i].flags);
        mem_fail_at(n);
        scenes[_i].run(&s);
        uint64_t count = mem_alloc_count();
        mem_fail_at(0);
        world_fini(&s.t);
        ck_assert_int_eq(s.finalised, s.made);
        if (count < n) {
            ck_assert(!s.failed);
            ck_assert_uint_gt(n, 2);
            return;
        }
    }
}
END_TEST

void add_calls_oom(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation_fails_once, 0, sizeof scenes / sizeof *scenes);
}
#else
void add_calls_oom(TCase *tc)
{
    (void)tc;
}
#endif
