/* Actions: calling an exported function, reading an exported global. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec_session.h"

void outcome_fini(struct outcome *outcome)
{
    cupel_error_delete(outcome->error);
    cupel_trap_delete(outcome->trap);
    free(outcome->values);
}

/* The instance that an action is about; NULL if that has been counted. */
static struct slot *find_instance(struct spec_session *session, json_t *action)
{
    const char *name = json_string_value(json_object_get(action, "module"));
    struct slot *slot = slots_find(&session->instances, name);
    if (slot == NULL) {
        fail(session, "there is no module %s", name != NULL ? name : "yet");
        return NULL;
    }
    if (slot->state == SLOT_SKIPPED) {
        skip(session, SKIP_DEPENDS);
        return NULL;
    }
    if (slot->state == SLOT_FAILED) {
        fail(session, "its module could not be instantiated");
        return NULL;
    }
    return slot;
}

static cupel_val_t *new_values(size_t count)
{
    cupel_val_t *values = calloc(count + 1, sizeof *values);
    if (values == NULL) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    return values;
}

static bool invoke(struct spec_session *session, json_t *action, cupel_func_t func,
                   struct outcome *out)
{
    json_t *json_args = json_object_get(action, "args");
    size_t nargs = json_array_size(json_args);
    cupel_val_t *args = new_values(nargs);
    bool known = true;
    for (size_t i = 0; known && i < nargs; i++) {
        known = spec_value_parse(session->ctx, json_array_get(json_args, i), &args[i]);
    }
    cupel_functype_t *type = cupel_func_type(session->ctx, func);
    if (!known || type == NULL) {
        fail(session, known ? "the function has no type" : "an argument's type is not known");
    } else {
        cupel_functype_results(type, &out->count);
        out->values = new_values(out->count);
        out->error =
            cupel_func_call(session->ctx, func, args, nargs, out->values, out->count, &out->trap);
    }
    cupel_functype_delete(type);
    free(args);
    return known && type != NULL;
}

bool action_run(struct spec_session *session, struct outcome *out)
{
    json_t *action = json_object_get(session->command, "action");
    json_t *field = json_object_get(action, "field");
    const char *type = json_string_value(json_object_get(action, "type"));
    *out = (struct outcome){0};
    struct slot *slot = find_instance(session, action);
    if (slot == NULL) {
        return false;
    }
    cupel_extern_t item;
    if (!cupel_instance_get_export(session->ctx, slot->instance, json_string_value(field),
                                   json_string_length(field), &item)) {
        fail(session, "there is no export \"%s\"", json_string_value(field));
        return false;
    }
    if (strcmp(type, "invoke") == 0 && item.kind == CUPEL_EXTERN_FUNC) {
        return invoke(session, action, item.of.func, out);
    }
    if (strcmp(type, "get") == 0 && item.kind == CUPEL_EXTERN_GLOBAL) {
        out->values = new_values(1);
        out->count = 1;
        out->error = cupel_global_get(session->ctx, item.of.global, out->values);
        return true;
    }
    fail(session, "the export \"%s\" is a %s", json_string_value(field),
         cupel_externkind_name(item.kind));
    return false;
}
