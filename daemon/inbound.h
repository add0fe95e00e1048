/*
 * inbound.h - one HTTP request on its way in and its response on its way out, between libmicrohttpd
 * and api/. Made when the request line has been read, gone when the response has been sent. While
 * the executor has it, its connection is suspended.
 */
#ifndef CUPEL_DAEMON_INBOUND_H
#define CUPEL_DAEMON_INBOUND_H

#include "api/api.h"
#include "daemon/connections.h"
#include "daemon/executor.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What some of the threads have counted, by thread_number(); apart from the others' in memory. */
struct inbound_counts {
    _Atomic uint64_t active;   /* requests; may have wrapped around: it is the sum that counts */
    _Atomic uint64_t begun;    /* on a thread that reads requests, altogether */
    _Atomic uint64_t handled;  /* of these */
    _Atomic uint64_t sequence; /* for request ids */
    char apart[96];
};

enum { INBOUND_COUNTS = 16 };

/* What all requests of a server share. */
struct inbound_shared {
    struct api *api;
    struct executor *executor;
    struct connections connections;
    _Atomic uint64_t body_bytes; /* memory that holds bodies now */
    uint64_t max_body_bytes;
    uint64_t request_timeout_ns;
    bool log_requests;
    uint64_t id_prefix;
    struct inbound_counts counts[INBOUND_COUNTS];
};

/* Requests that are not answered yet, and those that threads have begun to answer, or answered. */
void inbound_figures(const struct inbound_shared *shared, uint64_t *active, uint64_t *begun,
                     uint64_t *handled);

/* libmicrohttpd's callbacks; `cls` is a struct inbound_shared. */
void *inbound_begin(void *cls, const char *target, struct MHD_Connection *connection);
enum MHD_Result inbound_step(void *cls, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *data, size_t *len,
                             void **slot);
void inbound_end(void *cls, struct MHD_Connection *connection, void **slot,
                 enum MHD_RequestTerminationCode how);

#endif
