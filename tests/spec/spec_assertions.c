/* Assertions: about what an action ends in, and about modules that must not load, link or start. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec_session.h"

/* ---- About actions ---- */

void run_action(struct spec_session *session)
{
    struct outcome outcome;
    if (action_run(session, &outcome)) {
        if (outcome.error != NULL) {
            fail(session, "error: %s", cupel_error_message(outcome.error));
        } else if (outcome.trap != NULL) {
            fail_with_trap(session, outcome.trap);
        } else {
            pass(session);
        }
    }
    outcome_fini(&outcome);
}

static void compare_results(struct spec_session *session, const struct outcome *outcome)
{
    json_t *expected = json_object_get(session->command, "expected");
    if (json_array_size(expected) != outcome->count) {
        fail(session, "expected %zu results, got %zu", json_array_size(expected), outcome->count);
        return;
    }
    for (size_t i = 0; i < outcome->count; i++) {
        json_t *json = json_array_get(expected, i);
        enum spec_match match = spec_value_match(session->ctx, json, &outcome->values[i]);
        if (match != MATCH_YES) {
            char *text = json_dumps(json, JSON_COMPACT);
            printf("got ");
            spec_value_print(session->ctx, &outcome->values[i]);
            printf(": ");
            fail(session, "result %zu: expected %s%s", i, text,
                 match == MATCH_UNKNOWN ? ", which this runner does not know" : "");
            free(text);
            return;
        }
    }
    pass(session);
}

void run_assert_return(struct spec_session *session)
{
    struct outcome outcome;
    if (action_run(session, &outcome)) {
        if (outcome.error != NULL) {
            fail(session, "error: %s", cupel_error_message(outcome.error));
        } else if (outcome.trap != NULL) {
            fail_with_trap(session, outcome.trap);
        } else {
            compare_results(session, &outcome);
        }
    }
    outcome_fini(&outcome);
}

static void check_trap(struct spec_session *session, const cupel_error_t *error,
                       const cupel_trap_t *trap)
{
    const char *text = command_text(session, "text");
    if (error != NULL) {
        fail(session, "expected the trap \"%s\", got the error: %s", text,
             cupel_error_message(error));
    } else if (trap == NULL) {
        fail(session, "expected the trap \"%s\", got none", text);
    } else if (!spec_trap_matches(text, cupel_trap_code(trap))) {
        fail(session, "expected the trap \"%s\", got %s", text,
             cupel_trapcode_name(cupel_trap_code(trap)));
    } else {
        pass(session);
    }
}

void run_assert_trap(struct spec_session *session)
{
    struct outcome outcome;
    if (action_run(session, &outcome)) {
        check_trap(session, outcome.error, outcome.trap);
    }
    outcome_fini(&outcome);
}

/* ---- About modules ---- */

/* Loads a module that is to fail at instantiation; NULL if that has been counted. */
static cupel_module_t *load_for_failure(struct spec_session *session)
{
    cupel_module_t *module = NULL;
    if (!module_is_selected(session)) {
        skip(session, SKIP_FEATURE);
        instances_taint(session);
        return NULL;
    }
    cupel_error_t *error = module_load(session, &module);
    if (error != NULL) {
        fail_with(session, "refused before it was linked", error);
        return NULL;
    }
    if (module_needs_skipped(session, module)) {
        skip(session, SKIP_DEPENDS);
        cupel_module_delete(module);
        return NULL;
    }
    return module;
}

void run_assert_unlinkable(struct spec_session *session)
{
    cupel_module_t *module = load_for_failure(session);
    if (module == NULL) {
        return;
    }
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    cupel_error_t *error =
        cupel_linker_instantiate(session->linker, session->ctx, module, &instance, &trap);
    if (error == NULL) {
        fail(session, "expected a link error (%s), got %s", command_text(session, "text"),
             trap != NULL ? "a trap" : "an instance");
    } else if (cupel_error_kind(error) != CUPEL_ERROR_LINK) {
        fail(session, "expected a link error, got %s: %s",
             cupel_errorkind_name(cupel_error_kind(error)), cupel_error_message(error));
    } else {
        pass(session);
    }
    cupel_error_delete(error);
    cupel_trap_delete(trap);
    cupel_module_delete(module);
}

void run_assert_uninstantiable(struct spec_session *session)
{
    cupel_module_t *module = load_for_failure(session);
    if (module == NULL) {
        return;
    }
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    cupel_error_t *error =
        cupel_linker_instantiate(session->linker, session->ctx, module, &instance, &trap);
    check_trap(session, error, trap);
    cupel_error_delete(error);
    cupel_trap_delete(trap);
    cupel_module_delete(module);
}

/* A module that must be refused with `kind`. Needing a feature that is not there is no verdict; in a script
 * that needs one, being invalid or malformed is as good. */
static void check_refusal(struct spec_session *session, cupel_errorkind_t kind)
{
    if (strcmp(command_text(session, "module_type"), "text") == 0) {
        skip(session, SKIP_TEXT);
        return;
    }
    cupel_module_t *module = NULL;
    cupel_error_t *error = module_load(session, &module);
    cupel_module_delete(module);
    if (error == NULL) {
        fail(session, "expected a refusal (%s), but it was accepted",
             command_text(session, "text"));
        return;
    }
    char *path = module_path(session);
    cupel_errorkind_t got = cupel_error_kind(error);
    enum spec_class class = session->options->class;
    const struct spec_entry *exception = spec_exception(path);
    bool later = !spec_is_available(session->file, class) ||
                 (exception != NULL && !spec_is_available(exception, class));
    bool refused = got == CUPEL_ERROR_MALFORMED || got == CUPEL_ERROR_INVALID;
    if (later && got == CUPEL_ERROR_UNSUPPORTED) {
        skip(session, SKIP_FEATURE);
    } else if (got == kind || (later && refused)) {
        pass(session);
    } else {
        fail(session, "expected %s (%s), got %s: %s", cupel_errorkind_name(kind),
             command_text(session, "text"), cupel_errorkind_name(got), cupel_error_message(error));
    }
    free(path);
    cupel_error_delete(error);
}

void run_assert_malformed(struct spec_session *session)
{
    check_refusal(session, CUPEL_ERROR_MALFORMED);
}

void run_assert_invalid(struct spec_session *session)
{
    check_refusal(session, CUPEL_ERROR_INVALID);
}
