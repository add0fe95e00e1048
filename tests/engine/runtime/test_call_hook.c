/*
 * Call hooks: which events there are and in what order, and where what they return goes.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

struct log {
    char text[64]; /* a letter an event: w W into WebAssembly and back, h H the host */
    char fail_at;  /* the event that is to fail */
    bool with_error;
};

static cupel_error_t *note(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                           cupel_trap_t **trap)
{
    struct log *log = env;
    size_t len = strlen(log->text);
    ck_assert_ptr_nonnull(ctx);
    ck_assert_ptr_null(*trap);
    if (len + 1 < sizeof log->text)
        log->text[len] = "wWhH"[event];
    if ("wWhH"[event] != log->fail_at)
        return NULL;
    if (log->with_error)
        return cupel_error_new("the hook says no");
    *trap = cupel_trap_new("the hook says no");
    return NULL;
}

static cupel_trap_t *host(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    cupel_trap_t *trap = NULL;
    (void)nargs, (void)nresults;
    if (args[0].of.i32 == 0)
        return cupel_trap_new("stopped");
    results[0].of.i32 = args[0].of.i32 + 1;
    if (args[0].of.i32 == 2)
        must(cupel_func_call(cupel_caller_context(caller), *(cupel_func_t *)env, args, 1, results,
                             1, &trap));
    return trap;
}

struct hooked {
    struct world t;
    struct log log;
    cupel_func_t plain, go, trap;
};

