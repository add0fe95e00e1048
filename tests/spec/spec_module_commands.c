/*
 * Commands that make, name and share instances. What follows from a skipped module is skipped, what follows
 * from a failed one fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec_session.h"

/* Instantiates a module as a new slot of that name; consumes the module. */
static void instantiate(struct spec_session *session, const char *name, cupel_module_t *module)
{
    struct slot slot = {.name = name, .state = SLOT_FAILED};
    cupel_trap_t *trap = NULL;
    if (module_needs_skipped(session, module)) {
        slot.state = SLOT_SKIPPED;
        skip(session, SKIP_DEPENDS);
    } else {
        cupel_error_t *error =
            cupel_linker_instantiate(session->linker, session->ctx, module, &slot.instance, &trap);
        if (error != NULL) {
            fail_with(session, "instantiation", error);
        } else if (trap != NULL) {
            fail_with_trap(session, trap);
        } else {
            slot.state = SLOT_READY;
            pass(session);
        }
    }
    cupel_trap_delete(trap);
    cupel_module_delete(module);
    slots_add(&session->instances, slot);
}

/* Loads the command's module; NULL if that has been counted and the slot recorded. */
static cupel_module_t *load_or_record(struct spec_session *session, struct slots *slots)
{
    struct slot slot = {.name = optional_text(session, "name"), .state = SLOT_FAILED};
    cupel_module_t *module = NULL;
    if (strcmp(command_text(session, "module_type"), "text") == 0) {
        slot.state = SLOT_SKIPPED;
        skip(session, SKIP_TEXT);
    } else if (!module_is_selected(session)) {
        slot.state = SLOT_SKIPPED;
        skip(session, SKIP_FEATURE);
        instances_taint(session);
    } else {
        cupel_error_t *error = module_load(session, &module);
        if (error == NULL) {
            return module;
        }
        fail_with(session, "refused", error);
    }
    slots_add(slots, slot);
    return NULL;
}

void run_module(struct spec_session *session)
{
    cupel_module_t *module = load_or_record(session, &session->instances);
    if (module != NULL) {
        instantiate(session, optional_text(session, "name"), module);
    }
}

void run_module_definition(struct spec_session *session)
{
    cupel_module_t *module = load_or_record(session, &session->definitions);
    if (module != NULL) {
        struct slot slot = {optional_text(session, "name"), SLOT_READY, {0}, module, NULL};
        slots_add(&session->definitions, slot);
        pass(session);
    }
}

void run_module_instance(struct spec_session *session)
{
    struct slot *slot = slots_find(&session->definitions, optional_text(session, "module"));
    const char *name = optional_text(session, "instance");
    if (slot != NULL && slot->state == SLOT_READY) {
        instantiate(session, name, cupel_module_clone(slot->module));
        return;
    }
    struct slot none = {.name = name, .state = slot != NULL ? slot->state : SLOT_FAILED};
    slots_add(&session->instances, none);
    if (none.state == SLOT_SKIPPED) {
        skip(session, SKIP_DEPENDS);
    } else {
        fail(session, "its definition is missing");
    }
}

void run_register(struct spec_session *session)
{
    struct slot *slot = slots_find(&session->instances, optional_text(session, "name"));
    json_t *as = json_object_get(session->command, "as");
    if (slot == NULL || slot->state == SLOT_FAILED) {
        fail(session, "its module is missing");
    } else if (slot->state == SLOT_SKIPPED) {
        struct slot name = {.name = json_string_value(as), .state = SLOT_SKIPPED};
        slots_add(&session->skipped_registered, name);
        skip(session, SKIP_DEPENDS);
    } else {
        cupel_error_t *error =
            cupel_linker_instance(session->linker, session->ctx, json_string_value(as),
                                  json_string_length(as), slot->instance);
        if (error != NULL) {
            fail_with(session, "register", error);
        } else {
            slot->registered = json_string_value(as);
            pass(session);
        }
    }
}
