/*
 * rpc.h - JSON-RPC 2.0: envelopes, ids, notifications, batches.
 *
 * What a method does is in rpc_methods.c; this file knows only the protocol. A body goes in, the
 * answer comes out, which may be no answer at all. It may come in several steps, when a call takes
 * longer than a slice, or a batch does: rpc_run says false then, and is to be asked again.
 * One thread at a time, not always the same. A struct rpc stays where it is in memory.
 */
#ifndef CUPEL_API_RPC_H
#define CUPEL_API_RPC_H

#include "api/api.h"
#include "api/export_call.h"
#include "api/json_in.h"
#include "api/json_out.h"
#include "api/service.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rpc;

/* One request being answered. */
struct rpc_request {
    struct rpc *rpc;
    const char *method;
    size_t method_len;
    const json_t *params; /* NULL, an array, or an object */
};

/* The request that is being answered, from its first step to its last. */
struct rpc_current {
    struct rpc_request request;
    struct json_scalar id; /* JSON_SCALAR_NONE: it is a notification, or no request at all */
    char id_digits[JSON_IN_NUMBER_SIZE];
    size_t start; /* where its answer begins in the output */
    bool comma;   /* ... and what is to be restored with it */
    bool is_request;
    bool waits; /* for another slice of `call` */
    bool plain; /* the result of `call` is the array of values alone */
    struct call call;
    struct api_error error;
};

struct rpc {
    struct service *service;
    const struct api_settings *settings;
    const struct request *request; /* the HTTP request */
    const struct call_log *log;    /* NULL: nobody wants to know */
    const char *module;      /* the short form: methods are this module's exports. Else NULL */
    unsigned scopes;         /* what its key allows */
    struct call_terms terms; /* `latest_ns` is for the whole body */
    uint64_t slice;          /* fuel for this step */
    uint64_t fuel_used;      /* by all calls of the body */
    unsigned retry_after_ms; /* what the last answer advised */

    const char *body;
    size_t body_len;
    bool begun;   /* the body has been read */
    json_t *json; /* NULL: the body was read without a document */
    bool is_batch;
    size_t next, count; /* of the batch */
    size_t start;       /* where the batch's answer begins */
    struct json_out out;
    bool leaves;                 /* what ended calls leave behind stays here until rpc_close */
    struct call_remains remains; /* of the last one */
    struct rpc_current current;
};

/*
 * Takes a body, which the first step reads. What is not named here is not to be touched; the answer is
 * appended to `text`. Both are borrowed until rpc_close. `rpc` is all zero but for the first fields.
 */
void rpc_open(struct rpc *rpc, const char *body, size_t len, struct strbuf *text);
/*
 * Answers, for about as much fuel. True: that was all; nothing was appended if there was nothing but
 * notifications. False: there is more to do.
 */
bool rpc_run(struct rpc *rpc, uint64_t fuel);
/* Until when what waits now must have been run again; UINT64_MAX: whenever there is time. */
uint64_t rpc_deadline_ns(const struct rpc *rpc);
/* May take longer than a call, if there are remains. */
void rpc_close(struct rpc *rpc);

#endif
