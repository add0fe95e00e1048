/*
 * A script is a session and a list of commands, one function each, found by name. A command is counted
 * exactly once: pass, fail or skip.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec_session.h"

const char *command_text(const struct spec_session *session, const char *key)
{
    const char *text = json_string_value(json_object_get(session->command, key));
    return text != NULL ? text : "";
}

const char *optional_text(const struct spec_session *session, const char *key)
{
    return json_string_value(json_object_get(session->command, key));
}

static void print_place(const struct spec_session *session)
{
    json_int_t line = json_integer_value(json_object_get(session->command, "line"));
    const char *file = command_text(session, "filename");
    printf("%s:%lld: %s%s%s: ", session->file->path, (long long)line, command_text(session, "type"),
           file[0] != '\0' ? " " : "", file);
}

void pass(struct spec_session *session)
{
    session->counts->passed++;
}

void skip(struct spec_session *session, enum skip_reason reason)
{
    session->counts->skipped[reason]++;
    if (session->options->verbose) {
        print_place(session);
        puts("skipped");
    }
}

void fail(struct spec_session *session, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_place(session);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    session->counts->failed++;
}

void fail_with(struct spec_session *session, const char *what, cupel_error_t *error)
{
    fail(session, "%s: %s: %s", what, cupel_errorkind_name(cupel_error_kind(error)),
         cupel_error_message(error));
    cupel_error_delete(error);
}

void fail_with_trap(struct spec_session *session, const cupel_trap_t *trap)
{
    fail(session, "trap: %s: %s", cupel_trapcode_name(cupel_trap_code(trap)),
         cupel_trap_message(trap));
}

static void run_later_command(struct spec_session *session)
{
    skip(session, SKIP_COMMAND);
}

/* ---- Scripts ---- */

static const struct {
    const char *type;
    void (*run)(struct spec_session *session);
} commands[] = {
    {"assert_return", run_assert_return},
    {"assert_trap", run_assert_trap},
    {"assert_exhaustion", run_assert_trap},
    {"action", run_action},
    {"module", run_module},
    {"module_definition", run_module_definition},
    {"module_instance", run_module_instance},
    {"register", run_register},
    {"assert_invalid", run_assert_invalid},
    {"assert_malformed", run_assert_malformed},
    {"assert_unlinkable", run_assert_unlinkable},
    {"assert_uninstantiable", run_assert_uninstantiable},
    {"assert_exception", run_later_command},
    {"assert_invalid_custom", run_later_command},
    {"assert_malformed_custom", run_later_command},
};

static void run_command(struct spec_session *session)
{
    const char *type = command_text(session, "type");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(type, commands[i].type) == 0) {
            commands[i].run(session);
            return;
        }
    }
    fail(session, "this runner does not know the command");
}

static void run_commands(struct spec_session *session, json_t *script)
{
    size_t index;
    json_t *command;
    json_array_foreach(json_object_get(script, "commands"), index, command)
    {
        session->command = command;
        if (session->options->verbose) {
            print_place(session);
            puts("run");
            fflush(stdout);
        }
        run_command(session);
    }
}

static cupel_engine_t *new_engine(const struct spec_options *options)
{
    cupel_config_t *config = cupel_config_new();
    if (config == NULL) {
        return NULL;
    }
    cupel_config_set_guard_pages(config, options->guard_pages);
    cupel_config_set_consume_fuel(config, options->metering);
    cupel_config_set_native(config, !options->interpreted);
    cupel_config_set_compilation_mode(config, options->mode);
    spec_set_features(config, options->class);
    return cupel_engine_new_with_config(config);
}

/* Makes engine, store and host module; false (counted as a failure) if that cannot be. */
static bool session_init(struct spec_session *session)
{
    session->engine = new_engine(session->options);
    session->store = session->engine != NULL ? cupel_store_new(session->engine, NULL, NULL) : NULL;
    session->linker = session->store != NULL ? cupel_linker_new(session->engine) : NULL;
    if (session->linker == NULL) {
        fail(session, "out of memory");
        return false;
    }
    session->ctx = cupel_store_context(session->store);
    cupel_linker_allow_shadowing(session->linker, true);
    cupel_error_t *error =
        session->options->metering ? cupel_context_set_fuel(session->ctx, UINT64_MAX) : NULL;
    if (error == NULL) {
        error = spec_host_define(session->linker, session->ctx, session->options->class);
    }
    if (error != NULL) {
        fail_with(session, "spectest", error);
        return false;
    }
    return true;
}

static void session_fini(struct spec_session *session)
{
    for (size_t i = 0; i < session->definitions.count; i++) {
        cupel_module_delete(session->definitions.items[i].module);
    }
    free(session->definitions.items);
    free(session->instances.items);
    free(session->skipped_registered.items);
    cupel_linker_delete(session->linker);
    cupel_store_delete(session->store);
    cupel_engine_delete(session->engine);
}

void spec_run_file(const struct spec_options *options, const struct spec_entry *file,
                   const struct spec_list *modules, struct spec_counts *counts)
{
    struct spec_session session = {
        .options = options, .file = file, .modules = modules, .counts = counts};
    char path[4096];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", options->dir, file->path);
    json_t *script = json_load_file(path, JSON_ALLOW_NUL, &error);
    if (script == NULL) {
        fail(&session, "line %d: %s", error.line, error.text);
        return;
    }
    if (session_init(&session)) {
        run_commands(&session, script);
    }
    session_fini(&session);
    json_decref(script);
}
