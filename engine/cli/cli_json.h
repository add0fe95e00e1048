/*
 * cli_json.h - writes JSON to a stream, without a library: the engine depends on none.
 *
 * Commas are placed by the writer. Within an object every value has a key, within an array `key` is
 * NULL. Errors show on the stream.
 */
#ifndef CUPEL_CLI_CLI_JSON_H
#define CUPEL_CLI_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_writer {
    FILE *out;
    bool needs_comma;
};

void json_begin(struct json_writer *json, const char *key, char bracket);
void json_end(struct json_writer *json, char bracket);
/* `text` is UTF-8, of `len` bytes. */
void json_string(struct json_writer *json, const char *key, const char *text, size_t len);
void json_number(struct json_writer *json, const char *key, uint64_t number);
void json_bool(struct json_writer *json, const char *key, bool value);

#endif
