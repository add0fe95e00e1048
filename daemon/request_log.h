/*
 * request_log.h - what the log says of requests and calls: which, whose, how it went, how long it took.
 * Never what was sent or computed. Any thread.
 */
#ifndef CUPEL_DAEMON_REQUEST_LOG_H
#define CUPEL_DAEMON_REQUEST_LOG_H

#include "api/call_log.h"
#include "api/request.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A request that has ended; everything is borrowed. */
struct request_record {
    const struct request *request;
    unsigned status; /* 0: there was no answer */
    uint64_t answer_bytes, elapsed_us;
    bool lost;                     /* the connection, before the answer was sent */
    const struct sockaddr *client; /* NULL: unknown */
};

/* Would it be written? `wanted`: the configuration asks for a line for each request. */
bool request_log_wants(unsigned status, bool wanted);
void request_log_write(const struct request_record *record, bool wanted);

/* A call_log_writer; `env` is not looked at. */
void request_log_call(void *env, const struct call_record *record);

#endif
