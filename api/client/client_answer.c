/*
 * What a daemon answers when it does not do what it was asked: a problem of RFC 9457, or an error of
 * JSON-RPC. Both become what the local commands say in the same case: what it was about, the kind,
 * the place, and what was expected. Texts of an answer are not trusted on a terminal.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/client/client.h"

json_t *client_json(const struct client *client, const struct client_answer *answer)
{
    json_error_t error;
    /* Whole numbers may be larger than 64 bits: floats are written without an exponent up to 1e21. */
    json_t *json = answer->len > 0
                       ? json_loadb(answer->body, answer->len, JSON_DECODE_INT_AS_REAL, &error)
                       : NULL;
    if (json == NULL) {
        cli_message("%s: expected JSON from cupeld, got status %ld with %s%s", client->base,
                    answer->status, answer->len > 0 ? "other content: " : "nothing",
                    answer->len > 0 ? (answer->type[0] != '\0' ? answer->type : "no type") : "");
    }
    return json;
}

void client_print(const struct client_answer *answer)
{
    if (answer->len > 0) {
        fwrite(answer->body, 1, answer->len, stdout);
        putchar('\n');
    }
}

/* Control characters could move the cursor, or worse. */
static void print_text(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stderr);
    }
}

/* " (functions) at 0x1f in function 3", as far as it is known. */
static void print_place(const json_t *members)
{
    const json_t *limit = json_object_get(members, "limit");
    const json_t *offset = json_object_get(members, "offset");
    const json_t *function = json_object_get(members, "function_index");
    if (json_is_string(limit)) {
        fputs(" (", stderr);
        print_text(json_string_value(limit));
        fputc(')', stderr);
    }
    if (json_is_number(offset)) {
        fprintf(stderr, " at 0x%" PRIx64, (uint64_t)json_number_value(offset));
    }
    if (json_is_number(function)) {
        fprintf(stderr, " in function %.0f", json_number_value(function));
    }
}

static void say_what_about_keys(const struct client *client, long status)
{
    if (status == 401) {
        cli_message(client->key == NULL ? "CUPEL_KEY is not set; the daemon wants a key"
                                        : "the daemon does not take the key in CUPEL_KEY");
    }
}

enum cli_status client_fail(const struct client *client, const struct client_answer *answer)
{
    bool is_problem = strcmp(answer->type, "application/problem+json") == 0;
    if (!is_problem) {
        cli_message("%s: expected an answer of cupeld, got status %ld with %s; is it cupeld that "
                    "runs there?",
                    client->base, answer->status,
                    answer->type[0] != '\0' ? answer->type : "nothing");
        return CLI_FAILED;
    }
    json_t *problem = client_json(client, answer);
    if (problem == NULL) {
        return CLI_FAILED;
    }
    if (client->is_json) {
        client_print(answer);
    }
    const char *title = json_string_value(json_object_get(problem, "title"));
    fprintf(stderr, "cupel: %s: ", client->what);
    print_text(title != NULL ? title : "the daemon refused");
    print_place(problem);
    fputs(": ", stderr);
    print_text(json_string_value(json_object_get(problem, "detail")));
    if (answer->retry_after_s > 0) {
        fprintf(stderr, "; try again in %ld s", answer->retry_after_s);
    }
    fputc('\n', stderr);
    say_what_about_keys(client, answer->status);
    json_decref(problem);
    return CLI_FAILED;
}

static void print_backtrace(const json_t *data)
{
    const json_t *frames = json_object_get(data, "backtrace"), *entry;
    size_t kept = json_array_size(frames), i;
    double depth = json_number_value(json_object_get(data, "depth"));
    json_array_foreach(frames, i, entry)
    {
        const json_t *offset = json_object_get(entry, "offset");
        const char *name = json_string_value(json_object_get(entry, "name"));
        char *shown = name != NULL ? strdup(name) : NULL;
        for (char *c = shown; c != NULL && *c != '\0'; c++) {
            *c = (unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c;
        }
        cupel_frame_t frame = {
            .func_index = (uint32_t)json_number_value(json_object_get(entry, "function_index")),
            .func_name = {shown, shown != NULL ? strlen(shown) : 0},
            .module_offset =
                json_is_number(offset) ? (uint64_t)json_number_value(offset) : CUPEL_NO_OFFSET,
        };
        cli_print_frame(i, kept, depth >= 0 && depth < 1e15 ? (size_t)depth : kept, &frame);
        free(shown);
    }
}

enum cli_status client_fail_rpc(const struct client *client, const json_t *error)
{
    const json_t *data = json_object_get(error, "data");
    const char *kind = json_string_value(json_object_get(data, "kind"));
    const char *trap = json_string_value(json_object_get(data, "trap"));
    const json_t *retry = json_object_get(data, "retry_after_ms");
    if (trap != NULL && strcmp(trap, "interrupted") == 0) {
        trap = kind; /* what interrupted it says more */
    }
    if (trap != NULL) {
        fputs("trap: ", stderr);
        print_text(trap);
    } else {
        fprintf(stderr, "cupel: %s: ", client->what);
        print_text(kind != NULL ? kind : "error");
    }
    print_place(data);
    fputs(": ", stderr);
    print_text(json_string_value(json_object_get(error, "message")));
    if (json_is_number(retry)) {
        fprintf(stderr, "; try again in %.0f ms", json_number_value(retry));
    }
    fputc('\n', stderr);
    print_backtrace(data);
    say_what_about_keys(
        client, kind != NULL && strcmp(kind, "unauthorized") == 0 && client->key == NULL ? 401 : 0);
    return CLI_FAILED;
}
