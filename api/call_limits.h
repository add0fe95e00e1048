/*
 * call_limits.h - the `limits` object of a call; its members are the rows of call_limits.def.
 */
#ifndef CUPEL_API_CALL_LIMITS_H
#define CUPEL_API_CALL_LIMITS_H

#include "api/api_error.h"
#include "api/json_in.h"

#include <stdint.h>

struct call_limits {
#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary) uint64_t name;
#include "api/call_limits.def"
#undef CALL_LIMIT
};

/* The defaults and the maxima of the table. */
extern const struct call_limits call_limits_standard;
extern const struct call_limits call_limits_maximum;

/*
 * Reads `json` (NULL and null: nothing was asked) over `standard`, bounded by `maximum`.
 * API_BAD_REQUEST names the member, what was expected and what was given.
 */
enum api_code call_limits_read(const json_t *json, const struct call_limits *standard,
                               const struct call_limits *maximum, struct call_limits *out,
                               struct api_error *error);

/* Writes them as an object. */
void call_limits_write(const struct call_limits *limits, struct json_out *out);

#endif
