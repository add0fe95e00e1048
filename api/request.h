/*
 * request.h - an HTTP request and its response, free of any HTTP library.
 */
#ifndef CUPEL_API_REQUEST_H
#define CUPEL_API_REQUEST_H

#include "api/api_error.h"
#include "api/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct api_key;
struct trace_context;

/* Everything in it is borrowed, but `key`. */
struct request {
    const char *method;
    const char *target;                /* as sent: path, and query after '?'; percent-encoded */
    const char *id;                    /* for X-Request-Id */
    const struct trace_context *trace; /* for traceparent; NULL: there is none */
    /* The value of a header (name in any case), NULL if it is not there. */
    const char *(*header)(void *env, const char *name);
    void *env;
    const void *body;
    size_t body_len;
    struct api_key
        *key; /* whose request it is, if anybody's; api_head() sets it, request_end() releases it */
};

#define RESPONSE_HEADER_MAX   9
#define RESPONSE_HEADER_VALUE 224

struct response_header {
    const char *name; /* static */
    char value[RESPONSE_HEADER_VALUE];
};

struct response {
    unsigned status;
    struct response_header headers[RESPONSE_HEADER_MAX];
    size_t header_count;
    struct strbuf body;
};

void response_init(struct response *response);
void response_fini(struct response *response);

/* Adds a header. There is room for all that one response ever has; values are cut to fit. */
void response_header(struct response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The value of a header that was added, or NULL. */
const char *response_get_header(const struct response *response, const char *name);

/* Makes the response say what went wrong, as application/problem+json. */
void response_problem(struct response *response, const struct request *request,
                      const struct api_error *error);

#endif
