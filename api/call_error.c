/*
 * The engine tells traps apart by cause; HTTP-API.md by what the caller can do about them: give
 * more fuel, raise a limit, wait, or mend the module.
 */
#include "api/call_error.h"

#include "api/module_describe.h"
#include "api/utf8_text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* Names come from modules and may be of any length. */
enum { NAME_MAX_SHOWN = 256, IMPORTS_MAX_SHOWN = 10000, IMPORTS_IN_MESSAGE = 100 };

static void write_name(struct json_out *out, const char *key, cupel_name_t name)
{
    json_out_member_str(out, key, name.data, utf8_clip(name.data, name.len, NAME_MAX_SHOWN));
}

/* There is nothing wrong with the call: it was made at a bad time. */
static void starved(struct api_error *error, const struct call *call)
{
    api_error_set(error, API_BUSY, "all calls together have used up their memory; try again");
    error->retry_after_ms = service_get_settings(call->service)->busy_retry_ms;
}

void call_error_from_engine(struct api_error *error, const struct call *call, cupel_error_t *own)
{
    const char *limit = cupel_error_limit(own);
    enum api_code code = API_INTERNAL;

    if (call->starved) {
        starved(error, call);
        cupel_error_delete(own);
        return;
    }
    switch (cupel_error_kind(own)) {
    case CUPEL_ERROR_LIMIT:
        code = API_CALL_LIMIT;
        break;
    case CUPEL_ERROR_LINK:
        code = API_LINK;
        break;
    case CUPEL_ERROR_OUT_OF_MEMORY:
        code = API_NO_MEMORY;
        break;
    case CUPEL_ERROR_HOST:
        code = API_HOST;
        break;
    default:
        break;
    }
    api_error_set(error, code, "%s", cupel_error_message(own));
    if (limit[0] != '\0') {
        api_error_member(error, "limit", limit, strlen(limit));
    }
    cupel_error_delete(own);
}

static void write_backtrace(struct json_out *out, const cupel_trap_t *trap)
{
    cupel_frame_t frame;
    size_t i;

    json_out_key(out, "backtrace");
    json_out_array_begin(out);
    for (i = 0; cupel_trap_frame(trap, i, &frame); i++) {
        json_out_object_begin(out);
        json_out_member_u64(out, "function_index", frame.func_index);
        if (frame.func_name.len > 0) {
            write_name(out, "name", frame.func_name);
        }
        if (frame.module_offset != CUPEL_NO_OFFSET) {
            json_out_member_u64(out, "offset", frame.module_offset);
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_member_u64(out, "depth", cupel_trap_depth(trap));
}

void call_error_stopped(struct api_error *error, const struct call *call, const cupel_trap_t *at)
{
    struct json_out out;

    if (call->stop == CALL_OVER_QUOTA) {
        account_spent_error(call->terms.account, time(NULL), error);
    } else if (call->stop == CALL_TIMED_OUT) {
        api_error_set(error, API_TIMEOUT, "the call did not end within its time (%" PRIu64 " ms)",
                      call->limits.timeout_ms);
    } else {
        api_error_set(error, API_CANCELLED,
                      call->stop == CALL_ABANDONED ? "the client is gone"
                                                   : "the daemon is shutting down");
    }
    if (at != NULL) {
        json_out_init(&out, &error->members);
        out.comma = error->members.len > 0;
        json_out_member_cstr(&out, "trap", cupel_trapcode_name(CUPEL_TRAP_INTERRUPTED));
        write_backtrace(&out, at);
    }
}

static enum api_code code_of_trap(cupel_trapcode_t trap)
{
    switch (trap) {
    case CUPEL_TRAP_OUT_OF_FUEL:
        return API_OUT_OF_FUEL;
    case CUPEL_TRAP_STACK_OVERFLOW:
    case CUPEL_TRAP_GROWTH_OPERATION_LIMITED:
        return API_CALL_LIMIT;
    case CUPEL_TRAP_HOST:
        return API_HOST;
    default:
        return API_TRAP;
    }
}

void call_error_from_trap(struct api_error *error, const struct call *call, cupel_trap_t *own)
{
    cupel_trapcode_t trap = cupel_trap_code(own);
    const char *limit = cupel_trap_limit(own);
    struct json_out out;

    if (trap == CUPEL_TRAP_INTERRUPTED || call->starved) {
        if (call->starved) {
            starved(error, call);
        } else {
            call_error_stopped(error, call, own);
        }
        cupel_trap_delete(own);
        return;
    }
    api_error_set(error, code_of_trap(trap), "%s", cupel_trap_message(own));
    json_out_init(&out, &error->members);
    if (limit[0] != '\0') {
        json_out_member_cstr(&out, "limit", limit);
    }
    json_out_member_cstr(&out, "trap", cupel_trapcode_name(trap));
    write_backtrace(&out, own);
    cupel_trap_delete(own);
}

static void put_clipped(struct strbuf *text, cupel_name_t name)
{
    strbuf_put(text, name.data, utf8_clip(name.data, name.len, 64));
}

void call_error_imports(struct api_error *error, const cupel_module_t *module)
{
    size_t count = cupel_module_import_count(module), i;
    cupel_importtype_t import;
    struct json_out out;

    api_error_set(error, API_LINK, "nothing provides the module's %zu import%s: ", count,
                  count == 1 ? "" : "s");
    for (i = 0; i < IMPORTS_IN_MESSAGE && cupel_module_import(module, i, &import); i++) {
        strbuf_puts(&error->detail, i > 0 ? ", " : "");
        put_clipped(&error->detail, import.module);
        strbuf_puts(&error->detail, "::");
        put_clipped(&error->detail, import.name);
    }
    strbuf_puts(&error->detail, i < count ? ", ..." : "");
    json_out_init(&out, &error->members);
    json_out_key(&out, "imports");
    json_out_array_begin(&out);
    for (i = 0; i < IMPORTS_MAX_SHOWN && cupel_module_import(module, i, &import); i++) {
        json_out_object_begin(&out);
        write_name(&out, "module", import.module);
        write_name(&out, "name", import.name);
        json_out_member_cstr(&out, "kind", cupel_externkind_name(import.type.kind));
        json_out_key(&out, "type");
        module_describe_type(&import.type, &out);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
}
