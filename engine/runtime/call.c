/*
 * From the host to WebAssembly. An activation is one run of the interpreter; activations lie within
 * one another when host functions call back, each above the other's frames on the store's stack.
 *
 * Three limits end a recursion, whichever way it goes: bytes of stack, calls within one another,
 * and activations within one another, since each of those also takes the host's own stack.
 */
#include "engine/runtime/call.h"

#include <stdio.h>

#include "engine/base/alloc.h"
#include "engine/runtime/activation.h"
#include "engine/runtime/call_hook.h"
#include "engine/runtime/error.h"
#include "engine/runtime/resumable.h"
#include "engine/runtime/trap.h"
#include "engine/runtime/value.h"

/* Cells of most host functions, so that calling one needs no memory. */
#define FEW_VALUES 16

/* A trap that no frame of this activation is part of. */
static cupel_error_t *trap_without_frames(enum trap_code code, const char *limit,
                                          cupel_trap_t **trap)
{
    *trap = trap_new(code, limit);
    return *trap ? NULL : error_nomem();
}

bool call_prepare(struct cupel_store *store, uint32_t nvalues, cupel_error_t **error,
                  cupel_trap_t **trap)
{
    const char *limit = NULL;
    *error = NULL;
    if (store->exec.host_depth > store->limits.host_depth)
        limit = "host_depth";
    else if (!store_ensure_stack(store))
        *error = error_nomem();
    else if (store->exec.calls_left == 0)
        limit = "call_depth";
    else if (!stack_has_room(store, 8 * (size_t)nvalues))
        limit = "stack_bytes";
    if (limit)
        *error = trap_without_frames(TRAP_STACK_OVERFLOW, limit, trap);
    return !limit && !*error;
}

cupel_error_t *activation_failure(struct exec *x, cupel_trap_t **trap)
{
    if (x->outcome == OUTCOME_ERROR) {
        cupel_error_t *error = x->error;
        x->error = NULL;
        return error;
    }
    *trap = x->host_trap ? x->host_trap : trap_new(x->trap, x->trap_limit);
    x->host_trap = NULL;
    if (!*trap)
        return error_nomem();
    trap_add_backtrace(*trap, activation_frames(x));
    return NULL;
}

static cupel_error_t *run(struct cupel_store *store, struct instance *instance, uint32_t index,
                          uint32_t nvalues, cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    struct exec *x = &store->exec;
    struct activation a;
    uint8_t *base = store->exec.free_stack;
    cupel_error_t *error = NULL;
    activation_begin(x, &a, resumable != NULL);
    x->outcome =
        interp_run(x, instance, index, base + 8 * (size_t)nvalues, store->exec.calls_left - 1);
    if (x->outcome != OUTCOME_DONE) {
        if (resumable && resumable_may_keep(x))
            error = resumable_new(store, instance, index, base, resumable);
        else
            error = activation_failure(x, trap);
    }
    activation_end(x, &a);
    return error;
}

cupel_error_t *call_on_stack(struct cupel_store *store, struct instance *instance, uint32_t index,
                             uint32_t nvalues, cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    if (!store->hook.call)
        return run(store, instance, index, nvalues, resumable, trap);
    cupel_error_t *error = hook_enter_wasm(store, 8 * (size_t)nvalues, trap);
    if (error || *trap)
        return error;
    error = run(store, instance, index, nvalues, resumable, trap);
    error = hook_leave_wasm(store, 8 * (size_t)nvalues, error, trap);
    if (resumable && *resumable && (error || *trap)) {
        cupel_resumable_delete(*resumable);
        *resumable = NULL;
    }
    return error;
}

static cupel_error_t *arg_to_slots(struct cupel_store *store, const functype *type,
                                   const cupel_val_t *args, uint32_t i, uint64_t *slots)
{
    char what[32];
    if (value_to_slots(store, type->params[i], &args[i], slots))
        return NULL;
    snprintf(what, sizeof what, "argument %u", i);
    return value_check(store, type->params[i], &args[i], what, (uint64_t[2]){0});
}

static cupel_error_t *args_to_slots(struct cupel_store *store, const functype *type,
                                    const cupel_val_t *args, uint64_t *slots)
{
    for (uint32_t i = 0; i < type->nparams; i++) {
        cupel_error_t *error = arg_to_slots(store, type, args, i, slots);
        if (error)
            return error;
        slots += valtype_slots(type->params[i]);
    }
    return NULL;
}

