/*
 * Responses are built completely before they are sent; headers stand in a small array, since there
 * are never more than a handful. Most of their values are constants; the others share one block.
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
    response->text_len = 0;
    strbuf_init(&response->body);
}

void response_fini(struct response *response)
{
    strbuf_fini(&response->body);
}

void response_header(struct response *response, const char *name, const char *value)
{
    assert(response->header_count < RESPONSE_HEADER_MAX);
    response->headers[response->header_count++] = (struct response_header){name, value};
}

static void header_bytes(struct response *response, const char *name, const char *value, size_t len)
{
    char *copy = response->text + response->text_len;
    size_t room = sizeof response->text - response->text_len;

    assert(len < room);
    len = len < room ? len : room - 1;
    memcpy(copy, value, len);
    copy[len] = '\0';
    response->text_len += (unsigned)len + (len + 1 < room);
    response_header(response, name, copy);
}

void response_header_text(struct response *response, const char *name, const char *value)
{
    header_bytes(response, name, value, strlen(value));
}

void response_header_u64(struct response *response, const char *name, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    header_bytes(response, name, digits + at, sizeof digits - at);
}

void response_header_format(struct response *response, const char *name, const char *format, ...)
{
    char value[256];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    response_header_text(response, name, value);
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
        response_header_u64(response, "Retry-After", (error->retry_after_ms + 999) / 1000);
    } else if (response->status == 503) {
        response_header(response, "Retry-After", "1");
    }
    json_out_init(&out, &response->body);
    api_error_problem(error, instance, &out);
}
