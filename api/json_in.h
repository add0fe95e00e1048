/*
 * json_in.h - reads JSON that nobody vouches for.
 *
 * On top of what jansson checks (syntax, no duplicate members): valid UTF-8, a bound on the depth of
 * nesting, no NUL in texts. Numbers keep every digit: one that is no plain integer of at most 18
 * digits is kept as its text (a "long number": jansson would round it, or refuse it as too big).
 * So ask json_in_is_number() and json_in_number(), never json_is_number().
 */
#ifndef CUPEL_API_JSON_IN_H
#define CUPEL_API_JSON_IN_H

#include "api/json_scalar.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_fault {
    size_t offset; /* of the byte in the text */
    size_t line;   /* from 1 */
    size_t column; /* in bytes, from 1 */
    char text[224];
};

/* NULL on failure, with `fault` filled. Otherwise to be released with json_decref(). */
json_t *json_in_parse(const char *text, size_t len, size_t max_depth, struct json_fault *fault);

bool json_in_is_number(const json_t *json);
bool json_in_is_string(const json_t *json);
/* A number's text as it was written (integers: in canonical form), NUL-terminated. */
#define JSON_IN_NUMBER_SIZE 24
const char *json_in_number(const json_t *json, char buffer[JSON_IN_NUMBER_SIZE]);

/* Any value; NULL is JSON_SCALAR_NONE. Borrows from `json`, and from `buffer` if it is a number. */
struct json_scalar json_in_scalar(const json_t *json, char buffer[JSON_IN_NUMBER_SIZE]);

/* As json_scalar_integer. */
bool json_in_integer(const json_t *json, bool *negative, uint64_t *magnitude);

/* "null", "boolean", "number", "string", "array", "object"; "nothing" for NULL. */
const char *json_in_type(const json_t *json);
/* Writes the value as people should see it in a message, shortened to `size`. */
void json_in_describe(const json_t *json, char *buffer, size_t size);

#endif
