/*
 * By-name and by-position parameters are brought to one form by the names that a method's row
 * lists. A name that the row lacks is refused: ignoring it would hide a typing error.
 */
#include "api/rpc_methods.h"

#include <string.h>

struct names {
    const char *start[RPC_PARAMS_MAX];
    size_t len[RPC_PARAMS_MAX];
    bool needed[RPC_PARAMS_MAX];
    size_t count;
};

static void read_row(const char *row, struct names *names)
{
    memset(names, 0, sizeof *names);
    while (*row != '\0' && names->count < RPC_PARAMS_MAX) {
        size_t len = strcspn(row, "! "), i = names->count++;

        names->start[i] = row;
        names->len[i] = len;
        names->needed[i] = row[len] == '!';
        row += len + names->needed[i];
        row += *row == ' ';
    }
}

static enum api_code unknown_name(const struct names *names, const char *key,
                                  struct api_error *error)
{
    struct strbuf list;
    size_t i;

    strbuf_init(&list);
    for (i = 0; i < names->count; i++) {
        strbuf_puts(&list, i > 0 ? ", " : "");
        strbuf_put(&list, names->start[i], names->len[i]);
    }
    api_error_set(error, API_BAD_REQUEST, "params.%.64s: there is no such parameter; there is %s",
                  key, names->count > 0 ? strbuf_text(&list) : "none");
    strbuf_fini(&list);
    return error->code;
}

static enum api_code sort_object(const struct names *names, const json_t *params,
                                 struct rpc_params *out, struct api_error *error)
{
    const char *key;
    json_t *value;
    size_t i;

    json_object_foreach((json_t *)params, key, value)
    {
        for (i = 0; i < names->count; i++) {
            if (strlen(key) == names->len[i] && memcmp(key, names->start[i], names->len[i]) == 0) {
                out->values[i] = value;
                break;
            }
        }
        if (i == names->count) {
            return unknown_name(names, key, error);
        }
    }
    return API_OK;
}

enum api_code rpc_sort_params(const char *row, const json_t *params, struct rpc_params *out,
                              struct api_error *error)
{
    struct names names;
    size_t i;

    memset(out, 0, sizeof *out);
    read_row(row, &names);
    if (json_is_array(params)) {
        if (json_array_size(params) > names.count) {
            return api_error_set(error, API_BAD_REQUEST,
                                 "params: expected at most %zu positional parameters, got %zu",
                                 names.count, json_array_size(params));
        }
        for (i = 0; i < names.count; i++) {
            out->values[i] = json_array_get(params, i);
        }
    } else if (params != NULL && sort_object(&names, params, out, error) != API_OK) {
        return error->code;
    }
    for (i = 0; i < names.count; i++) {
        if (names.needed[i] && out->values[i] == NULL) {
            return api_error_set(error, API_BAD_REQUEST, "params.%.*s is missing",
                                 (int)names.len[i], names.start[i]);
        }
    }
    return API_OK;
}
