/*
 * handlers.h - one function per row of routes.def, and what they are given.
 */
#ifndef CUPEL_API_HANDLERS_H
#define CUPEL_API_HANDLERS_H

#include "api/api.h"
#include "api/request.h"
#include "api/router.h"
#include "api/service.h"

/* One request on its way. A handler fills `response`, or `error`, which then becomes it. */
struct exchange {
    struct api *api;
    struct service *service;
    const struct api_settings *settings;
    const struct request *request;
    const struct route_match *match;
    struct response *response;
    struct api_error error;
};

#define ROUTE(method, pattern, handler, body, scope, summary)                                      \
    void handler(struct exchange *exchange);
#include "api/routes.def"
#undef ROUTE

/* A header of the request, NULL if it is not there. */
const char *exchange_header(const struct exchange *exchange, const char *name);

#endif
