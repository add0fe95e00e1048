/*
 * slow_state.h - helpers of the slow paths over the spilled state.
 */
#ifndef CUPEL_EXEC_SLOW_STATE_H
#define CUPEL_EXEC_SLOW_STATE_H

#include "engine/exec/slow.h"
#include "engine/isa/ir.h"
#include "engine/runtime/interp.h"

/* The slot that the operand at byte `at` of the op names. */
static inline uint8_t *slow_slot(const struct exec *x, unsigned at)
{
    return x->fp + ir_s16(x->ip, at);
}

/* Stops with a trap: to be returned by a slow path. */
static inline bool slow_trap(struct exec *x, enum trap_code code)
{
    x->trap = code;
    x->outcome = OUTCOME_TRAP;
    return false;
}

/* Pays for work that depends on operands, or stops. */
static inline bool slow_pay(struct exec *x, uint64_t cost)
{
    if (fuel_charge(x, cost))
        return true;
    x->outcome = OUTCOME_TRAP;
    return false;
}

#endif
