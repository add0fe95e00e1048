/*
 * A call turns values around twice, on the stack for all but very long signatures, and asks for
 * memory only where a reference has no object yet. The function's type is kept with its object, so
 * that arguments are checked here: wasm.h lets more pass for a reference than cupel.h does.
 */
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"
#include "engine/capi/capi_trap.h"
#include "engine/capi/capi_types.h"
#include "engine/capi/capi_value.h"

/* Parameters and results of most functions together. */
#define FEW_VALUES 16

/* ---- host functions ---- */

struct host_callback {
    wasm_store_t *store;
    wasm_func_callback_t plain; /* one of the two is NULL */
    wasm_func_callback_with_env_t with_env;
    void *env;
    void (*finalizer)(void *env);
};

static void delete_callback(void *env)
{
    struct host_callback *callback = env;
    if (callback->finalizer)
        callback->finalizer(callback->env);
    mem_free(callback);
}

static void delete_values(wasm_val_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wasm_val_delete(&values[i]);
}

/* The host's results for WebAssembly; a trap if one of them will not do. */
static wasm_trap_t *results_to(wasm_store_t *store, const wasm_val_vec_t *from,
                               cupel_val_t *results)
{
    for (size_t i = 0; i < from->size; i++) {
        cupel_valkind_t kind = results[i].kind;
        enum value_fault fault = capi_value_to(store, kind, &from->data[i], &results[i]);
        if (fault != VALUE_FINE)
            return capi_value_trap(store, fault, "a host function's result", i, kind,
                                   &from->data[i]);
    }
    return NULL;
}

/* `values` have room for all; `made` tells how many of them are to be deleted. */
static wasm_trap_t *run_callback(const struct host_callback *callback, const cupel_val_t *args,
                                 size_t nargs, cupel_val_t *results, size_t nresults,
                                 wasm_val_t *values, size_t *made)
{
    wasm_store_t *store = callback->store;
    wasm_val_vec_t a = {nargs, values}, r = {nresults, values + nargs};
    for (*made = 0; *made < nargs; ++*made)
        if (!capi_value_from(store, &args[*made], &values[*made]))
            return capi_trap_no_memory(store);
    memset(r.data, 0, nresults * sizeof *r.data);
    for (size_t i = 0; i < nresults; i++)
        r.data[i].kind = capi_valkind_from(results[i].kind);
    *made = nargs + nresults;
    wasm_trap_t *trap =
        callback->plain ? callback->plain(&a, &r) : callback->with_env(callback->env, &a, &r);
    r = (wasm_val_vec_t){nresults, values + nargs};
    return trap ? trap : results_to(store, &r, results);
}

static cupel_trap_t *invoke(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                            size_t nargs, cupel_val_t *results, size_t nresults)
{
    struct host_callback *callback = env;
    wasm_val_t few[FEW_VALUES], *values = few;
    wasm_trap_t *trap;
    size_t made = 0;
    (void)caller;
    if (nargs + nresults > FEW_VALUES)
        values = mem_alloc((nargs + nresults) * sizeof *values);
    if (values)
        trap = run_callback(callback, args, nargs, results, nresults, values, &made);
    else
        trap = capi_trap_no_memory(callback->store);
    /* What is deleted may have a finalizer, which may call, so nothing is on its way yet. */
    delete_values(values, made);
    if (values != few)
        mem_free(values);
    return trap ? capi_trap_pass(callback->store, trap) : NULL;
}

/* Takes the environment over. */
static wasm_func_t *func_new(const struct host_callback *from, const wasm_functype_t *type)
{
    wasm_store_t *store = from->store;
    cupel_functype_t *functype = NULL;
    struct host_callback *callback = NULL;
    cupel_func_t func;
    if (store && store->ctx && type && (from->plain || from->with_env))
        functype = capi_functype_to(type);
    if (functype)
        callback = mem_alloc(sizeof *callback);
    if (!callback) {
        cupel_functype_delete(functype);
        if (from->finalizer)
            from->finalizer(from->env);
        return NULL;
    }
    *callback = *from;
    cupel_error_t *error =
        cupel_func_new(store->ctx, functype, invoke, callback, delete_callback, &func);
    cupel_functype_delete(functype);
    cupel_error_delete(error);
    return error ? NULL : capi_object_from_func(store, func);
}

