/*
 * cupel call: asks for the function's type first, so that arguments need not be written as JSON and a
 * mistake in them is found here, with what was expected. A key that may call but not read modules
 * gets arguments as JSON instead, as --json-args does without asking.
 */
#include <stdlib.h>
#include <string.h>

#include "api/client/client.h"
#include "engine/cli/cli_values.h"

struct call {
    const struct cli_settings *settings;
    struct client client;
    const char *module, *function;
    cupel_functype_t *type; /* NULL: not known */
};

/* ---- The function's type ---- */

static enum cli_status find_function(struct call *call, const struct client_answer *answer)
{
    json_t *metadata = client_json(&call->client, answer);
    if (metadata == NULL) {
        return CLI_FAILED;
    }
    enum cli_status status = CLI_OK;
    call->type = client_functype(metadata, call->function);
    if (call->type == NULL) {
        cli_message("%s exports no function \"%s\"; the functions that it exports:", call->module,
                    call->function);
        client_functions_print(metadata);
        status = CLI_USAGE;
    }
    json_decref(metadata);
    return status;
}

static enum cli_status ask_type(struct call *call)
{
    struct client_answer answer = {0};
    if (call->settings->json_args.given) {
        return CLI_OK;
    }
    char *target = client_target(&call->client, "/v1/modules/", call->module);
    if (target == NULL) {
        return cli_fail_memory();
    }
    enum cli_status status = client_ask(&call->client, "GET", target, NULL, &answer);
    free(target);
    if (status == CLI_OK && answer.status == 200) {
        status = find_function(call, &answer);
    } else if (status == CLI_OK && answer.status != 403) {
        status = client_fail(&call->client, &answer);
    }
    client_answer_fini(&answer);
    return status;
}

/* ---- The request ---- */

static bool set_limit(json_t *limits, const char *name, const struct cli_value *value)
{
    return !value->given || value->number > INT64_MAX ||
           json_object_set_new(limits, name, json_integer((json_int_t)value->number)) == 0;
}

/* --limits, and the options that are limits of their own. */
static json_t *read_limits(const struct cli_settings *settings, enum cli_status *status)
{
    const char *text = settings->limits.given ? settings->limits.text : "{}";
    json_error_t error;
    json_t *limits = json_loads(text, 0, &error);
    *status = CLI_OK;
    if (!json_is_object(limits)) {
        cli_message("--limits: expected a JSON object such as {\"memory_bytes\":65536}, got \"%s\"",
                    text);
        *status = CLI_USAGE;
    } else if (!set_limit(limits, "fuel", &settings->fuel) ||
               !set_limit(limits, "timeout_ms", &settings->timeout_ms) ||
               !set_limit(limits, "memory_bytes", &settings->memory) ||
               !set_limit(limits, "call_depth", &settings->call_depth) ||
               !set_limit(limits, "stack_bytes", &settings->stack_bytes)) {
        *status = cli_fail_memory();
    }
    if (*status != CLI_OK) {
        json_decref(limits);
        limits = NULL;
    }
    return limits;
}

static char *make_request(const struct call *call, enum cli_status *status)
{
    const struct cli_settings *settings = call->settings;
    json_t *limits = read_limits(settings, status);
    if (limits == NULL) {
        return NULL;
    }
    json_t *args = client_arguments(call->function, call->type, settings->operands + 2,
                                    (size_t)settings->operand_count - 2, status);
    if (args == NULL) {
        json_decref(limits);
        return NULL;
    }
    json_error_t error;
    json_t *request =
        json_pack_ex(&error, 0, "{s:s, s:i, s:s, s:{s:s, s:s, s:o, s:o}}", "jsonrpc", "2.0", "id",
                     1, "method", "call", "params", "module", call->module, "function",
                     call->function, "args", args, "limits", limits);
    char *text =
        request != NULL ? json_dumps(request, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(request);
    if (text == NULL) {
        cli_message("%s: the request cannot be put together: %s", call->function,
                    request == NULL ? error.text : "out of memory");
        *status = CLI_USAGE;
    }
    return text;
}

/* ---- The answer ---- */

/* What the call used, as far as the answer says. */
static enum cli_status print_stats(const json_t *members)
{
    static const char *const names[] = {"fuel_used", "memory_bytes", "elapsed_us"};
    json_t *figures = json_object();
    bool ok = figures != NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const json_t *figure = json_object_get(members, names[i]);
        if (json_is_number(figure)) {
            json_int_t whole = (json_int_t)json_number_value(figure);
            ok = ok && json_object_set_new(figures, names[i], json_integer(whole)) == 0;
        }
    }
    ok = ok && json_dumpf(figures, stderr, JSON_COMPACT) == 0;
    json_decref(figures);
    fputc('\n', stderr);
    return ok ? CLI_OK : cli_fail_memory();
}

static enum cli_status take_result(struct call *call, json_t *response)
{
    json_t *result = json_object_get(response, "result"), *values, *entry;
    json_t *error = json_object_get(response, "error");
    size_t i;
    if (json_is_object(error)) {
        enum cli_status status = client_fail_rpc(&call->client, error);
        if (call->settings->stats.given) {
            print_stats(json_object_get(error, "data"));
        }
        return status;
    }
    values = json_object_get(result, "values");
    if (!json_is_array(values)) {
        cli_message("%s: expected the result of a call, got something else", call->client.base);
        return CLI_FAILED;
    }
    json_array_foreach(values, i, entry)
    {
        if (!call->client.is_json) {
            client_value_print(call->type, i, entry);
        }
    }
    return call->settings->stats.given ? print_stats(result) : CLI_OK;
}

static enum cli_status make_call(struct call *call)
{
    enum cli_status status;
    char *text = make_request(call, &status);
    if (text == NULL) {
        return status;
    }
    struct client_body body = {.type = "application/json", .text = text, .len = strlen(text)};
    struct client_answer answer = {0};
    status = client_ask(&call->client, "POST", "/v1/rpc", &body, &answer);
    free(text);
    if (status == CLI_OK && answer.status != 200) {
        status = client_fail(&call->client, &answer);
    } else if (status == CLI_OK) {
        json_t *response = client_json(&call->client, &answer);
        if (response != NULL && call->client.is_json) {
            client_print(&answer);
        }
        status = response != NULL ? take_result(call, response) : CLI_FAILED;
        json_decref(response);
    }
    client_answer_fini(&answer);
    return status;
}

enum cli_status cmd_call(const struct cli_settings *settings)
{
    struct call call = {
        .settings = settings, .module = settings->operands[0], .function = settings->operands[1]};
    enum cli_status status = client_open(settings, &call.client);
    if (status != CLI_OK) {
        return status;
    }
    call.client.what = call.module;
    status = ask_type(&call);
    call.client.what = call.function;
    status = status == CLI_OK ? make_call(&call) : status;
    cupel_functype_delete(call.type);
    client_close(&call.client);
    return status;
}
