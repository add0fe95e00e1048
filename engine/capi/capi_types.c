/*
 * A value type is its kind and nothing else, so there is one object for each, for ever: making and
 * copying one takes no memory and cannot fail. All other types own their parts and are copied as a
 * whole.
 */
#include "engine/capi/capi_types.h"

#include "engine/base/alloc.h"

/* ---- value types ---- */

struct wasm_valtype_t {
    wasm_valkind_t kind;
};

static const struct wasm_valtype_t valtypes[] = {
    [CUPEL_I32] = {WASM_I32},
    [CUPEL_I64] = {WASM_I64},
    [CUPEL_F32] = {WASM_F32},
    [CUPEL_F64] = {WASM_F64},
    [CUPEL_V128] = {VALKIND_V128},
    [CUPEL_FUNCREF] = {WASM_FUNCREF},
    [CUPEL_EXTERNREF] = {WASM_EXTERNREF},
};

wasm_valkind_t capi_valkind_from(cupel_valkind_t kind)
{
    return valtypes[kind].kind;
}

bool capi_valkind_to(wasm_valkind_t kind, cupel_valkind_t *out)
{
    for (unsigned i = 0; i < sizeof valtypes / sizeof valtypes[0]; i++) {
        if (valtypes[i].kind == kind) {
            *out = (cupel_valkind_t)i;
            return true;
        }
    }
    return false;
}

static wasm_valtype_t *valtype_from(cupel_valkind_t kind)
{
    return (wasm_valtype_t *)(uintptr_t)&valtypes[kind];
}

static cupel_valkind_t valtype_to(const wasm_valtype_t *type)
{
    return (cupel_valkind_t)(type - valtypes);
}

wasm_valtype_t *wasm_valtype_new(wasm_valkind_t kind)
{
    cupel_valkind_t internal;
    return kind != VALKIND_V128 && capi_valkind_to(kind, &internal) ? valtype_from(internal) : NULL;
}

wasm_valtype_t *wasm_valtype_copy(const wasm_valtype_t *type)
{
    return (wasm_valtype_t *)(uintptr_t)type;
}

void wasm_valtype_delete(wasm_valtype_t *type)
{
    (void)type;
}

wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t *type)
{
    return type ? type->kind : WASM_I32;
}

/* ---- function types ---- */

static bool has_null(const wasm_valtype_vec_t *types)
{
    for (size_t i = 0; i < types->size; i++)
        if (!types->data[i])
            return true;
    return false;
}

/* The vectors pass into the type, or go. */
wasm_functype_t *wasm_functype_new(wasm_valtype_vec_t *params, wasm_valtype_vec_t *results)
{
    wasm_valtype_vec_t p = params ? *params : (wasm_valtype_vec_t){0};
    wasm_valtype_vec_t r = results ? *results : (wasm_valtype_vec_t){0};
    wasm_functype_t *type = has_null(&p) || has_null(&r) ? NULL : mem_alloc(sizeof *type);
    if (!type) {
        wasm_valtype_vec_delete(&p);
        wasm_valtype_vec_delete(&r);
        return NULL;
    }
    *type = (wasm_functype_t){{WASM_EXTERN_FUNC}, p, r};
    return type;
}

wasm_functype_t *wasm_functype_copy(const wasm_functype_t *type)
{
    wasm_valtype_vec_t params, results;
    if (!type)
        return NULL;
    wasm_valtype_vec_copy(&params, &type->params);
    wasm_valtype_vec_copy(&results, &type->results);
    if (params.size == type->params.size && results.size == type->results.size)
        return wasm_functype_new(&params, &results);
    wasm_valtype_vec_delete(&params);
    wasm_valtype_vec_delete(&results);
    return NULL;
}

void wasm_functype_delete(wasm_functype_t *type)
{
    if (!type)
        return;
    wasm_valtype_vec_delete(&type->params);
    wasm_valtype_vec_delete(&type->results);
    mem_free(type);
}

const wasm_valtype_vec_t *wasm_functype_params(const wasm_functype_t *type)
{
    return type ? &type->params : NULL;
}

const wasm_valtype_vec_t *wasm_functype_results(const wasm_functype_t *type)
{
    return type ? &type->results : NULL;
}

static bool valtypes_from(const cupel_valkind_t *kinds, size_t n, wasm_valtype_vec_t *out)
{
    wasm_valtype_vec_new_uninitialized(out, n);
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = valtype_from(kinds[i]);
    return out->size == n;
}

wasm_functype_t *capi_functype_from(const cupel_functype_t *type)
{
    size_t nparams, nresults;
    const cupel_valkind_t *params = cupel_functype_params(type, &nparams);
    const cupel_valkind_t *results = cupel_functype_results(type, &nresults);
    wasm_valtype_vec_t p, r;
    bool ok = valtypes_from(params, nparams, &p);
    if (valtypes_from(results, nresults, &r) && ok)
        return wasm_functype_new(&p, &r);
    wasm_valtype_vec_delete(&p);
    wasm_valtype_vec_delete(&r);
    return NULL;
}

#define MAX_VALUES 1000

