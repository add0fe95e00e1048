/*
 * feature_gate.h - refusing what needs a feature that is off, or that this build does not have.
 */
#ifndef CUPEL_MODULE_FEATURE_GATE_H
#define CUPEL_MODULE_FEATURE_GATE_H

#include "engine/isa/isa.h"
#include "engine/module/module.h"

static inline bool feature_is_on(const struct decode_config *config, enum feature f)
{
    return f == FEATURE_MVP || ((config->features >> f & 1) && feature_info[f].implemented);
}

/* ERR_UNSUPPORTED at `offset`: needs the feature "..." (WHAT), and why it is not there. */
enum status feature_missing(struct reader *r, const struct decode_config *config, enum feature f,
                            uint64_t offset, const char *what);

/* OK if the feature is on, else feature_missing. */
static inline enum status MUST_CHECK feature_require(struct reader *r,
                                                     const struct decode_config *config,
                                                     enum feature f, uint64_t offset,
                                                     const char *what)
{
    return feature_is_on(config, f) ? OK : feature_missing(r, config, f, offset, what);
}

/* Fails for opcode `code` behind `prefix` (0: none), which is not in wasm_ops.def: ERR_UNSUPPORTED
 * if it is an instruction of a feature that this build does not have, else ERR_MALFORMED. */
enum status feature_refuse_opcode(struct reader *r, const struct decode_config *config,
                                  uint8_t prefix, uint32_t code, uint64_t offset);

#endif
