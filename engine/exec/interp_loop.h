/*
 * interp_loop.h - what the two interpreters that are one function share.
 */
#ifndef CUPEL_EXEC_INTERP_LOOP_H
#define CUPEL_EXEC_INTERP_LOOP_H

#include "engine/exec/guard.h"
#include "engine/exec/interp_vectors.h"
#include "engine/exec/machine.h"
#include "engine/exec/run.h"

#define INTERP_LOCALS                                                                              \
    const uint8_t *ip;                                                                             \
    uint8_t *fp, *mem;                                                                             \
    uint64_t fuel, acc;                                                                            \
    struct instance *inst;                                                                         \
    float acc_f32;                                                                                 \
    double acc_f64;                                                                                \
    v128 acc_v128;                                                                                 \
    unsigned vector = 0;                                                                           \
    slow_path slow = NULL

/* A vector op: run_vector calls its handler. */
#define VECTOR_HANDLER(name)                                                                       \
    HANDLER(name)                                                                                  \
    {                                                                                              \
        vector = IR_##name - IR_FIRST_VECTOR;                                                      \
        goto run_vector;                                                                           \
    }
#define CALL_VECTOR_HANDLER                                                                        \
    interp_vectors[vector](ip, fp, fuel, inst, mem, acc, acc_f32, acc_f64, acc_v128)

#endif
