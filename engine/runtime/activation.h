/*
 * activation.h - one run of the interpreter, seen from the host's side.
 *
 * Activations lie within one another when host functions call back. What the interpreter keeps in
 * the store's state is saved around an inner activation, so that the outer one finds it as it was.
 */
#ifndef CUPEL_RUNTIME_ACTIVATION_H
#define CUPEL_RUNTIME_ACTIVATION_H

#include <string.h>

#include "engine/runtime/frames.h"
#include "engine/runtime/store.h"

/* The interpreter's registers. */
struct registers {
    const uint8_t *ip;
    uint8_t *fp;
    struct instance *inst;
    uint64_t acc;
    double acc_f64;
    float acc_f32;
    uint64_t acc_v128[2];
};

static inline struct registers registers_save(const struct exec *x)
{
    return (struct registers){
        x->ip, x->fp, x->inst, x->acc, x->acc_f64, x->acc_f32, {x->acc_v128[0], x->acc_v128[1]}};
}

static inline void registers_restore(struct exec *x, const struct registers *r)
{
    x->ip = r->ip;
    x->fp = r->fp;
    x->inst = r->inst;
    x->acc = r->acc;
    x->acc_f64 = r->acc_f64;
    x->acc_f32 = r->acc_f32;
    x->acc_v128[0] = r->acc_v128[0];
    x->acc_v128[1] = r->acc_v128[1];
}

/* What an activation found. */
struct activation {
    struct registers outer;
    bool suspendable;
};

static inline void activation_begin(struct exec *x, struct activation *a, bool suspendable)
{
    a->outer = registers_save(x);
    a->suspendable = x->suspendable;
    x->suspendable = suspendable;
    x->host_depth++;
}

static inline void activation_end(struct exec *x, const struct activation *a)
{
    x->host_depth--;
    x->suspendable = a->suspendable;
    x->trap_limit = NULL;
    registers_restore(x, &a->outer);
}

/* The frames of the activation that stopped. */
static inline struct frame_walk activation_frames(const struct exec *x)
{
    return (struct frame_walk){{x->inst, (uint32_t)(x->ip - x->inst->code)}, x->fp};
}

/* What the interpreter leaves behind when it does not return results: an error, or `*trap` with its
 * frames. Before activation_end. */
cupel_own cupel_error_t *activation_failure(struct exec *x, cupel_own cupel_trap_t **trap);

/* Room for `bytes` where the next activation's frames go, and for one more header. */
static inline bool stack_has_room(const struct cupel_store *store, size_t bytes)
{
    const struct exec *x = &store->exec;
    return x->free_stack <= x->stack_end &&
           (size_t)(x->stack_end - x->free_stack) >= bytes + 8 * FRAME_HEADER_SLOTS;
}

#endif
