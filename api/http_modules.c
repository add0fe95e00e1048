/*
 * REST over modules. Each handler is a question to the service and the headers around its answer.
 */
#include "api/handlers.h"
#include "api/precondition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct service_precondition precondition_of(const struct exchange *exchange)
{
    struct service_precondition precondition = {
        exchange_header(exchange, "If-Match"),
        exchange_header(exchange, "If-None-Match"),
    };

    return precondition;
}

bool exchange_not_modified(struct exchange *exchange, const char *etag)
{
    const char *list = exchange_header(exchange, "If-None-Match");
    bool malformed = false;

    response_header_text(exchange->response, "ETag", etag);
    if (list == NULL ||
        !(precondition_is_any(list) || precondition_lists(list, etag, true, &malformed))) {
        return false;
    }
    exchange->response->status = 304;
    return true;
}

static void location_header(struct exchange *exchange, const struct storage_id *id)
{
    char text[STORAGE_ID_TEXT_SIZE];

    storage_id_format(id, text);
    response_header_format(exchange->response, "Location", "/v1/modules/%s", text);
}

static void take_body(struct exchange *exchange, struct strbuf *json)
{
    size_t len = 0;
    char *data = strbuf_detach(json, &len);

    response_header(exchange->response, "Content-Type", "application/json");
    strbuf_adopt(&exchange->response->body, data, len);
}

static void upload(struct exchange *exchange, const char *name)
{
    struct service_precondition precondition = precondition_of(exchange);
    struct service_module module;
    bool created = false;

    if (service_upload(exchange->service, exchange->request->body, exchange->request->body_len,
                       name, &precondition, exchange->account, &module, &created,
                       &exchange->error) == API_OK) {
        exchange->response->status = created ? 201 : 200;
        location_header(exchange, &module.id);
        response_header_text(exchange->response, "ETag", module.etag);
        take_body(exchange, &module.json);
    }
    service_module_fini(&module);
}

void handle_module_post(struct exchange *exchange)
{
    char name[ROUTER_PARAM_SIZE];
    bool named = router_query(exchange->request, "name", name, sizeof name, &exchange->error);

    if (exchange->error.code == API_OK) {
        upload(exchange, named ? name : NULL);
    }
}

void handle_module_put(struct exchange *exchange)
{
    upload(exchange, exchange->match->param);
}

void handle_module_get(struct exchange *exchange)
{
    struct service_module module;

    if (service_get(exchange->service, exchange->match->param, &module, &exchange->error) !=
        API_OK) {
        return;
    }
    response_header(exchange->response, "Cache-Control", "no-cache");
    if (!exchange_not_modified(exchange, module.etag)) {
        exchange->response->status = 200;
        take_body(exchange, &module.json);
    }
    service_module_fini(&module);
}

void handle_module_wasm(struct exchange *exchange)
{
    char text[STORAGE_ID_TEXT_SIZE], etag[STORAGE_ID_TEXT_SIZE + 2];
    struct storage_blob blob;
    struct storage_id id;

    if (service_bytes(exchange->service, exchange->match->param, &id, &blob, &exchange->error) !=
        API_OK) {
        return;
    }
    storage_id_format(&id, text);
    snprintf(etag, sizeof etag, "\"%s\"", text);
    response_header(exchange->response, "Cache-Control", "no-cache");
    if (exchange_not_modified(exchange, etag)) {
        storage_blob_fini(&blob);
        return;
    }
    exchange->response->status = 200;
    response_header(exchange->response, "Content-Type", "application/wasm");
    strbuf_put(&exchange->response->body, blob.data, blob.len);
    storage_blob_fini(&blob);
}

void handle_module_delete(struct exchange *exchange)
{
    struct service_precondition precondition = precondition_of(exchange);

    if (service_remove(exchange->service, exchange->match->param, &precondition,
                       &exchange->error) == API_OK) {
        exchange->response->status = 204;
    }
}

/* ---- the list -------------------------------------------------------------------------------- */

/* Reads `limit`; false (and `error` set) if it is no number from 1 to STORAGE_PAGE_MAX. */
static bool read_limit(struct exchange *exchange, size_t *limit)
{
    char text[32];
    unsigned long value;

    *limit = 100;
    if (!router_query(exchange->request, "limit", text, sizeof text, &exchange->error)) {
        return true;
    }
    if (exchange->error.code != API_OK) {
        return false;
    }
    value = strtoul(text, NULL, 10);
    if (text[0] == '\0' || strlen(text) > 9 || strspn(text, "0123456789") != strlen(text) ||
        value < 1 || value > STORAGE_PAGE_MAX) {
        api_error_set(&exchange->error, API_BAD_REQUEST,
                      "query parameter limit: expected a number from 1 to %d, got \"%s\"",
                      STORAGE_PAGE_MAX, text);
        return false;
    }
    *limit = value;
    return true;
}

void handle_module_list(struct exchange *exchange)
{
    char cursor[64] = "", next[STORAGE_CURSOR_SIZE];
    struct json_out out;
    size_t limit = 0;

    if (!read_limit(exchange, &limit) ||
        (router_query(exchange->request, "cursor", cursor, sizeof cursor, &exchange->error) &&
         exchange->error.code != API_OK)) {
        return;
    }
    json_out_init(&out, &exchange->response->body);
    if (service_list(exchange->service, limit, cursor, &out, next, &exchange->error) != API_OK) {
        return;
    }
    exchange->response->status = 200;
    response_header(exchange->response, "Content-Type", "application/json");
    if (next[0] != '\0') {
        response_header_format(exchange->response, "Link",
                               "</v1/modules?limit=%zu&cursor=%s>; rel=\"next\"", limit, next);
    }
}
