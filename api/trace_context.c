/*
 * Strict, as the standard wants it: a value that is not exactly right is worth nothing, and the request
 * then has no trace. Of later versions than 00 the four fields that we know are read, if what
 * follows is set apart. Of the flags those are handed on that have a meaning: sampled and random.
 */
#include "api/trace_context.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { VERSION_AT = 0, TRACE_AT = 3, PARENT_AT = 36, FLAGS_AT = 53, LENGTH = 55 };

enum { KNOWN_FLAGS = 3 };

/* Lower case only. */
static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (hex_digit(text[i]) < 0) {
            return false;
        }
    }
    return true;
}

static bool is_id(const char *text, size_t len)
{
    return is_hex(text, len) && strspn(text, "0") < len;
}

bool trace_context_read(struct trace_context *trace, const char *value, uint64_t span)
{
    size_t len = strnlen(value, LENGTH + 1);

    if (len < LENGTH || value[TRACE_AT - 1] != '-' || value[PARENT_AT - 1] != '-' ||
        value[FLAGS_AT - 1] != '-' || !is_hex(value + VERSION_AT, 2) ||
        !is_id(value + TRACE_AT, 32) || !is_id(value + PARENT_AT, 16) ||
        !is_hex(value + FLAGS_AT, 2) || strncmp(value, "ff", 2) == 0) {
        return false;
    }
    if (len > LENGTH && (strncmp(value, "00", 2) == 0 || value[LENGTH] != '-')) {
        return false;
    }
    memcpy(trace->trace_id, value + TRACE_AT, 32);
    trace->trace_id[32] = '\0';
    memcpy(trace->parent_id, value + PARENT_AT, 16);
    trace->parent_id[16] = '\0';
    snprintf(trace->span_id, sizeof trace->span_id, "%016" PRIx64, span);
    trace->flags = (uint8_t)(hex_digit(value[FLAGS_AT + 1]) & KNOWN_FLAGS);
    return true;
}

void trace_context_write(const struct trace_context *trace, char out[TRACE_PARENT_SIZE])
{
    snprintf(out, TRACE_PARENT_SIZE, "00-%s-%s-%02x", trace->trace_id, trace->span_id,
             trace->flags);
}
