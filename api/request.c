/*
 * Responses are built completely before they are sent; headers stand in a small array, since there
 * are never more than a handful.
 */
#include "api/request.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void response_init(struct response *response)
{
    response->status = 500;
    response->header_count = 0;
    strbuf_init(&response->body);
}

void response_fini(struct response *response)
{
    strbuf_fini(&response->body);
}

void response_header(struct response *response, const char *name, const char *format, ...)
{
    struct response_header *header = &response->headers[response->header_count];
    va_list args;

    assert(response->header_count < RESPONSE_HEADER_MAX);
    header->name = name;
    va_start(args, format);
    vsnprintf(header->value, sizeof header->value, format, args);
    va_end(args);
    response->header_count++;
}

const char *response_get_header(const struct response *response, const char *name)
{
    size_t i;

    for (i = 0; i < response->header_count; i++) {
        if (strcasecmp(response->headers[i].name, name) == 0) {
            return response->headers[i].value;
        }
    }
    return NULL;
}

void response_problem(struct response *response, const struct request *request,
                      const struct api_error *error)
{
    char instance[128];
    struct json_out out;

    strbuf_reset(&response->body);
    response->status = api_error_status(error->code);
    snprintf(instance, sizeof instance, "urn:cupel:request:%s", request->id);
    response_header(response, "Content-Type", "application/problem+json");
    if (error->retry_after_ms > 0) {
        response_header(response, "Retry-After", "%u", (error->retry_after_ms + 999) / 1000);
    } else if (response->status == 503) {
        response_header(response, "Retry-After", "1");
    }
    json_out_init(&out, &response->body);
    api_error_problem(error, instance, &out);
}
