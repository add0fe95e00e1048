/*
 * Failures are rare and their texts short, so they are formatted at once into the caller's fixed
 * buffer: no memory is needed to say that there is none.
 */
#include "engine/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"

void errinfo_init(struct errinfo *e)
{
    e->status = OK;
    e->offset = NO_OFFSET;
    e->func = NO_INDEX;
    e->limit = NULL;
    e->text[0] = '\0';
}

enum status errinfo_vset(struct errinfo *e, enum status status, uint64_t offset, const char *format,
                         va_list args)
{
    if (!e)
        return status;
    errinfo_init(e);
    e->status = status;
    e->offset = offset;
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    if (n < 0)
        e->text[0] = '\0';
    else if ((size_t)n >= sizeof e->text)
        e->text[utf8_whole(e->text, sizeof e->text - 1)] = '\0';
    return status;
}

enum status errinfo_set(struct errinfo *e, enum status status, uint64_t offset, const char *format,
                        ...)
{
    va_list args;
    va_start(args, format);
    errinfo_vset(e, status, offset, format, args);
    va_end(args);
    return status;
}

enum status errinfo_limit(struct errinfo *e, const char *limit, uint64_t offset, const char *format,
                          ...)
{
    va_list args;
    va_start(args, format);
    errinfo_vset(e, ERR_LIMIT, offset, format, args);
    va_end(args);
    if (e)
        e->limit = limit;
    return ERR_LIMIT;
}

enum status errinfo_nomem(struct errinfo *e)
{
    if (e) {
        errinfo_init(e);
        e->status = ERR_OUT_OF_MEMORY;
        memcpy(e->text, "out of memory", sizeof "out of memory");
    }
    return ERR_OUT_OF_MEMORY;
}
