/*
 * Running a case: engine and module once, then as often as wanted store, imports, instance and steps; each sample has an instance of its own, so that
 * all do the same work. Function imports get stubs that return zeros, but env.clock_ms tells a time.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/runtime/engine.h"
#include "tests/bench/cases.h"

bool case_fail(struct case_run *run, const char *format, ...)
{
    if (run->result->outcome == CASE_PASSED) {
        va_list args;
        va_start(args, format);
        vsnprintf(run->result->message, sizeof run->result->message, format, args);
        va_end(args);
        run->result->outcome = CASE_FAILED;
    }
    return false;
}

bool case_check(struct case_run *run, const char *what, cupel_error_t *error, cupel_trap_t *trap)
{
    bool ok = error == NULL && trap == NULL;
    if (error != NULL) {
        bool unsupported = cupel_error_kind(error) == CUPEL_ERROR_UNSUPPORTED;
        case_fail(run, "%s: %s: %s", what, cupel_errorkind_name(cupel_error_kind(error)),
                  cupel_error_message(error));
        run->result->outcome = unsupported ? CASE_UNSUPPORTED : CASE_FAILED;
    } else if (trap != NULL) {
        case_fail(run, "%s: trap: %s", what, cupel_trapcode_name(cupel_trap_code(trap)));
    }
    cupel_error_delete(error);
    cupel_trap_delete(trap);
    return ok;
}

static cupel_trap_t *stub(void *env, cupel_caller_t *caller, cupel_raw_t *cells, size_t ncells)
{
    (void)env, (void)caller;
    memset(cells, 0, ncells * sizeof *cells);
    return NULL;
}

/* For at most one result, so that what is timed is the call and no memset. */
static cupel_trap_t *small_stub(void *env, cupel_caller_t *caller, cupel_raw_t *cells,
                                size_t ncells)
{
    (void)env, (void)caller;
    if (ncells > 0) {
        cells[0].i64 = 0;
    }
    return NULL;
}

static cupel_raw_callback_t stub_for(const cupel_functype_t *type)
{
    size_t n;
    const cupel_valkind_t *results = cupel_functype_results(type, &n);
    return n == 0 || (n == 1 && results[0] != CUPEL_V128) ? small_stub : stub;
}

static cupel_trap_t *clock_ms(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                              size_t nargs, cupel_val_t *results, size_t nresults)
{
    struct case_run *run = env;
    (void)caller, (void)args, (void)nargs, (void)nresults;
    uint64_t ms = run->options->real_clock ? case_clock_us() / 1000 : run->clock_calls++ * 20000;
    results[0].of.i32 = (int32_t)(uint32_t)ms;
    return NULL;
}

static bool name_is(cupel_name_t name, const char *text)
{
    return name.len == strlen(text) && memcmp(name.data, text, name.len) == 0;
}

/* Provides every function that the module imports, once. */
static bool define_imports(struct case_run *run, cupel_linker_t *linker)
{
    cupel_linker_allow_shadowing(linker, true);
    for (size_t i = 0; i < cupel_module_import_count(run->module); i++) {
        cupel_importtype_t import;
        if (!cupel_module_import(run->module, i, &import) ||
            import.type.kind != CUPEL_EXTERN_FUNC) {
            continue;
        }
        bool is_clock = name_is(import.module, "env") && name_is(import.name, "clock_ms");
        cupel_name_t module = import.module, name = import.name;
        cupel_error_t *error =
            is_clock ? cupel_linker_func_new(linker, module.data, module.len, name.data, name.len,
                                             import.type.of.func, clock_ms, run, NULL)
                     : cupel_linker_func_new_unchecked(linker, module.data, module.len, name.data,
                                                       name.len, import.type.of.func,
                                                       stub_for(import.type.of.func), run, NULL);
        if (!case_check(run, "import", error, NULL)) {
            return false;
        }
    }
    return true;
}

