/*
 * All headers are noted in an array at once: to judge a head takes eight looks, and each would go through
 * the library's list with comparisons of its own.
 */
#include "daemon/request_head.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum MHD_Result note_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t len,
                                   const char *value, size_t value_len)
{
    struct request_head *head = cls;

    (void)kind;
    (void)value_len;
    if (head->count < REQUEST_HEAD_MOST) {
        head->headers[head->count].name = name;
        head->headers[head->count].value = value;
        head->headers[head->count].len = len;
    }
    head->count++;
    return head->count <= REQUEST_HEAD_MOST ? MHD_YES : MHD_NO;
}

void request_head_read(struct request_head *head, struct MHD_Connection *connection)
{
    head->connection = connection;
    head->count = 0; /* the array stays as it is */
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, note_header, head);
}

const char *request_head_ask(void *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *request_head_find(void *env, const char *name)
{
    const struct request_head *head = env;
    size_t len = strlen(name);
    unsigned i;

    if (head->count > REQUEST_HEAD_MOST) {
        return request_head_ask(head->connection, name);
    }
    for (i = 0; i < head->count; i++) {
        if (head->headers[i].len == len && strcasecmp(head->headers[i].name, name) == 0) {
            return head->headers[i].value;
        }
    }
    return NULL;
}

static enum MHD_Result count_traces(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    unsigned *count = cls;

    (void)kind;
    (void)value;
    *count += strcasecmp(name, "traceparent") == 0;
    return MHD_YES;
}

const char *request_head_trace(struct request_head *head)
{
    const char *given = request_head_find(head, "traceparent");
    unsigned count = 0;

    if (given != NULL) {
        MHD_get_connection_values(head->connection, MHD_HEADER_KIND, count_traces, &count);
    }
    return count == 1 ? given : NULL;
}

uint64_t request_head_length(struct request_head *head)
{
    const char *length = request_head_find(head, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long long value;

    if (request_head_find(head, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL) {
        return UINT64_MAX;
    }
    if (length == NULL) {
        return 0;
    }
    errno = 0;
    value = strtoull(length, NULL, 10);
    return errno != 0 || value == UINT64_MAX ? UINT64_MAX - 1 : value;
}