static bool valtypes_to(const wasm_valtype_vec_t *types, cupel_valkind_t *out)
{
    if (types->size > MAX_VALUES)
        return false;
    for (size_t i = 0; i < types->size; i++) {
        out[i] = valtype_to(types->data[i]);
        if (out[i] == CUPEL_V128)
            return false;
    }
    return true;
}

cupel_functype_t *capi_functype_to(const wasm_functype_t *type)
{
    cupel_valkind_t params[MAX_VALUES], results[MAX_VALUES];
    if (!valtypes_to(&type->params, params) || !valtypes_to(&type->results, results))
        return NULL;
    return cupel_functype_new(params, type->params.size, results, type->results.size);
}

/* ---- globals, tables, memories ---- */

static uint32_t clamp(uint64_t n)
{
    return n < wasm_limits_max_default ? (uint32_t)n : wasm_limits_max_default;
}

static wasm_limits_t limits_from(const cupel_limits_t *limits)
{
    return (wasm_limits_t){clamp(limits->min),
                           limits->has_max ? clamp(limits->max) : wasm_limits_max_default};
}

static cupel_limits_t limits_to(const wasm_limits_t *limits)
{
    return (cupel_limits_t){
        .min = limits->min, .max = limits->max, .has_max = limits->max != wasm_limits_max_default};
}

wasm_globaltype_t *wasm_globaltype_new(wasm_valtype_t *content, wasm_mutability_t mutability)
{
    wasm_globaltype_t *type = content ? mem_alloc(sizeof *type) : NULL;
    if (type)
        *type = (wasm_globaltype_t){{WASM_EXTERN_GLOBAL}, content, mutability};
    return type;
}

wasm_globaltype_t *wasm_globaltype_copy(const wasm_globaltype_t *type)
{
    return type ? wasm_globaltype_new(type->content, type->mutability) : NULL;
}

void wasm_globaltype_delete(wasm_globaltype_t *type)
{
    mem_free(type);
}

const wasm_valtype_t *wasm_globaltype_content(const wasm_globaltype_t *type)
{
    return type ? type->content : NULL;
}

wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t *type)
{
    return type ? type->mutability : WASM_CONST;
}

wasm_globaltype_t *capi_globaltype_from(const cupel_globaltype_t *type)
{
    return wasm_globaltype_new(valtype_from(type->content),
                               type->is_mutable ? WASM_VAR : WASM_CONST);
}

cupel_globaltype_t capi_globaltype_to(const wasm_globaltype_t *type)
{
    return (cupel_globaltype_t){valtype_to(type->content), type->mutability == WASM_VAR};
}

wasm_tabletype_t *wasm_tabletype_new(wasm_valtype_t *element, const wasm_limits_t *limits)
{
    wasm_tabletype_t *type = element && limits ? mem_alloc(sizeof *type) : NULL;
    if (type)
        *type = (wasm_tabletype_t){{WASM_EXTERN_TABLE}, element, *limits};
    return type;
}

wasm_tabletype_t *wasm_tabletype_copy(const wasm_tabletype_t *type)
{
    return type ? wasm_tabletype_new(type->element, &type->limits) : NULL;
}

void wasm_tabletype_delete(wasm_tabletype_t *type)
{
    mem_free(type);
}

const wasm_valtype_t *wasm_tabletype_element(const wasm_tabletype_t *type)
{
    return type ? type->element : NULL;
}

const wasm_limits_t *wasm_tabletype_limits(const wasm_tabletype_t *type)
{
    return type ? &type->limits : NULL;
}

wasm_tabletype_t *capi_tabletype_from(const cupel_tabletype_t *type)
{
    wasm_limits_t limits = limits_from(&type->limits);
    return wasm_tabletype_new(valtype_from(type->element), &limits);
}

cupel_tabletype_t capi_tabletype_to(const wasm_tabletype_t *type)
{
    return (cupel_tabletype_t){valtype_to(type->element), limits_to(&type->limits)};
}

wasm_memorytype_t *wasm_memorytype_new(const wasm_limits_t *limits)
{
    wasm_memorytype_t *type = limits ? mem_alloc(sizeof *type) : NULL;
    if (type)
        *type = (wasm_memorytype_t){{WASM_EXTERN_MEMORY}, *limits};
    return type;
}

wasm_memorytype_t *wasm_memorytype_copy(const wasm_memorytype_t *type)
{
    return type ? wasm_memorytype_new(&type->limits) : NULL;
}

void wasm_memorytype_delete(wasm_memorytype_t *type)
{
    mem_free(type);
}

const wasm_limits_t *wasm_memorytype_limits(const wasm_memorytype_t *type)
{
    return type ? &type->limits : NULL;
}

wasm_memorytype_t *capi_memorytype_from(const cupel_memorytype_t *type)
{
    wasm_limits_t limits = limits_from(&type->limits);
    return wasm_memorytype_new(&limits);
}

cupel_memorytype_t capi_memorytype_to(const wasm_memorytype_t *type)
{
    return (cupel_memorytype_t){limits_to(&type->limits), 16};
}
