/*
 * One accessor per row of limits.def. The configuration can only be stricter than the engine: what
 * the engine allows itself is what the rest of it is built to bear.
 */
#include "engine/module/module.h"

#define LIMIT(field, type, own, text)                                                              \
    type limit_##field(const struct decode_config *config)                                         \
    {                                                                                              \
        type wanted = config->limits.field;                                                        \
        return wanted != 0 && wanted < (own) ? wanted : (own);                                     \
    }
#include "engine/module/limits.def"
#undef LIMIT
