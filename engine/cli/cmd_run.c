/*
 * cupel run: makes an instance of a module without imports and calls one export. What --fuel buys
 * covers the start function and each call anew, so that every repetition runs under the same
 * budget.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/cli/cli_values.h"

/* How often the clock is looked at, in units of fuel: well below a millisecond. */
#define TIMEOUT_SLICE 100000

struct run {
    const struct cli_settings *settings;
    struct cli_module loaded;
    cupel_store_t *store;
    cupel_context_t *ctx;
    cupel_instance_t instance;
    cupel_func_t func;
    const char *export_name;
    const cupel_functype_t *type; /* borrowed from the module */
    cupel_val_t *args;
    cupel_val_t *results;
    size_t nargs, nresults;
    bool metering;
    uint64_t deadline_us;
    uint64_t instantiate_us, call_us;
    uint64_t start_fuel; /* what the start function used */
    uint64_t call_fuel;
};

static uint64_t budget(const struct run *run)
{
    return run->settings->fuel.given ? run->settings->fuel.number : UINT64_MAX;
}

static bool deadline_passed(void *env)
{
    return cli_clock_us() >= ((struct run *)env)->deadline_us;
}

/* Sets a number of the command line that must fit 32 bits. */
static enum cli_status narrow(const char *option, const struct cli_value *value, uint32_t *out)
{
    if (value->given && value->number > UINT32_MAX) {
        cli_message("--%s: expected at most 4294967295, got %s", option, value->text);
        return CLI_USAGE;
    }
    if (value->given) {
        *out = (uint32_t)value->number;
    }
    return CLI_OK;
}

static enum cli_status set_limits(struct run *run)
{
    const struct cli_settings *settings = run->settings;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    if (settings->memory.given) {
        limits.memory_bytes = settings->memory.number;
    }
    if (settings->stack_bytes.given) {
        limits.stack_bytes = settings->stack_bytes.number;
    }
    enum cli_status status = narrow("call-depth", &settings->call_depth, &limits.call_depth);
    if (status != CLI_OK) {
        return status;
    }
    cupel_error_t *error = cupel_store_set_limits(run->store, &limits);
    return error != NULL ? cli_fail("limits", error) : CLI_OK;
}

static enum cli_status make_store(struct run *run)
{
    run->store = cupel_store_new(run->loaded.engine, NULL, NULL);
    if (run->store == NULL) {
        return cli_fail_memory();
    }
    run->ctx = cupel_store_context(run->store);
    enum cli_status status = set_limits(run);
    if (status != CLI_OK || !run->metering) {
        return status;
    }
    cupel_error_t *error = cupel_context_set_fuel(run->ctx, budget(run));
    if (error == NULL && run->settings->timeout_ms.given) {
        uint64_t ms = run->settings->timeout_ms.number;
        uint64_t now = cli_clock_us();
        run->deadline_us = ms > (UINT64_MAX - now) / 1000 ? UINT64_MAX : now + ms * 1000;
        error = cupel_store_set_interrupt(run->store, deadline_passed, run, TIMEOUT_SLICE);
    }
    return error != NULL ? cli_fail("store", error) : CLI_OK;
}

/* Fuel used since the budget was `from`; 0 without metering. */
static uint64_t fuel_since(const struct run *run, uint64_t from)
{
    uint64_t left = from;
    cupel_error_t *error = run->metering ? cupel_context_get_fuel(run->ctx, &left) : NULL;
    cupel_error_delete(error);
    return from - left;
}

static enum cli_status make_instance(struct run *run)
{
    cupel_linker_t *linker = cupel_linker_new(run->loaded.engine);
    if (linker == NULL) {
        return cli_fail_memory();
    }
    cupel_trap_t *trap = NULL;
    uint64_t start = cli_clock_us();
    cupel_error_t *error =
        cupel_linker_instantiate(linker, run->ctx, run->loaded.module, &run->instance, &trap);
    run->instantiate_us = cli_clock_us() - start;
    run->start_fuel = fuel_since(run, budget(run));
    cupel_linker_delete(linker);
    if (error != NULL) {
        return cli_fail(run->settings->operands[0], error);
    }
    return trap != NULL ? cli_fail_trap(trap) : CLI_OK;
}

