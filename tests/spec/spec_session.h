/*
 * spec_session.h - the state of one script: a store that all its instances live in, and its modules
 * by name.
 */
#ifndef CUPEL_TESTS_SPEC_SESSION_H
#define CUPEL_TESTS_SPEC_SESSION_H

#include "tests/spec/spec.h"

enum slot_state {
    SLOT_READY,
    SLOT_SKIPPED, /* not run: what acts on it is skipped too */
    SLOT_FAILED   /* should have been made, was not: what acts on it fails */
};

struct slot {
    const char *name; /* of the script's JSON, or NULL; "" is the current one */
    enum slot_state state;
    cupel_instance_t instance;
    cupel_module_t *module; /* of a definition, owned */
    const char *registered; /* name that it is registered under, or NULL */
};

struct slots {
    struct slot *items; /* the last of a name counts */
    size_t count;
};

struct spec_session {
    const struct spec_options *options;
    const struct spec_entry *file;
    const struct spec_list *modules;
    struct spec_counts *counts;
    json_t *command; /* the one being run */
    cupel_engine_t *engine;
    cupel_store_t *store;
    cupel_context_t *ctx;
    cupel_linker_t *linker;
    struct slots instances;
    struct slots definitions;
    struct slots skipped_registered; /* names that a skipped module was registered under */
};

/* A string of the current command; "" if there is none. */
const char *command_text(const struct spec_session *session, const char *key);
/* The same, NULL if there is none. */
const char *optional_text(const struct spec_session *session, const char *key);

/* ---- Outcomes of the current command; each is counted exactly once ---- */

void pass(struct spec_session *session);
void skip(struct spec_session *session, enum skip_reason reason);
void fail(struct spec_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Fails with the error's kind and message and deletes it. */
void fail_with(struct spec_session *session, const char *what, cupel_own cupel_error_t *error);

void fail_with_trap(struct spec_session *session, const cupel_trap_t *trap);

/* ---- Commands ---- */

void run_module(struct spec_session *session);
void run_module_definition(struct spec_session *session);
void run_module_instance(struct spec_session *session);
void run_register(struct spec_session *session);
void run_action(struct spec_session *session);
void run_assert_return(struct spec_session *session);
void run_assert_trap(struct spec_session *session); /* assert_exhaustion too */
void run_assert_unlinkable(struct spec_session *session);
void run_assert_uninstantiable(struct spec_session *session);
void run_assert_malformed(struct spec_session *session);
void run_assert_invalid(struct spec_session *session);

/* ---- Modules ---- */

/* Ends the program if memory is exhausted. */
void slots_add(struct slots *slots, struct slot slot);
/* The last of that name, or, for NULL, the last; NULL if there is none. */
struct slot *slots_find(struct slots *slots, const char *name);

/* Path of the current command's module, relative to the suite's folder; free it. */
char *module_path(const struct spec_session *session);
/* Compiles the current command's module. */
cupel_error_t *module_load(struct spec_session *session, cupel_own cupel_module_t **out);
/* Whether the current command's valid module is of a class that is run. */
bool module_is_selected(const struct spec_session *session);
/* A module was skipped that might have changed what it imports: what acts on a registered instance is skipped
 * from now on. */
void instances_taint(struct spec_session *session);
/* Whether a module imports from one that was skipped. */
bool module_needs_skipped(struct spec_session *session, const cupel_module_t *module);

/* ---- Actions ---- */

struct outcome {
    cupel_error_t *error; /* owned; at most one of error and trap */
    cupel_trap_t *trap;   /* owned */
    cupel_val_t *values;  /* owned */
    size_t count;
};

/* Runs the current command's action. false if it could not be tried; it has been counted then. */
bool action_run(struct spec_session *session, struct outcome *out);
void outcome_fini(struct outcome *outcome);

#endif
