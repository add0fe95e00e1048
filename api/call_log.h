/*
 * call_log.h - what is to be known about a call that has ended, for whoever keeps a log.
 *
 * Arguments, results and memory of guests are no part of it. The name of the function is a guest's:
 * UTF-8 of any length, to be cut and escaped by who writes it down.
 */
#ifndef CUPEL_API_CALL_LOG_H
#define CUPEL_API_CALL_LOG_H

#include "api/request.h"
#include "storage/storage.h"

#include <stddef.h>
#include <stdint.h>

/* Everything in it is borrowed. */
struct call_record {
    const struct request *request;
    const struct storage_id *module; /* NULL: there was none */
    const char *function;
    size_t function_len;
    const char *outcome; /* a kind of api_errors.def, or "ok" */
    uint64_t fuel, elapsed_us, memory_bytes;
};

/* Called once a call, by any thread. */
typedef void (*call_log_writer)(void *env, const struct call_record *record);

struct call_log {
    call_log_writer write; /* NULL: nobody wants to know */
    void *env;
};

#endif
