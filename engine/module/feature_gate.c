/*
 * A module that needs more than this build or its configuration offers is not broken, and whoever
 * sent it wants to know what to switch on or to wait for. So each refusal names the feature, and
 * the opcodes of features that are not there at all stand in a table of their own.
 */
#include "engine/module/feature_gate.h"

#include <stdio.h>

enum status feature_missing(struct reader *r, const struct decode_config *config, enum feature f,
                            uint64_t offset, const char *what)
{
    (void)config;
    const struct feature_info *info = &feature_info[f];
    return reader_fail_at(r, ERR_UNSUPPORTED, offset, "needs the feature \"%s\" (%s), which %s",
                          info->name, what,
                          info->implemented ? "is switched off" : "this build does not have");
}

static const struct {
    uint8_t prefix, feature;
    uint16_t first, last;
} foreign_ops[] = {
#define FOREIGN(prefix, first, last, feature) {prefix, FEATURE_##feature, first, last},
#include "engine/module/foreign_ops.def"
#undef FOREIGN
};

enum status feature_refuse_opcode(struct reader *r, const struct decode_config *config,
                                  uint8_t prefix, uint32_t code, uint64_t offset)
{
    char what[48];
    if (prefix)
        snprintf(what, sizeof what, "instruction 0x%02x %u", prefix, code);
    else
        snprintf(what, sizeof what, "instruction 0x%02x", code);
    for (size_t i = 0; i < sizeof foreign_ops / sizeof *foreign_ops; i++) {
        if (foreign_ops[i].prefix == prefix && code >= foreign_ops[i].first &&
            code <= foreign_ops[i].last)
            return feature_missing(r, config, foreign_ops[i].feature, offset, what);
    }
    return reader_fail_at(r, ERR_MALFORMED, offset, "illegal opcode: there is no %s", what);
}
