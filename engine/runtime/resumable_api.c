/*
 * What an embedder sees of a suspended call. Arguments are still in the frames; the backtrace is
 * made when it is asked for, since most calls are resumed without a look at it.
 */
#include <assert.h>
#include <stdio.h>

#include "engine/runtime/error.h"
#include "engine/runtime/func.h"
#include "engine/runtime/resumable.h"
#include "engine/runtime/trap.h"
#include "engine/runtime/value.h"

cupel_suspension_t cupel_resumable_reason(const cupel_resumable_t *resumable)
{
    return resumable->reason;
}

uint64_t cupel_resumable_required_fuel(const cupel_resumable_t *resumable)
{
    return resumable->reason == CUPEL_SUSPENDED_OUT_OF_FUEL ? resumable->fuel_needed : 0;
}

cupel_func_t cupel_resumable_host_func(const cupel_resumable_t *resumable)
{
    if (resumable->reason != CUPEL_SUSPENDED_BY_HOST)
        return (cupel_func_t){0};
    return (cupel_func_t){resumable->store->id, HOST_OWNER, resumable->site.func};
}

size_t cupel_resumable_arg_count(const cupel_resumable_t *resumable)
{
    if (resumable->reason != CUPEL_SUSPENDED_BY_HOST)
        return 0;
    return resumable_host_type(resumable)->nparams;
}

bool cupel_resumable_arg(const cupel_resumable_t *resumable, size_t i, cupel_val_t *out)
{
    if (i >= cupel_resumable_arg_count(resumable))
        return false;
    const functype *type = resumable_host_type(resumable);
    const uint64_t *slot = resumable_host_values(resumable);
    for (size_t before = 0; before < i; before++)
        slot += valtype_slots(type->params[before]);
    value_from_slots(resumable->store, type->params[i], slot, out);
    return true;
}

static cupel_trap_t *traced(struct cupel_resumable *r)
{
    if (r->reason == CUPEL_NOT_SUSPENDED)
        return NULL;
    if (!r->trap)
        r->trap = trap_new(TRAP_OUT_OF_FUEL, NULL);
    if (r->trap && !r->traced) {
        trap_add_backtrace(r->trap, resumable_frames(r));
        r->traced = true;
    }
    return r->trap;
}

const cupel_trap_t *cupel_resumable_trap(cupel_resumable_t *resumable)
{
    return traced(resumable);
}

cupel_trap_t *cupel_resumable_into_trap(cupel_resumable_t *resumable)
{
    cupel_trap_t *trap = traced(resumable);
    resumable->trap = NULL;
    cupel_resumable_delete(resumable);
    return trap;
}

/* ---- Resuming with values ---- */

static cupel_error_t *check_input(const struct cupel_resumable *r, valtype type,
                                  const cupel_val_t *input, uint32_t i)
{
    uint64_t unused[2];
    char what[32];
    if (value_to_slots(r->store, type, input, unused))
        return NULL;
    snprintf(what, sizeof what, "input %u", i);
    return value_check(r->store, type, input, what, unused);
}

static cupel_error_t *check_values(const struct resume_values *v, const struct cupel_resumable *r,
                                   const functype *own)
{
    bool by_host = r->reason == CUPEL_SUSPENDED_BY_HOST;
    const functype *host = by_host ? resumable_host_type(r) : NULL;
    uint32_t wanted = by_host ? host->nresults : 0;
    if (v->ninputs != wanted)
        return error_new(ERR_ARITY, "the call waits for %u inputs, not %zu", wanted, v->ninputs);
    if (v->nresults < own->nresults)
        return error_new(ERR_ARITY, "the function has %u results, there is room for %zu",
                         own->nresults, v->nresults);
    for (uint32_t i = 0; i < wanted; i++) {
        cupel_error_t *error = check_input(r, host->results[i], &v->inputs[i], i);
        if (error)
            return error;
    }
    return NULL;
}

static void put_values(const struct resume_values *v, struct cupel_resumable *r)
{
    const functype *host = resumable_host_type(r);
    uint64_t *slot = resumable_host_values(r);
    for (uint32_t i = 0; i < host->nresults; i++) {
        bool known = value_to_slots(r->store, host->results[i], &v->inputs[i], slot);
        assert(known);
        (void)known;
        slot += valtype_slots(host->results[i]);
    }
}

static void take_values(const struct resume_values *v, struct cupel_store *store,
                        const functype *own, const uint64_t *slots)
{
    results_from_slots(store, own, slots, v->results);
}

cupel_error_t *cupel_resumable_resume(cupel_context_t *ctx, cupel_resumable_t *resumable,
                                      const cupel_val_t *inputs, size_t ninputs,
                                      cupel_val_t *results, size_t nresults, cupel_trap_t **trap)
{
    const struct resume_values values = {.check = check_values,
                                         .put = put_values,
                                         .take = take_values,
                                         .inputs = inputs,
                                         .ninputs = ninputs,
                                         .results = results,
                                         .nresults = nresults};
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    return resumable_resume(context_store(ctx), resumable, &values, trap);
}
