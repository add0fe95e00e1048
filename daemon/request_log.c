/*
 * A line for each request or call is written when the configuration asks for it: a line costs about as
 * much as a small call. Failures of our own are always worth one. Both kinds of lines begin with what
 * one searches by: the request's id, and the trace it belongs to.
 */
#include "daemon/request_log.h"

#include "api/key_ring.h"
#include "api/trace_context.h"
#include "daemon/log.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct fields {
    struct log_field rows[LOG_FIELDS_MOST];
    size_t count;
};

static void add_bytes(struct fields *fields, const char *name, const char *text, size_t len)
{
    fields->rows[fields->count++] = (struct log_field){name, text, len, 0};
}

static void add_text(struct fields *fields, const char *name, const char *text)
{
    add_bytes(fields, name, text, strlen(text));
}

static void add_number(struct fields *fields, const char *name, uint64_t number)
{
    fields->rows[fields->count++] = (struct log_field){name, NULL, 0, number};
}

static void add_origin(struct fields *fields, const struct request *request)
{
    add_text(fields, "request_id", request->id);
    if (request->trace != NULL) {
        add_text(fields, "trace_id", request->trace->trace_id);
        add_text(fields, "span_id", request->trace->span_id);
        add_text(fields, "parent_id", request->trace->parent_id);
    }
    if (request->key != NULL) {
        add_text(fields, "key", request->key->id);
    }
}

/* 503 is what we answer by design when there is too much to do. */
static bool is_our_fault(unsigned status)
{
    return status >= 500 && status != 503;
}

static enum log_level level_of(unsigned status, bool wanted)
{
    return is_our_fault(status) ? LOG_LEVEL_WARNING : wanted ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG;
}

bool request_log_wants(unsigned status, bool wanted)
{
    return log_wants(level_of(status, wanted));
}

static const char *address_text(const struct sockaddr *address, char text[INET6_ADDRSTRLEN])
{
    const void *bytes = address->sa_family == AF_INET6
                            ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
                            : (const void *)&((const struct sockaddr_in *)address)->sin_addr;

    if (address->sa_family != AF_INET && address->sa_family != AF_INET6) {
        return "local";
    }
    return inet_ntop(address->sa_family, bytes, text, INET6_ADDRSTRLEN) != NULL ? text : "unknown";
}

void request_log_write(const struct request_record *record, bool wanted)
{
    char address[INET6_ADDRSTRLEN];
    struct fields fields = {.count = 0};

    add_origin(&fields, record->request);
    add_text(&fields, "method", record->request->method);
    add_text(&fields, "target", record->request->target);
    add_number(&fields, "status", record->status);
    add_number(&fields, "bytes", record->answer_bytes);
    add_number(&fields, "elapsed_us", record->elapsed_us);
    if (record->client != NULL) {
        add_text(&fields, "client", address_text(record->client, address));
    }
    if (record->lost) {
        add_text(&fields, "connection", "lost");
    }
    log_event(level_of(record->status, wanted), "request", fields.rows, fields.count);
}

void request_log_call(void *env, const struct call_record *record)
{
    char module[STORAGE_ID_TEXT_SIZE];
    struct fields fields = {.count = 0};

    (void)env;
    add_origin(&fields, record->request);
    if (record->module != NULL) {
        storage_id_format(record->module, module);
        add_text(&fields, "module", module);
    }
    add_bytes(&fields, "function", record->function, record->function_len);
    add_text(&fields, "outcome", record->outcome);
    add_number(&fields, "fuel", record->fuel);
    add_number(&fields, "elapsed_us", record->elapsed_us);
    add_number(&fields, "memory_bytes", record->memory_bytes);
    log_event(LOG_LEVEL_INFO, "call", fields.rows, fields.count);
}
