/*
 * Types cross the public border by value, function types excepted. On the way in they are checked
 * as the validator would check them in a module (spec 3.2), since nothing else has seen them.
 */
#include "engine/runtime/public_types.h"

#include <string.h>

#include "engine/base/alloc.h"

/* ---- names ---- */

const char *cupel_valkind_name(cupel_valkind_t kind)
{
    return valkind_known(kind) ? valtype_name(valtype_from_kind(kind)) : "unknown";
}

const char *cupel_externkind_name(cupel_externkind_t kind)
{
    switch (kind) {
    case CUPEL_EXTERN_FUNC:
        return "func";
    case CUPEL_EXTERN_TABLE:
        return "table";
    case CUPEL_EXTERN_MEMORY:
        return "memory";
    case CUPEL_EXTERN_GLOBAL:
        return "global";
    }
    return "unknown";
}

void cupel_bytes_delete(cupel_bytes_t *bytes)
{
    if (!bytes)
        return;
    mem_free(bytes->data);
    bytes->data = NULL;
    bytes->len = 0;
}

/* ---- function types ---- */

static bool to_valtypes(const cupel_valkind_t *kinds, size_t n, valtype *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!valkind_known(kinds[i]))
            return false;
        out[i] = valtype_from_kind(kinds[i]);
    }
    return true;
}

cupel_functype_t *cupel_functype_new(const cupel_valkind_t *params, size_t nparams,
                                     const cupel_valkind_t *results, size_t nresults)
{
    valtype types[2 * FUNCTYPE_MAX_VALUES];
    if (nparams > FUNCTYPE_MAX_VALUES || nresults > FUNCTYPE_MAX_VALUES ||
        !to_valtypes(params, nparams, types) || !to_valtypes(results, nresults, types + nparams))
        return NULL;
    return functype_new(types, (uint32_t)nparams, types + nparams, (uint32_t)nresults);
}

void cupel_functype_delete(cupel_functype_t *type)
{
    functype_unref(type);
}

const cupel_valkind_t *cupel_functype_params(const cupel_functype_t *type, size_t *count)
{
    *count = type->nparams;
    return type->param_kinds;
}

const cupel_valkind_t *cupel_functype_results(const cupel_functype_t *type, size_t *count)
{
    *count = type->nresults;
    return type->result_kinds;
}

/* ---- tables, memories, globals ---- */

static cupel_limits_t limits_to_public(const struct limits *l)
{
    return (cupel_limits_t){
        .min = l->min, .max = l->has_max ? l->max : 0, .has_max = l->has_max, .is_64 = l->is_64};
}

cupel_tabletype_t tabletype_to_public(const struct tabletype *t)
{
    return (cupel_tabletype_t){valtype_to_kind(t->element), limits_to_public(&t->limits)};
}

cupel_memorytype_t memtype_to_public(const struct memtype *t)
{
    return (cupel_memorytype_t){limits_to_public(&t->limits), t->page_log2};
}

cupel_globaltype_t globaltype_to_public(const struct globaltype *t)
{
    return (cupel_globaltype_t){valtype_to_kind(t->content), t->is_mutable};
}

/* Spec 3.2.1: within range, and the minimum not above the maximum. */
static cupel_error_t *limits_from_public(const cupel_limits_t *l, uint64_t most, const char *what,
                                         struct limits *out)
{
    uint64_t max = l->has_max ? l->max : UINT64_MAX;
    if (l->min > most || (l->has_max && l->max > most))
        return error_new(ERR_MISUSE, "the limits of %s may be at most %llu", what,
                         (unsigned long long)most);
    if (l->min > max)
        return error_new(ERR_MISUSE, "the minimum %llu of %s is above the maximum %llu",
                         (unsigned long long)l->min, what, (unsigned long long)max);
    *out = (struct limits){l->min, max, l->has_max, l->is_64};
    return NULL;
}

cupel_error_t *tabletype_from_public(const cupel_tabletype_t *t, struct tabletype *out)
{
    if (t->element != CUPEL_FUNCREF && t->element != CUPEL_EXTERNREF)
        return error_new(ERR_MISUSE, "the elements of a table must be references, not %s",
                         cupel_valkind_name(t->element));
    out->element = valtype_from_kind(t->element);
    return limits_from_public(&t->limits, t->limits.is_64 ? UINT64_MAX : UINT32_MAX, "tables",
                              &out->limits);
}

cupel_error_t *memtype_from_public(const cupel_memorytype_t *t, struct memtype *out)
{
    if (t->page_size_log2 != 0 && t->page_size_log2 != 16)
        return error_new(ERR_MISUSE, "a page must have 1 or 65536 bytes, not 2^%u",
                         t->page_size_log2);
    out->page_log2 = (uint8_t)t->page_size_log2;
    return limits_from_public(&t->limits, memtype_most_pages(out->page_log2, t->limits.is_64),
                              "memories", &out->limits);
}

cupel_error_t *globaltype_from_public(const cupel_globaltype_t *t, struct globaltype *out)
{
    if (!valkind_known(t->content))
        return error_new(ERR_MISUSE, "a global of unknown kind %d", (int)t->content);
    *out = (struct globaltype){valtype_from_kind(t->content), t->is_mutable};
    return NULL;
}
