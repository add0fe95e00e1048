/*
 * An external is the first member of a function, global, table or memory, so converting is looking
 * at its kind.
 */
#include "engine/capi/capi_object.h"

wasm_externkind_t wasm_extern_kind(const wasm_extern_t *ext)
{
    return ext ? (wasm_externkind_t)ext->ref.kind : WASM_EXTERN_FUNC;
}

#define CONVERSIONS(name, number)                                                                  \
    wasm_extern_t *wasm_##name##_as_extern(wasm_##name##_t *p)                                     \
    {                                                                                              \
        return (wasm_extern_t *)p;                                                                 \
    }                                                                                              \
    wasm_##name##_t *wasm_extern_as_##name(wasm_extern_t *ext)                                     \
    {                                                                                              \
        return ext && ext->ref.kind == number ? (wasm_##name##_t *)ext : NULL;                     \
    }                                                                                              \
    const wasm_extern_t *wasm_##name##_as_extern_const(const wasm_##name##_t *p)                   \
    {                                                                                              \
        return (const wasm_extern_t *)p;                                                           \
    }                                                                                              \
    const wasm_##name##_t *wasm_extern_as_##name##_const(const wasm_extern_t *ext)                 \
    {                                                                                              \
        return ext && ext->ref.kind == number ? (const wasm_##name##_t *)ext : NULL;               \
    }
CONVERSIONS(func, OBJECT_FUNC)
CONVERSIONS(global, OBJECT_GLOBAL)
CONVERSIONS(table, OBJECT_TABLE)
CONVERSIONS(memory, OBJECT_MEMORY)

wasm_externtype_t *wasm_extern_type(const wasm_extern_t *ext)
{
    if (!ext)
        return NULL;
    switch (ext->ref.kind) {
    case OBJECT_FUNC:
        return wasm_functype_as_externtype(wasm_func_type(wasm_extern_as_func_const(ext)));
    case OBJECT_GLOBAL:
        return wasm_globaltype_as_externtype(wasm_global_type(wasm_extern_as_global_const(ext)));
    case OBJECT_TABLE:
        return wasm_tabletype_as_externtype(wasm_table_type(wasm_extern_as_table_const(ext)));
    default:
        return wasm_memorytype_as_externtype(wasm_memory_type(wasm_extern_as_memory_const(ext)));
    }
}
