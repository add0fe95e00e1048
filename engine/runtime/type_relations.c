/*
 * What types are to each other, for those who hold them by value: equality, and the specification's
 * import matching (spec 4.5.2 of release 2.0). import_match.c has the same rules over what a store
 * holds, where an object's size now counts as its minimum.
 */
#include <string.h>

#include "engine/runtime/public_types.h"

cupel_functype_t *cupel_functype_clone(const cupel_functype_t *type)
{
    /* An interned one goes with its engine. */
    if (type->id != 0)
        return functype_new(type->params, type->nparams, type->results, type->nresults);
    return functype_ref((functype *)(uintptr_t)type);
}

bool cupel_functype_equal(const cupel_functype_t *a, const cupel_functype_t *b)
{
    return a == b || functype_equal(a, b);
}

static bool limits_equal(const cupel_limits_t *a, const cupel_limits_t *b)
{
    return a->min == b->min && a->has_max == b->has_max && (!a->has_max || a->max == b->max) &&
           a->is_64 == b->is_64;
}

bool cupel_tabletype_equal(const cupel_tabletype_t *a, const cupel_tabletype_t *b)
{
    return a->element == b->element && limits_equal(&a->limits, &b->limits);
}

bool cupel_memorytype_equal(const cupel_memorytype_t *a, const cupel_memorytype_t *b)
{
    return a->page_size_log2 == b->page_size_log2 && limits_equal(&a->limits, &b->limits);
}

bool cupel_globaltype_equal(const cupel_globaltype_t *a, const cupel_globaltype_t *b)
{
    return a->content == b->content && a->is_mutable == b->is_mutable;
}

bool cupel_externtype_equal(const cupel_externtype_t *a, const cupel_externtype_t *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CUPEL_EXTERN_FUNC:
        return cupel_functype_equal(a->of.func, b->of.func);
    case CUPEL_EXTERN_TABLE:
        return cupel_tabletype_equal(&a->of.table, &b->of.table);
    case CUPEL_EXTERN_MEMORY:
        return cupel_memorytype_equal(&a->of.memory, &b->of.memory);
    case CUPEL_EXTERN_GLOBAL:
        return cupel_globaltype_equal(&a->of.global, &b->of.global);
    }
    return false;
}

/* Spec 3.2.5: at least as large at first, and never larger. */
static bool limits_match(const cupel_limits_t *provided, const cupel_limits_t *required)
{
    if (provided->is_64 != required->is_64 || provided->min < required->min)
        return false;
    return !required->has_max || (provided->has_max && provided->max <= required->max);
}

bool cupel_externtype_matches(const cupel_externtype_t *provided,
                              const cupel_externtype_t *required)
{
    if (provided->kind != required->kind)
        return false;
    switch (provided->kind) {
    case CUPEL_EXTERN_TABLE:
        return provided->of.table.element == required->of.table.element &&
               limits_match(&provided->of.table.limits, &required->of.table.limits);
    case CUPEL_EXTERN_MEMORY:
        return provided->of.memory.page_size_log2 == required->of.memory.page_size_log2 &&
               limits_match(&provided->of.memory.limits, &required->of.memory.limits);
    default:
        return cupel_externtype_equal(provided, required);
    }
}

cupel_val_t cupel_val_default(cupel_valkind_t kind)
{
    cupel_val_t value;
    memset(&value, 0, sizeof value);
    value.kind = kind;
    return value;
}
