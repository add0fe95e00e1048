/*
 * libmicrohttpd calls inbound_step() once for the head, once per piece of the body, and once at the
 * end. The head is judged at once. If that decides the request, the answer goes out straight away
 * when the client waits for it (Expect: 100-continue) or announces more than we care to read;
 * otherwise the body is read and thrown away first, because a client that is still writing may
 * never see an answer that is followed by a reset.
 *
 * A request that takes longer than a slice goes to the executor, and the connection sleeps. When the
 * answer is there it is woken, and the library calls inbound_step() once more.
 */
#include "daemon/inbound.h"

#include "api/export_call.h"
#include "api/thread_number.h"
#include "api/trace_context.h"
#include "daemon/request_head.h"
#include "daemon/request_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bodies up to this size get their memory at once. */
enum { SMALL_BODY = 65536 };

/* How much of a body is read only to be thrown away. */
#define DISCARD_MAX (UINT64_C(64) << 20)

struct inbound {
    struct executor_task task; /* while `work` is under way */
    struct api_work *work;
    struct ended_work *ended; /* room for `work` when it has answered */
    struct MHD_Connection *connection;
    struct inbound_shared *shared;
    struct connection *watched;
    struct request request;
    char *target;
    char id[65];
    struct trace_context trace;
    uint64_t begin_ns;
    bool head_done;
    bool decided;   /* `response` is the answer; the rest of the body is thrown away */
    bool continues; /* the client waits for 100 Continue */
    bool answered;
    size_t answer_len;
    uint64_t declared, seen, body_limit;
    char *body;
    size_t body_len, body_cap;
    struct response response; /* the last: it is not cleared with the rest */
};

static struct inbound_counts *counts_of(struct inbound_shared *shared)
{
    return &shared->counts[thread_number() % INBOUND_COUNTS];
}

/* A number that no other request gets. */
static uint64_t next_in_sequence(struct inbound_shared *shared)
{
    unsigned mine = thread_number() % INBOUND_COUNTS;

    return atomic_fetch_add_explicit(&shared->counts[mine].sequence, 1, memory_order_relaxed) *
               INBOUND_COUNTS +
           mine;
}

void inbound_figures(const struct inbound_shared *shared, uint64_t *active, uint64_t *begun,
                     uint64_t *handled)
{
    size_t i;

    *active = *begun = *handled = 0;
    /* In this order: what begins meanwhile counts as begun, and nothing ends that had not. */
    for (i = 0; i < INBOUND_COUNTS; i++) {
        *handled += atomic_load(&shared->counts[i].handled);
    }
    for (i = 0; i < INBOUND_COUNTS; i++) {
        *begun += atomic_load(&shared->counts[i].begun);
        *active += atomic_load(&shared->counts[i].active);
    }
}

void *inbound_begin(void *cls, const char *target, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct inbound_shared *shared = cls;
    struct inbound *in = malloc(sizeof *in); /* its size is one that malloc keeps at hand */

    if (in == NULL) {
        return NULL;
    }
    memset(in, 0, offsetof(struct inbound, response));
    in->target = strdup(target);
    if (in->target == NULL) {
        free(in);
        return NULL;
    }
    in->shared = shared;
    in->watched = info != NULL ? info->socket_context : NULL;
    in->begin_ns = call_clock_ns();
    response_init(&in->response);
    atomic_fetch_add_explicit(&counts_of(shared)->active, 1, memory_order_relaxed);
    return in;
}

static void free_body(struct inbound *in)
{
    free(in->body);
    atomic_fetch_sub(&in->shared->body_bytes, in->body_cap);
    in->body = NULL;
    in->body_len = in->body_cap = 0;
}

static void write_log(const struct inbound *in, struct MHD_Connection *connection,
                      enum MHD_RequestTerminationCode how)
{
    const union MHD_ConnectionInfo *info;
    struct request_record record = {
        .request = &in->request,
        .status = in->answered ? in->response.status : 0,
        .answer_bytes = in->answer_len,
        .lost = how != MHD_REQUEST_TERMINATED_COMPLETED_OK,
    };

    if (in->request.method == NULL || !request_log_wants(record.status, in->shared->log_requests)) {
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    record.client = info != NULL ? info->client_addr : NULL;
    record.elapsed_us = (call_clock_ns() - in->begin_ns) / 1000;
    request_log_write(&record, in->shared->log_requests);
}

void inbound_end(void *cls, struct MHD_Connection *connection, void **slot,
                 enum MHD_RequestTerminationCode how)
{
    struct inbound_shared *shared = cls;
    struct inbound *in = *slot;

