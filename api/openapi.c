/*
 * One operation for each row of routes.def. What every operation has in common is not in the rows
 * but here: a scope means 401 and 403, a body means 413 and 415, a segment that cannot be decoded
 * means 400, and whatever else happens is a problem document as well.
 *
 * Made anew for each request: it takes less than reading it, and the maxima of the limits are those
 * of this daemon.
 */
#include "api/openapi.h"

#include "api/router.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char description[] =
    "Cupel stores WebAssembly modules and runs their exports, each call in a store of its own, on "
    "a "
    "fuel budget and under hard limits. HEAD is answered wherever GET is, and OPTIONS everywhere. "
    "Every answer carries X-Request-Id, which may be chosen by the client.";

static const char schemes[] =
    "\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":"
    "\"Needed as soon as the service has a key at all.\"},"
    "\"certificate\":{\"type\":\"mutualTLS\",\"description\":"
    "\"A client's certificate. Where operations ask for it, there is no connection without.\"}},"
    "\"headers\":{\"X-Request-Id\":{\"description\":\"Names this request.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"ETag\":{\"description\":\"For If-Match and "
    "If-None-Match.\",\"schema\":{\"type\":\"string\"}},"
    "\"Location\":{\"description\":\"Where it is.\",\"schema\":{\"type\":\"string\"}},"
    "\"Retry-After\":{\"description\":\"Seconds to wait.\",\"schema\":{\"type\":\"integer\"}},"
    "\"Cupel-Fuel-Used\":{\"description\":\"By all calls of the body.\","
    "\"schema\":{\"type\":\"integer\"}},"
    "\"Link\":{\"description\":\"The next page, rel=next.\",\"schema\":{\"type\":\"string\"}}}";

/* The length of the word at `text`, after blanks. */
static size_t next_word(const char **text)
{
    *text += strspn(*text, " ");
    return strcspn(*text, " ");
}

static bool wants_key(const struct route *route)
{
    return route->scope[0] != '\0';
}

static bool has_scope(const struct route *route)
{
    return wants_key(route) && strcmp(route->scope, "any") != 0;
}

/* ---- what it takes --------------------------------------------------------------------------- */

static void write_param(struct json_out *out, const char *name, size_t len, const char *where)
{
    json_out_object_begin(out);
    json_out_member_cstr(out, "in", where);
    openapi_param(out, name, len, strcmp(where, "path") == 0);
    json_out_object_end(out);
}

static void write_params(struct json_out *out, const struct route *route)
{
    const char *brace = strchr(route->pattern, '{'), *word = route->takes;
    size_t len;

    json_out_key(out, "parameters");
    json_out_array_begin(out);
    if (brace != NULL) {
        write_param(out, brace + 1, strcspn(brace + 1, "}"), "path");
    }
    for (; (len = next_word(&word)) > 0; word += len) {
        if (*word != '=') {
            write_param(out, word, len, isupper((unsigned char)*word) ? "header" : "query");
        }
    }
    json_out_array_end(out);
}

static void write_media(struct json_out *out, const char *type, const char *schema, size_t len)
{
    json_out_key(out, type);
    json_out_object_begin(out);
    if (len > 0) {
        json_out_key(out, "schema");
        openapi_reference(out, schema, len);
    }
    json_out_object_end(out);
}

static void write_body(struct json_out *out, const struct route *route)
{
    const char *schema = strchr(route->takes, '=');

    if (route->body == ROUTE_BODY_NONE) {
        return;
    }
    json_out_key(out, "requestBody");
    json_out_object_begin(out);
    json_out_member_bool(out, "required", true);
    json_out_key(out, "content");
    json_out_object_begin(out);
    if (route->body == ROUTE_BODY_MODULE) {
        write_media(out, "application/wasm", "", 0);
    } else if (schema != NULL) {
        write_media(out, "application/json", schema + 1, strcspn(schema + 1, " "));
    }
    json_out_object_end(out);
    json_out_object_end(out);
}

/* ---- what it answers ------------------------------------------------------------------------- */

static void write_header(struct json_out *out, const char *name)
{
    char text[64];

    snprintf(text, sizeof text, "#/components/headers/%s", name);
    json_out_key(out, name);
    json_out_object_begin(out);
    json_out_member_cstr(out, "$ref", text);
    json_out_object_end(out);
}

