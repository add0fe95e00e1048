/*
 * values.h - WebAssembly values from and to JSON, as HTTP-API.md ("Values") defines them.
 */
#ifndef CUPEL_API_VALUES_H
#define CUPEL_API_VALUES_H

#include "api/json_in.h"
#include "api/json_out.h"
#include "engine/cupel.h"

#include <stdbool.h>
#include <stddef.h>

/* What JSON a value of this kind takes, for messages: "an integer from ... to ...". Static. */
const char *value_expected(cupel_valkind_t kind);

/* False if it is no value of `kind`; `out` is then undefined. */
bool value_from_scalar(const struct json_scalar *scalar, cupel_valkind_t kind, cupel_val_t *out);
bool value_from_json(const json_t *json, cupel_valkind_t kind, cupel_val_t *out);

/* Writes the value; false (and `null` written) for a reference that is not null: it has no JSON. */
bool value_to_json(const cupel_val_t *value, struct json_out *out);

#endif
