/*
 * request_head.h - the headers of one request, as the HTTP library has them.
 */
#ifndef CUPEL_DAEMON_REQUEST_HEAD_H
#define CUPEL_DAEMON_REQUEST_HEAD_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/* A head with more headers than this is rare. */
enum { REQUEST_HEAD_MOST = 24 };

/* Borrowed from the connection, and for no longer than the request. */
struct request_head {
    struct MHD_Connection *connection;
    unsigned count; /* more than REQUEST_HEAD_MOST: the library is to be asked */
    struct {
        const char *name, *value;
        size_t len; /* of the name */
    } headers[REQUEST_HEAD_MOST];
};

void request_head_read(struct request_head *head, struct MHD_Connection *connection);
/* The value of a header (name in any case), NULL if it is not there; `head` is a struct request_head. */
const char *request_head_find(void *head, const char *name);
/* The same without an array; `connection` is a struct MHD_Connection. */
const char *request_head_ask(void *connection, const char *name);

/* The client's trace, if it names exactly one; else NULL. */
const char *request_head_trace(struct request_head *head);
/* What Content-Length says; UINT64_MAX: the body is chunked; 0: there is no body. */
uint64_t request_head_length(struct request_head *head);

#endif