static void list_functions(const cupel_module_t *module)
{
    for (size_t i = 0; i < cupel_module_export_count(module); i++) {
        cupel_exporttype_t export;
        if (cupel_module_export(module, i, &export) && export.type.kind == CUPEL_EXTERN_FUNC) {
            fprintf(stderr, "  %.*s ", (int)export.name.len, export.name.data);
            cli_functype_print(stderr, export.type.of.func);
            fputc('\n', stderr);
        }
    }
}

static enum cli_status find_export(struct run *run)
{
    const struct cli_settings *settings = run->settings;
    run->export_name = settings->invoke.given ? settings->invoke.text : "_start";
    cupel_externtype_t type;
    if (!cupel_module_get_export(run->loaded.module, run->export_name, strlen(run->export_name),
                                 &type) ||
        type.kind != CUPEL_EXTERN_FUNC) {
        cli_message("%s exports no function \"%s\"%s; the functions that it exports:",
                    settings->operands[0], run->export_name,
                    settings->invoke.given ? "" : " (--invoke NAME chooses another)");
        list_functions(run->loaded.module);
        return CLI_USAGE;
    }
    run->type = type.of.func;
    return CLI_OK;
}

static enum cli_status parse_arguments(struct run *run)
{
    const cupel_valkind_t *kinds = cupel_functype_params(run->type, &run->nargs);
    cupel_functype_results(run->type, &run->nresults);
    size_t given = (size_t)run->settings->operand_count - 1;
    if (given != run->nargs) {
        fprintf(stderr, "cupel: %s: expected %zu argument%s, got %zu; its type is ",
                run->export_name, run->nargs, run->nargs == 1 ? "" : "s", given);
        cli_functype_print(stderr, run->type);
        fputc('\n', stderr);
        return CLI_USAGE;
    }
    run->args = calloc(run->nargs + 1, sizeof *run->args);
    run->results = calloc(run->nresults + 1, sizeof *run->results);
    if (run->args == NULL || run->results == NULL) {
        return cli_fail_memory();
    }
    for (size_t i = 0; i < run->nargs; i++) {
        const char *expected;
        const char *text = run->settings->operands[i + 1];
        if (!cli_value_parse(kinds[i], text, &run->args[i], &expected)) {
            cli_message("%s: argument %zu: expected %s, got \"%s\"", run->export_name, i + 1,
                        expected, text);
            return CLI_USAGE;
        }
    }
    return CLI_OK;
}

/* ---- What --verbose says ---- */

static void tell_module(const struct run *run)
{
    const struct cli_settings *settings = run->settings;
    cupel_module_info_t info;
    cupel_module_info(run->loaded.module, &info);
    cli_message("%s: %s of %zu bytes, %" PRIu32 " functions, %s in %" PRIu64 " us",
                settings->operands[0], run->loaded.is_image ? "image" : "module", run->loaded.len,
                info.functions - info.imported_functions,
                run->loaded.is_image ? "read" : "compiled", run->loaded.compile_us);
    const cupel_config_t *config = cupel_engine_config(run->loaded.engine);
    cli_message("compilation mode: %s; dispatch: %s; functions: %s; memories: %s",
                cupel_compilation_mode_name(cupel_config_get_compilation_mode(config)),
                cupel_engine_dispatch(run->loaded.engine),
                cupel_config_get_native(config) ? "machine code" : "interpreted",
                cupel_engine_guard_pages(run->loaded.engine) ? "guard pages" : "checked");
}

static void tell_call(const struct run *run)
{
    cli_message("instance made in %" PRIu64 " us", run->instantiate_us);
    fprintf(stderr, "cupel: calling %s ", run->export_name);
    cli_functype_print(stderr, run->type);
    for (size_t i = 0; i < run->nargs; i++) {
        fputs(i == 0 ? " with " : ", ", stderr);
        cli_value_print(stderr, &run->args[i]);
    }
    fputc('\n', stderr);
}

static void tell_return(const struct run *run, uint64_t times)
{
    fprintf(stderr, "cupel: returned after %" PRIu64 " us", run->call_us);
    if (times > 1) {
        fprintf(stderr, ", the fastest of %" PRIu64 " calls", times);
    }
    if (run->metering) {
        fprintf(stderr, ", %" PRIu64 " units of fuel", run->call_fuel);
    }
    fputc('\n', stderr);
}

