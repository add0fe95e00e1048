/*
 * resumable.h - suspended calls.
 *
 * All that a suspended call is stands here in numbers that mean the same in another process: a copy
 * of its frames, and where in them and in which instance's code it stopped. It belongs to its
 * store's thread.
 */
#ifndef CUPEL_RUNTIME_RESUMABLE_H
#define CUPEL_RUNTIME_RESUMABLE_H

#include "engine/runtime/store.h"

/* The interpreter's registers, by distance. */
struct suspended {
    uint32_t instance, ip; /* id, and offset in its code */
    size_t fp;             /* offset in the frames */
    uint64_t acc, acc_f64, acc_v128[2];
    uint32_t acc_f32;
};

struct cupel_resumable {
    struct cupel_store *store; /* NULL once the call has ended */
    struct cupel_resumable *next, **link;
    cupel_suspension_t reason;
    bool running;   /* between resumption and its end */
    bool abandoned; /* deleted while running */

    uint32_t instance, func; /* what was called */
    uint32_t calls_left;     /* calls that were allowed where the frames come from */
    uint8_t *frames;         /* owned */
    size_t len, allocated;
    struct suspended at;
    struct host_site site; /* by the host */
    cupel_trap_t *trap;    /* owned; the host's, or made when asked for */
    bool traced;           /* it has its backtrace */
    uint64_t fuel_needed;
};

/* Whether what stopped the interpreter can be resumed. */
static inline bool resumable_may_keep(const struct exec *x)
{
    return x->outcome == OUTCOME_HOST ||
           (x->outcome == OUTCOME_TRAP && x->trap == TRAP_OUT_OF_FUEL && !x->host_trap);
}

/* Keeps a call of that function whose frames start at `base`, from the spilled state. */
cupel_own cupel_error_t *resumable_new(struct cupel_store *store, const struct instance *instance,
                                       uint32_t func, const uint8_t *base,
                                       cupel_own cupel_resumable_t **out);
/* The same for one that has run on. */
cupel_own cupel_error_t *resumable_keep(struct cupel_resumable *r, const uint8_t *base);
/* Frees all but the handle; it leaves its store. */
void resumable_end(struct cupel_resumable *r);

/* The values that a resumption takes and gives, in the form that its caller has them in. */
struct resume_values {
    /* NULL if they are what the call waits for, and there is room for results of type `own` */
    cupel_own cupel_error_t *(*check)(const struct resume_values *v,
                                      const struct cupel_resumable *r, const functype *own);
    /* Makes them the results of the host function. */
    void (*put)(const struct resume_values *v, struct cupel_resumable *r);
    /* Takes the results of the call. */
    void (*take)(const struct resume_values *v, struct cupel_store *store, const functype *own,
                 const uint64_t *slots);
    const cupel_val_t *inputs;
    size_t ninputs;
    cupel_val_t *results;
    size_t nresults;
    cupel_raw_t *cells; /* in place of all these */
};
cupel_own cupel_error_t *resumable_resume(struct cupel_store *store, struct cupel_resumable *r,
                                          const struct resume_values *values,
                                          cupel_own cupel_trap_t **trap);

/* Type of the host function that it waits for. */
const functype *resumable_host_type(const struct cupel_resumable *r);
/* The values of that function, in the copied frames. */
uint64_t *resumable_host_values(const struct cupel_resumable *r);
/* The innermost frame. */
struct frame_walk resumable_frames(const struct cupel_resumable *r);

#endif
