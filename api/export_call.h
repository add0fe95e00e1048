/*
 * export_call.h - one call of an export, from its name to its result. The one place for a call's life.
 *
 *   call_open       takes a place, finds the module and the export
 *   call_arguments  reads the JSON arguments by the export's signature
 *   call_run        makes a store and an instance, runs, ends in results or an error
 *   call_results    writes the results
 *   call_close      releases everything; always, also after a failure
 *
 * Each step returns API_OK or fills `error`, which then says `fuel_used`. A call belongs to one
 * thread at a time; the steps may be taken by different threads.
 */
#ifndef CUPEL_API_EXPORT_CALL_H
#define CUPEL_API_EXPORT_CALL_H

#include "api/service.h"

enum call_stop { CALL_RUNS, CALL_TIMED_OUT, CALL_CANCELLED };

struct call {
    struct service *service;
    cupel_module_t *module;
    const char *function; /* borrowed from the request */
    size_t function_len;
    const cupel_valkind_t *params, *results; /* borrowed from the module */
    size_t param_count, result_count;
    cupel_val_t *values; /* the arguments, then the results */
    struct call_limits limits;
    uint64_t deadline_ns; /* on the monotonic clock */
    enum call_stop stop;
    bool entered; /* holds one of the service's places */
    uint64_t fuel_used, memory_bytes, elapsed_us;
};

/* The monotonic clock. */
uint64_t call_clock_ns(void);

/*
 * `limits` hold for the call; `latest_ns` (UINT64_MAX: none) ends it too, whatever its own timeout.
 * `call` need not be initialised.
 */
enum api_code call_open(struct call *call, struct service *service, const char *ref,
                        const char *function, size_t function_len, const struct call_limits *limits,
                        uint64_t latest_ns, struct api_error *error);
enum api_code call_arguments(struct call *call, const json_t *args, struct api_error *error);
enum api_code call_run(struct call *call, struct api_error *error);
/* Writes an array. API_CALL_LIMIT if it is longer than `output_bytes`; then nothing is written. */
enum api_code call_results(struct call *call, struct json_out *out, struct api_error *error);
void call_close(struct call *call);

#endif
