/*
 * What all references have in common, for each kind of them: the object comes first in its
 * structure, so all of it is done on wasm_ref_t, and converting is looking at the kind.
 */
#include "engine/capi/capi_object.h"

/* ---- references as such ---- */

wasm_ref_t *wasm_ref_copy(const wasm_ref_t *ref)
{
    return capi_object_take(ref);
}

void wasm_ref_delete(wasm_ref_t *ref)
{
    capi_object_drop(ref);
}

bool wasm_ref_same(const wasm_ref_t *a, const wasm_ref_t *b)
{
    return a == b;
}

void *wasm_ref_get_host_info(const wasm_ref_t *ref)
{
    return ref ? ref->info : NULL;
}

void wasm_ref_set_host_info(wasm_ref_t *ref, void *info)
{
    wasm_ref_set_host_info_with_finalizer(ref, info, NULL);
}

/* The old finalizer may look at the object and finds the new info. */
void wasm_ref_set_host_info_with_finalizer(wasm_ref_t *ref, void *info, void (*finalizer)(void *))
{
    struct wasm_ref_t none = {0}, *object = ref ? ref : &none;
    void (*old_finalizer)(void *) = object->finalizer;
    void *old_info = object->info;
    object->info = info;
    object->finalizer = finalizer;
    if (old_finalizer)
        old_finalizer(old_info);
    capi_object_finalize(&none);
}

/* ---- the kinds of references ---- */

#define REF_BASE(name)                                                                             \
    wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *p)                                  \
    {                                                                                              \
        return (wasm_##name##_t *)capi_object_take((const wasm_ref_t *)p);                         \
    }                                                                                              \
    void wasm_##name##_delete(wasm_##name##_t *p)                                                  \
    {                                                                                              \
        capi_object_drop((wasm_ref_t *)p);                                                         \
    }                                                                                              \
    bool wasm_##name##_same(const wasm_##name##_t *a, const wasm_##name##_t *b)                    \
    {                                                                                              \
        return a == b;                                                                             \
    }                                                                                              \
    void *wasm_##name##_get_host_info(const wasm_##name##_t *p)                                    \
    {                                                                                              \
        return wasm_ref_get_host_info((const wasm_ref_t *)p);                                      \
    }                                                                                              \
    void wasm_##name##_set_host_info(wasm_##name##_t *p, void *info)                               \
    {                                                                                              \
        wasm_ref_set_host_info((wasm_ref_t *)p, info);                                             \
    }                                                                                              \
    void wasm_##name##_set_host_info_with_finalizer(wasm_##name##_t *p, void *info,                \
                                                    void (*finalizer)(void *))                     \
    {                                                                                              \
        wasm_ref_set_host_info_with_finalizer((wasm_ref_t *)p, info, finalizer);                   \
    }

#define REF(name, is_one)                                                                          \
    REF_BASE(name)                                                                                 \
    wasm_ref_t *wasm_##name##_as_ref(wasm_##name##_t *p)                                           \
    {                                                                                              \
        return (wasm_ref_t *)p;                                                                    \
    }                                                                                              \
    wasm_##name##_t *wasm_ref_as_##name(wasm_ref_t *ref)                                           \
    {                                                                                              \
        return ref && (is_one) ? (wasm_##name##_t *)ref : NULL;                                    \
    }                                                                                              \
    const wasm_ref_t *wasm_##name##_as_ref_const(const wasm_##name##_t *p)                         \
    {                                                                                              \
        return (const wasm_ref_t *)p;                                                              \
    }                                                                                              \
    const wasm_##name##_t *wasm_ref_as_##name##_const(const wasm_ref_t *ref)                       \
    {                                                                                              \
        return ref && (is_one) ? (const wasm_##name##_t *)ref : NULL;                              \
    }

REF(func, ref->kind == OBJECT_FUNC)
REF(global, ref->kind == OBJECT_GLOBAL)
REF(table, ref->kind == OBJECT_TABLE)
REF(memory, ref->kind == OBJECT_MEMORY)
REF(extern, object_kind_is_extern(ref->kind))
REF(instance, ref->kind == OBJECT_INSTANCE)
REF(module, ref->kind == OBJECT_MODULE)
REF(trap, ref->kind == OBJECT_TRAP)
REF(foreign, ref->kind == OBJECT_FOREIGN)

/* ---- foreign objects ---- */

wasm_foreign_t *wasm_foreign_new(wasm_store_t *store)
{
    if (!store)
        return NULL;
    return (wasm_foreign_t *)capi_object_new(store, OBJECT_FOREIGN, sizeof(wasm_foreign_t));
}
