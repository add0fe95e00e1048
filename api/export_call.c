/*
 * Every call gets a store of its own, which dies with it, so no call can see or keep anything of
 * another's.
 *
 * A call runs in slices: it is given a part of its fuel, and when the engine suspends it for want of
 * more, it is given the next part, now or later, on this thread or another. Since a step that
 * cannot be paid deducts nothing, fuel comes out as if all of it had been given at once, and a call
 * is out of fuel when the step that it stands at costs more than what is left of the whole. The
 * clock is read between slices, and within one every slice_fuel units: a call that needs no more
 * never pays for its deadline. Fuel that is used is what was given minus what is left, so
 * instantiation and start function count.
 */
#include "api/export_call.h"

#include "api/call_error.h"
#include "api/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t call_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void take_types(struct call *call, const cupel_externtype_t *type)
{
    call->params = cupel_functype_params(type->of.func, &call->param_count);
    call->results = cupel_functype_results(type->of.func, &call->result_count);
}

/* Of another copy of the module. */
static bool find_types(struct call *call)
{
    cupel_externtype_t type;

    if (!cupel_module_get_export(call->module, call->function, call->function_len, &type) ||
        type.kind != CUPEL_EXTERN_FUNC) {
        return false;
    }
    take_types(call, &type);
    return true;
}

static enum api_code find_export(struct call *call, const char *ref, struct api_error *error)
{
    int len = (int)(call->function_len > 128 ? 128 : call->function_len);
    cupel_externtype_t type;

    if (!cupel_module_get_export(call->module, call->function, call->function_len, &type)) {
        return api_error_set(error, API_NO_EXPORT, "module \"%s\" has no export \"%.*s\"", ref, len,
                             call->function);
    }
    if (type.kind != CUPEL_EXTERN_FUNC) {
        return api_error_set(error, API_NO_EXPORT,
                             "export \"%.*s\" of module \"%s\" is a %s, not a function", len,
                             call->function, ref, cupel_externkind_name(type.kind));
    }
    take_types(call, &type);
    call->values = call->few_values;
    if (call->param_count + call->result_count > CALL_FEW_VALUES) {
        call->values = calloc(call->param_count + call->result_count, sizeof *call->values);
    }
    return call->values != NULL ? API_OK
                                : api_error_set(error, API_NO_MEMORY, "memory is exhausted");
}

enum api_code call_open(struct call *call, struct service *service, const struct call_terms *terms,
                        const char *ref, const char *function, size_t function_len,
                        const struct call_limits *limits, struct api_error *error)
{
    memset(call, 0, sizeof *call);
    call->service = service;
    call->terms = *terms;
    call->function = function;
    call->function_len = function_len;
    call->limits = *limits;
    call->deadline_ns = terms->latest_ns;
    if (service_enter_call(service, terms->account, error) != API_OK) {
        return error->code;
    }
    call->entered = true;
    if (service_ready_module(service, ref, &call->module_id, &call->module, error) != API_OK) {
        call->module = NULL;
        return error->code;
    }
    return find_export(call, ref, error);
}

void call_remains_fini(struct call_remains *remains)
{
    cupel_resumable_delete(remains->waiting);
    cupel_store_delete(remains->store);
    cupel_module_delete(remains->module);
    if (remains->memory_charged > 0) {
        service_return_memory(remains->service, remains->memory_charged);
    }
    memset(remains, 0, sizeof *remains);
}

/* Takes from the call what it runs in. */
static struct call_remains take_remains(struct call *call)
{
    struct call_remains remains = {call->service, call->store, call->waiting, call->module,
                                   call->memory_charged};

    call->store = NULL;
    call->waiting = NULL;
    call->module = NULL;
    call->suspended = false;
    call->memory_charged = 0;
    return remains;
}

void call_leave(struct call *call, struct call_remains *own)
{
    *own = take_remains(call);
    if (call->values != call->few_values) {
        free(call->values);
    }
    if (call->entered) {
        service_leave_call(call->service, call->terms.account);
    }
    memset(call, 0, sizeof *call);
}

void call_close(struct call *call)
{
    struct call_remains remains;

    call_leave(call, &remains);
    call_remains_fini(&remains);
}

/* ---- arguments and results ------------------------------------------------------------------- */

static enum api_code wrong_count(const struct call *call, size_t given, struct api_error *error)
{
    struct strbuf kinds;
    size_t i;

