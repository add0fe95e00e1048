/*
 * A schema stands in schemas.json, unless a table says the same already: what may go wrong, what a
 * call may use, what a key allows. JSON Schema's dialects of OpenAPI (2020-12) and OpenRPC (draft 7)
 * agree on all that is used here.
 */
#include "api/openapi.h"

#include "api/embedded.h"
#include "api/key_terms.h"

#include <stddef.h>
#include <string.h>

void openapi_reference(struct json_out *out, const char *name, size_t len)
{
    char text[96];
    int n = snprintf(text, sizeof text, "#/components/schemas/%.*s", (int)len, name);

    json_out_object_begin(out);
    json_out_member_str(out, "$ref", text, (size_t)n);
    json_out_object_end(out);
}

void openapi_info(struct json_out *out, const char *title, const char *description)
{
    json_out_key(out, "info");
    json_out_object_begin(out);
    json_out_member_cstr(out, "title", title);
    json_out_member_cstr(out, "version", cupel_version());
    json_out_member_cstr(out, "description", description);
    json_out_key(out, "license");
    json_out_object_begin(out);
    json_out_member_cstr(out, "name", "Apache-2.0");
    json_out_object_end(out);
    json_out_object_end(out);
}

static const struct param {
    const char *name;
    const char *schema;
    const char *summary;
} params[] = {
#define PARAM(name, schema, summary) {name, #schema, summary},
#include "api/params.def"
#undef PARAM
};

bool openapi_param(struct json_out *out, const char *name, size_t len, bool required)
{
    for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
        if (strlen(params[i].name) == len && memcmp(params[i].name, name, len) == 0) {
            json_out_member_str(out, "name", name, len);
            json_out_member_cstr(out, "description", params[i].summary);
            json_out_member_bool(out, "required", required);
            json_out_key(out, "schema");
            openapi_reference(out, params[i].schema, strlen(params[i].schema));
            return true;
        }
    }
    return false;
}

/* ---- schemas from tables --------------------------------------------------------------------- */

static void number_schema(struct json_out *out, const char *name, const char *summary,
                          uint64_t lowest, uint64_t highest, uint64_t standard)
{
    json_out_key(out, name);
    json_out_object_begin(out);
    json_out_member_cstr(out, "type", "integer");
    json_out_member_cstr(out, "description", summary);
    json_out_member_u64(out, "minimum", lowest);
    json_out_member_u64(out, "maximum", highest);
    json_out_member_u64(out, "default", standard);
    json_out_object_end(out);
}

static void write_limits(const struct service_settings *settings, struct json_out *out)
{
    json_out_key(out, "Limits");
    json_out_object_begin(out);
    json_out_raw(out, "\"type\":[\"object\",\"null\"]", strlen("\"type\":[\"object\",\"null\"]"));
    json_out_key(out, "properties");
    json_out_object_begin(out);
#define CALL_LIMIT(name, unit, default_, max_, lowest, ceiling, summary)                           \
    number_schema(out, #name, summary, lowest, settings->maximum.name, settings->standard.name);
#include "api/call_limits.def"
#undef CALL_LIMIT
    json_out_object_end(out);
    json_out_member_bool(out, "additionalProperties", false);
    json_out_object_end(out);
}

/* A schema of that name: one of the values that follow. */
static void enum_begin(struct json_out *out, const char *name, const char *type)
{
    json_out_key(out, name);
    json_out_object_begin(out);
    json_out_member_cstr(out, "type", type);
    json_out_key(out, "enum");
    json_out_array_begin(out);
}

static void enum_end(struct json_out *out)
{
    json_out_array_end(out);
    json_out_object_end(out);
}

static void write_scopes(struct json_out *out)
{
    enum_begin(out, "Scope", "string");
#define SCOPE(name, text) json_out_cstr(out, text);
#include "api/scopes.def"
#undef SCOPE
    enum_end(out);
}

static void write_key_terms(struct json_out *out)
{
    static const char scopes[] = "\"scopes\":{\"type\":\"array\",\"minItems\":1,"
                                 "\"items\":{\"$ref\":\"#/components/schemas/Scope\"}},"
                                 "\"label\":{\"type\":\"string\",\"description\":\"For people.\"}";

    json_out_key(out, "KeyTerms");
    json_out_object_begin(out);
    json_out_member_cstr(out, "type", "object");
    json_out_key(out, "properties");
    json_out_object_begin(out);
    json_out_raw(out, scopes, sizeof scopes - 1);
#define KEY_TERM(name, standard, lowest, highest, summary)                                         \
    number_schema(out, #name, summary, lowest, highest, standard);
#include "api/key_terms.def"
#undef KEY_TERM
    json_out_object_end(out);
    json_out_key(out, "required");
    json_out_array_begin(out);
    json_out_cstr(out, "scopes");
    json_out_array_end(out);
    json_out_object_end(out);
}

/* Several rows of api_errors.def may share a kind or a code; a schema lists each once. */
static void write_kinds(struct json_out *out, const char *name, const char *prefix)
{
    char text[64];

    enum_begin(out, name, "string");
    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        enum api_code before = API_OK + 1;

        while (strcmp(api_error_kind(before), api_error_kind(i)) != 0) {
            before++;
        }
        if (before == i) {
            snprintf(text, sizeof text, "%s%s", prefix, api_error_kind(i));
            json_out_cstr(out, text);
        }
    }
    enum_end(out);
}

static void write_codes(struct json_out *out)
{
    enum_begin(out, "RpcErrorCode", "integer");
    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        enum api_code before = API_OK + 1;

        while (api_error_rpc_code(before) != api_error_rpc_code(i)) {
            before++;
        }
        if (before == i) {
            json_out_i64(out, api_error_rpc_code(i));
        }
    }
    enum_end(out);
}

void openapi_schemas_write(const struct service_settings *settings, struct json_out *out)
{
    const struct embedded *file = embedded_schemas();
    const char *begin = memchr(file->data, '{', file->len);
    const char *end = memrchr(file->data, '}', file->len);

    json_out_object_begin(out);
    json_out_raw(out, begin + 1, (size_t)(end - begin - 1));
    write_limits(settings, out);
    write_scopes(out);
    write_key_terms(out);
    write_kinds(out, "ErrorKind", "");
    write_kinds(out, "ProblemType", API_PROBLEM_PREFIX);
    write_codes(out);
    json_out_object_end(out);
}
