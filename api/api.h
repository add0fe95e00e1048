/*
 * api.h - HTTP-API.md, without a socket: requests in, responses out.
 *
 * For each request, the daemon asks api_head() as soon as the head is there. Either the response is
 * decided already, or the body is to be read, at most `body_limit` bytes of it, and the whole given
 * to api_handle(). A body that turns out longer goes to api_body_too_large() instead.
 * Any number of threads.
 */
#ifndef CUPEL_API_API_H
#define CUPEL_API_API_H

#include "api/call_log.h"
#include "api/request.h"
#include "api/service.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct api_settings {
    uint64_t max_module_bytes; /* of an uploaded body */
    uint64_t max_json_bytes;   /* of a JSON body */
    uint64_t max_json_depth;
    uint64_t max_batch;          /* requests in one JSON-RPC batch */
    uint64_t max_response_bytes; /* of the answers to one batch together */
    bool client_certificates;    /* nobody connects without one; for the description only */
};

void api_settings_init(struct api_settings *settings);

struct api;
struct api_work;

/* `service` is borrowed and must outlive it. NULL when memory is exhausted. */
struct api *api_new(const struct api_settings *settings, struct service *service);
void api_delete(struct api *api);

/* May everybody do everything while there are no keys? Only on a listener that no stranger reaches; at
 * first they may not. Call before there are requests. */
void api_set_open(struct api *api, bool open);

/* Who appends to /metrics what only the daemon knows. Call before there are requests. */
typedef void (*api_metrics_writer)(void *env, struct strbuf *out);
void api_set_metrics(struct api *api, api_metrics_writer write, void *env);
void api_more_metrics(const struct api *api, struct strbuf *out);

/* Who is told of every call that ends. Call before there are requests. */
void api_set_call_log(struct api *api, call_log_writer write, void *env);
/* NULL: nobody. */
const struct call_log *api_call_log(const struct api *api);

/* From now on /readyz says that the daemon is going away. */
void api_set_draining(struct api *api);
bool api_is_draining(const struct api *api);

/*
 * Judges a request by its head: where it goes, who sends it, whether he may; `request->body` is not
 * looked at. From here on the request is to be ended with api_request_end(). `declared_len` is what
 * Content-Length says, UINT64_MAX if nothing does. True: `response` is the answer. False: read the
 * body, up to `*body_limit` bytes.
 */
bool api_head(struct api *api, struct request *request, uint64_t declared_len,
              struct response *response, size_t *body_limit);
/* Releases what api_head() found out. */
void api_request_end(struct request *request);
void api_body_too_large(struct api *api, const struct request *request, struct response *response);
/* Room for the body could not be had. */
void api_no_room(struct api *api, const struct request *request, struct response *response);
/*
 * Answers a request. NULL: `response` is there. Else that takes longer than a slice; the response
 * comes of api_work_run, and request and response stay where they are until then.
 */
struct api_work *api_handle(struct api *api, const struct request *request,
                            struct response *response);

/* ---- requests that take longer ---------------------------------------------------------------
 * A work belongs to one thread at a time, not always the same one. */

/*
 * Runs on for about `fuel` units. True: `response` is there, no place is taken any more, and nothing is
 * left but to delete the work, which does not touch request and response any more.
 */
bool api_work_run(struct api_work *work, uint64_t fuel);
/* When it must be run again at the latest, on call_clock_ns(): its call has a deadline then. */
uint64_t api_work_deadline_ns(const struct api_work *work);
/* Whose it is. */
struct account *api_work_account(const struct api_work *work);
/* Nobody waits for the response any more: it ends soon. From any thread, until it is deleted. */
void api_work_abandon(struct api_work *work);
/* Ends it, wherever it stands; NULL is allowed. Takes a while if its call has used much memory, and
 * is best done when the response is on its way. */
void api_work_delete(struct api_work *work);

/* May a client choose this request id? 1 to 64 of letters, digits, '.', '_', '-'. */
bool api_request_id_ok(const char *id);

#endif
