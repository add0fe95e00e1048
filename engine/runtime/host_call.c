/*
 * From WebAssembly to the host: slots become values, the function is called, values become slots
 * (host_func.c). A raw function works on the slots themselves.
 *
 * While the host runs, it is known where the stack is free and how many calls are left, so that a
 * call back into WebAssembly goes on from there: the frames of all activations lie on one stack,
 * under one set of limits. That is told before each call and not taken back behind it, since the
 * next call tells anew; an activation puts back what it found (exec/run.c).
 *
 * Most functions need nothing of what is decided here, which is known when they are made: those the
 * interpreter calls itself (host_is_direct).
 */
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/call_hook.h"
#include "engine/runtime/func.h"

/* Cells of most host functions, so that calling one needs no memory. */
#define FEW_VALUES 16

static bool fail_nomem(struct exec *x)
{
    x->outcome = OUTCOME_TRAP;
    x->trap = TRAP_OUT_OF_SYSTEM_MEMORY;
    return false;
}

static inline bool ended(struct exec *x, enum host_end end, cupel_trap_t *trap)
{
    if (__builtin_expect(end == HOST_RETURNED, 1))
        return true;
    if (end == HOST_NO_MEMORY)
        return fail_nomem(x);
    x->outcome = end == HOST_TRAPPED ? OUTCOME_HOST : OUTCOME_TRAP;
    x->host_trap = trap;
    return false;
}

static __attribute__((noinline)) bool call_checked(struct exec *x, struct host_func *f,
                                                   struct instance *caller, uint64_t *values)
{
    cupel_trap_t *trap;
    enum host_end end = host_func_invoke_slots(f, x->store, caller, values, &trap);
    return ended(x, end, trap);
}

/* Where the call may be suspended, the function works on a copy, so that its arguments can be
 * looked at then. */
static __attribute__((noinline)) bool call_raw_on_copy(struct exec *x, struct host_func *f,
                                                       struct instance *caller, uint64_t *values)
{
    uint64_t few[FEW_VALUES], *cells = few;
    size_t n = frame_values(f->type);
    if (n > FEW_VALUES && !(cells = mem_alloc(n * sizeof *cells)))
        return fail_nomem(x);
    memcpy(cells, values, n * sizeof *cells);
    cupel_trap_t *trap;
    enum host_end end = host_func_invoke_raw(f, x->store, caller, cells, &trap);
    if (end == HOST_RETURNED)
        memcpy(values, cells, n * sizeof *cells);
    if (cells != few)
        mem_free(cells);
    return ended(x, end, trap);
}

static inline __attribute__((always_inline)) bool call_raw(struct exec *x, struct host_func *f,
                                                           struct instance *caller,
                                                           uint64_t *values)
{
    if (x->suspendable)
        return call_raw_on_copy(x, f, caller, values);
    cupel_trap_t *trap;
    enum host_end end = host_func_invoke_raw(f, x->store, caller, values, &trap);
    return ended(x, end, trap);
}

static inline __attribute__((always_inline)) bool call(struct exec *x, struct host_func *f,
                                                       struct instance *caller, uint64_t *values)
{
    return f->entry.raw ? call_raw(x, f, caller, values) : call_checked(x, f, caller, values);
}

/* What the hooks run must not disturb how the call ended. */
static __attribute__((cold)) bool call_hooked(struct exec *x, struct host_func *f,
                                              struct instance *caller, uint64_t *values)
{
    if (!hook_enter_host(x))
        return false;
    bool ok = call(x, f, caller, values);
    enum outcome outcome = x->outcome;
    enum trap_code code = x->trap;
    cupel_trap_t *trap = ok ? NULL : x->host_trap;
    x->host_trap = NULL;
    if (!hook_leave_host(x)) {
        cupel_trap_delete(trap);
        return false;
    }
    x->outcome = outcome;
    x->trap = code;
    x->host_trap = trap;
    return ok;
}

bool host_call(struct exec *x, struct instance *caller, uint32_t index, uint8_t *frame,
               uint32_t depth, uint32_t *slots)
{
    struct host_func *f = x->store->host_funcs.data[index];
    uint64_t *values = (uint64_t *)(void *)frame - f->entry.values;
    *slots = f->entry.values;
    host_enter(x, frame, depth);
    return __builtin_expect(x->hooked, 0) ? call_hooked(x, f, caller, values)
                                          : call(x, f, caller, values);
}
