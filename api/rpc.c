/*
 * The answer is written straight into the output: first the envelope up to "result", then the
 * method writes its result. If it fails, the output is cut back and the error written instead; for
 * a notification it is cut back in any case. One body has one deadline, so a batch cannot take
 * longer than one call could; and it goes on in another step when its time is up between two of its
 * requests, so it does not hold a thread for longer either.
 */
#include "api/rpc.h"

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

/* Ends the answer of the current request, whatever became of it. */
static void finish(struct rpc *rpc)
{
    struct rpc_current *current = &rpc->current;
    struct api_error *error = &current->error;
    bool is_notification = current->is_request && current->id == NULL;
    struct json_out *out = &rpc->out;

    if (error->code == API_OK && !is_notification) {
        json_out_object_end(out);
    } else {
        strbuf_truncate(out->text, current->start);
        out->comma = current->comma;
    }
    if (error->code != API_OK && !is_notification) {
        write_error(error, current->id, out);
    }
    if (error->code != API_OK) {
        metrics_error(service_metrics(rpc->service), error->code);
    }
    rpc->retry_after_ms = error->retry_after_ms;
    api_error_fini(error);
}

/* Begins to answer one request; false if it waits for another slice. */
static bool answer_one(struct rpc *rpc, const json_t *json)
{
    struct rpc_current *current = &rpc->current;
    struct json_out *out = &rpc->out;

    current->request = (struct rpc_request){rpc, NULL, 0, NULL};
    current->id = json_object_get(json, "id");
    current->start = out->text->len;
    current->comma = out->comma;
    current->waits = false;
    api_error_init(&current->error);
    current->is_request = read_envelope(json, &current->request, &current->error) == API_OK;
    if (current->is_request) {
        json_out_object_begin(out);
        json_out_member_cstr(out, "jsonrpc", "2.0");
        write_id(current->id, out);
        json_out_key(out, "result");
        rpc_dispatch(&current->request, out, &current->error);
    } else if (current->id != NULL && !is_id(current->id)) {
        current->id = NULL;
    }
    if (!current->waits) {
        finish(rpc);
    }
    return !current->waits;
}

static void answer_fault(struct rpc *rpc, enum api_code code, const char *text)
{
    struct api_error error;

    api_error_init(&error);
    api_error_set(&error, code, "%s", text);
    metrics_error(service_metrics(rpc->service), code);
    write_error(&error, NULL, &rpc->out);
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

/* The rest of a batch, until its time is up; true if that was all. */
static bool answer_batch(struct rpc *rpc)
{
    uint64_t end_ns = call_clock_ns() + service_get_settings(rpc->service)->slice_us * 1000;
    struct json_out *out = &rpc->out;

    while (rpc->next < rpc->count) {
        const json_t *json = json_array_get(rpc->json, rpc->next);

        if (out->text->len - rpc->start > rpc->settings->max_response_bytes) {
            answer_skipped(rpc, json, out);
        } else if (!answer_one(rpc, json)) {
            return false;
        }
        rpc->next++;
        if (rpc->next < rpc->count && (rpc->slice == 0 || call_clock_ns() >= end_ns)) {
            return false;
        }
    }
    if (out->comma) {
        json_out_array_end(out);
    } else {
        strbuf_truncate(out->text, rpc->start); /* nothing but notifications */
    }
    return true;
}

static void open_batch(struct rpc *rpc)
{
    size_t count = json_array_size(rpc->json);
    char text[96];

    if (count == 0 || count > rpc->settings->max_batch) {
        snprintf(text, sizeof text, "a batch holds 1 to %" PRIu64 " requests, got %zu",
                 rpc->settings->max_batch, count);
        answer_fault(rpc, API_RPC_REQUEST, text);
        return;
    }
    rpc->is_batch = true;
    rpc->count = count;
    rpc->start = rpc->out.text->len;
    json_out_array_begin(&rpc->out);
}

void rpc_open(struct rpc *rpc, const char *body, size_t len, struct strbuf *text)
{
    struct json_fault fault;
    char where[320];

    rpc->terms.latest_ns =
        call_clock_ns() + service_get_settings(rpc->service)->maximum.timeout_ms * 1000000;
    json_out_init(&rpc->out, text);
    rpc->json = json_in_parse(body, len, (size_t)rpc->settings->max_json_depth, &fault);
    if (rpc->json == NULL) {
        snprintf(where, sizeof where, "line %zu, column %zu (byte %zu): %s", fault.line,
                 fault.column, fault.offset, fault.text);
        answer_fault(rpc, API_RPC_PARSE, where);
    } else if (json_is_array(rpc->json)) {
        open_batch(rpc);
    } else {
        rpc->count = 1;
    }
}

bool rpc_run(struct rpc *rpc, uint64_t fuel)
{
    rpc->slice = fuel;
    if (rpc->current.waits) {
        rpc_call_continue(&rpc->current.request, &rpc->out, &rpc->current.error);
        if (rpc->current.waits) {
            return false;
        }
        finish(rpc);
        rpc->next++;
    }
    if (rpc->is_batch) {
        return answer_batch(rpc);
    }
    if (rpc->next < rpc->count && !answer_one(rpc, rpc->json)) {
        return false;
    }
    rpc->next = rpc->count;
    return true;
}

uint64_t rpc_deadline_ns(const struct rpc *rpc)
{
    return rpc->current.waits ? rpc->current.call.deadline_ns : UINT64_MAX;
}

void rpc_close(struct rpc *rpc)
{
    if (rpc->current.waits) {
        call_close(&rpc->current.call);
        api_error_fini(&rpc->current.error);
    }
    json_decref(rpc->json);
    rpc->json = NULL;
    rpc->current.waits = false;
}
