/*
 * router.h - from method and target to the row of routes.def.
 */
#ifndef CUPEL_API_ROUTER_H
#define CUPEL_API_ROUTER_H

#include "api/api_error.h"
#include "api/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;

enum route_body { ROUTE_BODY_NONE, ROUTE_BODY_MODULE, ROUTE_BODY_JSON };

struct route {
    const char *method;
    const char *pattern;
    size_t pattern_len;
    void (*handle)(struct exchange *exchange);
    const char *name; /* of that function */
    enum route_body body;
    const char *scope;
    const char *takes, *answers; /* as routes.def has them */
    uint64_t errors;             /* a bit for each enum api_code */
    const char *summary;
};

/* The table; `count` is the number of rows. */
const struct route *router_routes(size_t *count);

#define ROUTER_PARAM_SIZE 256 /* longer than any reference */
#define ROUTER_ALLOW_SIZE 64

struct route_match {
    const struct route *route; /* NULL: none, or the method is not allowed */
    bool is_options;
    char allow[ROUTER_ALLOW_SIZE]; /* this path's methods, if `route` is NULL */
    char param[ROUTER_PARAM_SIZE]; /* the decoded {ref} or {name} */
};

/* What `request->route` says is taken as it is. API_BAD_TARGET for a target that cannot be decoded, API_NO_ROUTE, API_NO_METHOD, or API_OK. */
enum api_code router_match(const struct request *request, struct route_match *match,
                           struct api_error *error);

/*
 * The decoded value of a query parameter, in `value`. True if it is there (the first one counts).
 * API_BAD_REQUEST is left in `error` if it cannot be decoded or is too long.
 */
bool router_query(const struct request *request, const char *name, char *value, size_t size,
                  struct api_error *error);

#endif
