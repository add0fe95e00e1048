/*
 * Exports are not kept by instances: names lie in the module, and handles follow from indices when
 * somebody asks.
 */
#include "engine/runtime/exports.h"

#include "engine/runtime/func.h"

static cupel_global_t global_handle(const struct instance *inst, uint32_t index)
{
    uint32_t nimported = inst->module->m.nimported_globals;
    uint32_t number = index < nimported ? inst->imported_globals[index]
                                        : inst->first_global + (index - nimported);
    return (cupel_global_t){inst->store->id, number};
}

void instance_get_export(const struct instance *inst, uint32_t i, cupel_extern_t *out)
{
    const struct export *export = &inst->module->m.exports[i];
    uint64_t store_id = inst->store->id;
    out->kind = export->kind;
    switch (export->kind) {
    case CUPEL_EXTERN_FUNC:
        out->of.func = func_from_handle(inst->store, instance_func_handle(inst, export->index));
        break;
    case CUPEL_EXTERN_TABLE:
        out->of.table = (cupel_table_t){store_id, inst->tables[export->index]->index};
        break;
    case CUPEL_EXTERN_MEMORY:
        out->of.memory = (cupel_memory_t){store_id, inst->memories[export->index]->index};
        break;
    case CUPEL_EXTERN_GLOBAL:
        out->of.global = global_handle(inst, export->index);
        break;
    }
}

bool instance_find_export(const struct instance *inst, const char *name, size_t len,
                          cupel_extern_t *out)
{
    const struct module *m = &inst->module->m;
    const struct export *export = module_find_export(m, name, len);
    if (!export)
        return false;
    instance_get_export(inst, (uint32_t)(export - m->exports), out);
    return true;
}

struct instance *instance_from_handle(const struct cupel_store *store, cupel_instance_t handle)
{
    return handle.store_id == store->id ? store_find_instance(store, handle.index) : NULL;
}

bool cupel_instance_get_export(cupel_context_t *ctx, cupel_instance_t instance, const char *name,
                               size_t len, cupel_extern_t *out)
{
    const struct instance *inst = instance_from_handle(context_store(ctx), instance);
    return inst && instance_find_export(inst, name, len, out);
}

size_t cupel_instance_export_count(const cupel_context_t *ctx, cupel_instance_t instance)
{
    const struct instance *inst = instance_from_handle(context_store(ctx), instance);
    return inst ? inst->module->m.nexports : 0;
}

bool cupel_instance_export(cupel_context_t *ctx, cupel_instance_t instance, size_t i,
                           cupel_name_t *name, cupel_extern_t *out)
{
    const struct instance *inst = instance_from_handle(context_store(ctx), instance);
    if (!inst || i >= inst->module->m.nexports)
        return false;
    *name = inst->module->m.exports[i].name;
    instance_get_export(inst, (uint32_t)i, out);
    return true;
}
