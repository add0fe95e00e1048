/*
 * The page for people, the same for everybody: no key is needed to see it, and what it shows it asks
 * for as any client does. It may not load or run anything that is not from here, nor stand in a
 * frame, nor make markup of a text: it shows names and messages of modules that nobody vouches for.
 */
#include "api/embedded.h"
#include "api/handlers.h"

#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                    \
    "connect-src 'self'; "                                                                         \
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "                                \
    "require-trusted-types-for 'script'"

static void send_file(struct exchange *exchange, const struct embedded *file)
{
    struct response *response = exchange->response;

    response_header(response, "Cache-Control", "no-cache");
    if (exchange_not_modified(exchange, file->etag)) {
        return;
    }
    response->status = 200;
    response_header(response, "Content-Type", file->type);
    response_header(response, "Content-Security-Policy", POLICY);
    response_header(response, "X-Content-Type-Options", "nosniff");
    response_header(response, "Referrer-Policy", "no-referrer");
    strbuf_put(&response->body, file->data, file->len);
}

void handle_page(struct exchange *exchange)
{
    send_file(exchange, embedded_page("index.html"));
}

void handle_page_file(struct exchange *exchange)
{
    const struct embedded *file = embedded_page(exchange->match->param);

    if (file == NULL) {
        api_error_set(&exchange->error, API_NO_ROUTE, "the page has no file %.80s",
                      exchange->match->param);
        return;
    }
    send_file(exchange, file);
}
