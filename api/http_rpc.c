/*
 * JSON-RPC over HTTP. A body is answered at once if that takes no more than a slice; else the work
 * keeps all there is of the request, and whoever called goes on with it later.
 */
#include "api/handlers.h"

#include <stdlib.h>
#include <string.h>

/* Of a slice, the smallest part that a first one is made. */
enum { LEAST_PART = 16 };

static void answered(const struct rpc *rpc, struct response *response)
{
    response_header_u64(response, "Cupel-Fuel-Used", rpc->fuel_used);
    response->status = response->body.len > 0 ? 200 : 204;
    if (response->status == 200) {
        response_header(response, "Content-Type", "application/json");
    }
    if (rpc->retry_after_ms > 0 && !rpc->is_batch) {
        response_header_u64(response, "Retry-After", (rpc->retry_after_ms + 999) / 1000);
    }
}

/* It is not among those any more that take long. */
static void discount(struct api_work *work)
{
    if (work->counted) {
        atomic_fetch_sub(&work->exchange.account->long_calls, 1);
        work->counted = false;
    }
}

void work_close(struct api_work *work)
{
    rpc_close(&work->rpc);
    discount(work);
}

bool work_run(struct api_work *work, uint64_t fuel)
{
    if (!rpc_run(&work->rpc, fuel)) {
        return false;
    }
    discount(work);
    answered(&work->rpc, work->exchange.response);
    return true;
}

/*
 * Who has many calls that take long will probably bring one more. A burst of them would keep the threads
 * that read requests for as many first slices, while others wait; so his are the shorter, down
 * to what still holds any call that is short.
 */
static uint64_t first_slice(const struct exchange *exchange)
{
    uint64_t whole = service_get_settings(exchange->service)->slice_fuel;
    unsigned others = atomic_load_explicit(&exchange->account->long_calls, memory_order_relaxed);

    return whole / (1 + (others < LEAST_PART - 1 ? others : LEAST_PART - 1));
}

static void handle_body(struct exchange *exchange, bool of_module)
{
    size_t module_size = of_module ? strlen(exchange->match->param) + 1 : 0;
    struct api_work *work = malloc(sizeof *work + module_size);

    if (work == NULL) {
        api_error_set(&exchange->error, API_NO_MEMORY, "memory is exhausted");
        return;
    }
    memset(work, 0, sizeof *work);
    memcpy(work->module, exchange->match->param, module_size);
    work->exchange = *exchange; /* whose error is empty: a handler that goes on has met none */
    work->exchange.match = NULL;
    work->rpc.service = exchange->service;
    work->rpc.settings = exchange->settings;
    work->rpc.request = exchange->request;
    work->rpc.log = api_call_log(exchange->api);
    work->rpc.module = of_module ? work->module : NULL;
    work->rpc.scopes =
        exchange->request->key != NULL ? exchange->request->key->terms.scopes : SCOPES_ALL;
    work->rpc.terms.account = exchange->account;
    work->rpc.terms.abandoned = &work->abandoned;
    rpc_open(&work->rpc, exchange->request->body, exchange->request->body_len,
             &exchange->response->body);
    if (work_run(work, first_slice(exchange))) {
        work_close(work);
        free(work);
    } else {
        work->rpc.leaves = true;
        work->counted = true;
        atomic_fetch_add(&exchange->account->long_calls, 1);
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