static bool make_engine(struct case_run *run)
{
    cupel_config_t *config = cupel_config_new();
    if (config != NULL) {
        cupel_config_set_guard_pages(config, run->options->guard_pages);
        cupel_config_set_native(config, !run->options->interpreted);
        cupel_config_set_consume_fuel(config, run->options->metering);
        cupel_config_set_compilation_mode(config, run->options->mode);
        run->engine = cupel_engine_new_with_config(config);
    }
    if (run->engine == NULL) {
        return case_fail(run, "out of memory");
    }
    run->engine->translate.unfused = run->options->unfused;
    return true;
}

/* Replaces the module by what is read back from its image. */
static bool through_image(struct case_run *run)
{
    cupel_bytes_t image = {0};
    if (!case_check(run, "serialize", cupel_module_serialize(run->module, &image), NULL)) {
        return false;
    }
    cupel_module_delete(run->module);
    run->module = NULL;
    double start = case_clock_us();
    cupel_error_t *error =
        cupel_module_deserialize(run->engine, image.data, image.len, &run->module);
    run->result->load_us = case_clock_us() - start;
    cupel_bytes_delete(&image);
    return case_check(run, "deserialize", error, NULL);
}

bool case_load(struct case_run *run)
{
    cupel_module_delete(run->module);
    run->module = NULL;
    double start = case_clock_us();
    cupel_error_t *error = cupel_module_new(run->engine, run->wasm, run->wasm_len, &run->module);
    run->result->load_us = case_clock_us() - start;
    return case_check(run, "compile", error, NULL) &&
           (!run->options->via_image || through_image(run));
}

struct case_run *case_open(const struct case_options *options, const char *file, const char *steps,
                           struct case_result *out)
{
    struct case_run *run = calloc(1, sizeof *run);
    *out = (struct case_result){0};
    if (run == NULL) {
        fputs("cases: out of memory\n", stderr);
        exit(2);
    }
    *run = (struct case_run){.options = options, .steps = steps, .result = out};
    run->wasm = case_file_read(options->dir, file, &run->wasm_len);
    if (make_engine(run) && case_load(run)) {
        return run;
    }
    case_close(run);
    return NULL;
}

void case_close(struct case_run *run)
{
    cupel_module_delete(run->module);
    cupel_engine_delete(run->engine);
    free(run->wasm);
    free(run);
}

static bool make_instance(struct case_run *run)
{
    run->store = cupel_store_new(run->engine, NULL, NULL);
    cupel_linker_t *linker = cupel_linker_new(run->engine);
    if (run->store == NULL || linker == NULL) {
        cupel_linker_delete(linker);
        return case_fail(run, "out of memory");
    }
    run->ctx = cupel_store_context(run->store);
    bool ok = !run->options->metering ||
              case_check(run, "fuel", cupel_context_set_fuel(run->ctx, UINT64_MAX), NULL);
    ok = ok && define_imports(run, linker);
    if (ok) {
        cupel_trap_t *trap = NULL;
        double start = case_clock_us();
        cupel_error_t *error =
            cupel_linker_instantiate(linker, run->ctx, run->module, &run->instance, &trap);
        run->result->instantiate_us = case_clock_us() - start;
        ok = case_check(run, "instantiate", error, trap);
    }
    cupel_linker_delete(linker);
    return ok;
}

static bool note_fuel(struct case_run *run)
{
    uint64_t left = UINT64_MAX;
    if (!run->options->metering) {
        return true;
    }
    cupel_error_t *error = cupel_context_get_fuel(run->ctx, &left);
    run->result->fuel = UINT64_MAX - left;
    return case_check(run, "fuel", error, NULL);
}

bool case_sample(struct case_run *run)
{
    run->result->observed[0] = '\0';
    run->has_first = false;
    run->clock_calls = 0;
    bool ok = make_instance(run) && case_do_steps(run) && note_fuel(run);
    if (ok && run->last.kind == CUPEL_F32) {
        run->result->score = run->last.of.f32;
    }
    cupel_store_delete(run->store);
    run->store = NULL;
    return ok;
}
