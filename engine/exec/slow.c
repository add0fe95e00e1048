/*
 * The slow paths that are neither calls nor bulk operations: traps, fuel, what moves many slots.
 * They work on the spilled state and see the op at x->ip; a path that completes the op moves x->ip
 * behind it, one that only made room lets the op run again.
 */
#include "engine/exec/slow_state.h"

bool slow_exit(struct exec *x)
{
    x->outcome = OUTCOME_DONE;
    return false;
}

bool slow_translate(struct exec *x)
{
    return translate_called(x);
}

bool slow_first_call(struct exec *x)
{
    first_called(x);
    return true;
}

bool slow_stack(struct exec *x)
{
    x->trap_limit = "stack_bytes";
    return slow_trap(x, TRAP_STACK_OVERFLOW);
}

bool slow_depth(struct exec *x)
{
    x->trap_limit = "call_depth";
    return slow_trap(x, TRAP_STACK_OVERFLOW);
}

bool slow_charge(struct exec *x)
{
    if (fuel_refill(x, ir_u32(x->ip, 12)))
        return true;
    x->outcome = OUTCOME_TRAP;
    return false;
}

bool slow_unreachable(struct exec *x)
{
    return slow_trap(x, TRAP_UNREACHABLE);
}

bool slow_memory_bounds(struct exec *x)
{
    return slow_trap(x, TRAP_MEMORY_OUT_OF_BOUNDS);
}

bool slow_table_bounds(struct exec *x)
{
    return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
}

bool slow_div_i32(struct exec *x)
{
    return slow_trap(x,
                     (uint32_t)x->acc == 0 ? TRAP_INTEGER_DIVISION_BY_ZERO : TRAP_INTEGER_OVERFLOW);
}

bool slow_div_i64(struct exec *x)
{
    return slow_trap(x, x->acc == 0 ? TRAP_INTEGER_DIVISION_BY_ZERO : TRAP_INTEGER_OVERFLOW);
}

bool slow_trunc_f32(struct exec *x)
{
    return slow_trap(x, x->acc_f32 != x->acc_f32 ? TRAP_BAD_CONVERSION_TO_INTEGER
                                                 : TRAP_INTEGER_OVERFLOW);
}

bool slow_trunc_f64(struct exec *x)
{
    return slow_trap(x, x->acc_f64 != x->acc_f64 ? TRAP_BAD_CONVERSION_TO_INTEGER
                                                 : TRAP_INTEGER_OVERFLOW);
}

/* ---- References and frames ---- */

bool slow_ref_func(struct exec *x)
{
    ir_put64(slow_slot(x, 8), 0, instance_func_handle(x->inst, ir_u32(x->ip, 12)));
    x->ip += 16;
    return true;
}

bool slow_copy_span(struct exec *x)
{
    memmove(slow_slot(x, 8), slow_slot(x, 10), 8 * (size_t)ir_u32(x->ip, 12));
    x->ip += 16;
    return true;
}

bool slow_zero_span(struct exec *x)
{
    memset(x->fp + ir_u32(x->ip, 12), 0, 8 * (size_t)ir_u32(x->ip, 8));
    x->ip += 16;
    return true;
}
