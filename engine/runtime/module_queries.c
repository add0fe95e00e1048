/*
 * What a module says about itself. Everything handed out is borrowed from the module, so nothing
 * here can fail or allocate.
 */
#include "engine/isa/isa.h"
#include "engine/runtime/module_object.h"
#include "engine/runtime/public_types.h"

static void extern_type(const struct module *m, cupel_externkind_t kind, uint32_t index,
                        cupel_externtype_t *out)
{
    out->kind = kind;
    switch (kind) {
    case CUPEL_EXTERN_FUNC:
        out->of.func = m->funcs[index].type;
        break;
    case CUPEL_EXTERN_TABLE:
        out->of.table = tabletype_to_public(&m->tables[index].type);
        break;
    case CUPEL_EXTERN_MEMORY:
        out->of.memory = memtype_to_public(&m->memories[index]);
        break;
    case CUPEL_EXTERN_GLOBAL:
        out->of.global = globaltype_to_public(&m->globals[index].type);
        break;
    }
}

size_t cupel_module_import_count(const cupel_module_t *module)
{
    return module->m.nimports;
}

bool cupel_module_import(const cupel_module_t *module, size_t i, cupel_importtype_t *out)
{
    if (i >= module->m.nimports)
        return false;
    const struct import *import = &module->m.imports[i];
    out->module = import->module;
    out->name = import->name;
    extern_type(&module->m, import->kind, import->index, &out->type);
    return true;
}

size_t cupel_module_export_count(const cupel_module_t *module)
{
    return module->m.nexports;
}

bool cupel_module_export(const cupel_module_t *module, size_t i, cupel_exporttype_t *out)
{
    if (i >= module->m.nexports)
        return false;
    const struct export *export = &module->m.exports[i];
    out->name = export->name;
    extern_type(&module->m, export->kind, export->index, &out->type);
    return true;
}

bool cupel_module_get_export(const cupel_module_t *module, const char *name, size_t len,
                             cupel_externtype_t *out)
{
    const struct export *export = module_find_export(&module->m, name, len);
    if (!export)
        return false;
    extern_type(&module->m, export->kind, export->index, out);
    return true;
}

size_t cupel_module_custom_section_count(const cupel_module_t *module)
{
    return module->m.ncustoms;
}

bool cupel_module_custom_section(const cupel_module_t *module, size_t i,
                                 cupel_custom_section_t *out)
{
    if (i >= module->m.ncustoms)
        return false;
    *out = module->m.customs[i];
    return true;
}

void cupel_module_info(const cupel_module_t *module, cupel_module_info_t *out)
{
    const struct module *m = &module->m;
    module_lock_code(module);
    *out = (cupel_module_info_t){
        .types = m->ntypes,
        .functions = m->nfuncs,
        .imported_functions = m->nimported_funcs,
        .tables = m->ntables,
        .memories = m->nmemories,
        .globals = m->nglobals,
        .element_segments = m->nelems,
        .data_segments = m->ndatas,
        .has_start = m->has_start,
        .start = m->has_start ? m->start : 0,
        .wasm_bytes = (size_t)module->figures.wasm_bytes,
        .code_bytes = (size_t)module->figures.code_bytes,
        .internal_bytes = module->code.len,
        .native_bytes = module->native ? native_code_bytes(module->native) : 0,
        .features = module->figures.features,
    };
    module_unlock_code(module);
}

const cupel_functype_t *cupel_module_func_type(const cupel_module_t *module, uint32_t func_index)
{
    return func_index < module->m.nfuncs ? module->m.funcs[func_index].type : NULL;
}

cupel_engine_t *cupel_module_engine(const cupel_module_t *module)
{
    return module->engine;
}

bool cupel_module_same(const cupel_module_t *a, const cupel_module_t *b)
{
    return a == b;
}

cupel_name_t cupel_module_func_name(const cupel_module_t *module, uint32_t func_index)
{
    return module_find_func_name(&module->m, func_index);
}

void cupel_features_each(uint64_t bits, void (*each)(void *env, const char *name), void *env)
{
    for (unsigned i = 0; i < FEATURE_COUNT; i++)
        if (bits >> i & 1)
            each(env, feature_info[i].name);
}
