/*
 * What every request goes through, in this order: path and method, media type and size of the body,
 * the handler, and at the end X-Request-Id and the problem if there is one. Handlers see none of
 * that.
 */
#include "api/api.h"

#include "api/handlers.h"
#include "api/key_ring.h"
#include "api/router.h"
#include "api/trace_context.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct api {
    struct api_settings settings;
    struct service *service;
    atomic_bool draining;
    bool open;
    api_metrics_writer more_metrics;
    void *more_env;
    struct call_log calls;
};

void api_settings_init(struct api_settings *settings)
{
    settings->max_module_bytes = 64 << 20;
    settings->max_json_bytes = 1 << 20;
    settings->max_json_depth = 64;
    settings->max_batch = 100;
    settings->max_response_bytes = 32 << 20;
    settings->client_certificates = false;
}

struct api *api_new(const struct api_settings *settings, struct service *service)
{
    struct api *api = calloc(1, sizeof *api);

    if (api != NULL) {
        api->settings = *settings;
        api->service = service;
    }
    return api;
}

void api_delete(struct api *api)
{
    free(api);
}

void api_set_metrics(struct api *api, api_metrics_writer write, void *env)
{
    api->more_metrics = write;
    api->more_env = env;
}

void api_more_metrics(const struct api *api, struct strbuf *out)
{
    if (api->more_metrics != NULL) {
        api->more_metrics(api->more_env, out);
    }
}

void api_set_call_log(struct api *api, call_log_writer write, void *env)
{
    api->calls = (struct call_log){write, env};
}

const struct call_log *api_call_log(const struct api *api)
{
    return api->calls.write != NULL ? &api->calls : NULL;
}

void api_set_open(struct api *api, bool open)
{
    api->open = open;
}

void api_set_draining(struct api *api)
{
    atomic_store(&api->draining, true);
}

bool api_is_draining(const struct api *api)
{
    return atomic_load(&api->draining);
}

bool api_request_id_ok(const char *id)
{
    size_t len = strlen(id);

    return len >= 1 && len <= 64 &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == len;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return exchange->request->header(exchange->request->env, name);
}

/* ---- the body, judged by the head ------------------------------------------------------------ */

static uint64_t body_limit_of(const struct api *api, const struct route *route)
{
    switch (route->body) {
    case ROUTE_BODY_MODULE:
        return api->settings.max_module_bytes;
    case ROUTE_BODY_JSON:
        return api->settings.max_json_bytes;
    default:
        return 0;
    }
}

/* Is the media type, without its parameters, one of the list? */
static bool media_type_in(const char *type, const char *const *list)
{
    size_t len = strcspn(type, "; \t");

    for (; *list != NULL; list++) {
        if (strlen(*list) == len && strncasecmp(type, *list, len) == 0) {
            return true;
        }
    }
    return false;
}

static enum api_code judge_media_type(struct exchange *exchange)
{
    static const char *const modules[] = {"application/wasm", "application/octet-stream", NULL};
    static const char *const json[] = {"application/json", "application/json-rpc",
                                       "application/jsonrequest", NULL};
    const char *type = exchange_header(exchange, "Content-Type");
    const char *encoding = exchange_header(exchange, "Content-Encoding");
    bool is_json = exchange->match->route->body == ROUTE_BODY_JSON;

    if (exchange->match->route->body == ROUTE_BODY_NONE) {
        return API_OK;
    }
    if (encoding != NULL && strcasecmp(encoding, "identity") != 0) {
        response_header(exchange->response, "Accept-Encoding", "identity");
        return api_error_set(&exchange->error, API_MEDIA_TYPE,
                             "Content-Encoding %.64s is not supported: send the body as it is",
                             encoding);
    }
    if (type == NULL) {
        return is_json ? api_error_set(&exchange->error, API_MEDIA_TYPE,
                                       "Content-Type is missing: expected application/json")
                       : API_OK; /* a module is told by its magic */
    }
    if (!media_type_in(type, is_json ? json : modules)) {
        return api_error_set(&exchange->error, API_MEDIA_TYPE,
                             "Content-Type %.64s is not supported: expected %s", type,
                             is_json ? json[0] : modules[0]);
    }
    return API_OK;
}

static enum api_code too_large(struct exchange *exchange)
{
    uint64_t limit = body_limit_of(exchange->api, exchange->match->route);

    if (limit == 0) {
        return api_error_set(&exchange->error, API_BODY_SIZE, "%s %s takes no body",
                             exchange->match->route->method, exchange->match->route->pattern);
    }
    api_error_set(&exchange->error, API_BODY_SIZE, "the body is larger than %" PRIu64 " bytes",
                  limit);
    api_error_member_u64(&exchange->error, "limit_bytes", limit);
    return API_BODY_SIZE;
}

/* ---- the frame around each request ----------------------------------------------------------- */

/* What a client finds our log lines by. */
static void name_request(const struct request *request, struct response *response)
{
    char traceparent[TRACE_PARENT_SIZE];

    response_header_text(response, "X-Request-Id", request->id);
    if (request->trace != NULL) {
        trace_context_write(request->trace, traceparent);
        response_header_text(response, "traceparent", traceparent);
    }
}