    if (in == NULL) {
        return;
    }
    write_log(in, connection, how);
    connection_waiting(in->watched);
    api_work_delete(in->work);
    free(in->ended);
    api_request_end(&in->request);
    free_body(in);
    response_fini(&in->response);
    free(in->target);
    free(in);
    *slot = NULL;
    atomic_fetch_sub_explicit(&counts_of(shared)->active, 1, memory_order_release);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static enum MHD_Result send_response(struct inbound *in, struct MHD_Connection *connection)
{
    struct response *response = &in->response;
    struct MHD_Response *reply;
    enum MHD_Result ok;
    size_t len = 0, i;
    char *body;

    free_body(in);
    connection_busy(in->watched);
    body = strbuf_detach(&response->body, &len);
    reply = MHD_create_response_from_buffer(len, body != NULL ? body : "",
                                            body != NULL ? MHD_RESPMEM_MUST_FREE
                                                         : MHD_RESPMEM_PERSISTENT);
    if (reply == NULL) {
        free(body);
        return MHD_NO;
    }
    for (i = 0; i < response->header_count; i++) {
        MHD_add_response_header(reply, response->headers[i].name, response->headers[i].value);
    }
    if (api_is_draining(in->shared->api)) {
        MHD_add_response_header(reply, "Connection", "close");
    }
    in->answered = true;
    in->answer_len = len;
    ok = MHD_queue_response(connection, response->status, reply);
    MHD_destroy_response(reply);
    return ok;
}

/* ---- the head -------------------------------------------------------------------------------- */

/* At least `digits` of them; returns the end. */
static char *put_hex(char *at, uint64_t number, unsigned digits)
{
    while (digits < 16 && number >> (4 * digits) != 0) {
        digits++;
    }
    while (digits-- > 0) {
        *at++ = "0123456789abcdef"[number >> (4 * digits) & 15];
    }
    return at;
}

static void choose_id(struct inbound *in, struct request_head *head)
{
    const char *given = request_head_find(head, "X-Request-Id");
    char *at = in->id;

    if (given != NULL && api_request_id_ok(given)) {
        snprintf(in->id, sizeof in->id, "%s", given);
        return;
    }
    at = put_hex(at, in->shared->id_prefix, 16);
    *at++ = '-';
    at = put_hex(at, next_in_sequence(in->shared), 1);
    *at = '\0';
}

/* Neighbours of a sequence number look random: whoever adds up spans by their bits is not misled. */
static uint64_t new_span(struct inbound_shared *shared)
{
    uint64_t x = shared->id_prefix + next_in_sequence(shared) * UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x != 0 ? x : 1;
}

static enum MHD_Result take_head(struct inbound *in, struct MHD_Connection *connection,
                                 const char *method)
{
    struct request_head head;
    const char *expect, *trace;
    size_t limit = 0;

    request_head_read(&head, connection);
    expect = request_head_find(&head, MHD_HTTP_HEADER_EXPECT);
    trace = request_head_trace(&head);
    in->head_done = true;
    choose_id(in, &head);
    if (trace != NULL && trace_context_read(&in->trace, trace, new_span(in->shared))) {
        in->request.trace = &in->trace;
    }
    in->request.method = method;
    in->request.target = in->target;
    in->request.id = in->id;
    in->request.header = request_head_find;
    in->request.env = &head;
    in->continues = expect != NULL && strcasecmp(expect, "100-continue") == 0;
    in->declared = request_head_length(&head);
    in->decided = api_head(in->shared->api, &in->request, in->declared, &in->response, &limit);
    in->request.header = request_head_ask;
    in->request.env = connection;
    in->body_limit = limit;
    if (in->decided && in->declared != 0 &&
        (in->continues || (in->declared != UINT64_MAX && in->declared > DISCARD_MAX))) {
        return send_response(in, connection);
    }
    return MHD_YES;
}

/* ---- the body -------------------------------------------------------------------------------- */

/* Small bodies have a little more: whoever floods us with uploads leaves room for calls. */
static uint64_t room_for(const struct inbound *in, size_t size)
{
    uint64_t most = in->shared->max_body_bytes;

    return size <= SMALL_BODY ? most + most / 8 : most;
}

static bool make_room(struct inbound *in, size_t more)
{
    size_t want = in->body_cap < 4096 ? 4096 : in->body_cap, grow;
    char *body;

    if (in->body_cap - in->body_len >= more) {
        return true;
    }
    if (in->declared <= SMALL_BODY && (in->declared > want || in->body == NULL)) {
        want = (size_t)in->declared;
    }
    while (want - in->body_len < more) {
        want *= 2;
    }
    want = want > in->body_limit ? in->body_limit : want;
    grow = want - in->body_cap;
    if (atomic_fetch_add(&in->shared->body_bytes, grow) + grow <= room_for(in, want)) {
        body = realloc(in->body, want);
        if (body != NULL) {
            in->body = body;
            in->body_cap = want;
            return true;
        }
    }
    atomic_fetch_sub(&in->shared->body_bytes, grow);
    return false;
}

static enum MHD_Result take_body(struct inbound *in, const char *data, size_t len)
{
    in->seen += len;
    if (in->decided) {
        return in->seen <= DISCARD_MAX ? MHD_YES : MHD_NO;
    }
    if (in->seen < in->declared &&
        call_clock_ns() - in->begin_ns > in->shared->request_timeout_ns) {
        return MHD_NO;
    }
    if (in->seen > in->body_limit) {
        api_body_too_large(in->shared->api, &in->request, &in->response);
    } else if (!make_room(in, len)) {
        api_no_room(in->shared->api, &in->request, &in->response);
    } else {
        memcpy(in->body + in->body_len, data, len);
        in->body_len += len;
        return MHD_YES;
    }
    free_body(in);
    in->decided = true;
    in->seen = 0;
    return MHD_YES;
}

/* ---- what takes longer ----------------------------------------------------------------------- */

static struct inbound *inbound_of(const struct executor_task *task)
{
    return (struct inbound *)(void *)((char *)(uintptr_t)task - offsetof(struct inbound, task));
}

static bool task_run(struct executor_task *task, uint64_t fuel)
{
    return api_work_run(inbound_of(task)->work, fuel);
}

static uint64_t task_deadline_ns(const struct executor_task *task)
{
    return api_work_deadline_ns(inbound_of(task)->work);
}

static void task_abandon(struct executor_task *task)
{
    api_work_abandon(inbound_of(task)->work);
}

/* A work that has answered, until it is deleted. */
struct ended_work {
    struct executor_waste waste;
    struct api_work *work;
};

static void delete_ended(struct executor_waste *waste)
{
    struct ended_work *ended = (struct ended_work *)(void *)waste;

    api_work_delete(ended->work);
    free(ended);
}

static void task_done(struct executor_task *task)
{
    struct inbound *in = inbound_of(task);
    struct executor *executor = in->shared->executor;
    struct ended_work *ended = in->ended;

    if (ended != NULL) {
        ended->work = in->work;
        ended->waste.dispose = delete_ended;
        in->work = NULL;
        in->ended = NULL;
    }
    in->decided = true;
    MHD_resume_connection(in->connection); /* from here on `in` may be gone */
    if (ended != NULL) {
        executor_discard(executor, &ended->waste);
    }
}

static const struct executor_calls task_calls = {task_run, task_deadline_ns, task_abandon,
                                                 task_done};

/* The work to the executor, the connection to sleep. */
static enum MHD_Result hand_over(struct inbound *in, struct MHD_Connection *connection)
{
    in->connection = connection;
    in->ended = malloc(sizeof *in->ended); /* without, the work is deleted with the request */
    in->task.calls = &task_calls;
    in->task.lane = &api_work_account(in->work)->lane;
    in->task.fd = in->watched != NULL ? in->watched->fd : -1;
    MHD_suspend_connection(connection);
    if (!executor_submit(in->shared->executor, &in->task)) {
        while (!api_work_run(in->work, UINT64_MAX)) {
        }
        task_done(&in->task);
    }
    return MHD_YES;
}

enum MHD_Result inbound_step(void *cls, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *data, size_t *len,
                             void **slot)
{
    struct inbound *in = *slot;

    (void)cls;
    (void)url;
    (void)version;
    if (in == NULL) {
        return MHD_NO;
    }
    if (!in->head_done) {
        return take_head(in, connection, method);
    }
    if (*len > 0) {
        enum MHD_Result taken = take_body(in, data, *len);

        *len = 0;
        return taken;
    }
    if (!in->decided) {
        connection_busy(in->watched);
        in->request.body = in->body;
        in->request.body_len = in->body_len;
        atomic_fetch_add_explicit(&counts_of(in->shared)->begun, 1, memory_order_relaxed);
        in->work = api_handle(in->shared->api, &in->request, &in->response);
        atomic_fetch_add_explicit(&counts_of(in->shared)->handled, 1, memory_order_release);
        if (in->work != NULL) {
            return hand_over(in, connection);
        }
    }
    return send_response(in, connection);
}