    strbuf_init(&kinds);
    for (i = 0; i < call->param_count && i < 16; i++) {
        strbuf_printf(&kinds, "%s%s", i > 0 ? ", " : "", cupel_valkind_name(call->params[i]));
    }
    strbuf_puts(&kinds, i < call->param_count ? ", ..." : "");
    api_error_set(error, API_BAD_REQUEST, "args: \"%.*s\" takes %zu argument%s (%s), got %zu",
                  (int)(call->function_len > 128 ? 128 : call->function_len), call->function,
                  call->param_count, call->param_count == 1 ? "" : "s", strbuf_text(&kinds), given);
    strbuf_fini(&kinds);
    return error->code;
}

/* One of them; `count` is right. */
static enum api_code take_argument(struct call *call, size_t i, const struct json_scalar *arg,
                                   struct api_error *error)
{
    char what[96];

    if (value_from_scalar(arg, call->params[i], &call->values[i])) {
        return API_OK;
    }
    json_scalar_describe(arg, what, sizeof what);
    return api_error_set(error, API_BAD_REQUEST, "args[%zu]: expected %s; got %s", i,
                         value_expected(call->params[i]), what);
}

enum api_code call_scalars(struct call *call, const struct json_scalar *args, size_t count,
                           struct api_error *error)
{
    size_t i;

    if (count != call->param_count) {
        return wrong_count(call, count, error);
    }
    for (i = 0; i < count && error->code == API_OK; i++) {
        (void)!take_argument(call, i, &args[i], error);
    }
    return error->code;
}

enum api_code call_arguments(struct call *call, const json_t *args, struct api_error *error)
{
    size_t given = json_array_size(args), i;
    char what[96], digits[JSON_IN_NUMBER_SIZE];

    if (args != NULL && !json_is_array(args)) {
        json_in_describe(args, what, sizeof what);
        return api_error_set(error, API_BAD_REQUEST, "args: expected an array, got %s", what);
    }
    if (given != call->param_count) {
        return wrong_count(call, given, error);
    }
    for (i = 0; i < given && error->code == API_OK; i++) {
        struct json_scalar arg = json_in_scalar(json_array_get(args, i), digits);

        (void)!take_argument(call, i, &arg, error);
    }
    return error->code;
}

enum api_code call_results(struct call *call, struct json_out *out, struct api_error *error)
{
    const cupel_val_t *results = call->values + call->param_count;
    size_t start = out->text->len, i;
    bool comma = out->comma;

    json_out_array_begin(out);
    for (i = 0; i < call->result_count; i++) {
        if (!value_to_json(&results[i], out)) {
            api_error_set(error, API_HOST,
                          "result %zu is a %s that is not null: it cannot be written as JSON", i,
                          cupel_valkind_name(results[i].kind));
            break;
        }
    }
    json_out_array_end(out);
    if (error->code == API_OK && out->text->len - start - comma > call->limits.output_bytes) {
        api_error_set(error, API_CALL_LIMIT,
                      "the results take %zu bytes as JSON, more than the limit of %" PRIu64,
                      out->text->len - start - comma, call->limits.output_bytes);
        api_error_member(error, "limit", "output_bytes", strlen("output_bytes"));
    }
    if (error->code != API_OK) {
        strbuf_truncate(out->text, start);
        out->comma = comma;
        error->of_call = true;
        error->fuel_used = call->fuel_used;
    }
    return error->code;
}

/* ---- running --------------------------------------------------------------------------------- */

static bool is_to_stop(struct call *call, uint64_t now_ns)
{
    if (service_is_cancelled(call->service)) {
        call->stop = CALL_CANCELLED;
    } else if (call->terms.abandoned != NULL && atomic_load(call->terms.abandoned)) {
        call->stop = CALL_ABANDONED;
    } else if (now_ns >= call->deadline_ns) {
        call->stop = CALL_TIMED_OUT;
    } else if (account_is_spent(call->terms.account, time(NULL))) {
        call->stop = CALL_OVER_QUOTA;
    }
    return call->stop != CALL_RUNS;
}

/* Asked by the engine within a slice, and by us between slices. */
static bool interrupted(void *env)
{
    return is_to_stop(env, call_clock_ns());
}

