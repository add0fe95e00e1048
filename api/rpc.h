/*
 * rpc.h - JSON-RPC 2.0: envelopes, ids, notifications, batches.
 *
 * What a method does is in rpc_methods.c; this file knows only the protocol. A body goes in, the
 * answer comes out, which may be no answer at all.
 */
#ifndef CUPEL_API_RPC_H
#define CUPEL_API_RPC_H

#include "api/api.h"
#include "api/json_in.h"
#include "api/json_out.h"
#include "api/service.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rpc {
    struct service *service;
    const struct api_settings *settings;
    const char *module;   /* the short form: methods are this module's exports. Else NULL */
    uint64_t deadline_ns; /* of the whole body; calls end by then */
    uint64_t fuel_used;   /* by all calls of the body */
};

/* One request being answered. */
struct rpc_request {
    struct rpc *rpc;
    const char *method;
    size_t method_len;
    const json_t *params; /* NULL, an array, or an object */
};

/* Answers a body. Appends nothing to `out` if there was nothing but notifications. */
void rpc_answer(struct rpc *rpc, const char *body, size_t len, struct strbuf *out);

#endif
