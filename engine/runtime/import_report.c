/*
 * Whoever links wants to know everything that is missing, not the first thing. Reasons are gathered
 * in one text of bounded length, since a module may import a million things.
 */
#include "engine/runtime/import_report.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/runtime/error.h"

/* A name as it is, if it cannot be misread; else quoted. */
static const char *plain_name(char buf[UTF8_QUOTE_SIZE], cupel_name_t name)
{
    bool plain = name.len > 0 && name.len < UTF8_QUOTE_SIZE;
    for (size_t i = 0; plain && i < name.len; i++)
        plain = isalnum((unsigned char)name.data[i]) || strchr("_.-$/@", name.data[i]);
    if (!plain)
        return utf8_quote(buf, name.data, name.len);
    memcpy(buf, name.data, name.len);
    buf[name.len] = '\0';
    return buf;
}

void import_report_init(struct import_report *r)
{
    r->status = OK;
    r->link = CUPEL_LINK_NONE;
    r->count = r->len = r->hidden = 0;
    r->text[0] = '\0';
}

void import_report_add(struct import_report *r, enum status status, cupel_linkerror_t link,
                       const struct import *import, const char *format, ...)
{
    char module[UTF8_QUOTE_SIZE], name[UTF8_QUOTE_SIZE], reason[320];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);

    /* A foreign handle is the caller's mistake, whatever else is missing. */
    if (r->status != ERR_MISUSE)
        r->status = status;
    if (r->count++ == 0)
        r->link = link;
    size_t room = sizeof r->text - r->len;
    int n = snprintf(r->text + r->len, room, "%simport %s::%s: %s", r->len ? "; " : "",
                     plain_name(module, import->module), plain_name(name, import->name), reason);
    if (r->hidden > 0 || n < 0 || (size_t)n >= room) {
        r->text[r->len] = '\0';
        r->hidden++;
    } else {
        r->len += (size_t)n;
    }
}

cupel_error_t *import_report_error(struct import_report *r)
{
    char text[sizeof r->text + 80];
    int n;
    if (r->count == 0)
        return NULL;
    if (r->count == 1)
        return error_set_link(error_with_text(r->status, r->text, r->len), r->link);
    if (r->hidden)
        n = snprintf(text, sizeof text, "%zu imports do not resolve: %s; and %zu more", r->count,
                     r->text, r->hidden);
    else
        n = snprintf(text, sizeof text, "%zu imports do not resolve: %s", r->count, r->text);
    return error_set_link(error_with_text(r->status, text, (size_t)n), r->link);
}