/*
 * All calls together have so much memory. What can fail by the call's own limits is left to them, so
 * that nobody takes from the others what he will not get.
 */
static cupel_growth_t memory_growing(void *env, uint64_t current, uint64_t desired,
                                     uint64_t maximum, cupel_trap_t **trap)
{
    struct call *call = env;
    uint64_t want = cupel_context_memory_bytes(cupel_store_context(call->store), NULL), more;

    want += desired - current;
    if (desired > maximum || want > call->limits.memory_bytes || want <= call->memory_charged) {
        return CUPEL_GROWTH_ALLOW;
    }
    more = want - call->memory_charged;
    if (!service_take_memory(call->service, more)) {
        call->starved = true;
        *trap = cupel_trap_new("all calls together have used up the memory that there is for them");
        return CUPEL_GROWTH_TRAP;
    }
    call->memory_charged += more;
    return CUPEL_GROWTH_ALLOW;
}

static cupel_error_t *prepare_store(struct call *call)
{
    const struct call_limits *limits = &call->limits;
    cupel_store_limits_t caps;
    cupel_limiter_t limiter;
    cupel_error_t *failed;

    cupel_store_limits_init(&caps);
    caps.memory_bytes = limits->memory_bytes;
    caps.table_elements = limits->table_elements;
    caps.instances = (uint32_t)limits->instances;
    caps.memories = (uint32_t)limits->memories;
    caps.tables = (uint32_t)limits->tables;
    caps.stack_bytes = limits->stack_bytes;
    caps.call_depth = (uint32_t)limits->call_depth;
    failed = cupel_store_set_limits(call->store, &caps);
    if (failed == NULL) {
        failed = cupel_store_set_interrupt(call->store, interrupted, call,
                                           service_get_settings(call->service)->slice_fuel);
    }
    if (failed == NULL) {
        cupel_limiter_init(&limiter);
        limiter.env = call;
        limiter.memory_growing = memory_growing;
        cupel_store_set_limiter(call->store, &limiter);
    }
    return failed;
}

/* Puts the next part of the fuel into the store's hands. */
static cupel_error_t *give_fuel(struct call *call, uint64_t slice)
{
    uint64_t least = call->waiting != NULL ? cupel_resumable_required_fuel(call->waiting) : 0;

    slice = slice > least ? slice : least;
    call->fuel_given = slice < call->fuel_left ? slice : call->fuel_left;
    return cupel_context_set_fuel(cupel_store_context(call->store), call->fuel_given);
}

/* Takes back what the slice has left over. */
static void count_fuel(struct call *call)
{
    uint64_t left = call->fuel_given;

    cupel_error_delete(cupel_context_get_fuel(cupel_store_context(call->store), &left));
    call->fuel_left -= call->fuel_given - left;
    call->fuel_given = left;
}

static cupel_error_t *call_export(struct call *call, cupel_trap_t **trap, struct api_error *error)
{
    cupel_context_t *ctx = cupel_store_context(call->store);
    cupel_extern_t item;

    call->instantiated = true;
    if (!cupel_instance_get_export(ctx, call->instance, call->function, call->function_len,
                                   &item)) {
        api_error_set(error, API_INTERNAL, "the instance lacks an export of its module");
        return NULL;
    }
    return cupel_func_call_resumable(ctx, item.of.func, call->values, call->param_count,
                                     call->values + call->param_count, call->result_count,
                                     &call->waiting, trap);
}

static bool still_waits(const struct call *call)
{
    return call->waiting != NULL && cupel_resumable_reason(call->waiting) != CUPEL_NOT_SUSPENDED;
}

/* From where the call stands to the end of the slice or its own. */
static cupel_error_t *run_on(struct call *call, cupel_trap_t **trap, struct api_error *error)
{
    cupel_context_t *ctx = cupel_store_context(call->store);
    bool calls = call->instantiated;
    cupel_error_t *failed;

    if (call->waiting == NULL) {
        failed = cupel_instance_new_resumable(ctx, call->module, NULL, 0, &call->instance,
                                              &call->waiting, trap);
    } else {
        failed = cupel_resumable_resume(ctx, call->waiting, NULL, 0,
                                        calls ? call->values + call->param_count : NULL,
                                        calls ? call->result_count : 0, trap);
    }
    if (failed != NULL || *trap != NULL || calls || still_waits(call)) {
        return failed;
    }
    cupel_resumable_delete(call->waiting);
    call->waiting = NULL;
    return call_export(call, trap, error);
}

