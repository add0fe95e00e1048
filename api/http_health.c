/*
 * For whoever watches the daemon: /livez answers as long as requests are answered at all, /readyz
 * only while it makes sense to send more. /metrics says how it has been.
 */
#include "api/handlers.h"

static void say_ok(struct exchange *exchange)
{
    exchange->response->status = 200;
    response_header(exchange->response, "Content-Type", "application/json");
    response_header(exchange->response, "Cache-Control", "no-store");
    strbuf_puts(&exchange->response->body, "{\"status\":\"ok\"}");
}

void handle_livez(struct exchange *exchange)
{
    say_ok(exchange);
}

void handle_readyz(struct exchange *exchange)
{
    if (api_is_draining(exchange->api)) {
        api_error_set(&exchange->error, API_UNAVAILABLE, "the daemon is shutting down");
    } else if (service_ping(exchange->service, &exchange->error) == API_OK) {
        say_ok(exchange);
    } else {
        exchange->error.code = API_UNAVAILABLE;
    }
}

void handle_metrics(struct exchange *exchange)
{
    if (service_write_metrics(exchange->service, &exchange->response->body, &exchange->error) !=
        API_OK) {
        return;
    }
    api_more_metrics(exchange->api, &exchange->response->body);
    exchange->response->status = 200;
    response_header(exchange->response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response_header(exchange->response, "Cache-Control", "no-store");
}
