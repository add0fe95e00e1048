/*
 * utf8.h - UTF-8 as names in WebAssembly need it (spec 5.2.4): validity, and safe quoting in
 * messages.
 */
#ifndef CUPEL_BASE_UTF8_H
#define CUPEL_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `len` bytes are UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(const char *s, size_t len);

/* Offset of the first byte that does not belong to a whole, valid character; `len` if there is
 * none. */
size_t utf8_valid_prefix(const char *s, size_t len);

/* `len` less the bytes of an incomplete character at its end, for cutting UTF-8 short. */
size_t utf8_whole(const char *s, size_t len);

/* Long enough for a name in a message. */
#define UTF8_QUOTE_SIZE 80

/* Writes the string, which is valid UTF-8, between double quotes as the text format would: control
 * characters, quotes and backslashes escaped (\0a). What does not fit is left out and replaced by
 * "..." behind the quotes. Returns `buf`, for use as an argument of printf. */
const char *utf8_quote(char buf[UTF8_QUOTE_SIZE], const char *s, size_t len);

#endif
