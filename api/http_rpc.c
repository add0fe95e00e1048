/*
 * JSON-RPC over HTTP. A body is answered at once if that takes no more than a slice; else the work
 * keeps all there is of the request, and whoever called goes on with it later.
 */
#include "api/handlers.h"

#include <inttypes.h>
#include <stdlib.h>

static void answered(const struct rpc *rpc, struct response *response)
{
    response_header(response, "Cupel-Fuel-Used", "%" PRIu64, rpc->fuel_used);
    response->status = response->body.len > 0 ? 200 : 204;
    if (response->status == 200) {
        response_header(response, "Content-Type", "application/json");
    }
    if (rpc->retry_after_ms > 0 && !rpc->is_batch) {
        response_header(response, "Retry-After", "%u", (rpc->retry_after_ms + 999) / 1000);
    }
}

bool work_run(struct api_work *work, uint64_t fuel)
{
    if (!rpc_run(&work->rpc, fuel)) {
        return false;
    }
    rpc_close(&work->rpc);
    answered(&work->rpc, work->exchange.response);
    return true;
}

static void handle_body(struct exchange *exchange, bool of_module)
{
    struct api_work *work = calloc(1, sizeof *work);

    if (work == NULL) {
        api_error_set(&exchange->error, API_NO_MEMORY, "memory is exhausted");
        return;
    }
    work->match = *exchange->match;
    work->exchange = *exchange; /* whose error is empty: a handler that goes on has met none */
    work->exchange.match = &work->match;
    work->rpc.service = exchange->service;
    work->rpc.settings = exchange->settings;
    work->rpc.request = exchange->request;
    work->rpc.log = api_call_log(exchange->api);
    work->rpc.module = of_module ? work->match.param : NULL;
    work->rpc.scopes =
        exchange->request->key != NULL ? exchange->request->key->terms.scopes : SCOPES_ALL;
    work->rpc.terms.account = exchange->account;
    work->rpc.terms.abandoned = &work->abandoned;
    rpc_open(&work->rpc, exchange->request->body, exchange->request->body_len,
             &exchange->response->body);
    if (work_run(work, service_get_settings(exchange->service)->slice_fuel)) {
        free(work);
    } else {
        exchange->work = work;
    }
}

void handle_rpc(struct exchange *exchange)
{
    handle_body(exchange, false);
}

void handle_module_rpc(struct exchange *exchange)
{
    handle_body(exchange, true);
}
