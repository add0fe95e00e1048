/*
 * A trap is an ordinary value: what happened, which limit was met, and where. How frames are found
 * is in backtrace.c.
 */
#include "engine/runtime/trap.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/module_object.h"

static const struct {
    const char *name, *sentence;
} trap_info[] = {
#define TRAP(name, number, text, sentence) [number] = {text, sentence},
#include "engine/base/traps.def"
#undef TRAP
};

cupel_trap_t *trap_new(enum trap_code code, const char *limit)
{
    struct cupel_trap *t = mem_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->code = code;
    t->limit = limit ? limit : "";
    return t;
}

cupel_trap_t *trap_new_with_message(enum trap_code code, const char *message)
{
    struct cupel_trap *t = trap_new(code, NULL);
    if (!t)
        return NULL;
    size_t size = strlen(message) + 1;
    t->message = mem_alloc(size);
    if (!t->message) {
        mem_free(t);
        return NULL;
    }
    memcpy(t->message, message, size);
    return t;
}

cupel_trap_t *cupel_trap_new(const char *message)
{
    return trap_new_with_message(TRAP_HOST, message);
}

cupel_trap_t *cupel_trap_new_exit(int32_t status)
{
    char text[48];
    snprintf(text, sizeof text, "the program ended with exit status %d", status);
    struct cupel_trap *t = trap_new_with_message(TRAP_HOST, text);
    if (t) {
        t->has_exit_status = true;
        t->exit_status = status;
    }
    return t;
}

cupel_trap_t *cupel_trap_new_host(const char *message, void *data, void (*finalize)(void *data))
{
    struct cupel_trap *t = trap_new_with_message(TRAP_HOST, message);
    if (t) {
        t->host_data = data;
        t->finalize = finalize;
    } else if (finalize) {
        finalize(data);
    }
    return t;
}

bool cupel_trap_exit_status(const cupel_trap_t *trap, int32_t *status)
{
    if (trap->has_exit_status)
        *status = trap->exit_status;
    return trap->has_exit_status;
}

void *cupel_trap_host_data(const cupel_trap_t *trap)
{
    return trap->host_data;
}

void cupel_trap_delete(cupel_trap_t *trap)
{
    if (!trap)
        return;
    if (trap->finalize)
        trap->finalize(trap->host_data);
    for (size_t i = 0; i < trap->nframes; i++)
        cupel_module_delete(trap->frames[i].module);
    mem_free(trap->frames);
    mem_free(trap->message);
    mem_free(trap);
}

cupel_trapcode_t cupel_trap_code(const cupel_trap_t *trap)
{
    return (cupel_trapcode_t)trap->code;
}

const char *cupel_trapcode_name(cupel_trapcode_t code)
{
    if ((size_t)code >= sizeof trap_info / sizeof trap_info[0])
        return "unknown";
    return trap_info[code].name;
}

const char *cupel_trap_message(const cupel_trap_t *trap)
{
    return trap->message ? trap->message : trap_info[trap->code].sentence;
}

const char *cupel_trap_limit(const cupel_trap_t *trap)
{
    return trap->limit;
}

size_t cupel_trap_frame_count(const cupel_trap_t *trap)
{
    return trap->nframes;
}

size_t cupel_trap_depth(const cupel_trap_t *trap)
{
    return trap->depth;
}

bool cupel_trap_frame(const cupel_trap_t *trap, size_t i, cupel_frame_t *out)
{
    if (i >= trap->nframes)
        return false;
    const struct trap_frame *f = &trap->frames[i];
    *out = (cupel_frame_t){.func_index = f->func,
                           .module_offset = f->offset,
                           .func_offset = f->func_offset,
                           .func_name = module_find_func_name(&f->module->m, f->func),
                           .instance = f->instance};
    return true;
}
