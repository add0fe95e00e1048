/*
 * capi_types.h - the types of wasm.h, to and from those of cupel.h.
 *
 * What is made here is the caller's; NULL when memory is exhausted.
 */
#ifndef CUPEL_CAPI_TYPES_H
#define CUPEL_CAPI_TYPES_H

#include "engine/cupel.h"
#include "engine/capi/wasm.h"

/* v128 has no name in wasm.h. */
#define VALKIND_V128 4

struct wasm_externtype_t {
    wasm_externkind_t kind;
};
struct wasm_functype_t {
    struct wasm_externtype_t ext;
    wasm_valtype_vec_t params, results;
};
struct wasm_globaltype_t {
    struct wasm_externtype_t ext;
    wasm_valtype_t *content;
    wasm_mutability_t mutability;
};
struct wasm_tabletype_t {
    struct wasm_externtype_t ext;
    wasm_valtype_t *element;
    wasm_limits_t limits;
};
struct wasm_memorytype_t {
    struct wasm_externtype_t ext;
    wasm_limits_t limits;
};

wasm_valkind_t capi_valkind_from(cupel_valkind_t kind);
/* False for what is no kind. */
bool capi_valkind_to(wasm_valkind_t kind, cupel_valkind_t *out);

wasm_own wasm_functype_t *capi_functype_from(const cupel_functype_t *type);
wasm_own wasm_globaltype_t *capi_globaltype_from(const cupel_globaltype_t *type);
wasm_own wasm_tabletype_t *capi_tabletype_from(const cupel_tabletype_t *type);
wasm_own wasm_memorytype_t *capi_memorytype_from(const cupel_memorytype_t *type);
wasm_own wasm_externtype_t *capi_externtype_from(const cupel_externtype_t *type);

/* NULL also for a type with v128, or with more than 1000 parameters or results. */
cupel_own cupel_functype_t *capi_functype_to(const wasm_functype_t *type);
cupel_globaltype_t capi_globaltype_to(const wasm_globaltype_t *type);
cupel_tabletype_t capi_tabletype_to(const wasm_tabletype_t *type);
cupel_memorytype_t capi_memorytype_to(const wasm_memorytype_t *type);

#endif
