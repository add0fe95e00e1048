/*
 * From the host to WebAssembly. An activation is one run of the interpreter; activations lie within
 * one another when host functions call back, each above the other's frames on the store's stack.
 * What the interpreter keeps in the store's state is saved around an inner activation, so that the
 * outer one finds it as it was.
 *
 * Three limits end a recursion, whichever way it goes: bytes of stack, calls within one another,
 * and activations within one another, since each of those also takes the host's own stack.
 */
#include "engine/runtime/call.h"

#include <stdio.h>

#include "engine/runtime/error.h"
#include "engine/runtime/trap.h"
#include "engine/runtime/value.h"

/* A trap that no frame of this activation is part of. */
static cupel_error_t *trap_without_frames(enum trap_code code, const char *limit,
                                          cupel_trap_t **trap)
{
    *trap = trap_new(code, limit);
    return *trap ? NULL : error_nomem();
}

static cupel_error_t *check_depth(const struct cupel_store *store, cupel_trap_t **trap)
{
    if (store->exec.host_depth > store->limits.host_depth)
        return trap_without_frames(TRAP_STACK_OVERFLOW, "host_depth", trap);
    return NULL;
}

/* What the interpreter leaves behind when it does not return results. */
static cupel_error_t *trap_from_exec(struct exec *x, cupel_trap_t **trap)
{
    if (x->outcome == OUTCOME_ERROR) {
        cupel_error_t *error = x->error;
        x->error = NULL;
        return error;
    }
    if (x->host_trap) {
        *trap = x->host_trap;
        x->host_trap = NULL;
    } else {
        *trap = trap_new(x->outcome == OUTCOME_HOST ? TRAP_HOST : x->trap, x->trap_limit);
        if (!*trap)
            return error_nomem();
    }
    trap_add_backtrace(*trap, x);
    return NULL;
}

/* The interpreter's registers of the activation around this one. */
struct registers {
    const uint8_t *ip;
    uint8_t *fp;
    struct instance *inst;
    uint64_t acc;
    double acc_f64;
    float acc_f32;
    uint64_t acc_v128[2];
};

static struct registers registers_save(const struct exec *x)
{
    return (struct registers){
        x->ip, x->fp, x->inst, x->acc, x->acc_f64, x->acc_f32, {x->acc_v128[0], x->acc_v128[1]}};
}

static void registers_restore(struct exec *x, const struct registers *r)
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

static cupel_error_t *run(struct cupel_store *store, struct callee callee, uint8_t *fp,
                          cupel_trap_t **trap)
{
    struct exec *x = &store->exec;
    struct registers outer = registers_save(x);
    cupel_error_t *error = NULL;
    x->trap_limit = NULL;
    x->host_depth++;
    x->outcome = interp_run(x, callee.instance, callee.index, fp, store->calls_left - 1);
    x->host_depth--;
    if (x->outcome != OUTCOME_DONE)
        error = trap_from_exec(x, trap);
    x->trap_limit = NULL;
    registers_restore(x, &outer);
    return error;
}

/* Room for the values and the header of the first frame. */
static bool stack_has_room(const struct cupel_store *store, uint32_t values)
{
    const struct exec *x = &store->exec;
    return store->free_stack <= x->stack_end &&
           (size_t)(x->stack_end - store->free_stack) >= 8 * (size_t)(values + FRAME_HEADER_SLOTS);
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

static cupel_error_t *call_wasm(struct cupel_store *store, struct callee callee,
                                const cupel_val_t *args, cupel_val_t *results, cupel_trap_t **trap)
{
    const functype *type = callee.type;
    uint32_t nvalues = frame_values(type);
    if (!store_ensure_stack(store))
        return error_nomem();
    if (store->calls_left == 0)
        return trap_without_frames(TRAP_STACK_OVERFLOW, "call_depth", trap);
    if (!stack_has_room(store, nvalues))
        return trap_without_frames(TRAP_STACK_OVERFLOW, "stack_bytes", trap);

    uint64_t *values = (uint64_t *)(void *)store->free_stack;
    uint64_t *slot = values;
    for (uint32_t i = 0; i < type->nparams; i++) {
        cupel_error_t *error = arg_to_slots(store, type, args, i, slot);
        if (error)
            return error;
        slot += valtype_slots(type->params[i]);
    }
    cupel_error_t *error = run(store, callee, (uint8_t *)(values + nvalues), trap);
    if (error || *trap)
        return error;
    slot = values;
    for (uint32_t i = 0; i < type->nresults; i++) {
        value_from_slots(store, type->results[i], slot, &results[i]);
        slot += valtype_slots(type->results[i]);
    }
    return NULL;
}

static cupel_error_t *call_host(struct cupel_store *store, struct callee callee,
                                const cupel_val_t *args, cupel_val_t *results, cupel_trap_t **trap)
{
    for (uint32_t i = 0; i < callee.type->nparams; i++) {
        uint64_t unused[2];
        cupel_error_t *error = arg_to_slots(store, callee.type, args, i, unused);
        if (error)
            return error;
    }
    bool nomem;
    store->exec.host_depth++;
    *trap = host_func_invoke(callee.host, store, NULL, args, results, NULL, &nomem);
    store->exec.host_depth--;
    return nomem ? error_nomem() : NULL;
}

cupel_error_t *call_func(struct cupel_store *store, struct callee callee, const cupel_val_t *args,
                         cupel_val_t *results, cupel_trap_t **trap)
{
    *trap = NULL;
    cupel_error_t *error = check_depth(store, trap);
    if (error || *trap)
        return error;
    return (callee.instance ? call_wasm : call_host)(store, callee, args, results, trap);
}

static cupel_error_t *check_counts(const functype *type, size_t nargs, size_t nresults)
{
    if (nargs != type->nparams)
        return error_new(ERR_TYPE, "the function takes %u arguments, not %zu", type->nparams,
                         nargs);
    if (nresults < type->nresults)
        return error_new(ERR_TYPE, "the function has %u results, there is room for %zu",
                         type->nresults, nresults);
    return NULL;
}

cupel_error_t *cupel_func_call(cupel_context_t *ctx, cupel_func_t func, const cupel_val_t *args,
                               size_t nargs, cupel_val_t *results, size_t nresults,
                               cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    uint64_t handle;
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    if (!func_to_handle(store, func, &handle))
        return error_new(ERR_MISUSE, "the function is not one of this store");
    if (handle == 0)
        return error_new(ERR_MISUSE, "the function is the null reference");
    struct callee callee = func_resolve(store, handle);
    cupel_error_t *error = check_counts(callee.type, nargs, nresults);
    return error ? error : call_func(store, callee, args, results, trap);
}
