/*
 * rpc_methods.h - the methods of methods.def, and exports as methods.
 */
#ifndef CUPEL_API_RPC_METHODS_H
#define CUPEL_API_RPC_METHODS_H

#include "api/plain_call.h"
#include "api/rpc.h"

#define RPC_PARAMS_MAX 4

/* The parameters of a method, in the order of its row; NULL where nothing was given. */
struct rpc_params {
    const json_t *values[RPC_PARAMS_MAX];
};

struct rpc_method {
    const char *name;
    /* Writes the result as one JSON value, or fills `error`. */
    enum api_code (*run)(struct rpc_request *request, const struct rpc_params *params,
                         struct json_out *out, struct api_error *error);
    const char *params;
    const char *scope;
    const char *result; /* its schema */
    uint64_t errors;    /* a bit for each enum api_code */
    const char *summary;
};

/* The table; `count` is the number of rows. */
const struct rpc_method *rpc_methods(size_t *count);

/* Finds the method, reads its parameters and runs it. Nothing is written if the current request of
 * request->rpc then waits. */
enum api_code rpc_dispatch(struct rpc_request *request, struct json_out *out,
                           struct api_error *error);
/* Is it a call that rpc_plain_call can make for this key? */
bool rpc_is_plain_call(const struct rpc *rpc, const struct plain_call *plain);
/* As rpc_dispatch, for what was read without a document. */
enum api_code rpc_plain_call(struct rpc *rpc, const struct plain_call *plain, struct json_out *out,
                             struct api_error *error);
/* Another slice of the call that waits. */
enum api_code rpc_call_continue(struct rpc_request *request, struct json_out *out,
                                struct api_error *error);

/* Sorts `params` (an array, an object, or NULL) by the names in `row`, as methods.def has them. */
enum api_code rpc_sort_params(const char *row, const json_t *params, struct rpc_params *out,
                              struct api_error *error);

#define METHOD(name, handler, names, scope, result, errors, summary)                               \
    enum api_code handler(struct rpc_request *request, const struct rpc_params *params,            \
                          struct json_out *out, struct api_error *error);
#include "api/methods.def"
#undef METHOD

#endif
