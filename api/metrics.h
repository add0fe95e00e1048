/*
 * metrics.h - what has happened since the start, for GET /metrics in Prometheus' text format.
 *
 * Label sets are bounded: outcomes are the kinds of api_errors.def, classes those of HTTP. Nothing
 * here names a module, a key or anything that a guest or a client has written. Any number of threads.
 */
#ifndef CUPEL_API_METRICS_H
#define CUPEL_API_METRICS_H

#include "api/api_error.h"
#include "api/strbuf.h"

#include <stdatomic.h>
#include <stdint.h>

enum { METRICS_BUCKETS = 29 };

/* Why a call was not even begun. */
enum metrics_refusal {
    METRICS_REFUSED_TOTAL,
    METRICS_REFUSED_KEY,
    METRICS_REFUSED_MEMORY,
    METRICS_REFUSALS
};

/* Up to 1, 2, 5, 10, 20 ... 10^9; the last bucket takes the rest. */
struct metrics_histogram {
    _Atomic uint64_t buckets[METRICS_BUCKETS];
    _Atomic uint64_t sum;
};

/* What some of the threads have counted. */
struct metrics_part {
    _Atomic uint64_t calls[API_CODES];
    _Atomic uint64_t responses[6]; /* by the first digit of their status */
    _Atomic uint64_t errors[API_CODES];
    _Atomic uint64_t refused[METRICS_REFUSALS];
    struct metrics_histogram call_us, call_fuel;
    struct metrics_histogram late_us; /* of calls that timed out, after their deadline */
};

enum { METRICS_PARTS = 8 };

/* All zero at first. */
struct metrics {
    struct metrics_part parts[METRICS_PARTS];
};

/* A call has ended, well (API_OK) or not. */
void metrics_call(struct metrics *metrics, enum api_code code, uint64_t elapsed_us, uint64_t fuel);
/* One has timed out, so long after its deadline. */
void metrics_timeout(struct metrics *metrics, uint64_t late_us);
void metrics_refused(struct metrics *metrics, enum metrics_refusal why);
/* A request of HTTP or JSON-RPC was answered with an error. */
void metrics_error(struct metrics *metrics, enum api_code code);
void metrics_response(struct metrics *metrics, unsigned status);

/* Appends all of them. */
void metrics_write(const struct metrics *metrics, struct strbuf *out);
/* Appends one that stands alone; `type` is "gauge" or "counter". */
void metrics_write_one(struct strbuf *out, const char *name, const char *type, const char *help,
                       uint64_t value);

#endif
