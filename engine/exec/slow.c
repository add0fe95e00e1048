/*
 * The slow paths that are not bulk operations: traps, calls that leave the instance, fuel. They work on the spilled state and see the op at
 * x->ip; a path that completes the op moves x->ip behind it, one that only made room lets the op run again.
 */
#include "engine/exec/slow_state.h"

bool slow_exit(struct exec *x)
{
    x->outcome = OUTCOME_DONE;
    return false;
}

/* The frame pointer is still the callee's: the word before CODE_CROSS_RETURN is 0. */
bool slow_cross_return(struct exec *x)
{
    uint32_t offset = ir_u32(x->fp, 8), id = ir_u32(x->fp, 12);
    x->inst = store_instance(x->store, id);
    x->ip = x->inst->code + offset;
    x->fp -= ir_u32(x->ip - 4, 0);
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
    return slow_trap(x, (uint32_t)x->acc == 0 ? TRAP_INTEGER_DIVISION_BY_ZERO
                                              : TRAP_INTEGER_OVERFLOW);
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

/* ---- Calls ---- */

/* A single result is in the accumulator of its class as well; as its class is not known here, in all of them. */
static void load_accumulators(struct exec *x, const uint8_t *value)
{
    memcpy(&x->acc, value, sizeof x->acc);
    memcpy(&x->acc_f64, value, sizeof x->acc_f64);
    memcpy(&x->acc_f32, value, sizeof x->acc_f32);
}

/* Calls the function of a handle from the op at x->ip, which is `len` bytes long and puts the frame `delta` bytes up. */
static bool call_handle(struct exec *x, uint64_t handle, uint32_t delta, uint32_t len)
{
    uint32_t depth = ir_u32(x->fp, 4), owner = handle_owner(handle), index = handle_index(handle);
    uint8_t *frame = x->fp + delta;
    if (depth == 0)
        return slow_depth(x);
    if (owner == HOST_OWNER) {
        uint8_t *values = frame - 8 * (size_t)store_host_func_values(x->store, index);
        if (!host_call(x, x->inst, index, (uint64_t *)(void *)values,
                       frame + 8 * FRAME_HEADER_SLOTS, depth - 1))
            return false;
        load_accumulators(x, values);
        x->ip += len;
        return true;
    }
    struct instance *target = store_instance(x->store, owner);
    ir_put32(frame, 0, CODE_CROSS_RETURN);
    ir_put32(frame, 4, depth - 1);
    ir_put32(frame, 8, (uint32_t)(x->ip + len - x->inst->code));
    ir_put32(frame, 12, x->inst->id);
    x->fp = frame;
    x->inst = target;
    x->ip = target->funcs[index].entry;
    return true;
}

bool slow_call_import(struct exec *x)
{
    uint64_t handle = instance_func_imports(x->inst)[ir_u32(x->ip, 8)];
    return call_handle(x, handle, ir_u32(x->ip, 12), 16);
}

static bool call_indirect(struct exec *x, uint32_t i)
{
    const struct table_object *table = x->inst->tables[ir_u16(x->ip, 10)];
    if (i >= table->size)
        return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    uint64_t handle = table->elems[i];
    if (handle == 0)
        return slow_trap(x, TRAP_INDIRECT_CALL_TO_NULL);
    if (store_func_type_id(x->store, handle) != ir_u32(x->ip, 16))
        return slow_trap(x, TRAP_BAD_SIGNATURE);
    return call_handle(x, handle, ir_u32(x->ip, 20), 24);
}

bool slow_call_indirect_s(struct exec *x)
{
    return call_indirect(x, ir_u32(slow_slot(x, 8), 0));
}

bool slow_call_indirect_a(struct exec *x)
{
    return call_indirect(x, (uint32_t)x->acc);
}

bool slow_ref_func(struct exec *x)
{
    ir_put64(slow_slot(x, 8), 0, instance_func_handle(x->inst, ir_u32(x->ip, 12)));
    x->ip += 16;
    return true;
}

/* ---- Frames ---- */

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
