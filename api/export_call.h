/*
 * export_call.h - one call of an export, from its name to its result. The one place for a call's life.
 *
 *   call_open       takes a place, finds the module and the export
 *   call_arguments  reads the JSON arguments by the export's signature; or call_scalars
 *   call_start      makes a store and an instance and runs the first slice
 *   call_continue   runs another one, as long as call->suspended
 *   call_results    writes the results
 *   call_close      releases everything; always, also after a failure, also while suspended; or
 *   call_leave      releases its place, and hands over what takes time to release
 *
 * Each step returns API_OK or fills `error`, which then says `fuel_used`. A call belongs to one
 * thread at a time and stays where it is in memory; the steps may be taken by different threads.
 */
#ifndef CUPEL_API_EXPORT_CALL_H
#define CUPEL_API_EXPORT_CALL_H

#include "api/account.h"
#include "api/service.h"

#include <stdatomic.h>

enum call_stop { CALL_RUNS, CALL_TIMED_OUT, CALL_CANCELLED, CALL_ABANDONED, CALL_OVER_QUOTA };

/* On whose behalf a call is made, and until when; everything is borrowed. */
struct call_terms {
    struct account *account;
    const atomic_bool
        *abandoned;     /* nobody waits for the result any more; NULL: there is no telling */
    uint64_t latest_ns; /* ends the call too, whatever its own timeout; UINT64_MAX: none */
};

/* So many need no memory of their own. */
enum { CALL_FEW_VALUES = 4 };

struct call {
    struct service *service;
    struct call_terms terms;
    cupel_module_t *module;
    struct storage_id module_id; /* of `module`, if there is one */
    const char *function;        /* borrowed from the request */
    size_t function_len;
    const cupel_valkind_t *params, *results; /* borrowed from the module */
    size_t param_count, result_count;
    cupel_val_t *values; /* the arguments, then the results */
    cupel_val_t few_values[CALL_FEW_VALUES];
    struct call_limits limits;
    uint64_t start_ns, deadline_ns; /* on the monotonic clock */
    enum call_stop stop;
    bool renewed; /* its module was, as the image was damaged */
    bool entered; /* holds one of the places of service and account */

    cupel_store_t *store;
    cupel_instance_t instance;
    cupel_resumable_t *waiting; /* what call_continue goes on with */
    bool suspended;             /* call_continue is to follow */
    bool instantiated;          /* else what waits is the start function */
    uint64_t fuel_left;         /* of the call's whole budget */
    uint64_t fuel_given;        /* of it, what is in the store's hands */
    uint64_t memory_charged;    /* of the service's memory for calls */
    bool starved;               /* of which there was not enough */

    uint64_t fuel_used, memory_bytes, elapsed_us;
};

/* What a call leaves behind: what it ran in, which may be large. All zero: nothing. */
struct call_remains {
    struct service *service; /* borrowed */
    cupel_store_t *store;
    cupel_resumable_t *waiting;
    cupel_module_t *module;
    uint64_t memory_charged;
};

/* The monotonic clock. */
uint64_t call_clock_ns(void);

/* `call` need not be initialised. */
enum api_code call_open(struct call *call, struct service *service, const struct call_terms *terms,
                        const char *ref, const char *function, size_t function_len,
                        const struct call_limits *limits, struct api_error *error);
enum api_code call_arguments(struct call *call, const json_t *args, struct api_error *error);
/* The same of arguments that are scalars. */
enum api_code call_scalars(struct call *call, const struct json_scalar *args, size_t count,
                           struct api_error *error);
/*
 * These two run until the call ends or `slice` units of fuel are used up; a step that costs more at
 * once is taken all the same. How a call is sliced shows neither in its result nor in its fuel.
 */
enum api_code call_start(struct call *call, uint64_t slice, struct api_error *error);
enum api_code call_continue(struct call *call, uint64_t slice, struct api_error *error);
/* Writes an array. API_CALL_LIMIT if it is longer than `output_bytes`; then nothing is written. */
enum api_code call_results(struct call *call, struct json_out *out, struct api_error *error);
void call_close(struct call *call);
void call_leave(struct call *call, struct call_remains *own);
/* May be called more than once, by any thread. */
void call_remains_fini(struct call_remains *remains);

#endif
