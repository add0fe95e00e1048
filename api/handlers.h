/*
 * handlers.h - one function per row of routes.def, and what they are given.
 */
#ifndef CUPEL_API_HANDLERS_H
#define CUPEL_API_HANDLERS_H

#include "api/api.h"
#include "api/request.h"
#include "api/router.h"
#include "api/rpc.h"
#include "api/service.h"

#include <stdatomic.h>

/* One request on its way. A handler fills `response`, or `error`, which then becomes it. */
struct exchange {
    struct api *api;
    struct service *service;
    const struct api_settings *settings;
    const struct request *request;
    const struct route_match *match;
    struct account *account;
    struct response *response;
    struct api_error error;
    struct api_work *work; /* the handler's, if there is more to do */
};

/* A request whose answer takes more than one slice: all of it but what request and response hold. */
struct api_work {
    struct exchange exchange; /* without `match` */
    struct rpc rpc;
    atomic_bool abandoned;
    bool counted;  /* among the account's long calls */
    char module[]; /* the {ref} of the path, if there is one */
};

/* Another slice; true: the response is there, and nothing is left but to close it. */
bool work_run(struct api_work *work, uint64_t fuel);
/* Ends it as it is. */
void work_close(struct api_work *work);

#define ROUTE(method, pattern, handler, body, scope, takes, answers, errors, summary)              \
    void handler(struct exchange *exchange);
#include "api/routes.def"
#undef ROUTE

/* A header of the request, NULL if it is not there. */
const char *exchange_header(const struct exchange *exchange, const char *name);
/* Adds the ETag. True: If-None-Match says that the client has this; the response is 304 then. */
bool exchange_not_modified(struct exchange *exchange, const char *etag);

#endif
