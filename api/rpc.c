/*
 * The answer is written straight into the output: first the envelope up to "result", then the
 * method writes its result. If it fails, the output is cut back and the error written instead; for
 * a notification it is cut back in any case. One body has one deadline, so a batch cannot hold a
 * thread for longer than one call could.
 */
#include "api/rpc.h"

#include "api/export_call.h"
#include "api/handlers.h"
#include "api/rpc_methods.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_id(const json_t *id)
{
    return json_in_is_string(id) || json_in_is_number(id) || json_is_null(id);
}

static void write_id(const json_t *id, struct json_out *out)
{
    char buffer[JSON_IN_NUMBER_SIZE];
    const char *number;

    json_out_key(out, "id");
    if (id == NULL || json_is_null(id)) {
        json_out_null(out);
    } else if (json_in_is_number(id)) {
        number = json_in_number(id, buffer);
        json_out_raw(out, number, strlen(number));
    } else {
        json_out_str(out, json_string_value(id), json_string_length(id));
    }
}

static void write_error(const struct api_error *error, const json_t *id, struct json_out *out)
{
    json_out_object_begin(out);
    json_out_member_cstr(out, "jsonrpc", "2.0");
    write_id(id, out);
    json_out_key(out, "error");
    api_error_rpc(error, out);
    json_out_object_end(out);
}

/* Is it a request of the protocol? Fills `request`. */
static enum api_code read_envelope(const json_t *json, struct rpc_request *request,
                                   struct api_error *error)
{
    const json_t *version = json_object_get(json, "jsonrpc");
    const json_t *method = json_object_get(json, "method");
    const json_t *id = json_object_get(json, "id");
    char given[96];

    if (!json_is_object(json)) {
        json_in_describe(json, given, sizeof given);
        return api_error_set(error, API_RPC_REQUEST, "a request is an object, got %s", given);
    }
    if (version == NULL || !json_in_is_string(version) ||
        strcmp(json_string_value(version), "2.0") != 0) {
        json_in_describe(version, given, sizeof given);
        return api_error_set(error, API_RPC_REQUEST, "jsonrpc: expected \"2.0\", got %s", given);
    }
    if (id != NULL && !is_id(id)) {
        json_in_describe(id, given, sizeof given);
        return api_error_set(error, API_RPC_REQUEST,
                             "id: expected a string, number or null, got %s", given);
    }
    if (method == NULL || !json_in_is_string(method)) {
        json_in_describe(method, given, sizeof given);
        return api_error_set(error, API_RPC_REQUEST, "method: expected a string, got %s", given);
    }
    request->method = json_string_value(method);
    request->method_len = json_string_length(method);
    request->params = json_object_get(json, "params");
    if (request->params != NULL && !json_is_array(request->params) &&
        !json_is_object(request->params)) {
        json_in_describe(request->params, given, sizeof given);
        return api_error_set(error, API_RPC_REQUEST, "params: expected an array or object, got %s",
                             given);
    }
    return API_OK;
}

/* Runs one request and writes its response, if it gets one. */
static void answer_one(struct rpc *rpc, const json_t *json, struct json_out *out)
{
    struct rpc_request request = {rpc, NULL, 0, NULL};
    const json_t *id = json_object_get(json, "id");
    size_t start = out->text->len;
    bool comma = out->comma, is_request;
    struct api_error error;

    api_error_init(&error);
    is_request = read_envelope(json, &request, &error) == API_OK;
    if (is_request) {
        json_out_object_begin(out);
        json_out_member_cstr(out, "jsonrpc", "2.0");
        write_id(id, out);
        json_out_key(out, "result");
        rpc_run(&request, out, &error);
        json_out_object_end(out);
    } else if (id != NULL && !is_id(id)) {
        id = NULL;
    }
    if (error.code != API_OK || (is_request && id == NULL)) {
        strbuf_truncate(out->text, start);
        out->comma = comma;
    }
    if (error.code != API_OK && !(is_request && id == NULL)) {
        write_error(&error, id, out);
    }
    api_error_fini(&error);
}

static void answer_fault(enum api_code code, const char *text, struct json_out *out)
{
    struct api_error error;

    api_error_init(&error);
    api_error_set(&error, code, "%s", text);
    write_error(&error, NULL, out);
    api_error_fini(&error);
}

/* The rest of a batch whose answers have become too long: answered, but not run. */
static void answer_skipped(const struct rpc *rpc, const json_t *json, struct json_out *out)
{
    const json_t *id = json_object_get(json, "id");
    struct api_error error;

    if (id == NULL) {
        return;
    }
    api_error_init(&error);
    api_error_set(&error, API_CALL_LIMIT,
                  "not run: the answers to this batch passed %" PRIu64 " bytes",
                  rpc->settings->max_response_bytes);
    api_error_member(&error, "limit", "output_bytes", strlen("output_bytes"));
    error.of_call = true;
    write_error(&error, is_id(id) ? id : NULL, out);
    api_error_fini(&error);
}

static void answer_batch(struct rpc *rpc, const json_t *batch, struct json_out *out)
{
    size_t count = json_array_size(batch), start = out->text->len, i;
    char text[96];

    if (count == 0 || count > rpc->settings->max_batch) {
        snprintf(text, sizeof text, "a batch holds 1 to %" PRIu64 " requests, got %zu",
                 rpc->settings->max_batch, count);
        answer_fault(API_RPC_REQUEST, text, out);
        return;
    }
    json_out_array_begin(out);
    for (i = 0; i < count; i++) {
        if (out->text->len - start > rpc->settings->max_response_bytes) {
            answer_skipped(rpc, json_array_get(batch, i), out);
        } else {
            answer_one(rpc, json_array_get(batch, i), out);
        }
    }
    if (!out->comma) {
        strbuf_truncate(out->text, start); /* nothing but notifications */
        return;
    }
    json_out_array_end(out);
}

void rpc_answer(struct rpc *rpc, const char *body, size_t len, struct strbuf *text)
{
    struct json_fault fault;
    struct json_out out;
    json_t *json;
    char where[320];

    rpc->deadline_ns =
        call_clock_ns() + service_get_settings(rpc->service)->maximum.timeout_ms * 1000000;
    json_out_init(&out, text);
    json = json_in_parse(body, len, (size_t)rpc->settings->max_json_depth, &fault);
    if (json == NULL) {
        snprintf(where, sizeof where, "line %zu, column %zu (byte %zu): %s", fault.line,
                 fault.column, fault.offset, fault.text);
        answer_fault(API_RPC_PARSE, where, &out);
    } else if (json_is_array(json)) {
        answer_batch(rpc, json, &out);
    } else {
        answer_one(rpc, json, &out);
    }
    json_decref(json);
}

/* ---- over HTTP ------------------------------------------------------------------------------- */

static void handle_body(struct exchange *exchange, const char *module)
{
    struct response *response = exchange->response;
    struct rpc rpc = {exchange->service, exchange->settings, module, 0, 0};

    rpc_answer(&rpc, exchange->request->body, exchange->request->body_len, &response->body);
    response_header(response, "Cupel-Fuel-Used", "%" PRIu64, rpc.fuel_used);
    response->status = response->body.len > 0 ? 200 : 204;
    if (response->status == 200) {
        response_header(response, "Content-Type", "application/json");
    }
}

void handle_rpc(struct exchange *exchange)
{
    handle_body(exchange, NULL);
}

void handle_module_rpc(struct exchange *exchange)
{
    handle_body(exchange, exchange->match->param);
}
