/*
 * utf8_text.h - UTF-8 as texts of requests and answers need it.
 */
#ifndef CUPEL_API_UTF8_TEXT_H
#define CUPEL_API_UTF8_TEXT_H

#include <stddef.h>

/* Length of the valid UTF-8 sequence (RFC 3629) at the start of `text`; 0 if there is none. */
size_t utf8_sequence(const char *text, size_t len);

/* Where the first byte stands that is not part of valid UTF-8; `len` if all is. */
size_t utf8_text_valid_prefix(const char *text, size_t len);

/* The longest prefix of at most `max` bytes that does not cut a character in two. */
size_t utf8_clip(const char *text, size_t len, size_t max);

#endif