static void begin(struct exchange *exchange, struct api *api, const struct request *request,
                  struct route_match *match, struct response *response)
{
    memset(exchange, 0, sizeof *exchange);
    exchange->api = api;
    exchange->service = api->service;
    exchange->settings = &api->settings;
    exchange->request = request;
    exchange->match = match;
    exchange->account =
        request->key != NULL ? &request->key->account : service_anonymous(api->service);
    exchange->response = response;
    api_error_init(&exchange->error);
    if (router_match(request, match, &exchange->error) == API_NO_METHOD) {
        response_header_text(response, "Allow", match->allow);
    }
    if (exchange->error.code == API_OK && match->is_options) {
        response->status = 204;
        response_header_text(response, "Allow", match->allow);
    }
}

static void end(struct exchange *exchange)
{
    if (exchange->response->body.failed && exchange->error.code == API_OK) {
        api_error_set(&exchange->error, API_NO_MEMORY, "memory is exhausted");
    }
    if (exchange->error.code != API_OK) {
        metrics_error(service_metrics(exchange->service), exchange->error.code);
        response_problem(exchange->response, exchange->request, &exchange->error);
    }
    name_request(exchange->request, exchange->response);
    api_error_fini(&exchange->error);
    metrics_response(service_metrics(exchange->service), exchange->response->status);
}

/* ---- who is it, and may he? ------------------------------------------------------------------ */

static enum api_code refuse(struct exchange *exchange, const char *text)
{
    response_header(exchange->response, "WWW-Authenticate", "Bearer realm=\"cupel\"");
    return api_error_set(&exchange->error, API_UNAUTHORIZED, "%s", text);
}

/* Looks up the key that is given, if any; a wrong one is refused wherever a key would be wanted. */
static enum api_code identify(struct exchange *exchange, struct request *request)
{
    struct key_ring *keys = service_keys(exchange->service);
    const char *given = exchange_header(exchange, "Authorization");

    if (given != NULL && strncasecmp(given, "Bearer ", 7) == 0) {
        request->key = key_ring_find(keys, given + 7 + strspn(given + 7, " "));
    }
    if (request->key != NULL) {
        exchange->account = &request->key->account;
        return API_OK;
    }
    if (exchange->match->route->scope[0] == '\0' ||
        (exchange->api->open && key_ring_is_empty(keys))) {
        return API_OK;
    }
    return refuse(exchange, given == NULL ? "a key is needed: Authorization: Bearer <key>"
                                          : "there is no such key");
}

static enum api_code authorize(struct exchange *exchange, struct request *request)
{
    const struct route *route = exchange->match->route;

    if (identify(exchange, request) != API_OK || request->key == NULL) {
        return exchange->error.code;
    }
    if (!scopes_allow(request->key->terms.scopes, route->scope)) {
        return api_error_set(&exchange->error, API_FORBIDDEN, "the key does not allow %s",
                             route->scope);
    }
    return strcmp(route->scope, "call") == 0
               ? account_check_rate(exchange->account, call_clock_ns(), &exchange->error)
               : API_OK;
}

void api_request_end(struct request *request)
{
    api_key_unref(request->key);
    request->key = NULL;
}

bool api_head(struct api *api, struct request *request, uint64_t declared_len,
              struct response *response, size_t *body_limit)
{
    struct route_match match;
    struct exchange exchange;
    bool decided;

    begin(&exchange, api, request, &match, response);
    if (exchange.error.code == API_OK && !match.is_options) {
        request->route = match.route;
        *body_limit = body_limit_of(api, match.route);
        if (authorize(&exchange, request) == API_OK && judge_media_type(&exchange) == API_OK &&
            declared_len != UINT64_MAX && declared_len > *body_limit) {
            too_large(&exchange);
        }
    }
    decided = exchange.error.code != API_OK || match.is_options;
    if (decided) {
        end(&exchange);
    } else {
        api_error_fini(&exchange.error);
        response_fini(response);
        response_init(response);
    }
    return decided;
}

void api_body_too_large(struct api *api, const struct request *request, struct response *response)
{
    struct route_match match;
    struct exchange exchange;

    begin(&exchange, api, request, &match, response);
    if (exchange.error.code == API_OK && !match.is_options) {
        too_large(&exchange);
    }
    end(&exchange);
}

void api_no_room(struct api *api, const struct request *request, struct response *response)
{
    struct route_match match;
    struct exchange exchange;

    begin(&exchange, api, request, &match, response);
    if (exchange.error.code == API_OK) {
        api_error_set(&exchange.error, API_UNAVAILABLE,
                      "too much is being uploaded at this moment; try again");
        exchange.error.retry_after_ms = 1000;
    }
    end(&exchange);
}

struct api_work *api_handle(struct api *api, const struct request *request,
                            struct response *response)
{
    struct route_match match;
    struct exchange exchange;

    begin(&exchange, api, request, &match, response);
    if (exchange.error.code == API_OK && !match.is_options) {
        match.route->handle(&exchange);
    }
    if (exchange.work == NULL) {
        end(&exchange);
    }
    return exchange.work;
}

/* ---- requests that take longer ----------------------------------------------------------------- */

bool api_work_run(struct api_work *work, uint64_t fuel)
{
    if (!work_run(work, fuel)) {
        return false;
    }
    end(&work->exchange);
    return true;
}

uint64_t api_work_deadline_ns(const struct api_work *work)
{
    return rpc_deadline_ns(&work->rpc);
}

struct account *api_work_account(const struct api_work *work)
{
    return work->exchange.account;
}

void api_work_abandon(struct api_work *work)
{
    atomic_store(&work->abandoned, true);
}

void api_work_delete(struct api_work *work)
{
    if (work != NULL) {
        work_close(work);
        free(work);
    }
}
