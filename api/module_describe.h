/*
 * module_describe.h - a module's metadata as JSON.
 *
 * What follows from the bytes (imports, exports, sections, features, figures) is described once, at
 * upload, and kept in storage beside the module; what can change (names, versions, images) is
 * joined to it when somebody asks.
 */
#ifndef CUPEL_API_MODULE_DESCRIBE_H
#define CUPEL_API_MODULE_DESCRIBE_H

#include "api/json_out.h"
#include "engine/cupel.h"
#include "storage/storage.h"

#include <stdint.h>

/* Writes the lasting part, one JSON object. */
void module_describe(const cupel_module_t *module, uint64_t compile_us, struct json_out *out);

/* Writes the type of an import or export as an object. */
void module_describe_type(const cupel_externtype_t *type, struct json_out *out);

/* Writes the whole metadata of a stored module, one JSON object. */
void module_describe_stored(const struct storage_module *module, struct json_out *out);

/* A time as RFC 3339 in UTC with milliseconds: 2026-01-31T23:59:59.000Z */
#define MODULE_TIME_SIZE 40
void module_time_text(int64_t ms, char text[MODULE_TIME_SIZE]);

#endif
