/*
 * An error is one allocation that holds its text, so that making it can fail in one place only; it
 * then turns into the shared "out of memory" object. What is reported inside the engine by value
 * (struct errinfo) becomes an object here, at the public border.
 */
#include "engine/runtime/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/alloc.h"

struct cupel_error {
    cupel_errorkind_t kind;
    uint32_t func;
    uint64_t offset;
    const char *limit;
    const char *text;
    cupel_linkerror_t link;
    cupel_trap_t *trap; /* owned, or NULL */
};

/* Never written to. */
static const struct cupel_error out_of_memory = {
    .kind = CUPEL_ERROR_OUT_OF_MEMORY,
    .func = CUPEL_NO_INDEX,
    .offset = CUPEL_NO_OFFSET,
    .limit = "",
    .text = "out of memory",
};

cupel_error_t *error_nomem(void)
{
    return (cupel_error_t *)(uintptr_t)&out_of_memory;
}

cupel_error_t *error_with_text(enum status status, const char *text, size_t len)
{
    if (status == ERR_OUT_OF_MEMORY)
        return error_nomem();
    struct cupel_error *e = mem_alloc(sizeof *e + len + 1);
    if (!e)
        return error_nomem();
    char *copy = (char *)(e + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    *e = (struct cupel_error){.kind = (cupel_errorkind_t)status,
                              .func = CUPEL_NO_INDEX,
                              .offset = CUPEL_NO_OFFSET,
                              .limit = "",
                              .text = copy};
    return e;
}

cupel_error_t *error_from(const struct errinfo *info)
{
    cupel_error_t *e = error_with_text(info->status, info->text, strlen(info->text));
    if (e->kind == CUPEL_ERROR_OUT_OF_MEMORY)
        return e;
    e->func = info->func;
    e->offset = info->offset;
    e->limit = info->limit ? info->limit : "";
    return e;
}

cupel_error_t *error_new(enum status status, const char *format, ...)
{
    struct errinfo info;
    va_list args;
    va_start(args, format);
    errinfo_vset(&info, status, NO_OFFSET, format, args);
    va_end(args);
    return error_from(&info);
}

cupel_error_t *error_limit(const char *limit, const char *format, ...)
{
    struct errinfo info;
    va_list args;
    va_start(args, format);
    errinfo_vset(&info, ERR_LIMIT, NO_OFFSET, format, args);
    va_end(args);
    info.limit = limit;
    return error_from(&info);
}

cupel_error_t *error_set_link(cupel_error_t *error, cupel_linkerror_t link)
{
    if (error && error != &out_of_memory)
        error->link = link;
    return error;
}

cupel_linkerror_t cupel_error_link(const cupel_error_t *error)
{
    return error->link;
}

const char *cupel_linkerror_name(cupel_linkerror_t link)
{
    switch ((int)link) {
#define LINK_ERROR(name, number, text)                                                             \
    case number:                                                                                   \
        return text;
#include "engine/base/link_errors.def"
#undef LINK_ERROR
    default:
        return "unknown";
    }
}

void cupel_error_delete(cupel_error_t *error)
{
    if (!error || error == &out_of_memory)
        return;
    cupel_trap_delete(error->trap);
    mem_free(error);
}

/* ---- What a trap or the host says ---- */

static cupel_error_t *error_with_trap(enum status status, cupel_trap_t *trap)
{
    const char *text = cupel_trap_message(trap);
    cupel_error_t *e = error_with_text(status, text, strlen(text));
    if (e == &out_of_memory)
        cupel_trap_delete(trap);
    else
        e->trap = trap;
    return e;
}

cupel_error_t *cupel_error_new(const char *message)
{
    return error_with_text(ERR_HOST, message, strlen(message));
}

cupel_error_t *cupel_error_new_host(const char *message, void *data, void (*finalize)(void *data))
{
    cupel_trap_t *trap = cupel_trap_new_host(message, data, finalize);
    return trap ? error_with_trap(ERR_HOST, trap) : error_nomem();
}

cupel_error_t *cupel_error_from_trap(cupel_trap_t *trap)
{
    return error_with_trap(ERR_TRAP, trap);
}

bool cupel_error_trap_code(const cupel_error_t *error, cupel_trapcode_t *code)
{
    if (error->kind != CUPEL_ERROR_TRAP)
        return false;
    *code = cupel_trap_code(error->trap);
    return true;
}

bool cupel_error_exit_status(const cupel_error_t *error, int32_t *status)
{
    return error->trap && cupel_trap_exit_status(error->trap, status);
}

void *cupel_error_host_data(const cupel_error_t *error)
{
    return error->trap ? cupel_trap_host_data(error->trap) : NULL;
}

cupel_errorkind_t cupel_error_kind(const cupel_error_t *error)
{
    return error->kind;
}

const char *cupel_errorkind_name(cupel_errorkind_t kind)
{
    switch ((int)kind) {
#define ERROR(name, number, text)                                                                  \
    case number:                                                                                   \
        return text;
#include "engine/base/errors.def"
#undef ERROR
    default:
        return "unknown";
    }
}

const char *cupel_error_message(const cupel_error_t *error)
{
    return error->text;
}

uint64_t cupel_error_offset(const cupel_error_t *error)
{
    return error->offset;
}

uint32_t cupel_error_func_index(const cupel_error_t *error)
{
    return error->func;
}

const char *cupel_error_limit(const cupel_error_t *error)
{
    return error->limit;
}