/* plain(x) = x; go(x) = host(x), which for 2 calls plain; trap(x) traps. */
static void hooked_init(struct hooked *h)
{
    memset(h, 0, sizeof *h);
    world_init(&h->t, 0);
    wasm_import_func(&h->t.w, "env", "host", wasm_type(&h->t.w, "i", "i"));
    wasm_export_func(&h->t.w, "plain", "i", "i", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_export_func(&h->t.w, "go", "i", "i", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_export_func(&h->t.w, "trap", "i", "i", BYTES(W_UNREACHABLE, W_END));
    cupel_extern_t import = extern_func(host_func(&h->t, "i", "i", host, &h->plain));
    cupel_instance_t inst = world_instantiate(&h->t, &import, 1);
    h->plain = get_func(&h->t, inst, "plain");
    h->go = get_func(&h->t, inst, "go");
    h->trap = get_func(&h->t, inst, "trap");
    cupel_store_set_call_hook(h->t.store, note, &h->log);
}

START_TEST(events_in_order)
{
    struct hooked h;
    hooked_init(&h);
    ck_assert_int_eq(call_i32(&h.t, h.plain, ARGS(5)), 5);
    ck_assert_str_eq(h.log.text, "wW");
    memset(&h.log, 0, sizeof h.log);
    ck_assert_int_eq(call_i32(&h.t, h.go, ARGS(5)), 6);
    ck_assert_str_eq(h.log.text, "whHW");
    memset(&h.log, 0, sizeof h.log);
    ck_assert_int_eq(call_i32(&h.t, h.go, ARGS(2)), 2);
    ck_assert_str_eq(h.log.text, "whwWHW");
    /* After traps, too. */
    memset(&h.log, 0, sizeof h.log);
    expect_trap(call_trap(&h.t, h.trap, ARGS(1)), CUPEL_TRAP_UNREACHABLE, "");
    ck_assert_str_eq(h.log.text, "wW");
    memset(&h.log, 0, sizeof h.log);
    expect_trap(call_trap(&h.t, h.go, ARGS(0)), CUPEL_TRAP_HOST, "");
    ck_assert_str_eq(h.log.text, "whHW");
    /* The embedder's call of a host function is no event, nor is what is refused. */
    memset(&h.log, 0, sizeof h.log);
    ck_assert_int_eq(call_i32(&h.t, host_func(&h.t, "i", "i", host, &h.plain), ARGS(7)), 8);
    cupel_trap_t *trap;
    cupel_val_t wrong = val_null(CUPEL_F32), result;
    expect_error(cupel_func_call(h.t.ctx, h.plain, &wrong, 1, &result, 1, &trap), CUPEL_ERROR_TYPE,
                 "must be i32");
    ck_assert_str_eq(h.log.text, "");
    cupel_store_set_call_hook(h.t.store, NULL, NULL);
    ck_assert_int_eq(call_i32(&h.t, h.go, ARGS(5)), 6);
    ck_assert_str_eq(h.log.text, "");
    world_fini(&h.t);
}
END_TEST

static const struct failing {
    char at;
    int32_t arg;
    const char *log;
} failing[] = {
    {'w', 5, "w"},
    {'h', 5, "whW"},
    {'H', 5, "whHW"},
    {'W', 5, "whHW"},
    /* in place of the host's own trap */
    {'H', 0, "whHW"},
    {'W', 0, "whHW"},
};

/* The error or trap goes to who called into WebAssembly, and cannot be resumed. */
START_TEST(failures)
{
    const struct failing *f = &failing[_i / 2];
    struct hooked h;
    cupel_val_t arg = val_i32(f->arg), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    hooked_init(&h);
    h.log.fail_at = f->at;
    h.log.with_error = _i & 1;
    cupel_error_t *error = cupel_func_call_resumable(h.t.ctx, h.go, &arg, 1, &result, 1, &r, &trap);
    ck_assert_ptr_null(r);
    if (h.log.with_error) {
        ck_assert_ptr_null(trap);
        expect_error(error, CUPEL_ERROR_HOST, "the hook says no");
    } else {
        must(error);
        ck_assert_str_eq(cupel_trap_message(trap), "the hook says no");
        expect_trap(trap, CUPEL_TRAP_HOST, "");
    }
    ck_assert_str_eq(h.log.text, f->log);
    /* Nothing is left behind. */
    h.log.fail_at = 0;
    ck_assert_int_eq(call_i32(&h.t, h.go, ARGS(5)), 6);
    world_fini(&h.t);
}
END_TEST

START_TEST(suspending_and_resuming)
{
    struct hooked h;
    cupel_val_t arg = val_i32(0), result;
    cupel_trap_t *trap;
    cupel_resumable_t *r;
    hooked_init(&h);
    must(cupel_func_call_resumable(h.t.ctx, h.go, &arg, 1, &result, 1, &r, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_str_eq(h.log.text, "whHW");
    /* The hook says no before anything runs: the call waits on. */
    h.log.fail_at = 'w';
    must(cupel_resumable_resume(h.t.ctx, r, &arg, 1, &result, 1, &trap));
    expect_trap(trap, CUPEL_TRAP_HOST, "");
    ck_assert_int_eq(cupel_resumable_reason(r), CUPEL_SUSPENDED_BY_HOST);
    h.log.fail_at = 0;
    memset(h.log.text, 0, sizeof h.log.text);
    arg = val_i32(77);
    must(cupel_resumable_resume(h.t.ctx, r, &arg, 1, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(result.of.i32, 77);
    ck_assert_str_eq(h.log.text, "wW");
    cupel_resumable_delete(r);
    world_fini(&h.t);
}
END_TEST

static cupel_error_t *recurse(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                              cupel_trap_t **trap)
{
    cupel_val_t arg = val_i32(9), result;
    (void)event;
    return cupel_func_call(ctx, *(cupel_func_t *)env, &arg, 1, &result, 1, trap);
}

/* A hook that calls, and so runs itself, ends at a limit. */
START_TEST(hooks_that_call)
{
    struct hooked h;
    hooked_init(&h);
    cupel_store_set_call_hook(h.t.store, recurse, &h.plain);
    expect_trap(call_trap(&h.t, h.plain, ARGS(1)), CUPEL_TRAP_STACK_OVERFLOW, "host_depth");
    world_fini(&h.t);
}
END_TEST

static cupel_error_t *call_once(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                                cupel_trap_t **trap)
{
    struct hooked *h = env;
    cupel_val_t arg = val_i32(9), result;
    (void)event;
    cupel_store_set_call_hook(h->t.store, NULL, NULL);
    cupel_error_t *error = cupel_func_call(ctx, h->plain, &arg, 1, &result, 1, trap);
    cupel_store_set_call_hook(h->t.store, call_once, h);
    return error;
}

/* What a hook calls disturbs neither arguments nor results. */
START_TEST(hooks_that_call_leave_values_alone)
{
    struct hooked h;
    hooked_init(&h);
    cupel_store_set_call_hook(h.t.store, call_once, &h);
    for (int i = 3; i < 10; i++)
        ck_assert_int_eq(call_i32(&h.t, h.go, ARGS(i)), i + 1);
    expect_trap(call_trap(&h.t, h.go, ARGS(0)), CUPEL_TRAP_HOST, "");
    world_fini(&h.t);
}
END_TEST

/* ---- What a caller gives ---- */

static cupel_trap_t *look(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    struct world *t = env;
    uint64_t fuel, same;
    (void)args, (void)nargs, (void)results, (void)nresults;
    ck_assert_ptr_eq(cupel_caller_engine(caller), t->engine);
    ck_assert_ptr_eq(cupel_context_engine(cupel_caller_context(caller)), t->engine);
    ck_assert_ptr_eq(cupel_caller_data(caller), cupel_context_data(t->ctx));
    must(cupel_caller_get_fuel(caller, &fuel));
    must(cupel_context_get_fuel(t->ctx, &same));
    ck_assert_uint_eq(fuel, same);
    must(cupel_caller_set_fuel(caller, 12345));
    return NULL;
}

START_TEST(callers)
{
    struct world t;
    uint64_t fuel;
    cupel_trap_t *trap;
    world_init(&t, WORLD_METERED);
    cupel_func_t f = host_func(&t, "", "", look, &t);
    must(cupel_func_call(t.ctx, f, NULL, 0, NULL, 0, &trap));
    ck_assert_ptr_null(trap);
    must(cupel_context_get_fuel(t.ctx, &fuel));
    ck_assert_uint_eq(fuel, 12345);
    world_fini(&t);
}
END_TEST

void add_call_hook(TCase *tc)
{
    tcase_add_test(tc, events_in_order);
    tcase_add_loop_test(tc, failures, 0, 12);
    tcase_add_test(tc, suspending_and_resuming);
    tcase_add_test(tc, hooks_that_call);
    tcase_add_test(tc, hooks_that_call_leave_values_alone);
    tcase_add_test(tc, callers);
}
