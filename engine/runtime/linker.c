/*
 * A linker answers a module's imports by name. Objects of a store are defined by handle and serve
 * that store alone; host functions are defined as such, and become a function of each store that an
 * instance is made in. Resolution looks at all imports before it says no, so that one error names
 * everything that is missing.
 */
#include "engine/runtime/linker.h"

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"
#include "engine/runtime/exports.h"
#include "engine/runtime/func.h"
#include "engine/runtime/global.h"
#include "engine/runtime/import_match.h"
#include "engine/runtime/instantiate.h"

cupel_linker_t *cupel_linker_new(cupel_engine_t *engine)
{
    struct cupel_linker *l = mem_calloc(1, sizeof *l);
    if (l)
        l->engine = cupel_engine_clone(engine);
    return l;
}

void cupel_linker_delete(cupel_linker_t *linker)
{
    if (!linker)
        return;
    linker_clear(linker);
    cupel_engine_delete(linker->engine);
    mem_free(linker);
}

void cupel_linker_allow_shadowing(cupel_linker_t *linker, bool on)
{
    linker->allow_shadowing = on;
}

/* ---- defining ---- */

static bool belongs_to(struct cupel_store *store, const cupel_extern_t *item)
{
    struct global_ref ref;
    uint64_t handle;
    switch (item->kind) {
    case CUPEL_EXTERN_FUNC:
        return func_to_handle(store, item->of.func, &handle) && handle != 0;
    case CUPEL_EXTERN_TABLE:
        return item->of.table.store_id == store->id && item->of.table.index < store->tables.len;
    case CUPEL_EXTERN_MEMORY:
        return item->of.memory.store_id == store->id && item->of.memory.index < store->memories.len;
    case CUPEL_EXTERN_GLOBAL:
        return item->of.global.store_id == store->id &&
               store_find_global(store, item->of.global.index, &ref);
    }
    return false;
}

static cupel_error_t *check_engine(const cupel_linker_t *l, const struct cupel_store *store)
{
    if (l->engine == store->engine)
        return NULL;
    return error_new(ERR_MISUSE, "the linker and the store are of different engines");
}

cupel_error_t *cupel_linker_define(cupel_linker_t *linker, cupel_context_t *ctx, const char *module,
                                   size_t module_len, const char *name, size_t name_len,
                                   const cupel_extern_t *item)
{
    struct cupel_store *store = context_store(ctx);
    struct linker_key key = {{module, module_len}, {name, name_len}};
    struct errinfo err;
    cupel_error_t *error = check_engine(linker, store);
    if (error)
        return error;
    if (!belongs_to(store, item))
        return error_new(ERR_MISUSE, "what is to be defined is not one of this store");
    return linker_put(linker, key, NULL, item, &err) == OK ? NULL : error_from(&err);
}

cupel_error_t *cupel_linker_func_new(cupel_linker_t *linker, const char *module, size_t module_len,
                                     const char *name, size_t name_len,
                                     const cupel_functype_t *type, cupel_callback_t callback,
                                     void *env, void (*finalize)(void *env))
{
    struct linker_key key = {{module, module_len}, {name, name_len}};
    struct errinfo err;
    struct host_func *f = host_func_new(linker->engine, type, callback, env, finalize);
    if (!f)
        return error_nomem();
    enum status status = linker_put(linker, key, f, &(cupel_extern_t){0}, &err);
    return status == OK ? NULL : error_from(&err);
}

cupel_error_t *cupel_linker_instance(cupel_linker_t *linker, cupel_context_t *ctx,
                                     const char *module, size_t module_len,
                                     cupel_instance_t instance)
{
    struct instance *inst = instance_from_handle(context_store(ctx), instance);
    cupel_error_t *error = check_engine(linker, context_store(ctx));
    if (error)
        return error;
    if (!inst)
        return error_new(ERR_MISUSE, "the instance is not one of this store");
    size_t count = linker->items.len;
    for (uint32_t i = 0; i < inst->module->m.nexports; i++) {
        struct linker_key key = {{module, module_len}, inst->module->m.exports[i].name};
        struct errinfo err;
        cupel_extern_t item;
        instance_get_export(inst, i, &item);
        if (linker_put(linker, key, NULL, &item, &err) != OK) {
            linker_truncate(linker, count);
            return error_from(&err);
        }
    }
    return NULL;
}

/* ---- resolving ---- */

static struct linker_item *find(const cupel_linker_t *l, const struct import *import)
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
    for (uint32_t i = 0; i < m->nimports; i++) {
        const struct linker_item *item = find(l, &m->imports[i]);
        uint32_t index;
        out[i] = item->item;
        if (!item->host)
            continue;
        if (!store_link_host_func(store, item->host, &index))
            return false;
        out[i] =
            (cupel_extern_t){.kind = CUPEL_EXTERN_FUNC, .of.func = {store->id, HOST_OWNER, index}};
    }
    return true;
}

#define FEW_IMPORTS 16

cupel_error_t *cupel_linker_instantiate(cupel_linker_t *linker, cupel_context_t *ctx,
                                        cupel_module_t *module, cupel_instance_t *out,
                                        cupel_trap_t **trap)
{
    struct cupel_store *store = context_store(ctx);
    cupel_extern_t few[FEW_IMPORTS], *imports = few;
    uint32_t nimports = module->m.nimports;
    *out = (cupel_instance_t){0};
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    cupel_error_t *error = check_engine(linker, store);
    if (!error)
        error = instantiate_check(store, module);
    if (!error)
        error = check_all(linker, store, &module->m);
    if (error)
        return error;
    if (nimports > FEW_IMPORTS && !(imports = mem_alloc(nimports * sizeof *imports)))
        return error_nomem();
    if (resolve_all(linker, store, &module->m, imports))
        error = instantiate(store, module, imports, out, trap);
    else
        error = error_nomem();
    if (imports != few)
        mem_free(imports);
    return error;
}
