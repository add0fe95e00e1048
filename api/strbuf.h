/*
 * strbuf.h - a growing text.
 *
 * Appending never fails visibly: when memory is exhausted the text is dropped and `failed` stays
 * set, so that a writer of many pieces checks once at its end. Not for use by two threads at once.
 */
#ifndef CUPEL_API_STRBUF_H
#define CUPEL_API_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct strbuf {
    char *data; /* NUL-terminated unless NULL (which is the empty text) */
    size_t len;
    size_t cap;
    bool failed;
};

void strbuf_init(struct strbuf *sb);
void strbuf_fini(struct strbuf *sb);
/* Empties the text and forgets a failure; keeps the memory. */
void strbuf_reset(struct strbuf *sb);
/* Cuts the text back to its first `len` bytes. */
void strbuf_truncate(struct strbuf *sb, size_t len);

/* Makes room for `more` bytes and a NUL; false if that failed. */
bool strbuf_reserve(struct strbuf *sb, size_t more);

static inline void strbuf_put(struct strbuf *sb, const void *data, size_t len)
{
    if (len > 0 && (sb->cap - sb->len > len || strbuf_reserve(sb, len))) {
        memcpy(sb->data + sb->len, data, len);
        sb->len += len;
        sb->data[sb->len] = '\0';
    }
}

static inline void strbuf_putc(struct strbuf *sb, char c)
{
    strbuf_put(sb, &c, 1);
}

static inline void strbuf_puts(struct strbuf *sb, const char *text)
{
    strbuf_put(sb, text, strlen(text));
}

void strbuf_printf(struct strbuf *sb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text, "" if it is empty or failed. */
const char *strbuf_text(const struct strbuf *sb);
/* Takes the place of the text: `data` is malloc'ed and owned from now on. */
void strbuf_adopt(struct strbuf *sb, char *own_data, size_t len);
/* Hands the text over to the caller, who frees it; NULL if it is empty or failed. */
char *strbuf_detach(struct strbuf *sb, size_t *len);

#endif
