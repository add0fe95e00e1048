/*
 * json_out.h - writes JSON into a strbuf, piece by piece; commas come by themselves.
 *
 * Texts need not be valid UTF-8: what is not becomes U+FFFD, so the output always is. Failure is the
 * strbuf's (memory exhausted). Keys are written as given: they are constants of the program.
 */
#ifndef CUPEL_API_JSON_OUT_H
#define CUPEL_API_JSON_OUT_H

#include "api/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_out {
    struct strbuf *text; /* borrowed */
    bool comma;          /* something stands before at this level */
};

void json_out_init(struct json_out *out, struct strbuf *text);

void json_out_object_begin(struct json_out *out);
void json_out_object_end(struct json_out *out);
void json_out_array_begin(struct json_out *out);
void json_out_array_end(struct json_out *out);
void json_out_key(struct json_out *out, const char *key);

void json_out_null(struct json_out *out);
void json_out_bool(struct json_out *out, bool value);
void json_out_u64(struct json_out *out, uint64_t value);
void json_out_i64(struct json_out *out, int64_t value);
void json_out_str(struct json_out *out, const char *text, size_t len);
void json_out_cstr(struct json_out *out, const char *text);
/* JSON that stands ready; in an object it may be `"key":value` members. Nothing if empty. */
void json_out_raw(struct json_out *out, const char *json, size_t len);

/* A key with its value. */
void json_out_member_u64(struct json_out *out, const char *key, uint64_t value);
void json_out_member_raw(struct json_out *out, const char *key, const char *json);
void json_out_member_bool(struct json_out *out, const char *key, bool value);
void json_out_member_cstr(struct json_out *out, const char *key, const char *text);
void json_out_member_str(struct json_out *out, const char *key, const char *text, size_t len);

#endif
