/*
 * The interface described, for everybody: no key is needed to learn which one would be.
 */
#include "api/digest.h"
#include "api/handlers.h"
#include "api/openapi.h"

void handle_openapi(struct exchange *exchange)
{
    struct response *response = exchange->response;
    char etag[DIGEST_ETAG_SIZE];
    struct json_out out;

    json_out_init(&out, &response->body);
    openapi_write(service_get_settings(exchange->service), exchange->settings->client_certificates,
                  &out);
    if (response->body.failed) {
        return;
    }
    digest_etag(response->body.data, response->body.len, etag);
    response_header(response, "Cache-Control", "no-cache");
    if (exchange_not_modified(exchange, etag)) {
        strbuf_reset(&response->body);
        return;
    }
    response->status = 200;
    response_header(response, "Content-Type", "application/json");
}
