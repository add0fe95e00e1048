/*
 * Entering the interpreter, and what the dispatch builds share.
 *
 * Every activation has its own place for faults to come back to, and restores what the one before
 * had: an activation within a host call must leave no trace in the state of the outer one.
 */
#include "config.h"

#include "engine/exec/run.h"
#include "engine/isa/ir.h"

static void enter_guarded(struct exec *x)
{
    sigjmp_buf buf;
    sigjmp_buf *outer = x->fault;
    if (sigsetjmp(buf, 0) == 0) {
        x->fault = &buf;
        interp_enter(x);
    }
    x->fault = outer;
}

static enum outcome enter(struct exec *x)
{
    struct exec *before = fault_set_current(x);
    uint8_t *free_stack = x->free_stack;
    uint32_t calls_left = x->calls_left;
    x->trap_limit = NULL;
    enter_guarded(x);
    x->free_stack = free_stack;
    x->calls_left = calls_left;
    fault_set_current(before);
    return x->outcome;
}

enum outcome interp_run(struct exec *x, struct instance *inst, uint32_t func, uint8_t *fp,
                        uint32_t depth)
{
    ir_put32(fp, 0, CODE_EXIT);
    ir_put32(fp, 4, depth);
    x->ip = code_entry(&inst->funcs[func]);
    x->fp = fp;
    x->inst = inst;
    return enter(x);
}

enum outcome interp_resume(struct exec *x, const struct host_site *site)
{
    if (site)
        calls_finish_host(x, site);
    return enter(x);
}

bool interp_has_fault_handling(void)
{
#if defined(__x86_64__) && defined(__linux__)
    return fault_install();
#else
    return false;
#endif
}

unsigned interp_op_of(const void *handler)
{
    const void *const *handlers = interp_handlers();
    for (unsigned i = 0; i < IR_COUNT; i++)
        if (handlers[i] == handler)
            return i;
    return IR_COUNT;
}
