/*
 * interp_vectors.h - the handlers of vector ops as functions, for the interpreters that are one function. With all handlers that one would be too large for
 * compilers to make in reasonable time.
 */
#ifndef CUPEL_EXEC_INTERP_VECTORS_H
#define CUPEL_EXEC_INTERP_VECTORS_H

#include "engine/exec/machine.h"

typedef bool (*slow_path)(struct exec *x);

/* Executes the op with the machine's registers as they are. NULL: done, and the new state is spilled; else the slow path to take from the
 * state before. */
typedef slow_path (*vector_handler)(const uint8_t *ip, uint8_t *fp, uint64_t fuel,
                                    struct instance *inst, uint8_t *mem, uint64_t acc,
                                    float acc_f32, double acc_f64, v128 acc_v128);

/* By op number less IR_FIRST_VECTOR. */
extern const vector_handler interp_vectors[];

#endif
