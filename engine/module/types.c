/*
 * Value types and function types. A function type is one allocation: the object, then parameters
 * and results twice, as the decoder's codes and as the public interface's kinds, so that neither
 * side converts at run time.
 */
#include "engine/module/types.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/alloc.h"

static const struct {
    valtype type;
    cupel_valkind_t kind;
    const char *name;
} value_types[] = {
    {VT_I32, CUPEL_I32, "i32"},
    {VT_I64, CUPEL_I64, "i64"},
    {VT_F32, CUPEL_F32, "f32"},
    {VT_F64, CUPEL_F64, "f64"},
    {VT_V128, CUPEL_V128, "v128"},
    {VT_FUNCREF, CUPEL_FUNCREF, "funcref"},
    {VT_EXTERNREF, CUPEL_EXTERNREF, "externref"},
};
#define VALUE_TYPES (sizeof value_types / sizeof *value_types)

const char *valtype_name(valtype t)
{
    for (size_t i = 0; i < VALUE_TYPES; i++) {
        if (value_types[i].type == t)
            return value_types[i].name;
    }
    return t == VT_BOT ? "any type" : "?";
}

cupel_valkind_t valtype_to_kind(valtype t)
{
    for (size_t i = 0; i < VALUE_TYPES; i++) {
        if (value_types[i].type == t)
            return value_types[i].kind;
    }
    assert(!"a type without a public kind");
    return CUPEL_I32;
}

valtype valtype_from_kind(cupel_valkind_t kind)
{
    for (size_t i = 0; i < VALUE_TYPES; i++) {
        if (value_types[i].kind == kind)
            return value_types[i].type;
    }
    return VT_BOT;
}

static uint32_t slots(const valtype *types, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += valtype_slots(types[i]);
    return sum;
}

functype *functype_new(const valtype *params, uint32_t nparams, const valtype *results,
                       uint32_t nresults)
{
    size_t count = (size_t)nparams + nresults;
    functype *t = mem_alloc(sizeof *t + count * (sizeof(valtype) + sizeof(cupel_valkind_t)));
    if (!t)
        return NULL;
    valtype *types = (valtype *)(t + 1);
    cupel_valkind_t *kinds = (cupel_valkind_t *)(types + count);
    if (nparams)
        memcpy(types, params, nparams * sizeof *types);
    if (nresults)
        memcpy(types + nparams, results, nresults * sizeof *types);
    for (size_t i = 0; i < count; i++)
        kinds[i] = valtype_to_kind(types[i]);
    *t = (functype){
        .refs = 1,
        .nparams = nparams,
        .nresults = nresults,
        .param_slots = slots(types, nparams),
        .result_slots = slots(types + nparams, nresults),
        .params = types,
        .results = types + nparams,
        .param_kinds = kinds,
        .result_kinds = kinds + nparams,
    };
    return t;
}

bool functype_equal(const functype *a, const functype *b)
{
    if (a == b)
        return true;
    /* Parameters and results lie behind one another. */
    return a->nparams == b->nparams && a->nresults == b->nresults &&
           memcmp(a->params, b->params, ((size_t)a->nparams + a->nresults) * sizeof(valtype)) == 0;
}

functype *functype_ref(functype *t)
{
    __atomic_fetch_add(&t->refs, 1, __ATOMIC_RELAXED);
    return t;
}

void functype_unref(functype *t)
{
    if (!t)
        return;
    assert(t->id == 0);
    if (__atomic_fetch_sub(&t->refs, 1, __ATOMIC_ACQ_REL) == 1)
        mem_free(t);
}

struct text {
    char *buf;
    size_t size, used;
};

static void text_add(struct text *t, const char *s)
{
    while (*s && t->used + 1 < t->size)
        t->buf[t->used++] = *s++;
}

static void text_add_types(struct text *t, const valtype *types, uint32_t count)
{
    text_add(t, "(");
    for (uint32_t i = 0; i < count && t->used + 1 < t->size; i++) {
        if (i > 0)
            text_add(t, ", ");
        text_add(t, valtype_name(types[i]));
    }
    text_add(t, ")");
}

void functype_print(const functype *t, char *buf, size_t size)
{
    struct text text = {buf, size, 0};
    if (size == 0)
        return;
    text_add_types(&text, t->params, t->nparams);
    text_add(&text, " -> ");
    text_add_types(&text, t->results, t->nresults);
    buf[text.used] = '\0';
}
