/*
 * types.h - value types, function types and the engine's registry of them.
 *
 * A value type is a small code with room for a heap type behind it. Function types are interned:
 * within one registry two equal types are one object, so equality is pointer equality and `id`
 * equality.
 */
#ifndef CUPEL_MODULE_TYPES_H
#define CUPEL_MODULE_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/status.h"
#include "engine/cupel.h"

/* The binary format's code in the low byte; bits 8 and up are for heap types of later features. */
typedef uint32_t valtype;

enum {
    VT_BOT = 0, /* any type, of unreachable code */
    VT_I32 = 0x7f,
    VT_I64 = 0x7e,
    VT_F32 = 0x7d,
    VT_F64 = 0x7c,
    VT_V128 = 0x7b,
    VT_FUNCREF = 0x70,
    VT_EXTERNREF = 0x6f
};

/* "i32" ...; static storage. */
const char *valtype_name(valtype t);
static inline bool valtype_is_ref(valtype t)
{
    return t == VT_FUNCREF || t == VT_EXTERNREF;
}
static inline bool valtype_is_num(valtype t)
{
    return t >= VT_F64 && t <= VT_I32;
}
/* Frame slots (of 8 bytes) that a value takes. */
static inline uint32_t valtype_slots(valtype t)
{
    return t == VT_V128 ? 2 : 1;
}
cupel_valkind_t valtype_to_kind(valtype t);
valtype valtype_from_kind(cupel_valkind_t kind);

#define FUNCTYPE_MAX_VALUES 1000

/* The public opaque type. Immutable. */
struct cupel_functype {
    uint32_t refs; /* by atomic operations only */
    uint32_t id;   /* canonical within its registry, never 0; 0 while not interned */
    uint32_t nparams, nresults;
    uint32_t param_slots, result_slots;
    const valtype *params; /* borrowed from this object's own allocation */
    const valtype *results;
    const cupel_valkind_t *param_kinds; /* the same, for the public interface */
    const cupel_valkind_t *result_kinds;
    uint64_t hash;
    struct cupel_functype *next; /* in the registry's bucket */
};
typedef struct cupel_functype functype;

/* Not interned, one reference; NULL when memory is exhausted. Counts are at most
 * FUNCTYPE_MAX_VALUES. */
functype *functype_new(const valtype *params, uint32_t nparams, const valtype *results,
                       uint32_t nresults);
bool functype_equal(const functype *a, const functype *b);
/* "(i32, i64) -> (f32)", truncated to `size`. */
void functype_print(const functype *t, char *buf, size_t size);

/* Thread-safe. An id is given again once its type is gone. */
struct type_registry;
/* NULL when memory is exhausted. */
struct type_registry *type_registry_new(void);
/* All interned types must have been released. Accepts NULL. */
void type_registry_delete(struct type_registry *r);
/* Returns the canonical object with one more reference, NULL when memory is exhausted. */
functype *type_registry_intern(struct type_registry *r, const valtype *params, uint32_t nparams,
                               const valtype *results, uint32_t nresults);
functype *functype_ref(functype *t);
/* Drops a reference of a type that is not interned (functype_new); the last one frees it. Accepts
 * NULL. */
void functype_unref(functype *t);
/* Drops a reference of an interned type; the last one removes it. `r` must be the type's registry.
 * Accepts NULL. */
void type_registry_release(struct type_registry *r, functype *t);

struct limits {
    uint64_t min, max; /* max is UINT64_MAX without has_max */
    bool has_max;
    bool is_64;
};

struct tabletype {
    valtype element;
    struct limits limits;
};

struct memtype {
    struct limits limits; /* pages */
    uint8_t page_log2;
};

/* What the address type reaches, in pages (release 3.0, 3.2.17). */
static inline uint64_t memtype_most_pages(unsigned page_log2, bool is_64)
{
    if (page_log2 == 0) /* the number itself must fit the address type */
        return is_64 ? UINT64_MAX : UINT32_MAX;
    return UINT64_C(1) << ((is_64 ? 64 : 32) - page_log2);
}

struct globaltype {
    valtype content;
    bool is_mutable;
};

#endif
