/*
 * openapi.h - what the interface says of itself: OpenAPI for HTTP, OpenRPC for JSON-RPC. Both are
 * made of the tables by which requests are answered, and of schemas.json.
 *
 * Failure is that of the text written into (memory exhausted). Any number of threads.
 */
#ifndef CUPEL_API_OPENAPI_H
#define CUPEL_API_OPENAPI_H

#include "api/json_out.h"
#include "api/service.h"

/* The OpenAPI 3.1 document, as one value; `certificates`: all clients must have one. */
void openapi_write(const struct service_settings *settings, bool certificates,
                   struct json_out *out);
/* The OpenRPC document, as one value. */
void openrpc_write(const struct service_settings *settings, struct json_out *out);

/* ---- what they share ------------------------------------------------------------------------- */

/* All schemas as one object: those of schemas.json and those that tables give. */
void openapi_schemas_write(const struct service_settings *settings, struct json_out *out);
/* {"$ref": ...} to one of them; `name` need not end where `len` does. */
void openapi_reference(struct json_out *out, const char *name, size_t len);
/* The member "info". */
void openapi_info(struct json_out *out, const char *title, const char *description);
/* A parameter's members but where it stands; false: params.def does not know it. */
bool openapi_param(struct json_out *out, const char *name, size_t len, bool required);

#endif