wasm_func_t *wasm_func_new(wasm_store_t *store, const wasm_functype_t *type,
                           wasm_func_callback_t callback)
{
    return func_new(&(struct host_callback){.store = store, .plain = callback}, type);
}

wasm_func_t *wasm_func_new_with_env(wasm_store_t *store, const wasm_functype_t *type,
                                    wasm_func_callback_with_env_t callback, void *env,
                                    void (*finalizer)(void *))
{
    return func_new(
        &(struct host_callback){
            .store = store, .with_env = callback, .env = env, .finalizer = finalizer},
        type);
}

/* ---- types ---- */

wasm_functype_t *wasm_func_type(const wasm_func_t *func)
{
    return func ? capi_functype_from(func->type) : NULL;
}

size_t wasm_func_param_arity(const wasm_func_t *func)
{
    return func ? func->nparams : 0;
}

size_t wasm_func_result_arity(const wasm_func_t *func)
{
    return func ? func->nresults : 0;
}

/* ---- calls ---- */

static wasm_trap_t *args_to(const wasm_func_t *func, const wasm_val_vec_t *args, cupel_val_t *out)
{
    wasm_store_t *store = func->ext.ref.store;
    for (size_t i = 0; i < func->nparams; i++) {
        cupel_valkind_t kind = func->params[i];
        enum value_fault fault = capi_value_to(store, kind, &args->data[i], &out[i]);
        if (fault != VALUE_FINE)
            return capi_value_trap(store, fault, "argument", i, kind, &args->data[i]);
    }
    return NULL;
}

/* As many as there is room for. */
static wasm_trap_t *results_from(wasm_store_t *store, const cupel_val_t *results, size_t n,
                                 wasm_val_vec_t *out)
{
    for (size_t i = 0; i < n && out && i < out->size; i++) {
        if (!capi_value_from(store, &results[i], &out->data[i])) {
            delete_values(out->data, i);
            return capi_trap_no_memory(store);
        }
    }
    return NULL;
}

static wasm_trap_t *call_with(const wasm_func_t *func, const wasm_val_vec_t *args,
                              wasm_val_vec_t *out, cupel_val_t *values, size_t nparams,
                              size_t nresults)
{
    wasm_store_t *store = func->ext.ref.store;
    cupel_val_t *results = values + nparams;
    cupel_trap_t *ended;
    wasm_trap_t *trap = args_to(func, args, values);
    if (trap)
        return trap;
    cupel_error_t *error = cupel_func_call(store->ctx, func->ext.item.of.func, values, nparams,
                                           results, nresults, &ended);
    trap = capi_trap_from(store, error, ended);
    return trap ? trap : results_from(store, results, nresults, out);
}

/* What must hold before a call; a trap if it does not. */
static wasm_trap_t *check_call(const wasm_func_t *func, size_t nargs)
{
    wasm_store_t *store = func->ext.ref.store;
    if (!store->ctx)
        return capi_trap_new_or_no_memory(store, "the function's store was deleted");
    if (nargs != func->nparams)
        return capi_trap_new_or_no_memory(store, "a function is called with a wrong number of "
                                                 "arguments");
    if (func->has_v128)
        return capi_trap_new_or_no_memory(store, "a v128 cannot be passed through wasm.h");
    return NULL;
}

static wasm_trap_t *call(const wasm_func_t *func, const wasm_val_vec_t *args,
                         wasm_val_vec_t *results)
{
    size_t nparams = func->nparams, nresults = func->nresults;
    cupel_val_t few[FEW_VALUES], *values = few;
    wasm_trap_t *trap = check_call(func, args ? args->size : 0);
    if (trap)
        return trap;
    if (nparams + nresults > FEW_VALUES)
        values = mem_alloc((nparams + nresults) * sizeof *values);
    if (!values)
        return capi_trap_no_memory(func->ext.ref.store);
    trap = call_with(func, args, results, values, nparams, nresults);
    if (values != few)
        mem_free(values);
    return trap;
}

wasm_trap_t *wasm_func_call(const wasm_func_t *func, const wasm_val_vec_t *args,
                            wasm_val_vec_t *results)
{
    if (!func)
        return capi_trap_new(NULL, "there is no function to call");
    /* The function may delete the last reference to itself, or its store. */
    wasm_func_t *held = wasm_func_copy(func);
    capi_store_enter(held->ext.ref.store);
    wasm_trap_t *trap = call(held, args, results);
    capi_store_leave(held->ext.ref.store);
    wasm_func_delete(held);
    return trap;
}
