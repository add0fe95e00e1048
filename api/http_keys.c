/*
 * Keys over HTTP, for who may administer. The secret is in one answer only, that to its making.
 */
#include "api/handlers.h"
#include "api/key_ring.h"

#include <stdio.h>
#include <string.h>

static void answer_json(struct exchange *exchange, unsigned status)
{
    exchange->response->status = status;
    response_header(exchange->response, "Content-Type", "application/json");
    response_header(exchange->response, "Cache-Control", "no-store");
}

void handle_key_list(struct exchange *exchange)
{
    struct json_out out;

    json_out_init(&out, &exchange->response->body);
    json_out_object_begin(&out);
    json_out_key(&out, "keys");
    key_ring_write(service_keys(exchange->service), &out);
    json_out_object_end(&out);
    answer_json(exchange, 200);
}

static enum api_code read_terms(struct exchange *exchange, struct key_terms *terms)
{
    struct json_fault fault;
    json_t *json = json_in_parse(exchange->request->body, exchange->request->body_len,
                                 (size_t)exchange->settings->max_json_depth, &fault);

    if (json == NULL) {
        return api_error_set(&exchange->error, API_BAD_REQUEST, "line %zu, column %zu: %s",
                             fault.line, fault.column, fault.text);
    }
    (void)!key_terms_read(json, terms, &exchange->error);
    json_decref(json);
    return exchange->error.code;
}

void handle_key_post(struct exchange *exchange)
{
    char id[STORAGE_KEY_ID_SIZE], secret[KEY_SECRET_SIZE];
    struct key_terms terms;
    struct json_out out;

    if (read_terms(exchange, &terms) != API_OK ||
        key_ring_add(service_keys(exchange->service), &terms, id, secret, &exchange->error) !=
            API_OK) {
        return;
    }
    json_out_init(&out, &exchange->response->body);
    json_out_object_begin(&out);
    json_out_member_cstr(&out, "id", id);
    json_out_member_cstr(&out, "key", secret);
    key_terms_write(&terms, &out);
    json_out_object_end(&out);
    explicit_bzero(secret, sizeof secret);
    response_header_format(exchange->response, "Location", "/v1/keys/%s", id);
    answer_json(exchange, 201);
}

void handle_key_delete(struct exchange *exchange)
{
    if (key_ring_revoke(service_keys(exchange->service), exchange->match->param,
                        &exchange->error) == API_OK) {
        exchange->response->status = 204;
    }
}
