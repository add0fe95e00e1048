/*
 * From WebAssembly to the host: slots become values, the function is called, values become slots.
 *
 * While the host runs, the store remembers where the stack is free and how many calls are left, so
 * that a call back into WebAssembly goes on from there: the frames of all activations lie on one
 * stack, under one set of limits.
 */
#include "engine/base/alloc.h"
#include "engine/runtime/func.h"
#include "engine/runtime/value.h"

/* Values of most host functions, so that calling one needs no memory. */
#define FEW_VALUES 16

static void values_from_slots(struct cupel_store *store, const functype *type,
                              const uint64_t *slots, cupel_val_t *out)
{
    for (uint32_t i = 0; i < type->nparams; i++) {
        value_from_slots(store, type->params[i], slots, &out[i]);
        slots += valtype_slots(type->params[i]);
    }
}

static bool fail_nomem(struct exec *x)
{
    x->outcome = OUTCOME_TRAP;
    x->trap = TRAP_OUT_OF_SYSTEM_MEMORY;
    return false;
}

bool host_call(struct exec *x, struct instance *caller, uint32_t index, uint64_t *values,
               uint8_t *fp_end, uint32_t depth)
{
    struct cupel_store *store = x->store;
    struct host_func *f = store->host_funcs.data[index];
    cupel_val_t few[FEW_VALUES], *vals = few;
    uint32_t nvals = f->type->nparams + f->type->nresults;
    if (nvals > FEW_VALUES && !(vals = mem_alloc(nvals * sizeof *vals)))
        return fail_nomem(x);
    values_from_slots(store, f->type, values, vals);

    uint8_t *free_stack = store->free_stack;
    uint32_t calls_left = store->calls_left;
    sigjmp_buf *fault = x->fault;
    store->free_stack = fp_end;
    store->calls_left = depth;
    x->fault = NULL; /* a fault of the host's is not the guest's */
    bool nomem;
    cupel_trap_t *trap =
        host_func_invoke(f, store, caller, vals, vals + f->type->nparams, values, &nomem);
    x->fault = fault;
    store->calls_left = calls_left;
    store->free_stack = free_stack;

    if (vals != few)
        mem_free(vals);
    if (nomem)
        return fail_nomem(x);
    if (trap) {
        x->outcome = OUTCOME_HOST;
        x->host_trap = trap;
        return false;
    }
    return true;
}
