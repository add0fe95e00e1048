/*
 * A method reads its parameters, asks the service, writes the result. In the short form every
 * method is an export: the same call, with a plain array as result.
 */
#include "api/rpc_methods.h"

#include "api/export_call.h"
#include "api/openapi.h"

#include <string.h>

static const struct rpc_method methods[] = {
#define E API_ERROR_BIT
#define METHOD(name, handler, params, scope, result, errors, summary)                              \
    {name, handler, params, scope, #result, errors, summary},
#include "api/methods.def"
#undef METHOD
#undef E
};

enum { METHODS = sizeof methods / sizeof methods[0] };

const struct rpc_method *rpc_methods(size_t *count)
{
    *count = METHODS;
    return methods;
}

/* A parameter that is a string; `what` names it in messages. */
static enum api_code need_string(const json_t *json, const char *what, const char **out,
                                 struct api_error *error)
{
    char given[96];

    if (!json_in_is_string(json)) {
        json_in_describe(json, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST, "params.%s: expected a string, got %s", what,
                             given);
    }
    *out = json_string_value(json);
    return API_OK;
}

/* Longer than any reference. */
enum { PLAIN_REF_SIZE = 192 };

/* ---- calls ----------------------------------------------------------------------------------- */

struct call_order {
    const char *module;
    const char *function;
    size_t function_len;
    const json_t *args, *limits;
    const struct plain_call *read; /* has the arguments, instead of `args`; or NULL */
    bool plain;                    /* the result is the array of values alone */
};

static void write_result(struct call *call, bool plain, struct json_out *out,
                         struct api_error *error)
{
    if (plain) {
        call_results(call, out, error);
        return;
    }
    json_out_object_begin(out);
    json_out_key(out, "values");
    if (call_results(call, out, error) == API_OK) {
        json_out_member_u64(out, "fuel_used", call->fuel_used);
        json_out_member_u64(out, "memory_bytes", call->memory_bytes);
        json_out_member_u64(out, "elapsed_us", call->elapsed_us);
        json_out_object_end(out);
    }
}

static void log_call(const struct rpc *rpc, enum api_code code)
{
    const struct call *call = &rpc->current.call;
    struct call_record record = {
        .request = rpc->request,
        .module = call->module != NULL ? &call->module_id : NULL,
        .function = call->function,
        .function_len = call->function_len,
        .outcome = api_error_kind(code),
        .fuel = call->fuel_used,
        .elapsed_us = call->elapsed_us,
        .memory_bytes = call->memory_bytes,
    };

    rpc->log->write(rpc->log->env, &record);
}

/* After a slice: writes the result, unless there is another slice to come. */
static enum api_code after_slice(struct rpc *rpc, struct json_out *out, struct api_error *error)
{
    struct rpc_current *current = &rpc->current;
    struct call *call = &current->call;

    current->waits = call->suspended;
    if (current->waits) {
        return API_OK;
    }
    if (error->code == API_OK) {
        write_result(call, current->plain, out, error);
    }
    metrics_call(service_metrics(rpc->service), error->code, call->elapsed_us, call->fuel_used);
    if (error->code == API_TIMEOUT) {
        metrics_timeout(service_metrics(rpc->service),
                        (call->start_ns + call->elapsed_us * 1000 - call->deadline_ns) / 1000);
    }
    if (rpc->log != NULL) {
        log_call(rpc, error->code);
    }
    rpc->fuel_used += call->fuel_used;
    rpc->slice -= call->fuel_used < rpc->slice ? call->fuel_used : rpc->slice;
    if (rpc->leaves) {
        call_remains_fini(&rpc->remains);
        call_leave(call, &rpc->remains);
    } else {
        call_close(call);
    }
    return error->code;
}

enum api_code rpc_call_continue(struct rpc_request *request, struct json_out *out,
                                struct api_error *error)
{
    (void)!call_continue(&request->rpc->current.call, request->rpc->slice, error);
    return after_slice(request->rpc, out, error);
}

/* Begins a call; errors of a call say what fuel was used. */
static enum api_code run_call(struct rpc *rpc, const struct call_order *order, struct json_out *out,
                              struct api_error *error)
{
    const struct service_settings *settings = service_get_settings(rpc->service);
    struct call *call = &rpc->current.call;
    struct call_limits limits;

    error->of_call = true;
    rpc->current.plain = order->plain;
    if (call_limits_read(order->limits, &settings->standard, &settings->maximum, &limits, error) !=
        API_OK) {
        return error->code;
    }
    if (call_open(call, rpc->service, &rpc->terms, order->module, order->function,
                  order->function_len, &limits, error) == API_OK &&
        (order->read != NULL ? call_scalars(call, order->read->args, order->read->arg_count, error)
                             : call_arguments(call, order->args, error)) == API_OK) {
        (void)!call_start(call, rpc->slice, error);
    }
    return after_slice(rpc, out, error);
}

enum api_code rpc_call(struct rpc_request *request, const struct rpc_params *params,
                       struct json_out *out, struct api_error *error)
{
    struct call_order order = {.args = params->values[2], .limits = params->values[3]};

    error->of_call = true;
    if (need_string(params->values[0], "module", &order.module, error) != API_OK ||
        need_string(params->values[1], "function", &order.function, error) != API_OK) {
        return error->code;
    }
    order.function_len = json_string_length(params->values[1]);
    return run_call(request->rpc, &order, out, error);
}

/* The short form: the method is the export. */
static enum api_code run_export(struct rpc_request *request, struct json_out *out,
                                struct api_error *error)
{
    struct call_order order = {.module = request->rpc->module,
                               .function = request->method,
                               .function_len = request->method_len,
                               .args = request->params,
                               .plain = true};
    struct rpc_params params;

    error->of_call = true;
    if (json_is_object(request->params)) {
        if (rpc_sort_params("args limits", request->params, &params, error) != API_OK) {
            return error->code;
        }
        order.args = params.values[0];
        order.limits = params.values[1];
    }
    return run_call(request->rpc, &order, out, error);
}

bool rpc_is_plain_call(const struct rpc *rpc, const struct plain_call *plain)
{
    if (rpc->module != NULL) {
        return plain->module.kind == JSON_SCALAR_NONE;
    }
    return plain->module.kind == JSON_SCALAR_STRING && plain->module.len < PLAIN_REF_SIZE &&
           plain->method.len == 4 && memcmp(plain->method.text, "call", 4) == 0 &&
           scopes_allow(rpc->scopes, "call");
}

enum api_code rpc_plain_call(struct rpc *rpc, const struct plain_call *plain, struct json_out *out,
                             struct api_error *error)
{
    const struct json_scalar *function = rpc->module != NULL ? &plain->method : &plain->function;
    char module[PLAIN_REF_SIZE];
    struct call_order order = {.module = rpc->module,
                               .function = function->text,
                               .function_len = function->len,
                               .read = plain,
                               .plain = rpc->module != NULL};

    if (order.module == NULL) {
        memcpy(module, plain->module.text, plain->module.len);
        module[plain->module.len] = '\0';
        order.module = module;
    }
    return run_call(rpc, &order, out, error);
}

/* ---- modules --------------------------------------------------------------------------------- */

enum api_code rpc_module_list(struct rpc_request *request, const struct rpc_params *params,
                              struct json_out *out, struct api_error *error)
{
    char next[STORAGE_CURSOR_SIZE], given[96];
    const char *cursor = NULL;
    const json_t *limit = params->values[0];
    bool negative = false;
    uint64_t count = 100;

    if (limit != NULL && !json_is_null(limit) &&
        (!json_in_integer(limit, &negative, &count) || negative || count < 1 ||
         count > STORAGE_PAGE_MAX)) {
        json_in_describe(limit, given, sizeof given);
        return api_error_set(error, API_BAD_REQUEST,
                             "params.limit: expected an integer from 1 to %d, got %s",
                             STORAGE_PAGE_MAX, given);
    }
    if (params->values[1] != NULL && !json_is_null(params->values[1]) &&
        need_string(params->values[1], "cursor", &cursor, error) != API_OK) {
        return error->code;
    }
    return service_list(request->rpc->service, (size_t)count, cursor, out, next, error);
}

enum api_code rpc_module_get(struct rpc_request *request, const struct rpc_params *params,
                             struct json_out *out, struct api_error *error)
{
    struct service_module module;
    const char *ref = NULL;

    if (need_string(params->values[0], "module", &ref, error) != API_OK ||
        service_get(request->rpc->service, ref, &module, error) != API_OK) {
        return error->code;
    }
    json_out_raw(out, module.json.data, module.json.len);
    service_module_fini(&module);
    return API_OK;
}

enum api_code rpc_module_delete(struct rpc_request *request, const struct rpc_params *params,
                                struct json_out *out, struct api_error *error)
{
    static const struct service_precondition none = {NULL, NULL};
    const char *ref = NULL;

    if (need_string(params->values[0], "module", &ref, error) != API_OK ||
        service_remove(request->rpc->service, ref, &none, error) != API_OK) {
        return error->code;
    }
    json_out_object_begin(out);
    json_out_member_cstr(out, "deleted", ref);
    json_out_object_end(out);
    return API_OK;
}

enum api_code rpc_system_info(struct rpc_request *request, const struct rpc_params *params,
                              struct json_out *out, struct api_error *error)
{
    (void)params;
    return service_info(request->rpc->service, out, error);
}

enum api_code rpc_discover(struct rpc_request *request, const struct rpc_params *params,
                           struct json_out *out, struct api_error *error)
{
    (void)params;
    openrpc_write(service_get_settings(request->rpc->service), out);
    return error->code;
}

/* ---- which method ---------------------------------------------------------------------------- */

enum api_code rpc_dispatch(struct rpc_request *request, struct json_out *out,
                           struct api_error *error)
{
    struct rpc_params params;
    size_t i;

    if (request->rpc->module != NULL) {
        return run_export(request, out, error);
    }
    for (i = 0; i < METHODS; i++) {
        if (strcmp(methods[i].name, request->method) == 0) {
            if (!scopes_allow(request->rpc->scopes, methods[i].scope)) {
                error->of_call = methods[i].run == rpc_call;
                return api_error_set(error, API_FORBIDDEN, "%s: the key does not allow %s",
                                     methods[i].name, methods[i].scope);
            }
            if (rpc_sort_params(methods[i].params, request->params, &params, error) != API_OK) {
                error->of_call = methods[i].run == rpc_call;
                return error->code;
            }
            return methods[i].run(request, &params, out, error);
        }
    }
    return api_error_set(error, API_RPC_METHOD, "there is no method \"%.64s\"", request->method);
}
