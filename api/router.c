/*
 * With a dozen rows, walking the table and comparing segment by segment is as fast as anything. A
 * segment is decoded only after the target was split, so an encoded slash stays part of its
 * segment.
 */
#include "api/router.h"

#include "api/handlers.h"
#include "api/utf8_text.h"

#include <stdio.h>
#include <string.h>

static const struct route routes[] = {
#define E API_ERROR_BIT
#define ROUTE(method, pattern, handler, body, scope, takes, answers, errors, summary)              \
    {#method, pattern,  sizeof(pattern) - 1,                                                       \
     handler, #handler, ROUTE_BODY_##body,                                                         \
     scope,   takes,    answers,                                                                   \
     errors,  summary},
#include "api/routes.def"
#undef ROUTE
#undef E
};

enum { ROUTES = sizeof routes / sizeof routes[0] };

const struct route *router_routes(size_t *count)
{
    *count = ROUTES;
    return routes;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes percent-encoding; false if it is none, does not fit, holds a NUL or is not UTF-8. */
static bool decode(const char *text, size_t len, bool plus_is_blank, char *out, size_t size)
{
    size_t n = 0, i;

    for (i = 0; i < len; i++) {
        int c = (unsigned char)text[i];

        if (c == '%') {
            int hi = len - i > 2 ? hex_digit(text[i + 1]) : -1;
            int lo = len - i > 2 ? hex_digit(text[i + 2]) : -1;

            if (hi < 0 || lo < 0) {
                return false;
            }
            c = hi * 16 + lo;
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        if (c == 0 || n + 1 >= size) {
            return false;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return utf8_text_valid_prefix(out, n) == n;
}

/* Does the path fit the pattern? Leaves the raw segment of {...} in `param`. */
static bool fits(const char *pattern, const char *path, size_t len, const char **param,
                 size_t *param_len)
{
    const char *end = path + len;

    while (*pattern != '\0') {
        if (*pattern == '{') {
            const char *slash = memchr(path, '/', (size_t)(end - path));

            *param = path;
            path = slash != NULL ? slash : end;
            *param_len = (size_t)(path - *param);
            pattern = strchr(pattern, '}') + 1;
            if (*param_len == 0) {
                return false;
            }
            continue;
        }
        if (path == end || *path != *pattern) {
            return false;
        }
        path++;
        pattern++;
    }
    return path == end;
}

static void add_allow(char allow[ROUTER_ALLOW_SIZE], const char *method)
{
    size_t n = strlen(allow);

    snprintf(allow + n, ROUTER_ALLOW_SIZE - n, "%s%s", n > 0 ? ", " : "", method);
    if (strcmp(method, "GET") == 0) {
        add_allow(allow, "HEAD");
    }
}

/* The row of a path that takes no parameter: nearly all requests go there. NULL: look closer. */
static const struct route *find_exact(const struct request *request, size_t len)
{
    size_t i;

    for (i = 0; i < ROUTES; i++) {
        if (routes[i].pattern_len == len && memcmp(routes[i].pattern, request->target, len) == 0 &&
            strcmp(routes[i].method, request->method) == 0) {
            return memchr(request->target, '{', len) == NULL ? &routes[i] : NULL;
        }
    }
    return NULL;
}

static bool method_fits(const char *row, const char *method)
{
    return strcmp(row, method) == 0 || (strcmp(row, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The methods of a path, for the header Allow: rarely wanted, so not gathered on the way. */
static void gather_allow(const struct request *request, size_t len, char allow[ROUTER_ALLOW_SIZE])
{
    const char *param;
    size_t param_len, i;

    if (strcmp(request->target, "*") == 0) {
        snprintf(allow, ROUTER_ALLOW_SIZE, "GET, HEAD, POST, PUT, DELETE");
    }
    for (i = 0; i < ROUTES; i++) {
        if (fits(routes[i].pattern, request->target, len, &param, &param_len)) {
            add_allow(allow, routes[i].method);
        }
    }
    add_allow(allow, "OPTIONS");
}

enum api_code router_match(const struct request *request, struct route_match *match,
                           struct api_error *error)
{
    size_t len = strcspn(request->target, "?"), param_len = 0, i;
    const char *param = NULL;
    bool path_known;

    match->route = request->route != NULL ? request->route : find_exact(request, len);
    path_known = match->route != NULL;
    match->is_options = !path_known && strcmp(request->method, "OPTIONS") == 0;
    match->allow[0] = '\0';
    match->param[0] = '\0';
    if (path_known) {
        (void)fits(match->route->pattern, request->target, len, &param, &param_len);
    }
    for (i = 0; i < ROUTES && match->route == NULL; i++) {
        if (fits(routes[i].pattern, request->target, len, &param, &param_len)) {
            path_known = true;
            if (method_fits(routes[i].method, request->method)) {
                match->route = &routes[i];
            }
        }
    }
    if (!path_known && !(match->is_options && strcmp(request->target, "*") == 0)) {
        return api_error_set(error, API_NO_ROUTE, "there is nothing at this path");
    }
    if (match->route == NULL) {
        gather_allow(request, len, match->allow);
        if (!match->is_options) {
            return api_error_set(error, API_NO_METHOD, "%.32s is not one of %s", request->method,
                                 match->allow);
        }
    }
    if (param != NULL && !decode(param, param_len, false, match->param, sizeof match->param)) {
        return api_error_set(error, API_BAD_TARGET,
                             "\"%.80s\" is no module reference: it is too long, not "
                             "percent-encoded, or not UTF-8",
                             param);
    }
    return API_OK;
}

bool router_query(const struct request *request, const char *name, char *value, size_t size,
                  struct api_error *error)
{
    const char *p = strchr(request->target, '?');
    size_t name_len = strlen(name);

    while (p != NULL) {
        const char *end = p + 1 + strcspn(p + 1, "&");

        p++;
        if (strncmp(p, name, name_len) == 0 && (p[name_len] == '=' || p + name_len == end)) {
            p += name_len + (p[name_len] == '=');
            if (!decode(p, (size_t)(end - p), true, value, size)) {
                api_error_set(error, API_BAD_REQUEST,
                              "query parameter %s: too long, not percent-encoded, or not UTF-8",
                              name);
            }
            return true;
        }
        p = *end == '&' ? end : NULL;
    }
    return false;
}
