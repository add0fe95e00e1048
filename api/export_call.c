/*
 * Every call gets a store of its own, which dies with it, so no call can see or keep anything of
 * another's. The clock is read when a slice of fuel is used up: a call that needs no more than one
 * slice never pays for its deadline. Fuel that is used is what was given minus what is left, so
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
    call->params = cupel_functype_params(type.of.func, &call->param_count);
    call->results = cupel_functype_results(type.of.func, &call->result_count);
    call->values = calloc(call->param_count + call->result_count + 1, sizeof *call->values);
    if (call->values == NULL) {
        return api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    }
    return API_OK;
}

enum api_code call_open(struct call *call, struct service *service, const char *ref,
                        const char *function, size_t function_len, const struct call_limits *limits,
                        uint64_t latest_ns, struct api_error *error)
{
    memset(call, 0, sizeof *call);
    call->service = service;
    call->function = function;
    call->function_len = function_len;
    call->limits = *limits;
    call->deadline_ns = latest_ns;
    if (service_enter_call(service, error) != API_OK) {
        return error->code;
    }
    call->entered = true;
    if (service_ready_module(service, ref, &call->module, error) != API_OK) {
        call->module = NULL;
        return error->code;
    }
    return find_export(call, ref, error);
}

void call_close(struct call *call)
{
    free(call->values);
    cupel_module_delete(call->module);
    if (call->entered) {
        service_leave_call(call->service);
    }
    memset(call, 0, sizeof *call);
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

enum api_code call_arguments(struct call *call, const json_t *args, struct api_error *error)
{
    size_t given = json_array_size(args), i;
    char what[96];

    if (args != NULL && !json_is_array(args)) {
        json_in_describe(args, what, sizeof what);
        return api_error_set(error, API_BAD_REQUEST, "args: expected an array, got %s", what);
    }
    if (given != call->param_count) {
        return wrong_count(call, given, error);
    }
    for (i = 0; i < given; i++) {
        const json_t *arg = json_array_get(args, i);

        if (!value_from_json(arg, call->params[i], &call->values[i])) {
            json_in_describe(arg, what, sizeof what);
            return api_error_set(error, API_BAD_REQUEST, "args[%zu]: expected %s; got %s", i,
                                 value_expected(call->params[i]), what);
        }
    }
    return API_OK;
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

static bool interrupted(void *env)
{
    struct call *call = env;

    if (service_is_cancelled(call->service)) {
        call->stop = CALL_CANCELLED;
    } else if (call_clock_ns() >= call->deadline_ns) {
        call->stop = CALL_TIMED_OUT;
    }
    return call->stop != CALL_RUNS;
}

static cupel_error_t *prepare_store(struct call *call, cupel_store_t *store)
{
    const struct call_limits *limits = &call->limits;
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_store_limits_t caps;
    cupel_error_t *failed;

    cupel_store_limits_init(&caps);
    caps.memory_bytes = limits->memory_bytes;
    caps.table_elements = limits->table_elements;
    caps.instances = (uint32_t)limits->instances;
    caps.memories = (uint32_t)limits->memories;
    caps.tables = (uint32_t)limits->tables;
    caps.stack_bytes = limits->stack_bytes;
    caps.call_depth = (uint32_t)limits->call_depth;
    failed = cupel_store_set_limits(store, &caps);
    if (failed == NULL) {
        failed = cupel_context_set_fuel(ctx, limits->fuel);
    }
    if (failed == NULL) {
        failed = cupel_store_set_interrupt(store, interrupted, call,
                                           service_get_settings(call->service)->slice_fuel);
    }
    return failed;
}

static void run_in_store(struct call *call, cupel_store_t *store, struct api_error *error)
{
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_error_t *failed = prepare_store(call, store);
    cupel_trap_t *trap = NULL;
    cupel_instance_t instance;
    cupel_extern_t item;
    uint64_t left = call->limits.fuel;

    if (failed == NULL) {
        failed = cupel_instance_new(ctx, call->module, NULL, 0, &instance, &trap);
    }
    if (failed == NULL && trap == NULL) {
        if (cupel_instance_get_export(ctx, instance, call->function, call->function_len, &item)) {
            failed = cupel_func_call(ctx, item.of.func, call->values, call->param_count,
                                     call->values + call->param_count, call->result_count, &trap);
        } else {
            api_error_set(error, API_INTERNAL, "the instance lacks an export of its module");
        }
    }
    cupel_error_delete(cupel_context_get_fuel(ctx, &left));
    call->fuel_used = call->limits.fuel - left;
    call->memory_bytes = cupel_context_memory_bytes(ctx, NULL);
    if (failed != NULL) {
        call_error_from_engine(error, failed);
    } else if (trap != NULL) {
        call_error_from_trap(error, call, trap);
    }
}

enum api_code call_run(struct call *call, struct api_error *error)
{
    uint64_t start = call_clock_ns(), mine = start + call->limits.timeout_ms * 1000000;
    cupel_store_t *store = NULL;

    if (mine < call->deadline_ns) {
        call->deadline_ns = mine;
    }
    if (cupel_module_import_count(call->module) > 0) {
        call_error_imports(error, call->module);
    } else if (interrupted(call)) {
        call_error_stopped(error, call);
    } else if ((store = cupel_store_new(service_engine(call->service), NULL, NULL)) == NULL) {
        api_error_set(error, API_NO_MEMORY, "memory is exhausted");
    } else {
        run_in_store(call, store, error);
    }
    cupel_store_delete(store);
    call->elapsed_us = (call_clock_ns() - start) / 1000;
    if (error->code != API_OK) {
        error->of_call = true;
        error->fuel_used = call->fuel_used;
    }
    return error->code;
}
