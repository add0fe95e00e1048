/*
 * One method object for each row of methods.def, with the schemas that OpenAPI's document has, too.
 * A failure's code may stand for several kinds; OpenRPC wants each code once, so its message lists
 * them.
 */
#include "api/openapi.h"

#include "api/rpc_methods.h"

#include <string.h>

/* What any method may answer. */
static const uint64_t common_errors = API_ERROR_BIT(BAD_REQUEST) | API_ERROR_BIT(RPC_PARSE) |
                                      API_ERROR_BIT(RPC_REQUEST) | API_ERROR_BIT(NO_MEMORY);

static void write_params(struct json_out *out, const char *row)
{
    json_out_member_cstr(out, "paramStructure", "either");
    json_out_key(out, "params");
    json_out_array_begin(out);
    while (*row != '\0') {
        size_t len = strcspn(row, "! ");
        bool needed = row[len] == '!';

        json_out_object_begin(out);
        openapi_param(out, row, len, needed);
        json_out_object_end(out);
        row += len + needed;
        row += *row == ' ';
    }
    json_out_array_end(out);
}

static void write_error(struct json_out *out, uint64_t errors, int code)
{
    struct strbuf text;

    strbuf_init(&text);
    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        if ((errors >> i & 1) != 0 && api_error_rpc_code(i) == code) {
            strbuf_printf(&text, "%s%s (%s)", text.len > 0 ? "; " : "", api_error_title(i),
                          api_error_kind(i));
        }
    }
    if (text.failed) {
        out->text->failed = true;
    }
    json_out_object_begin(out);
    json_out_key(out, "code");
    json_out_i64(out, code);
    json_out_member_cstr(out, "message", strbuf_text(&text));
    json_out_object_end(out);
    strbuf_fini(&text);
}

static void write_errors(struct json_out *out, const struct rpc_method *method)
{
    uint64_t errors = method->errors | common_errors;

    if (strcmp(method->scope, "any") != 0) {
        errors |= API_ERROR_BIT(FORBIDDEN);
    }
    json_out_key(out, "errors");
    json_out_array_begin(out);
    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        enum api_code before = API_OK + 1;

        while (before < i && ((errors >> before & 1) == 0 ||
                              api_error_rpc_code(before) != api_error_rpc_code(i))) {
            before++;
        }
        if ((errors >> i & 1) != 0 && before == i) {
            write_error(out, errors, api_error_rpc_code(i));
        }
    }
    json_out_array_end(out);
}

static void write_method(struct json_out *out, const struct rpc_method *method)
{
    json_out_object_begin(out);
    json_out_member_cstr(out, "name", method->name);
    json_out_member_cstr(out, "summary", method->summary);
    json_out_member_cstr(out, "x-scope", method->scope);
    write_params(out, method->params);
    json_out_key(out, "result");
    json_out_object_begin(out);
    json_out_member_cstr(out, "name", method->result);
    json_out_key(out, "schema");
    openapi_reference(out, method->result, strlen(method->result));
    json_out_object_end(out);
    write_errors(out, method);
    json_out_object_end(out);
}

void openrpc_write(const struct service_settings *settings, struct json_out *out)
{
    const struct rpc_method *methods;
    size_t count, i;

    methods = rpc_methods(&count);
    json_out_object_begin(out);
    json_out_member_cstr(out, "openrpc", "1.3.2");
    openapi_info(
        out, "Cupel",
        "JSON-RPC 2.0 by POST to /v1/rpc, one request or a batch. x-scope is what a key must "
        "allow, once the service has keys; \"any\" is whatever key.");
    json_out_key(out, "methods");
    json_out_array_begin(out);
    for (i = 0; i < count; i++) {
        write_method(out, &methods[i]);
    }
    json_out_array_end(out);
    json_out_key(out, "components");
    json_out_object_begin(out);
    json_out_key(out, "schemas");
    openapi_schemas_write(settings, out);
    json_out_object_end(out);
    json_out_object_end(out);
}
