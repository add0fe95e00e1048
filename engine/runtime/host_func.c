/*
 * The host's promise is its function type; it is kept to it on the way back, since a result of
 * another kind, or a reference from another store, would break what validation proved.
 */
#include "engine/runtime/host_func.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/caller.h"
#include "engine/runtime/raw.h"
#include "engine/runtime/value.h"

static struct host_func *make(struct cupel_engine *engine, const functype *type, void *env,
                              void (*finalize)(void *env))
{
    functype *interned = type_registry_intern(engine->types, type->params, type->nparams,
                                              type->results, type->nresults);
    struct host_func *f = interned ? mem_calloc(1, sizeof *f) : NULL;
    if (!f) {
        type_registry_release(engine->types, interned);
        if (finalize)
            finalize(env);
        return NULL;
    }
    atomic_init(&f->refs, 1);
    f->engine = cupel_engine_clone(engine);
    f->type = interned;
    f->entry.values = frame_values(interned);
    f->entry.env = env;
    f->finalize = finalize;
    return f;
}

struct host_func *host_func_new(struct cupel_engine *engine, const functype *type,
                                cupel_callback_t callback, void *env, void (*finalize)(void *env))
{
    struct host_func *f = make(engine, type, env, finalize);
    if (f)
        f->callback = callback;
    return f;
}

/* A vector is in an accumulator that a direct call does not load. */
static enum host_way raw_way(const functype *type)
{
    if (type->nresults == 0)
        return HOST_DIRECT;
    if (type->nresults > 1)
        return HOST_CHECKED;
    switch (type->results[0]) {
    case VT_I32:
        return HOST_DIRECT_I32;
    case VT_I64:
    case VT_F32:
    case VT_F64:
        return HOST_DIRECT;
    default:
        return HOST_CHECKED;
    }
}

struct host_func *host_func_new_raw(struct cupel_engine *engine, const functype *type,
                                    cupel_raw_callback_t callback, void *env,
                                    void (*finalize)(void *env))
{
    struct host_func *f = make(engine, type, env, finalize);
    if (f) {
        f->entry.raw = callback;
        f->entry.way = raw_way(f->type);
    }
    return f;
}

struct host_func *host_func_ref(struct host_func *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void host_func_unref(struct host_func *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (f->finalize)
        f->finalize(f->entry.env);
    type_registry_release(f->engine->types, f->type);
    cupel_engine_delete(f->engine);
    mem_free(f);
}

/* A trap that says what is wrong with result `i`. */
static enum host_end broken(cupel_trap_t **trap, const char *text)
{
    *trap = cupel_trap_new(text);
    return *trap ? HOST_BROKEN : HOST_NO_MEMORY;
}

static enum host_end bad_result(const struct host_func *f, uint32_t i, cupel_valkind_t kind,
                                cupel_trap_t **trap)
{
    char text[160];
    valtype expected = f->type->results[i];
    if (valtype_from_kind_checked(kind) == expected)
        snprintf(text, sizeof text,
                 "a host function returned a reference of another store as result %u", i);
    else
        snprintf(text, sizeof text, "a host function returned %s as result %u, its type says %s",
                 cupel_valkind_name(kind), i, valtype_name(expected));
    return broken(trap, text);
}

static enum host_end check_results(struct host_func *f, struct cupel_store *store,
                                   const cupel_val_t *results, uint64_t *slots, cupel_trap_t **trap)
{
    uint64_t unused[2];
    for (uint32_t i = 0; i < f->type->nresults; i++) {
        valtype type = f->type->results[i];
        if (!value_to_slots(store, type, &results[i], slots ? slots : unused))
            return bad_result(f, i, results[i].kind, trap);
        slots = slots ? slots + valtype_slots(type) : NULL;
    }
    return HOST_RETURNED;
}

enum host_end host_func_invoke(struct host_func *f, struct cupel_store *store,
                               struct instance *caller, const cupel_val_t *args,
                               cupel_val_t *results, uint64_t *slots, cupel_trap_t **trap)
{
    const functype *type = f->type;
    struct cupel_caller seen = {store, caller};
    if (type->nresults)
        memset(results, 0, type->nresults * sizeof *results);
    for (uint32_t i = 0; i < type->nresults; i++)
        results[i].kind = type->result_kinds[i];
    *trap = f->callback(f->entry.env, &seen, args, type->nparams, results, type->nresults);
    return *trap ? HOST_TRAPPED : check_results(f, store, results, slots, trap);
}

/* Values of most host functions, so that calling one needs no memory. */
#define FEW_VALUES 16

enum host_end host_func_invoke_slots(struct host_func *f, struct cupel_store *store,
                                     struct instance *caller, uint64_t *slots, cupel_trap_t **trap)
{
    const functype *type = f->type;
    cupel_val_t few[FEW_VALUES], *vals = few;
    uint32_t nvals = type->nparams + type->nresults;
    *trap = NULL;
    if (nvals > FEW_VALUES && !(vals = mem_alloc(nvals * sizeof *vals)))
        return HOST_NO_MEMORY;
    few[0].kind = CUPEL_I32; /* gcc does not see that what is not written is not read */
    const uint64_t *slot = slots;
    for (uint32_t i = 0; i < type->nparams; i++) {
        value_from_slots(store, type->params[i], slot, &vals[i]);
        slot += valtype_slots(type->params[i]);
    }
    enum host_end end = host_func_invoke(f, store, caller, vals, vals + type->nparams, slots, trap);
    if (vals != few)
        mem_free(vals);
    return end;
}

enum host_end host_func_settle(struct host_func *f, struct cupel_store *store, uint64_t *cells,
                               cupel_trap_t **trap)
{
    uint32_t bad;
    if (raw_settle(store, f->type->results, f->type->nresults, cells, &bad))
        return HOST_RETURNED;
    return bad_result(f, bad, valtype_to_kind(f->type->results[bad]), trap);
}
