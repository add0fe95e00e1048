/*
 * The steps of a case. Calls take their arguments' types from the export's signature; the result of the
 * first step stands for "%" in the later ones, and the last call's result says where in memory a file
 * goes or is compared.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/cases.h"

#define MAX_ARGS 8

/* The instance's exported memory. */
static bool find_memory(struct case_run *run, cupel_memory_t *out)
{
    for (size_t i = 0;; i++) {
        cupel_name_t name;
        cupel_extern_t item;
        if (!cupel_instance_export(run->ctx, run->instance, i, &name, &item)) {
            return case_fail(run, "no memory is exported");
        }
        if (item.kind == CUPEL_EXTERN_MEMORY) {
            *out = item.of.memory;
            return true;
        }
    }
}

static bool parse_arg(struct case_run *run, cupel_valkind_t kind, const char *text,
                      cupel_val_t *out)
{
    *out = (cupel_val_t){.kind = kind};
    if (strcmp(text, "%") == 0) {
        *out = run->first;
        return (run->has_first && run->first.kind == kind) ||
               case_fail(run, "%% is not a result of the parameter's type");
    }
    uint64_t number = text[0] == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 0);
    switch (kind) {
    case CUPEL_I32:
        out->of.i32 = (int32_t)(uint32_t)number;
        return true;
    case CUPEL_I64:
        out->of.i64 = (int64_t)number;
        return true;
    case CUPEL_F32:
        out->of.f32 = strtof(text, NULL);
        return true;
    case CUPEL_F64:
        out->of.f64 = strtod(text, NULL);
        return true;
    default:
        return case_fail(run, "a parameter is a %s", cupel_valkind_name(kind));
    }
}

static bool call(struct case_run *run, const char *name, char **words, size_t nwords)
{
    cupel_extern_t item;
    cupel_val_t args[MAX_ARGS];
    size_t nargs = 0;
    size_t nresults = 0;
    if (!cupel_instance_get_export(run->ctx, run->instance, name, strlen(name), &item) ||
        item.kind != CUPEL_EXTERN_FUNC) {
        return case_fail(run, "no function \"%s\" is exported", name);
    }
    cupel_functype_t *type = cupel_func_type(run->ctx, item.of.func);
    const cupel_valkind_t *kinds = type != NULL ? cupel_functype_params(type, &nargs) : NULL;
    bool ok = nargs == nwords && nargs <= MAX_ARGS;
    for (size_t i = 0; ok && i < nargs; i++) {
        ok = parse_arg(run, kinds[i], words[i], &args[i]);
    }
    if (type != NULL) {
        cupel_functype_results(type, &nresults);
    }
    cupel_functype_delete(type);
    if (!ok || nresults > 1) {
        return case_fail(run, "%s: its type does not fit the step", name);
    }
    cupel_trap_t *trap = NULL;
    run->last = (cupel_val_t){0};
    cupel_error_t *error =
        cupel_func_call(run->ctx, item.of.func, args, nargs, &run->last, nresults, &trap);
    if (!case_check(run, name, error, trap)) {
        return false;
    }
    char text[64];
    case_value_format(&run->last, text, sizeof text);
    return nresults == 0 || case_observe(run, name, text);
}

static bool write_file(struct case_run *run, const char *name)
{
    size_t len;
    cupel_memory_t memory;
    if (!find_memory(run, &memory)) {
        return false;
    }
    uint8_t *bytes = case_file_read(run->options->dir, name, &len);
    cupel_error_t *error =
        cupel_memory_write(run->ctx, memory, (uint32_t)run->last.of.i32, bytes, len);
    free(bytes);
    return case_check(run, "@write", error, NULL);
}

static bool compare_file(struct case_run *run, const char *name)
{
    size_t len;
    size_t size;
    uint8_t *data;
    cupel_memory_t memory;
    if (!find_memory(run, &memory) ||
        !case_check(run, "@read", cupel_memory_data(run->ctx, memory, &data, &size), NULL)) {
        return false;
    }
    uint8_t *bytes = case_file_read(run->options->dir, name, &len);
    size_t at = (uint32_t)run->last.of.i32;
    bool same = at <= size && len <= size - at && memcmp(data + at, bytes, len) == 0;
    free(bytes);
    return case_observe(run, "cmp", same ? "same" : "differs");
}

/* FNV-1a over the whole memory, and its size. */
static bool hash_memory(struct case_run *run)
{
    size_t size;
    uint8_t *data;
    cupel_memory_t memory;
    if (!find_memory(run, &memory) ||
        !case_check(run, "@hash", cupel_memory_data(run->ctx, memory, &data, &size), NULL)) {
        return false;
    }
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619u;
    }
    char text[64];
    snprintf(text, sizeof text, "%08" PRIx32 "/%zu", hash, size);
    return case_observe(run, "memhash", text);
}

/* One step; `line` is cut into words. */
static bool do_step(struct case_run *run, char *line, bool is_first, bool is_last)
{
    char *words[MAX_ARGS + 1];
    size_t count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " ", &rest); word != NULL && count <= MAX_ARGS;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    if (count == 0) {
        return case_fail(run, "a step is empty");
    }
    if (strcmp(words[0], "@hash") == 0) {
        return hash_memory(run);
    }
    if (strcmp(words[0], "@write") == 0 && count == 2) {
        return write_file(run, words[1]);
    }
    if (strcmp(words[0], "@read") == 0 && count == 2) {
        return compare_file(run, words[1]);
    }
    bool marked = words[0][0] == '!';
    bool timed = marked || (is_last && strchr(run->steps, '!') == NULL);
    double start = case_clock_us();
    bool ok = call(run, words[0] + marked, words + 1, count - 1);
    if (timed) {
        run->result->call_us = case_clock_us() - start;
    }
    if (is_first) {
        run->first = run->last;
        run->has_first = true;
    }
    return ok;
}

bool case_do_steps(struct case_run *run)
{
    char steps[1024];
    if (strcmp(run->steps, "-") == 0) {
        return true;
    }
    snprintf(steps, sizeof steps, "%s", run->steps);
    bool is_first = true;
    for (char *step = steps; step != NULL; is_first = false) {
        char *end = strstr(step, " , ");
        if (end != NULL) {
            *end = '\0';
        }
        if (!do_step(run, step, is_first, end == NULL)) {
            return false;
        }
        step = end != NULL ? end + 3 : NULL;
    }
    return true;
}
