/*
 * What modules import and export: one of the four types of externals, with names. An external type
 * is the first member of each of the four, so converting is looking at its kind.
 */
#include "engine/capi/capi_types.h"

#include "engine/base/alloc.h"

/* ---- external types ---- */

wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t *type)
{
    return type ? type->kind : WASM_EXTERN_FUNC;
}

#define EXTERN_TYPES(X)                                                                            \
    X(functype, WASM_EXTERN_FUNC)                                                                  \
    X(globaltype, WASM_EXTERN_GLOBAL)                                                              \
    X(tabletype, WASM_EXTERN_TABLE)                                                                \
    X(memorytype, WASM_EXTERN_MEMORY)

#define CONVERSIONS(name, number)                                                                  \
    wasm_externtype_t *wasm_##name##_as_externtype(wasm_##name##_t *type)                          \
    {                                                                                              \
        return (wasm_externtype_t *)type;                                                          \
    }                                                                                              \
    wasm_##name##_t *wasm_externtype_as_##name(wasm_externtype_t *type)                            \
    {                                                                                              \
        return type && type->kind == number ? (wasm_##name##_t *)type : NULL;                      \
    }                                                                                              \
    const wasm_externtype_t *wasm_##name##_as_externtype_const(const wasm_##name##_t *type)        \
    {                                                                                              \
        return (const wasm_externtype_t *)type;                                                    \
    }                                                                                              \
    const wasm_##name##_t *wasm_externtype_as_##name##_const(const wasm_externtype_t *type)        \
    {                                                                                              \
        return type && type->kind == number ? (const wasm_##name##_t *)type : NULL;                \
    }
EXTERN_TYPES(CONVERSIONS)
#undef CONVERSIONS

wasm_externtype_t *wasm_externtype_copy(const wasm_externtype_t *type)
{
    if (!type)
        return NULL;
    switch (type->kind) {
#define COPY(name, number)                                                                         \
    case number:                                                                                   \
        return (wasm_externtype_t *)wasm_##name##_copy((const wasm_##name##_t *)type);
        EXTERN_TYPES(COPY)
#undef COPY
    }
    return NULL;
}

void wasm_externtype_delete(wasm_externtype_t *type)
{
    if (!type)
        return;
    switch (type->kind) {
#define DELETE(name, number)                                                                       \
    case number:                                                                                   \
        wasm_##name##_delete((wasm_##name##_t *)type);                                             \
        break;
        EXTERN_TYPES(DELETE)
#undef DELETE
    }
}

wasm_externtype_t *capi_externtype_from(const cupel_externtype_t *type)
{
    switch (type->kind) {
    case CUPEL_EXTERN_FUNC:
        return (wasm_externtype_t *)capi_functype_from(type->of.func);
    case CUPEL_EXTERN_GLOBAL:
        return (wasm_externtype_t *)capi_globaltype_from(&type->of.global);
    case CUPEL_EXTERN_TABLE:
        return (wasm_externtype_t *)capi_tabletype_from(&type->of.table);
    case CUPEL_EXTERN_MEMORY:
        return (wasm_externtype_t *)capi_memorytype_from(&type->of.memory);
    }
    return NULL;
}

/* ---- imports ---- */

struct wasm_importtype_t {
    wasm_name_t module, name;
    wasm_externtype_t *type;
};

/* Takes what the caller's vector holds out of it. */
static wasm_name_t take_name(wasm_name_t *name)
{
    wasm_name_t taken = {0, NULL};
    if (name) {
        taken = *name;
        wasm_name_new_empty(name);
    }
    return taken;
}

wasm_importtype_t *wasm_importtype_new(wasm_name_t *module, wasm_name_t *name,
                                       wasm_externtype_t *type)
{
    wasm_importtype_t *import = type ? mem_alloc(sizeof *import) : NULL;
    wasm_name_t m = take_name(module), n = take_name(name);
    if (!import) {
        wasm_name_delete(&m);
        wasm_name_delete(&n);
        wasm_externtype_delete(type);
        return NULL;
    }
    *import = (wasm_importtype_t){m, n, type};
    return import;
}

/* False when memory is exhausted. */
static bool copy_name(wasm_name_t *out, const wasm_name_t *from)
{
    wasm_name_copy(out, from);
    return out->size == from->size;
}

wasm_importtype_t *wasm_importtype_copy(const wasm_importtype_t *import)
{
    wasm_name_t module, name = {0, NULL};
    wasm_externtype_t *type = NULL;
    if (!import)
        return NULL;
    if (copy_name(&module, &import->module) && copy_name(&name, &import->name))
        type = wasm_externtype_copy(import->type);
    return wasm_importtype_new(&module, &name, type);
}

void wasm_importtype_delete(wasm_importtype_t *import)
{
    if (!import)
        return;
    wasm_name_delete(&import->module);
    wasm_name_delete(&import->name);
    wasm_externtype_delete(import->type);
    mem_free(import);
}

const wasm_name_t *wasm_importtype_module(const wasm_importtype_t *import)
{
    return import ? &import->module : NULL;
}

const wasm_name_t *wasm_importtype_name(const wasm_importtype_t *import)
{
    return import ? &import->name : NULL;
}

const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *import)
{
    return import ? import->type : NULL;
}

/* ---- exports ---- */

struct wasm_exporttype_t {
    wasm_name_t name;
    wasm_externtype_t *type;
};

wasm_exporttype_t *wasm_exporttype_new(wasm_name_t *name, wasm_externtype_t *type)
{
    wasm_exporttype_t *export = type ? mem_alloc(sizeof *export) : NULL;
    wasm_name_t n = take_name(name);
    if (!export) {
        wasm_name_delete(&n);
        wasm_externtype_delete(type);
        return NULL;
    }
    *export = (wasm_exporttype_t){n, type};
    return export;
}

wasm_exporttype_t *wasm_exporttype_copy(const wasm_exporttype_t *export)
{
    wasm_name_t name;
    wasm_externtype_t *type = NULL;
    if (!export)
        return NULL;
    if (copy_name(&name, &export->name))
        type = wasm_externtype_copy(export->type);
    return wasm_exporttype_new(&name, type);
}

void wasm_exporttype_delete(wasm_exporttype_t *export)
{
    if (!export)
        return;
    wasm_name_delete(&export->name);
    wasm_externtype_delete(export->type);
    mem_free(export);
}

const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *export)
{
    return export ? &export->name : NULL;
}

const wasm_externtype_t *wasm_exporttype_type(const wasm_exporttype_t *export)
{
    return export ? export->type : NULL;
}
