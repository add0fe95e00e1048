/*
 * plain_call.h - a body of JSON-RPC in the form that nearly all calls have, read without a document.
 */
#ifndef CUPEL_API_PLAIN_CALL_H
#define CUPEL_API_PLAIN_CALL_H

#include "api/json_scalar.h"

#include <stdbool.h>
#include <stddef.h>

enum { PLAIN_CALL_ARGS_MOST = 8, PLAIN_CALL_DEPTH = 3 };

/*
 * One request with an id. Either `params` is an array, or there is none: then `args` are its elements.
 * Or it is an object with `module`, `function` and perhaps `args`. Everything is borrowed from the body,
 * and nothing is NUL-terminated: of json_scalar.h, that suits `args` only.
 */
struct plain_call {
    struct json_scalar id; /* a number, a string or null */
    struct json_scalar method;
    struct json_scalar module, function; /* strings, or JSON_SCALAR_NONE both */
    struct json_scalar args[PLAIN_CALL_ARGS_MOST];
    size_t arg_count;
};

/*
 * False: the body has another form, or is wrong. The general reader takes it then, and takes all that is
 * read here to the same effect. It never nests deeper than PLAIN_CALL_DEPTH.
 */
bool plain_call_read(struct plain_call *call, const char *body, size_t len);

#endif