/* It is out of fuel: of its slice only, or of everything? */
static void suspend(struct call *call, struct api_error *error)
{
    cupel_trap_t *trap;

    if (cupel_resumable_required_fuel(call->waiting) <= call->fuel_left) {
        call->suspended = true;
        return;
    }
    trap = cupel_resumable_into_trap(call->waiting);
    call->waiting = NULL;
    if (trap != NULL) {
        call_error_from_trap(error, call, trap);
    } else {
        api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
}

static void begin(struct call *call, uint64_t slice, struct api_error *error);

/* Everything anew but the arguments, and the time that it has. */
static void begin_again(struct call *call, uint64_t slice, struct api_error *error)
{
    struct call_remains before = take_remains(call);

    call_remains_fini(&before);
    call->renewed = true;
    call->instantiated = false;
    call->fuel_left = call->limits.fuel;
    call->fuel_used = call->fuel_given = 0;
    if (service_renew_module(call->service, &call->module_id, &call->module, error) != API_OK) {
        call->module = NULL;
    } else if (find_types(call)) {
        begin(call, slice, error);
    } else {
        api_error_set(error, API_INTERNAL, "the module lacks an export that it had");
    }
}

static bool is_damaged(const struct call *call, const cupel_error_t *failed)
{
    return failed != NULL && cupel_error_kind(failed) == CUPEL_ERROR_IMAGE && !call->renewed;
}

static void run_slice(struct call *call, uint64_t slice, struct api_error *error)
{
    cupel_error_t *failed = give_fuel(call, slice);
    cupel_trap_t *trap = NULL;

    call->suspended = false;
    if (failed == NULL) {
        failed = run_on(call, &trap, error);
    }
    count_fuel(call);
    if (is_damaged(call, failed)) {
        cupel_error_delete(failed);
        begin_again(call, slice, error);
    } else if (failed != NULL) {
        call_error_from_engine(error, call, failed);
    } else if (trap != NULL) {
        call_error_from_trap(error, call, trap);
    } else if (error->code == API_OK && still_waits(call)) {
        suspend(call, error);
    }
}

/* After every slice: what the call has used, and an end to what is not suspended. */
static enum api_code settle(struct call *call, struct api_error *error)
{
    uint64_t used = call->limits.fuel - call->fuel_left;

    account_charge(call->terms.account, used - call->fuel_used, time(NULL));
    call->fuel_used = used;
    call->elapsed_us = (call_clock_ns() - call->start_ns) / 1000;
    if (!call->suspended && call->store != NULL) {
        call->memory_bytes = cupel_context_memory_bytes(cupel_store_context(call->store), NULL);
    }
    if (error->code != API_OK) {
        error->of_call = true;
        error->fuel_used = call->fuel_used;
    }
    return error->code;
}

static void begin(struct call *call, uint64_t slice, struct api_error *error)
{
    cupel_error_t *failed;

    call->store = cupel_store_new(service_engine(call->service), NULL, NULL);
    if (call->store == NULL) {
        api_error_set(error, API_NO_MEMORY, "memory is exhausted");
        return;
    }
    failed = prepare_store(call);
    if (failed != NULL) {
        call_error_from_engine(error, call, failed);
    } else {
        run_slice(call, slice, error);
    }
}

enum api_code call_start(struct call *call, uint64_t slice, struct api_error *error)
{
    uint64_t mine;

    call->start_ns = call_clock_ns();
    mine = call->start_ns + call->limits.timeout_ms * 1000000;
    if (mine < call->deadline_ns) {
        call->deadline_ns = mine;
    }
    call->fuel_left = call->limits.fuel;
    if (cupel_module_import_count(call->module) > 0) {
        call_error_imports(error, call->module);
    } else if (is_to_stop(call, call->start_ns)) {
        call_error_stopped(error, call, NULL);
    } else {
        begin(call, slice, error);
    }
    return settle(call, error);
}

enum api_code call_continue(struct call *call, uint64_t slice, struct api_error *error)
{
    if (interrupted(call)) {
        call->suspended = false;
        call_error_stopped(error, call, cupel_resumable_trap(call->waiting));
    } else {
        run_slice(call, slice, error);
    }
    return settle(call, error);
}