static void write_headers(struct json_out *out, const struct route *route, int status)
{
    json_out_key(out, "headers");
    json_out_object_begin(out);
    write_header(out, "X-Request-Id");
    if (status == 201) {
        write_header(out, "Location");
    }
    if (status < 400 && strstr(route->answers, "304") != NULL) {
        write_header(out, "ETag");
    }
    if (status < 400 && strstr(route->takes, "cursor") != NULL) {
        write_header(out, "Link");
    }
    if (status < 400 && strstr(route->takes, "=RpcBody") != NULL) {
        write_header(out, "Cupel-Fuel-Used");
    }
    if (status == 429 || status == 503) {
        write_header(out, "Retry-After");
    }
    json_out_object_end(out);
}

/* The bodies that go with a status: the words after each of its mentions. */
static void write_contents(struct json_out *out, const char *answers, const char *status)
{
    const char *word = answers;
    bool any = false, counts = false;
    char type[64];
    size_t len;

    for (; (len = next_word(&word)) > 0; word += len) {
        if (isdigit((unsigned char)*word)) {
            counts = strncmp(word, status, 3) == 0;
        } else if (counts) {
            if (!any) {
                json_out_key(out, "content");
                json_out_object_begin(out);
                any = true;
            }
            snprintf(type, sizeof type, "%.*s", (int)len, word);
            if (strchr(type, '/') != NULL) {
                write_media(out, type, "", 0);
            } else {
                write_media(out, "application/json", word, len);
            }
        }
    }
    if (any) {
        json_out_object_end(out);
    }
}

static const char *phrase_of(int status)
{
    switch (status) {
    case 201:
        return "Created";
    case 204:
        return "Done; there is nothing to say";
    case 304:
        return "What the client has is right";
    default:
        return "OK";
    }
}

static void write_successes(struct json_out *out, const struct route *route)
{
    const char *word = route->answers;
    char status[4];
    size_t len;

    for (; (len = next_word(&word)) > 0; word += len) {
        snprintf(status, sizeof status, "%.3s", word);
        if (!isdigit((unsigned char)*word) || strstr(route->answers, status) != word) {
            continue; /* no status, or one that is written already */
        }
        json_out_key(out, status);
        json_out_object_begin(out);
        json_out_member_cstr(out, "description", phrase_of(atoi(status)));
        write_headers(out, route, atoi(status));
        write_contents(out, route->answers, status);
        json_out_object_end(out);
    }
}

/* The row's own errors and those that its other columns bring. */
static uint64_t errors_of(const struct route *route)
{
    uint64_t errors = route->errors;

    if (wants_key(route)) {
        errors |= API_ERROR_BIT(UNAUTHORIZED);
    }
    if (has_scope(route)) {
        errors |= API_ERROR_BIT(FORBIDDEN);
    }
    if (strcmp(route->scope, "call") == 0) {
        errors |= API_ERROR_BIT(QUOTA);
    }
    if (strchr(route->pattern, '{') != NULL) {
        errors |= API_ERROR_BIT(BAD_TARGET);
    }
    if (route->body != ROUTE_BODY_NONE) {
        errors |= API_ERROR_BIT(MEDIA_TYPE) | API_ERROR_BIT(UNAVAILABLE);
    }
    return errors | API_ERROR_BIT(BODY_SIZE);
}

static void write_problem_content(struct json_out *out)
{
    json_out_key(out, "content");
    json_out_object_begin(out);
    write_media(out, "application/problem+json", "Problem", strlen("Problem"));
    json_out_object_end(out);
}

static void write_problem(struct json_out *out, const struct route *route, uint64_t errors,
                          unsigned status)
{
    struct strbuf text;
    char key[12];

    strbuf_init(&text);
    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        if ((errors >> i & 1) != 0 && api_error_status(i) == status) {
            strbuf_printf(&text, "%s%s (%s)", text.len > 0 ? "; " : "", api_error_title(i),
                          api_error_kind(i));
        }
    }
    if (text.failed) {
        out->text->failed = true;
    }
    snprintf(key, sizeof key, "%u", status);
    json_out_key(out, key);
    json_out_object_begin(out);
    json_out_member_cstr(out, "description", strbuf_text(&text));
    write_headers(out, route, (int)status);
    write_problem_content(out);
    json_out_object_end(out);
    strbuf_fini(&text);
}