/* ---- Calling ---- */

static enum cli_status call_once(struct run *run)
{
    uint64_t fuel = budget(run) - run->start_fuel;
    cupel_error_t *error = run->metering ? cupel_context_set_fuel(run->ctx, fuel) : NULL;
    if (error != NULL) {
        return cli_fail(run->export_name, error);
    }
    cupel_trap_t *trap = NULL;
    uint64_t start = cli_clock_us();
    error = cupel_func_call(run->ctx, run->func, run->args, run->nargs, run->results, run->nresults,
                            &trap);
    uint64_t elapsed = cli_clock_us() - start;
    run->call_us = elapsed < run->call_us ? elapsed : run->call_us;
    run->call_fuel = fuel_since(run, fuel);
    if (error != NULL) {
        return cli_fail(run->export_name, error);
    }
    return trap != NULL ? cli_fail_trap(trap) : CLI_OK;
}

static enum cli_status call(struct run *run)
{
    cupel_extern_t item;
    if (!cupel_instance_get_export(run->ctx, run->instance, run->export_name,
                                   strlen(run->export_name), &item)) {
        cli_message("%s: the instance lacks its export", run->export_name);
        return CLI_FAILED;
    }
    run->func = item.of.func;
    run->call_us = UINT64_MAX;
    uint64_t times = run->settings->repeat.given ? run->settings->repeat.number : 1;
    bool verbose = run->settings->verbose.given;
    if (verbose) {
        tell_call(run);
    }
    for (uint64_t i = 0; i < times; i++) {
        enum cli_status status = call_once(run);
        if (status != CLI_OK) {
            return status;
        }
    }
    if (verbose) {
        tell_return(run, times);
    }
    for (size_t i = 0; i < run->nresults; i++) {
        cli_value_print(stdout, &run->results[i]);
        putchar('\n');
    }
    return CLI_OK;
}

/* One line of JSON; null for what there is none of. */
static enum cli_status print_stats(const struct run *run)
{
    size_t image_bytes = run->loaded.len;
    if (!run->loaded.is_image) {
        cupel_bytes_t image = {0};
        cupel_error_t *error = cupel_module_serialize(run->loaded.module, &image);
        if (error != NULL) {
            return cli_fail("image", error);
        }
        image_bytes = image.len;
        cupel_bytes_delete(&image);
    }
    fprintf(stderr,
            "{\"compile_us\":%" PRIu64 ",\"instantiate_us\":%" PRIu64 ",\"call_us\":%" PRIu64,
            run->loaded.compile_us, run->instantiate_us, run->call_us);
    if (run->metering) {
        fprintf(stderr, ",\"fuel_used\":%" PRIu64, run->start_fuel + run->call_fuel);
    } else {
        fputs(",\"fuel_used\":null", stderr);
    }
    fprintf(stderr, ",\"image_bytes\":%zu}\n", image_bytes);
    return CLI_OK;
}

enum cli_status cmd_run(const struct cli_settings *settings)
{
    struct run run = {.settings = settings};
    run.metering = settings->fuel.given || settings->timeout_ms.given;
    if (settings->repeat.given && settings->repeat.number == 0) {
        cli_message("--repeat: expected at least 1, got 0");
        return CLI_USAGE;
    }
    enum cli_status status = cli_open(settings, run.metering, &run.loaded);
    if (status != CLI_OK) {
        return status;
    }
    status = find_export(&run);
    status = status == CLI_OK ? parse_arguments(&run) : status;
    status = status == CLI_OK ? make_store(&run) : status;
    if (status == CLI_OK) {
        if (settings->verbose.given) {
            tell_module(&run);
        }
        status = make_instance(&run);
        status = status == CLI_OK ? call(&run) : status;
        if (settings->stats.given && status != CLI_USAGE) {
            enum cli_status printed = print_stats(&run);
            status = status != CLI_OK ? status : printed;
        }
    }
    cupel_store_delete(run.store);
    free(run.args);
    free(run.results);
    cli_unload(&run.loaded);
    return status;
}
