/*
 * Arguments and results between the command line and JSON. The words are read by the function's
 * type, by the same code as those of `cupel run`, and travel as HTTP-API.md has it: what JSON's
 * numbers cannot carry (i64, infinities, NaNs with their bits, vectors) as text.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/client/client.h"
#include "engine/cli/cli_values.h"

enum { MOST_VALUES = 1000 };

/* ---- The type ---- */

static bool read_kinds(const json_t *names, cupel_valkind_t kinds[MOST_VALUES], size_t *count)
{
    const json_t *entry;
    size_t i;
    *count = json_array_size(names);
    if (!json_is_array(names) || *count > MOST_VALUES) {
        return false;
    }
    json_array_foreach(names, i, entry)
    {
        const char *name = json_string_value(entry);
        int kind = name != NULL ? CUPEL_I32 : CUPEL_EXTERNREF + 1;
        while (kind <= CUPEL_EXTERNREF &&
               strcmp(name, cupel_valkind_name((cupel_valkind_t)kind)) != 0) {
            kind++;
        }
        if (kind > CUPEL_EXTERNREF) {
            return false;
        }
        kinds[i] = (cupel_valkind_t)kind;
    }
    return true;
}

static cupel_functype_t *read_functype(const json_t *type)
{
    cupel_valkind_t params[MOST_VALUES], results[MOST_VALUES];
    size_t nparams, nresults;
    if (!read_kinds(json_object_get(type, "params"), params, &nparams) ||
        !read_kinds(json_object_get(type, "results"), results, &nresults)) {
        return NULL;
    }
    return cupel_functype_new(params, nparams, results, nresults);
}

static const char *function_name(const json_t *export)
{
    const char *kind = json_string_value(json_object_get(export, "kind"));
    return kind != NULL && strcmp(kind, "func") == 0
               ? json_string_value(json_object_get(export, "name"))
               : NULL;
}

cupel_functype_t *client_functype(const json_t *metadata, const char *function)
{
    const json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(metadata, "exports"), i, entry)
    {
        const char *name = function_name(entry);
        if (name != NULL && strcmp(name, function) == 0) {
            return read_functype(json_object_get(entry, "type"));
        }
    }
    return NULL;
}

void client_functions_print(const json_t *metadata)
{
    const json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(metadata, "exports"), i, entry)
    {
        const char *name = function_name(entry);
        cupel_functype_t *type =
            name != NULL ? read_functype(json_object_get(entry, "type")) : NULL;
        if (type != NULL) {
            fprintf(stderr, "  %s ", name);
            cli_functype_print(stderr, type);
            fputc('\n', stderr);
        }
        cupel_functype_delete(type);
    }
}

/* ---- Arguments ---- */

/* As text, in the form of cli_value_print. */
static json_t *text_of(const cupel_val_t *value)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return NULL;
    }
    cli_value_print(out, value);
    json_t *json = fclose(out) == 0 ? json_string(text) : NULL;
    free(text);
    return json;
}

static json_t *json_of(const cupel_val_t *value)
{
    double real = 0;
    float single = 0;
    switch (value->kind) {
    case CUPEL_I32:
        return json_integer(value->of.i32);
    case CUPEL_F32:
        memcpy(&single, &value->of.f32_bits, sizeof single);
        real = (double)single;
        break;
    case CUPEL_F64:
        memcpy(&real, &value->of.f64_bits, sizeof real);
        break;
    case CUPEL_FUNCREF:
    case CUPEL_EXTERNREF:
        return json_null();
    default:
        return text_of(value);
    }
    return isfinite(real) ? json_real(real) : text_of(value);
}

static json_t *read_typed(const char *function, cupel_valkind_t kind, const char *word,
                          size_t number, enum cli_status *status)
{
    const char *expected;
    cupel_val_t value;
    if (!cli_value_parse(kind, word, &value, &expected)) {
        cli_message("%s: argument %zu: expected %s, got \"%s\"", function, number, expected, word);
        *status = CLI_USAGE;
        return NULL;
    }
    json_t *json = json_of(&value);
    *status = json != NULL ? CLI_OK : cli_fail_memory();
    return json;
}

static json_t *read_json(const char *function, const char *word, size_t number,
                         enum cli_status *status)
{
    json_error_t error;
    json_t *json = json_loads(word, JSON_DECODE_ANY, &error);
    *status = CLI_OK;
    if (json == NULL) {
        cli_message("%s: argument %zu: expected JSON (i64, nan, inf and v128 as strings), got "
                    "\"%s\"",
                    function, number, word);
        *status = CLI_USAGE;
    }
    return json;
}

static bool check_count(const char *function, const cupel_functype_t *type, size_t expected,
                        size_t count)
{
    if (count == expected) {
        return true;
    }
    fprintf(stderr, "cupel: %s: expected %zu argument%s, got %zu; its type is ", function, expected,
            expected == 1 ? "" : "s", count);
    cli_functype_print(stderr, type);
    fputc('\n', stderr);
    return false;
}

json_t *client_arguments(const char *function, const cupel_functype_t *type, char **words,
                         size_t count, enum cli_status *status)
{
    size_t expected = 0;
    const cupel_valkind_t *kinds = type != NULL ? cupel_functype_params(type, &expected) : NULL;
    json_t *array = json_array();
    *status = array != NULL ? CLI_OK : cli_fail_memory();
    if (*status == CLI_OK && type != NULL && !check_count(function, type, expected, count)) {
        *status = CLI_USAGE;
    }
    for (size_t i = 0; i < count && *status == CLI_OK; i++) {
        json_t *value = type != NULL ? read_typed(function, kinds[i], words[i], i + 1, status)
                                     : read_json(function, words[i], i + 1, status);
        if (value != NULL && json_array_append_new(array, value) != 0) {
            *status = cli_fail_memory();
        }
    }
    if (*status != CLI_OK) {
        json_decref(array);
        array = NULL;
    }
    return array;
}

/* ---- Results ---- */

void client_value_print(const cupel_functype_t *type, size_t index, const json_t *value)
{
    size_t count = 0;
    const cupel_valkind_t *kinds = type != NULL ? cupel_functype_results(type, &count) : NULL;
    if (json_is_string(value)) {
        puts(json_string_value(value));
    } else if (json_is_number(value)) {
        double real = json_number_value(value);
        float single = (float)real;
        cupel_val_t out = {.kind = CUPEL_F64};
        memcpy(&out.of.f64_bits, &real, sizeof real);
        if (index < count && kinds[index] == CUPEL_F32) {
            out.kind = CUPEL_F32;
            memcpy(&out.of.f32_bits, &single, sizeof single);
        }
        if ((index >= count || kinds[index] == CUPEL_I32) && real == rint(real) &&
            fabs(real) < 0x1p53) {
            printf("%.0f", real);
        } else {
            cli_value_print(stdout, &out);
        }
        putchar('\n');
    } else {
        puts("null");
    }
}
