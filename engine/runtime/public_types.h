/*
 * public_types.h - between the types of cupel.h and those of module/types.h.
 */
#ifndef CUPEL_RUNTIME_PUBLIC_TYPES_H
#define CUPEL_RUNTIME_PUBLIC_TYPES_H

#include "engine/cupel.h"
#include "engine/module/types.h"
#include "engine/runtime/error.h"

cupel_tabletype_t tabletype_to_public(const struct tabletype *t);
cupel_memorytype_t memtype_to_public(const struct memtype *t);
cupel_globaltype_t globaltype_to_public(const struct globaltype *t);

/* Whether the number is one of cupel_valkind_t. */
static inline bool valkind_known(cupel_valkind_t kind)
{
    return (unsigned)kind <= CUPEL_EXTERNREF;
}

/* The other way; an error for a type that cannot be, or that this build cannot make. */
cupel_own cupel_error_t *tabletype_from_public(const cupel_tabletype_t *t, struct tabletype *out);
cupel_own cupel_error_t *memtype_from_public(const cupel_memorytype_t *t, struct memtype *out);
cupel_own cupel_error_t *globaltype_from_public(const cupel_globaltype_t *t,
                                                struct globaltype *out);

#endif