static cupel_error_t *call_wasm(struct cupel_store *store, struct callee callee,
                                const cupel_val_t *args, cupel_val_t *results,
                                cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    const functype *type = callee.type;
    uint32_t nvalues = frame_values(type);
    cupel_error_t *error;
    if (!call_prepare(store, nvalues, &error, trap))
        return error;
    uint64_t *values = (uint64_t *)(void *)store->exec.free_stack;
    error = args_to_slots(store, type, args, values);
    if (error)
        return error;
    error = call_on_stack(store, callee.instance, callee.index, nvalues, resumable, trap);
    if (error || *trap || (resumable && *resumable))
        return error;
    results_from_slots(store, type, values, results);
    return NULL;
}

/* A raw function, called with values. */
static cupel_error_t *call_host_raw(struct cupel_store *store, struct callee callee,
                                    const cupel_val_t *args, cupel_val_t *results,
                                    cupel_trap_t **trap)
{
    uint64_t few[FEW_VALUES], *cells = few;
    uint32_t n = frame_values(callee.type);
    if (n > FEW_VALUES && !(cells = mem_alloc(n * sizeof *cells)))
        return error_nomem();
    cupel_error_t *error = args_to_slots(store, callee.type, args, cells);
    if (!error && host_func_invoke_raw(callee.host, store, NULL, cells, trap) == HOST_NO_MEMORY)
        error = error_nomem();
    if (!error && !*trap)
        results_from_slots(store, callee.type, cells, results);
    if (cells != few)
        mem_free(cells);
    return error;
}

static cupel_error_t *call_host(struct cupel_store *store, struct callee callee,
                                const cupel_val_t *args, cupel_val_t *results, cupel_trap_t **trap)
{
    if (callee.host->entry.raw)
        return call_host_raw(store, callee, args, results, trap);
    for (uint32_t i = 0; i < callee.type->nparams; i++) {
        uint64_t unused[2];
        cupel_error_t *error = arg_to_slots(store, callee.type, args, i, unused);
        if (error)
            return error;
    }
    enum host_end end = host_func_invoke(callee.host, store, NULL, args, results, NULL, trap);
    return end == HOST_NO_MEMORY ? error_nomem() : NULL;
}

cupel_error_t *call_func(struct cupel_store *store, struct callee callee, const cupel_val_t *args,
                         cupel_val_t *results, cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    *trap = NULL;
    if (callee.instance)
        return call_wasm(store, callee, args, results, resumable, trap);
    if (store->exec.host_depth > store->limits.host_depth)
        return trap_without_frames(TRAP_STACK_OVERFLOW, "host_depth", trap);
    store->exec.host_depth++;
    cupel_error_t *error = call_host(store, callee, args, results, trap);
    store->exec.host_depth--;
    return error;
}

static cupel_error_t *check_counts(const functype *type, size_t nargs, size_t nresults)
{
    if (nargs != type->nparams)
        return error_new(ERR_ARITY, "the function takes %u arguments, not %zu", type->nparams,
                         nargs);
    if (nresults < type->nresults)
        return error_new(ERR_ARITY, "the function has %u results, there is room for %zu",
                         type->nresults, nresults);
    return NULL;
}

static cupel_error_t *call(cupel_context_t *ctx, cupel_func_t func, const cupel_val_t *args,
                           size_t nargs, cupel_val_t *results, size_t nresults,
                           cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    struct callee callee;
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    cupel_error_t *error = func_check(store, func, &callee);
    if (!error)
        error = check_counts(callee.type, nargs, nresults);
    return error ? error : call_func(store, callee, args, results, resumable, trap);
}

cupel_error_t *cupel_func_call(cupel_context_t *ctx, cupel_func_t func, const cupel_val_t *args,
                               size_t nargs, cupel_val_t *results, size_t nresults,
                               cupel_trap_t **trap)
{
    return call(ctx, func, args, nargs, results, nresults, NULL, trap);
}

cupel_error_t *cupel_func_call_resumable(cupel_context_t *ctx, cupel_func_t func,
                                         const cupel_val_t *args, size_t nargs,
                                         cupel_val_t *results, size_t nresults,
                                         cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    if (!resumable)
        return error_new(ERR_MISUSE, "there must be a place for the resumable call");
    *resumable = NULL;
    return call(ctx, func, args, nargs, results, nresults, resumable, trap);
}
