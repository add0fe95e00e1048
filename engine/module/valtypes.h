/*
 * valtypes.h - value types, block types and limits in the binary format (spec 5.3).
 */
#ifndef CUPEL_MODULE_VALTYPES_H
#define CUPEL_MODULE_VALTYPES_H

#include "engine/module/module.h"

/* A value type (spec 5.3.4). ERR_UNSUPPORTED for those of features that are off or missing,
 * ERR_MALFORMED for bytes that are none. */
enum status read_valtype(struct reader *r, const struct decode_config *config,
                         valtype *out) MUST_CHECK;
/* A reference type (spec 5.3.3); `out` is VT_FUNCREF or VT_EXTERNREF. funcref itself needs no
 * feature here: tables of 1.0 have it. */
enum status read_reftype(struct reader *r, const struct decode_config *config,
                         valtype *out) MUST_CHECK;
/* A heap type, as ref.null has it. */
enum status read_heaptype(struct reader *r, const struct decode_config *config,
                          valtype *out) MUST_CHECK;

/* A function type's index, checked to be in range: ERR_INVALID "unknown type". */
enum status read_typeidx(struct reader *r, const struct module *m, uint32_t *out) MUST_CHECK;

/* Limits with what surrounds them, and their validity (spec 3.2.1, 3.2.4, 3.2.5). */
enum status read_tabletype(struct reader *r, const struct decode_config *config,
                           struct tabletype *out) MUST_CHECK;
enum status read_memtype(struct reader *r, const struct decode_config *config,
                         struct memtype *out) MUST_CHECK;
enum status read_globaltype(struct reader *r, const struct decode_config *config,
                            struct globaltype *out) MUST_CHECK;

/* Whether a number type or vector type or reference type needs a feature: its bit, or 0. */
uint64_t valtype_features(valtype t);

#endif
