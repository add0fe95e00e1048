/*
 * A parser that builds a document takes longer for a small body than the call that it asks for: a dozen
 * allocations, a hash table for each object, and the same again to release them. Here members are
 * recognised as they come, and what is wanted is pointed to where it stands. Whatever is not
 * expected (an escape, anything but ASCII, a member too many or twice, a nested value, a mistake) ends
 * the attempt, so there is only one place that knows what is wrong with a body, and it is not here.
 */
#include "api/plain_call.h"

#include <string.h>

struct reader {
    const char *at, *end;
};

/* Does it stand for itself in a string? Of ASCII. */
static bool is_ordinary(char c)
{
    return (unsigned char)(c - ' ') < 0x7f - ' ' && c != '"' && c != '\\';
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end &&
           (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) {
        r->at++;
    }
}

/* The character that stands next, if it is this one. */
static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != c) {
        return false;
    }
    r->at++;
    return true;
}

static bool read_string(struct reader *r, struct json_scalar *out)
{
    const char *start, *at;

    if (!take(r, '"')) {
        return false;
    }
    start = at = r->at;
    while (at < r->end && is_ordinary(*at)) {
        at++;
    }
    *out = (struct json_scalar){JSON_SCALAR_STRING, start, (size_t)(at - start)};
    if (at == r->end || *at != '"') {
        return false;
    }
    r->at = at + 1;
    return true;
}

static bool read_scalar(struct reader *r, struct json_scalar *out)
{
    bool plain;

    skip_blanks(r);
    if (r->at < r->end && *r->at == '"') {
        return read_string(r, out);
    }
    if (r->end - r->at >= 4 && memcmp(r->at, "null", 4) == 0) {
        *out = (struct json_scalar){JSON_SCALAR_NULL, r->at, 4};
    } else {
        *out = (struct json_scalar){JSON_SCALAR_NUMBER, r->at, 0};
        out->len = json_number_length(r->at, (size_t)(r->end - r->at), &plain);
    }
    r->at += out->len;
    return out->len > 0;
}

static bool is(const struct json_scalar *name, const char *text)
{
    return name->len == strlen(text) && memcmp(name->text, text, name->len) == 0;
}

/* The name of the next member, up to its value. False at the end of the object, which is then taken. */
static bool next_member(struct reader *r, bool *first, struct json_scalar *name, bool *ok)
{
    if (take(r, '}')) {
        return false;
    }
    *ok = (*first || take(r, ',')) && read_string(r, name) && take(r, ':');
    *first = false;
    return *ok;
}

/* A member that may stand once. */
static bool read_once(struct reader *r, struct json_scalar *out, bool string)
{
    return out->kind == JSON_SCALAR_NONE && (string ? read_string(r, out) : read_scalar(r, out));
}

static bool read_args(struct reader *r, struct plain_call *call)
{
    if (!take(r, '[')) {
        return false;
    }
    if (take(r, ']')) {
        return true;
    }
    do {
        struct json_scalar *arg = &call->args[call->arg_count];

        if (call->arg_count++ == PLAIN_CALL_ARGS_MOST || !read_scalar(r, arg) ||
            arg->len >= JSON_SCALAR_SHORT) {
            return false;
        }
    } while (take(r, ','));
    return take(r, ']');
}

static bool read_params(struct reader *r, struct plain_call *call)
{
    bool first = true, ok = true, args = false;
    struct json_scalar name;

    skip_blanks(r);
    if (r->at < r->end && *r->at == '[') {
        return read_args(r, call);
    }
    if (!take(r, '{')) {
        return false;
    }
    while (next_member(r, &first, &name, &ok)) {
        if (is(&name, "module")) {
            ok = read_once(r, &call->module, true);
        } else if (is(&name, "function")) {
            ok = read_once(r, &call->function, true);
        } else {
            ok = !args && is(&name, "args") && read_args(r, call);
            args = true;
        }
        if (!ok) {
            return false;
        }
    }
    return ok && call->module.kind != JSON_SCALAR_NONE && call->function.kind != JSON_SCALAR_NONE;
}

static bool read_member(struct reader *r, const struct json_scalar *name, struct plain_call *call,
                        struct json_scalar *version, bool *params)
{
    if (is(name, "jsonrpc")) {
        return read_once(r, version, true) && is(version, "2.0");
    }
    if (is(name, "id")) {
        return read_once(r, &call->id, false);
    }
    if (is(name, "method")) {
        return read_once(r, &call->method, true);
    }
    if (is(name, "params") && !*params) {
        *params = true;
        return read_params(r, call);
    }
    return false;
}

bool plain_call_read(struct plain_call *call, const char *body, size_t len)
{
    struct reader r = {body, body + len};
    struct json_scalar version = {JSON_SCALAR_NONE, "", 0}, name;
    bool first = true, ok = true, params = false;

    call->id = call->method = call->module = call->function = version;
    call->arg_count = 0;
    if (!take(&r, '{')) {
        return false;
    }
    while (next_member(&r, &first, &name, &ok)) {
        if (!read_member(&r, &name, call, &version, &params)) {
            return false;
        }
    }
    skip_blanks(&r);
    return ok && r.at == r.end && version.kind != JSON_SCALAR_NONE &&
           call->id.kind != JSON_SCALAR_NONE && call->method.kind != JSON_SCALAR_NONE;
}
