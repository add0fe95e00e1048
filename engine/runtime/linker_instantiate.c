/*
 * From a linker to an instance. Resolution looks at all imports before it says no, so that one error
 * names everything that is missing.
 *
 * What is between making an instance and starting it is a value of its own, for embedders that must
 * not run the guest's code yet: it names the instance by number, so that it does no harm if its
 * store goes first.
 */
#include "engine/base/alloc.h"
#include "engine/runtime/error.h"
#include "engine/runtime/import_match.h"
#include "engine/runtime/instantiate.h"
#include "engine/runtime/linker.h"

static const struct linker_item *find(const cupel_linker_t *l, const struct import *import)
{
    return linker_find(l, (struct linker_key){import->module, import->name});
}

/* Not inlined: the report's text must not lie on the stack while a start function runs. */
static __attribute__((noinline)) cupel_error_t *check_all(const cupel_linker_t *l,
                                                          struct cupel_store *store,
                                                          const struct module *m)
{
    struct import_report report;
    import_report_init(&report);
    for (uint32_t i = 0; i < m->nimports; i++) {
        const struct import *import = &m->imports[i];
        const struct linker_item *item = find(l, import);
        if (!item)
            import_unknown(&report, m, import);
        else if (item->host)
            import_check_func(&report, m, import, item->host->type);
        else
            import_check(&report, store, m, import, &item->item);
    }
    return import_report_error(&report);
}

/* All imports of a module that has passed check_all. */
static bool resolve_all(const cupel_linker_t *l, struct cupel_store *store, const struct module *m,
                        cupel_extern_t *out)
{
    for (uint32_t i = 0; i < m->nimports; i++)
        if (!linker_item_extern(find(l, &m->imports[i]), store, &out[i]))
            return false;
    return true;
}

#define FEW_IMPORTS 16

/* The instance, not started. */
static cupel_error_t *link(const cupel_linker_t *l, struct cupel_store *store,
                           cupel_module_t *module, struct instance **out, cupel_trap_t **trap)
{
    cupel_extern_t few[FEW_IMPORTS], *imports = few;
    uint32_t nimports = module->m.nimports;
    cupel_error_t *error = linker_check_engine(l, store);
    if (!error)
        error = instantiate_check(store, module);
    if (!error)
        error = check_all(l, store, &module->m);
    if (error)
        return error;
    if (nimports > FEW_IMPORTS && !(imports = mem_alloc(nimports * sizeof *imports)))
        return error_nomem();
    if (resolve_all(l, store, &module->m, imports))
        error = instantiate_unstarted(store, module, imports, out, trap);
    else
        error = error_nomem();
    if (imports != few)
        mem_free(imports);
    return error;
}

cupel_error_t *cupel_linker_instantiate(cupel_linker_t *linker, cupel_context_t *ctx,
                                        cupel_module_t *module, cupel_instance_t *out,
                                        cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    struct instance *inst;
    *out = (cupel_instance_t){0};
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    cupel_error_t *error = link(linker, store, module, &inst, trap);
    if (!error && !*trap)
        error = instantiate_start(inst, NULL, trap);
    if (!error && !*trap)
        *out = (cupel_instance_t){store->id, inst->id};
    return error;
}

/* ---- in two steps ---- */

struct cupel_instance_pre {
    cupel_instance_t instance;
};

cupel_error_t *cupel_linker_instantiate_pre(cupel_linker_t *linker, cupel_context_t *ctx,
                                            cupel_module_t *module, cupel_instance_pre_t **out,
                                            cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    struct instance *inst;
    *out = NULL;
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    struct cupel_instance_pre *pre = mem_alloc(sizeof *pre);
    cupel_error_t *error = pre ? link(linker, store, module, &inst, trap) : error_nomem();
    if (error || *trap) {
        mem_free(pre);
        return error;
    }
    pre->instance = (cupel_instance_t){store->id, inst->id};
    *out = pre;
    return NULL;
}

void cupel_instance_pre_delete(cupel_instance_pre_t *pre)
{
    mem_free(pre);
}

/* What it stands for; consumes it. */
static cupel_error_t *take(cupel_instance_pre_t *pre, struct cupel_store *store,
                           struct instance **out)
{
    cupel_instance_t handle = pre ? pre->instance : (cupel_instance_t){0};
    mem_free(pre);
    *out = handle.store_id == store->id ? store_find_instance(store, handle.index) : NULL;
    return *out ? NULL : error_new(ERR_MISUSE, "the instance to be is not one of this store");
}

cupel_error_t *cupel_instance_pre_start(cupel_instance_pre_t *pre, cupel_context_t *ctx,
                                        cupel_instance_t *out, cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    struct instance *inst;
    *out = (cupel_instance_t){0};
    cupel_error_t *error = take(pre, store, &inst);
    if (!error && !trap)
        error = error_new(ERR_MISUSE, "there must be a place for the trap");
    if (trap)
        *trap = NULL;
    if (!error)
        error = instantiate_start(inst, NULL, trap);
    if (!error && !*trap)
        *out = (cupel_instance_t){store->id, inst->id};
    return error;
}

cupel_error_t *cupel_instance_pre_ensure_no_start(cupel_instance_pre_t *pre, cupel_context_t *ctx,
                                                  cupel_instance_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct instance *inst;
    *out = (cupel_instance_t){0};
    cupel_error_t *error = take(pre, store, &inst);
    if (error)
        return error;
    const struct module *m = &inst->module->m;
    if (m->has_start) {
        struct errinfo err;
        errinfo_set(&err, ERR_LINK, NO_OFFSET,
                    "the module has a start function, number %u, where none may be", m->start);
        err.func = m->start;
        return error_set_link(error_from(&err), CUPEL_LINK_UNEXPECTED_START);
    }
    *out = (cupel_instance_t){store->id, inst->id};
    return NULL;
}
