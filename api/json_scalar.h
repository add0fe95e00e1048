/*
 * json_scalar.h - a number, a string or null of JSON as the text that it was written as, wherever that
 * stands: in a document that was parsed, or in a body that never was (plain_call.h).
 */
#ifndef CUPEL_API_JSON_SCALAR_H
#define CUPEL_API_JSON_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_scalar_kind {
    JSON_SCALAR_NONE,  /* there is nothing */
    JSON_SCALAR_OTHER, /* true, false, an array, an object; `text` says so for messages */
    JSON_SCALAR_NULL,
    JSON_SCALAR_NUMBER,
    JSON_SCALAR_STRING
};

/* Texts shorter than this need not be NUL-terminated; all others are. */
enum { JSON_SCALAR_SHORT = 64 };

/* Borrowed. A string's text is what it stands for, without quotes and escapes. */
struct json_scalar {
    enum json_scalar_kind kind;
    const char *text;
    size_t len;
};

/*
 * Length of the JSON number at the start of `text`, 0 if there is none. `plain` says whether it is an
 * integer of at most 18 characters in canonical form.
 */
size_t json_number_length(const char *text, size_t len, bool *plain);

/* The text, NUL-terminated: itself, or a copy in `buffer`. */
const char *json_scalar_cstr(const struct json_scalar *scalar, char buffer[JSON_SCALAR_SHORT]);

/*
 * A number as an integer: sign and magnitude. Also forms such as 3.0 and 1e3 count. False if it is
 * no number, not integral, or its magnitude does not fit.
 */
bool json_scalar_integer(const struct json_scalar *scalar, bool *negative, uint64_t *magnitude);

/* Writes the value as people should see it in a message, shortened to `size`. */
void json_scalar_describe(const struct json_scalar *scalar, char *buffer, size_t size);

#endif
