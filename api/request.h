/*
 * request.h - an HTTP request and its response, free of any HTTP library.
 */
#ifndef CUPEL_API_REQUEST_H
#define CUPEL_API_REQUEST_H

#include "api/api_error.h"
#include "api/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct api_key;
struct route;
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
    const struct route *route; /* where it goes, once api_head() has found out; else NULL */
};

enum { RESPONSE_HEADER_MAX = 9, RESPONSE_TEXT_SIZE = 384 };

struct response_header {
    const char *name; /* static */
    const char *value;
};

/* Stays where it is in memory. */
struct response {
    unsigned status;
    unsigned text_len;
    size_t header_count;
    struct response_header headers[RESPONSE_HEADER_MAX];
    struct strbuf body;
    char text[RESPONSE_TEXT_SIZE]; /* values that are not static */
};

void response_init(struct response *response);
void response_fini(struct response *response);

/* Adds a header, whose value is static. There is room for all that one response ever has. */
void response_header(struct response *response, const char *name, const char *value);
/* The same of a value that is copied. It is cut to fit; there is room for all that one response has. */
void response_header_text(struct response *response, const char *name, const char *value);
void response_header_u64(struct response *response, const char *name, uint64_t value);
void response_header_format(struct response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The value of a header that was added, or NULL. */
const char *response_get_header(const struct response *response, const char *name);

/* Makes the response say what went wrong, as application/problem+json. */
void response_problem(struct response *response, const struct request *request,
                      const struct api_error *error);

#endif