static void write_default(struct json_out *out)
{
    json_out_key(out, "default");
    json_out_object_begin(out);
    json_out_member_cstr(out, "description", "Anything else that can go wrong");
    write_problem_content(out);
    json_out_object_end(out);
}

/* The lowest status above `status` that one of the errors has; 0: there is none. */
static unsigned next_status(uint64_t errors, unsigned status)
{
    unsigned best = 0;

    for (enum api_code i = API_OK + 1; i < API_CODES; i++) {
        unsigned its = api_error_status(i);

        if ((errors >> i & 1) != 0 && its > status && (best == 0 || its < best)) {
            best = its;
        }
    }
    return best;
}

static void write_answers(struct json_out *out, const struct route *route)
{
    uint64_t errors = errors_of(route);
    unsigned status = 0;

    json_out_key(out, "responses");
    json_out_object_begin(out);
    write_successes(out, route);
    while ((status = next_status(errors, status)) != 0) {
        write_problem(out, route, errors, status);
    }
    write_default(out);
    json_out_object_end(out);
}

/* ---- operations ------------------------------------------------------------------------------ */

/* All that is needed at once; an empty array if nothing is. */
static void write_security(struct json_out *out, const struct route *route, bool certificates)
{
    json_out_key(out, "security");
    json_out_array_begin(out);
    if (wants_key(route) || certificates) {
        json_out_object_begin(out);
        if (certificates) {
            json_out_member_raw(out, "certificate", "[]");
        }
        if (wants_key(route)) {
            json_out_key(out, "key");
            json_out_array_begin(out);
            if (has_scope(route)) {
                json_out_cstr(out, route->scope);
            }
            json_out_array_end(out);
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_operation(struct json_out *out, const struct route *route, bool certificates)
{
    bool versioned = strncmp(route->pattern, "/v1/", 4) == 0;
    char method[8];
    size_t i;

    for (i = 0; i + 1 < sizeof method && route->method[i] != '\0'; i++) {
        method[i] = (char)tolower((unsigned char)route->method[i]);
    }
    method[i] = '\0';
    json_out_key(out, method);
    json_out_object_begin(out);
    json_out_member_cstr(out, "operationId", route->name + strlen("handle_"));
    json_out_member_cstr(out, "summary", route->summary);
    json_out_key(out, "tags");
    json_out_array_begin(out);
    if (versioned) {
        json_out_str(out, route->pattern + 4, strcspn(route->pattern + 4, "/"));
    } else {
        json_out_cstr(out, "service");
    }
    json_out_array_end(out);
    write_security(out, route, certificates);
    write_params(out, route);
    write_body(out, route);
    write_answers(out, route);
    json_out_object_end(out);
}

/* Rows of one path are operations of one item, wherever they stand. */
static void write_paths(struct json_out *out, bool certificates)
{
    const struct route *routes;
    size_t count, i, j;

    routes = router_routes(&count);
    json_out_key(out, "paths");
    json_out_object_begin(out);
    for (i = 0; i < count; i++) {
        for (j = 0; j < i && strcmp(routes[j].pattern, routes[i].pattern) != 0; j++) {
        }
        if (j < i) {
            continue;
        }
        json_out_key(out, routes[i].pattern);
        json_out_object_begin(out);
        for (j = i; j < count; j++) {
            if (strcmp(routes[j].pattern, routes[i].pattern) == 0) {
                write_operation(out, &routes[j], certificates);
            }
        }
        json_out_object_end(out);
    }
    json_out_object_end(out);
}

void openapi_write(const struct service_settings *settings, bool certificates, struct json_out *out)
{
    static const char servers[] = "\"servers\":[{\"url\":\"/\"}]";

    json_out_object_begin(out);
    json_out_member_cstr(out, "openapi", "3.1.0");
    openapi_info(out, "Cupel", description);
    json_out_raw(out, servers, sizeof servers - 1);
    write_paths(out, certificates);
    json_out_key(out, "components");
    json_out_object_begin(out);
    json_out_raw(out, schemes, sizeof schemes - 1);
    json_out_key(out, "schemas");
    openapi_schemas_write(settings, out);
    json_out_object_end(out);
    json_out_object_end(out);
}
