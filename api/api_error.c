/*
 * One struct for both worlds, because most failures can be met in both: what is wrong with a module
 * or a reference is the same fact, whoever asked. Where it happens only the fact is written down;
 * status, code and title come from the table when the answer is written.
 */
#include "api/api_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct row {
    unsigned status;
    int rpc_code;
    const char *kind;
    const char *title;
};

static const struct row rows[] = {
    [API_OK] = {200, 0, "ok", "OK"},
#define API_ERROR(name, status, rpc_code, kind, title)                                             \
    [API_##name] = {status, rpc_code, kind, title},
#include "api/api_errors.def"
#undef API_ERROR
};

void api_error_init(struct api_error *error)
{
    memset(error, 0, sizeof *error);
}

void api_error_fini(struct api_error *error)
{
    strbuf_fini(&error->detail);
    strbuf_fini(&error->members);
}

void api_error_reset(struct api_error *error)
{
    strbuf_reset(&error->detail);
    strbuf_reset(&error->members);
    error->code = API_OK;
    error->fuel_used = 0;
    error->of_call = false;
    error->retry_after_ms = 0;
}

enum api_code api_error_set(struct api_error *error, enum api_code code, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    strbuf_reset(&error->detail);
    strbuf_reset(&error->members);
    strbuf_puts(&error->detail, text);
    error->code = code;
    return code;
}

void api_error_member(struct api_error *error, const char *key, const char *text, size_t len)
{
    struct json_out out;

    json_out_init(&out, &error->members);
    out.comma = error->members.len > 0;
    json_out_member_str(&out, key, text, len);
}

void api_error_member_u64(struct api_error *error, const char *key, uint64_t value)
{
    struct json_out out;

    json_out_init(&out, &error->members);
    out.comma = error->members.len > 0;
    json_out_member_u64(&out, key, value);
}

static enum api_code code_of_engine(cupel_errorkind_t kind)
{
    switch (kind) {
    case CUPEL_ERROR_MALFORMED:
        return API_MALFORMED;
    case CUPEL_ERROR_INVALID:
        return API_INVALID;
    case CUPEL_ERROR_UNSUPPORTED:
        return API_UNSUPPORTED;
    case CUPEL_ERROR_LIMIT:
        return API_MODULE_LIMIT;
    case CUPEL_ERROR_OUT_OF_MEMORY:
        return API_NO_MEMORY;
    default:
        return API_INTERNAL;
    }
}

enum api_code api_error_from_module(struct api_error *error, cupel_error_t *own)
{
    enum api_code code = code_of_engine(cupel_error_kind(own));
    uint64_t offset = cupel_error_offset(own);
    uint32_t func = cupel_error_func_index(own);
    const char *limit = cupel_error_limit(own);

    api_error_set(error, code, "%s", cupel_error_message(own));
    if (offset != CUPEL_NO_OFFSET) {
        api_error_member_u64(error, "offset", offset);
    }
    if (func != CUPEL_NO_INDEX) {
        api_error_member_u64(error, "function_index", func);
    }
    if (limit[0] != '\0') {
        api_error_member(error, "limit", limit, strlen(limit));
    }
    cupel_error_delete(own);
    return code;
}

enum api_code api_error_from_storage(struct api_error *error, const struct storage_error *from)
{
    enum api_code code = API_STORAGE;

    switch (from->status) {
    case STORAGE_NOT_FOUND:
        code = API_NO_MODULE;
        break;
    case STORAGE_CONFLICT:
        code = API_PRECONDITION;
        break;
    case STORAGE_BAD_ARGUMENT:
        code = API_BAD_REQUEST;
        break;
    case STORAGE_QUOTA:
        code = API_QUOTA;
        break;
    case STORAGE_FULL:
        code = API_STORAGE_FULL;
        break;
    case STORAGE_BUSY:
        code = API_STORAGE_BUSY;
        break;
    case STORAGE_NOMEM:
        code = API_NO_MEMORY;
        break;
    default:
        break;
    }
    return api_error_set(error, code, "%s", from->text);
}

unsigned api_error_status(enum api_code code)
{
    return rows[code].status;
}

int api_error_rpc_code(enum api_code code)
{
    return rows[code].rpc_code;
}

const char *api_error_kind(enum api_code code)
{
    return rows[code].kind;
}

const char *api_error_title(enum api_code code)
{
    return rows[code].title;
}

void api_error_problem(const struct api_error *error, const char *instance, struct json_out *out)
{
    const struct row *row = &rows[error->code];
    char type[64];

    snprintf(type, sizeof type, API_PROBLEM_PREFIX "%s", row->kind);
    json_out_object_begin(out);
    json_out_member_cstr(out, "type", type);
    json_out_member_cstr(out, "title", row->title);
    json_out_member_u64(out, "status", row->status);
    json_out_member_cstr(out, "detail", strbuf_text(&error->detail));
    json_out_member_cstr(out, "instance", instance);
    json_out_raw(out, strbuf_text(&error->members), error->members.len);
    json_out_object_end(out);
}

void api_error_rpc(const struct api_error *error, struct json_out *out)
{
    const struct row *row = &rows[error->code];

    json_out_object_begin(out);
    json_out_key(out, "code");
    json_out_i64(out, row->rpc_code);
    json_out_member_cstr(out, "message",
                         error->detail.len > 0 ? strbuf_text(&error->detail) : row->title);
    json_out_key(out, "data");
    json_out_object_begin(out);
    json_out_member_cstr(out, "kind", row->kind);
    if (error->of_call) {
        json_out_member_u64(out, "fuel_used", error->fuel_used);
    }
    if (error->retry_after_ms > 0) {
        json_out_member_u64(out, "retry_after_ms", error->retry_after_ms);
    }
    json_out_raw(out, strbuf_text(&error->members), error->members.len);
    json_out_object_end(out);
    json_out_object_end(out);
}
