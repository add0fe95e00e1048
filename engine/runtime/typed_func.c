/*
 * Typed functions: the signature is compared once, so a call checks little more than that the handle
 * is one of this store, and moves cells as they are. What keeps it safe is cheap: indices are looked
 * up in the store's lists again, and cells are settled as any others (raw.c).
 */
#include "engine/runtime/activation.h"
#include "engine/runtime/call.h"
#include "engine/runtime/error.h"
#include "engine/runtime/raw.h"
#include "engine/runtime/resumable.h"

/* `what` is "parameter" or "result"; the numbers agree. */
static cupel_error_t *check_kinds(const char *what, const cupel_valkind_t *found,
                                  const cupel_valkind_t *expected, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (found[i] != expected[i])
            return error_new(ERR_TYPE, "the function's %s %zu is %s, not %s", what, i,
                             cupel_valkind_name(found[i]), cupel_valkind_name(expected[i]));
    return NULL;
}

cupel_error_t *cupel_func_typed(const cupel_context_t *ctx, cupel_func_t func,
                                const cupel_valkind_t *params, size_t nparams,
                                const cupel_valkind_t *results, size_t nresults,
                                cupel_typed_func_t *out)
{
    struct callee callee;
    *out = (cupel_typed_func_t){0};
    cupel_error_t *error = func_check(context_store(ctx), func, &callee);
    if (error)
        return error;
    const functype *type = callee.type;
    if (type->nparams != nparams || type->nresults != nresults)
        return error_new(ERR_ARITY,
                         "the function has %u parameters and %u results, not %zu and %zu",
                         type->nparams, type->nresults, nparams, nresults);
    error = check_kinds("parameter", type->param_kinds, params, nparams);
    if (!error)
        error = check_kinds("result", type->result_kinds, results, nresults);
    if (error)
        return error;
    *out = (cupel_typed_func_t){func, frame_values(type)};
    return NULL;
}

static cupel_error_t *bad_reference(const char *what, uint32_t i)
{
    return error_new(ERR_MISUSE, "%s %u is no reference of this store", what, i);
}

static cupel_error_t *call_host(struct cupel_store *store, struct callee callee, uint64_t *cells,
                                cupel_trap_t **trap)
{
    uint32_t bad;
    cupel_error_t *error;
    if (!raw_settle(store, callee.type->params, callee.type->nparams, cells, &bad))
        return bad_reference("argument", bad);
    if (!call_prepare(store, 0, &error, trap))
        return error;
    store->exec.host_depth++;
    if ((callee.host->entry.raw ? host_func_invoke_raw : host_func_invoke_slots)(
            callee.host, store, NULL, cells, trap) == HOST_NO_MEMORY)
        error = error_nomem();
    store->exec.host_depth--;
    return error;
}

/* Cells are few: the usual numbers are copied without a call. */
static inline void copy_cells(uint64_t *to, const uint64_t *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = from[i];
}

static cupel_error_t *call_cells(struct cupel_store *store, struct instance *inst, uint32_t index,
                                 uint64_t *cells, cupel_resumable_t **resumable,
                                 cupel_trap_t **trap)
{
    const functype *type = inst->module->m.funcs[index].type;
    uint32_t n = frame_values(type), bad;
    cupel_error_t *error;
    if (!call_prepare(store, n, &error, trap))
        return error;
    uint64_t *values = (uint64_t *)(void *)store->exec.free_stack;
    copy_cells(values, cells, type->param_slots);
    if (!raw_settle(store, type->params, type->nparams, values, &bad))
        return bad_reference("argument", bad);
    error = call_on_stack(store, inst, index, n, resumable, trap);
    if (!error && !*trap && !(resumable && *resumable))
        copy_cells(cells, values, type->result_slots);
    return error;
}

static cupel_error_t *call(cupel_context_t *ctx, const cupel_typed_func_t *func, cupel_raw_t *raw,
                           cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    uint64_t *cells = raw ? &raw->ref : NULL;
    cupel_func_t f = func->func;
    struct instance *inst = store_find_instance(store, f.owner);
    *trap = NULL;
    if (inst && f.store_id == store->id &&
        f.index - inst->module->m.nimported_funcs <
            inst->module->m.nfuncs - inst->module->m.nimported_funcs)
        return call_cells(store, inst, f.index, cells, resumable, trap);
    struct callee callee;
    cupel_error_t *error = func_check(store, f, &callee);
    if (error)
        return error;
    if (callee.instance)
        return call_cells(store, callee.instance, callee.index, cells, resumable, trap);
    return call_host(store, callee, cells, trap);
}

cupel_error_t *cupel_typed_func_call(cupel_context_t *ctx, const cupel_typed_func_t *func,
                                     cupel_raw_t *cells, cupel_trap_t **trap)
{
    return call(ctx, func, cells, NULL, trap);
}

cupel_error_t *cupel_typed_func_call_resumable(cupel_context_t *ctx, const cupel_typed_func_t *func,
                                               cupel_raw_t *cells, cupel_resumable_t **resumable,
                                               cupel_trap_t **trap)
{
    *resumable = NULL;
    return call(ctx, func, cells, resumable, trap);
}

/* ---- Resuming with cells ---- */

static cupel_error_t *check_cells(const struct resume_values *v, const struct cupel_resumable *r,
                                  const functype *own)
{
    (void)own;
    if (r->reason != CUPEL_SUSPENDED_BY_HOST)
        return NULL;
    const functype *host = resumable_host_type(r);
    uint32_t bad;
    if (raw_settle(r->store, host->results, host->nresults, &v->cells->ref, &bad))
        return NULL;
    return bad_reference("input", bad);
}

static void put_cells(const struct resume_values *v, struct cupel_resumable *r)
{
    copy_cells(resumable_host_values(r), &v->cells->ref, resumable_host_type(r)->result_slots);
}

static void take_cells(const struct resume_values *v, struct cupel_store *store,
                       const functype *own, const uint64_t *slots)
{
    (void)store;
    copy_cells(&v->cells->ref, slots, own->result_slots);
}

cupel_error_t *cupel_resumable_resume_raw(cupel_context_t *ctx, cupel_resumable_t *resumable,
                                          cupel_raw_t *cells, cupel_trap_t **trap)
{
    const struct resume_values values = {
        .check = check_cells, .put = put_cells, .take = take_cells, .cells = cells};
    *trap = NULL;
    return resumable_resume(context_store(ctx), resumable, &values, trap);
}
