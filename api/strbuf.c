/*
 * A buffer that doubles. It keeps one byte more than asked, so that the text is always
 * NUL-terminated and can be handed to functions of the C library.
 */
#include "api/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void strbuf_init(struct strbuf *sb)
{
    memset(sb, 0, sizeof *sb);
}

void strbuf_fini(struct strbuf *sb)
{
    free(sb->data);
    strbuf_init(sb);
}

void strbuf_reset(struct strbuf *sb)
{
    sb->failed = false;
    strbuf_truncate(sb, 0);
}

void strbuf_truncate(struct strbuf *sb, size_t len)
{
    if (len <= sb->len && sb->data != NULL) {
        sb->len = len;
        sb->data[len] = '\0';
    }
}

static void strbuf_fail(struct strbuf *sb)
{
    strbuf_fini(sb);
    sb->failed = true;
}

bool strbuf_reserve(struct strbuf *sb, size_t more)
{
    size_t cap;
    char *data;

    if (sb->failed) {
        return false;
    }
    if (sb->cap - sb->len > more) {
        return true;
    }
    if (more > SIZE_MAX / 4 || sb->len > SIZE_MAX / 4) {
        strbuf_fail(sb);
        return false;
    }
    cap = sb->cap < 256 ? 256 : sb->cap;
    while (cap - sb->len <= more) {
        cap *= 2;
    }
    data = realloc(sb->data, cap);
    if (data == NULL) {
        strbuf_fail(sb);
        return false;
    }
    sb->data = data;
    sb->data[sb->len] = '\0';
    sb->cap = cap;
    return true;
}

void strbuf_printf(struct strbuf *sb, const char *format, ...)
{
    va_list args;
    char small[256];
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0) {
        strbuf_fail(sb);
        return;
    }
    if ((size_t)len < sizeof small) {
        strbuf_put(sb, small, (size_t)len);
        return;
    }
    if (!strbuf_reserve(sb, (size_t)len)) {
        return;
    }
    va_start(args, format);
    vsnprintf(sb->data + sb->len, (size_t)len + 1, format, args);
    va_end(args);
    sb->len += (size_t)len;
}

const char *strbuf_text(const struct strbuf *sb)
{
    return sb->data != NULL ? sb->data : "";
}

void strbuf_adopt(struct strbuf *sb, char *own_data, size_t len)
{
    strbuf_fini(sb);
    sb->data = own_data;
    sb->len = len;
    sb->cap = len;
}

char *strbuf_detach(struct strbuf *sb, size_t *len)
{
    char *data = sb->data;

    *len = sb->len;
    strbuf_init(sb);
    return data;
}
