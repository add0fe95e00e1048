/*
 * The answer is written straight into the output: first the envelope up to "result", then the
 * method writes its result. If it fails, the output is cut back and the error written instead; for
 * a notification it is cut back in any case. One body has one deadline, so a batch cannot take
 * longer than one call could; and it goes on in another step when its time is up between two of its
 * requests, so it does not hold a thread for longer either. A single call in its plain form is
 * answered without a document; what is wrong with a body is found out with one.
 */
#include "api/rpc.h"

#include "api/plain_call.h"
#include "api/rpc_methods.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_id(const struct json_scalar *id)
{
    return id->kind == JSON_SCALAR_STRING || id->kind == JSON_SCALAR_NUMBER ||
           id->kind == JSON_SCALAR_NULL;
}

static void write_id(const struct json_scalar *id, struct json_out *out)
{
    json_out_key(out, "id");
    if (id->kind == JSON_SCALAR_NUMBER) {
        json_out_raw(out, id->text, id->len);
    } else if (id->kind == JSON_SCALAR_STRING) {
        json_out_str(out, id->text, id->len);
    } else {
        json_out_null(out);
    }
}

static void write_error(const struct api_error *error, const struct json_scalar *id,
                        struct json_out *out)
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
    const struct json_scalar *id = &request->rpc->current.id;
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
    if (id->kind != JSON_SCALAR_NONE && !is_id(id)) {
        json_scalar_describe(id, given, sizeof given);
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
    bool is_notification = current->is_request && current->id.kind == JSON_SCALAR_NONE;
    struct json_out *out = &rpc->out;

    if (error->code == API_OK && !is_notification) {
        json_out_object_end(out);
    } else {
        strbuf_truncate(out->text, current->start);
        out->comma = current->comma;
    }
    if (error->code != API_OK && !is_notification) {
        write_error(error, &current->id, out);
    }
    if (error->code != API_OK) {
        metrics_error(service_metrics(rpc->service), error->code);
    }
    rpc->retry_after_ms = error->retry_after_ms;
    api_error_fini(error);
}

/* Begins to answer a request, whose id is known already. */
static void begin(struct rpc *rpc)
{
    struct rpc_current *current = &rpc->current;

    current->request = (struct rpc_request){rpc, NULL, 0, NULL};
    current->start = rpc->out.text->len;
    current->comma = rpc->out.comma;
    current->waits = false;
    api_error_init(&current->error);
}

static void begin_result(struct rpc *rpc)
{
    json_out_object_begin(&rpc->out);
    json_out_member_raw(&rpc->out, "jsonrpc", "\"2.0\"");
    write_id(&rpc->current.id, &rpc->out);
    json_out_key(&rpc->out, "result");
}

/* Begins to answer one request; false if it waits for another slice. */
static bool answer_one(struct rpc *rpc, const json_t *json)
{
    struct rpc_current *current = &rpc->current;

    current->id = json_in_scalar(json_object_get(json, "id"), current->id_digits);
    begin(rpc);
    current->is_request = read_envelope(json, &current->request, &current->error) == API_OK;
    if (current->is_request) {
        begin_result(rpc);
        rpc_dispatch(&current->request, &rpc->out, &current->error);
    } else if (!is_id(&current->id)) {
        current->id.kind = JSON_SCALAR_NONE;
    }
    if (!current->waits) {
        finish(rpc);
    }
    return !current->waits;
}

static const struct json_scalar no_id = {JSON_SCALAR_NONE, "", 0};

static void answer_fault(struct rpc *rpc, enum api_code code, const char *text)
{
    struct api_error error;

    api_error_init(&error);
    api_error_set(&error, code, "%s", text);
    metrics_error(service_metrics(rpc->service), code);
    write_error(&error, &no_id, &rpc->out);
    api_error_fini(&error);
}

/* The rest of a batch whose answers have become too long: answered, but not run. */
static void answer_skipped(const struct rpc *rpc, const json_t *json, struct json_out *out)
{
    char digits[JSON_IN_NUMBER_SIZE];
    struct json_scalar id = json_in_scalar(json_object_get(json, "id"), digits);
    struct api_error error;

    if (id.kind == JSON_SCALAR_NONE) {
        return;
    }
    api_error_init(&error);
    api_error_set(&error, API_CALL_LIMIT,
                  "not run: the answers to this batch passed %" PRIu64 " bytes",
                  rpc->settings->max_response_bytes);
    api_error_member(&error, "limit", "output_bytes", strlen("output_bytes"));
    error.of_call = true;
    write_error(&error, is_id(&id) ? &id : &no_id, out);
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
    rpc->terms.latest_ns =
        call_clock_ns() + service_get_settings(rpc->service)->maximum.timeout_ms * 1000000;
    rpc->body = body;
    rpc->body_len = len;
    rpc->count = 1;
    json_out_init(&rpc->out, text);
}

/* Reads the whole body; what is wrong with it is answered already. */
static void read_document(struct rpc *rpc)
{
    struct json_fault fault;
    char where[320];

    rpc->json =
        json_in_parse(rpc->body, rpc->body_len, (size_t)rpc->settings->max_json_depth, &fault);
    if (rpc->json == NULL) {
        rpc->count = 0;
        snprintf(where, sizeof where, "line %zu, column %zu (byte %zu): %s", fault.line,
                 fault.column, fault.offset, fault.text);
        answer_fault(rpc, API_RPC_PARSE, where);
    } else if (json_is_array(rpc->json)) {
        rpc->count = 0;
        open_batch(rpc);
    }
}

/* Is it a call that is answered without more? Else nothing was done. */
static bool is_plain_call(const struct rpc *rpc, struct plain_call *call)
{
    return rpc->body_len > 0 && rpc->settings->max_json_depth >= PLAIN_CALL_DEPTH &&
           plain_call_read(call, rpc->body, rpc->body_len) && rpc_is_plain_call(rpc, call);
}

static void answer_plain_call(struct rpc *rpc, const struct plain_call *call)
{
    struct rpc_current *current = &rpc->current;

    current->id = call->id;
    current->is_request = true;
    begin(rpc);
    begin_result(rpc);
    rpc_plain_call(rpc, call, &rpc->out, &current->error);
    if (!current->waits) {
        finish(rpc);
    }
}

/* The first step reads the body. True: it has answered it, or begun to. */
static bool begin_body(struct rpc *rpc)
{
    struct plain_call call;
    bool plain = is_plain_call(rpc, &call);

    if (plain) {
        answer_plain_call(rpc, &call);
    } else {
        read_document(rpc);
    }
    rpc->begun = true;
    return plain;
}

bool rpc_run(struct rpc *rpc, uint64_t fuel)
{
    rpc->slice = fuel;
    if (!rpc->begun && begin_body(rpc)) {
        return !rpc->current.waits;
    }
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
    call_remains_fini(&rpc->remains);
    json_decref(rpc->json);
    rpc->json = NULL;
    rpc->current.waits = false;
}
