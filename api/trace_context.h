/*
 * trace_context.h - W3C Trace Context: which trace a request belongs to, and our place in it.
 */
#ifndef CUPEL_API_TRACE_CONTEXT_H
#define CUPEL_API_TRACE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#define TRACE_PARENT_SIZE 56 /* with NUL */

struct trace_context {
    char trace_id[33];
    char parent_id[17]; /* the span that called us */
    char span_id[17];   /* ours */
    uint8_t flags;
};

/*
 * Reads the value of a traceparent header; `span` becomes our place in the trace (its lower 64 bits'
 * pattern; not 0). False, and `trace` says nothing, unless the value is what the standard demands.
 */
bool trace_context_read(struct trace_context *trace, const char *value, uint64_t span);

/* The traceparent that names our span. */
void trace_context_write(const struct trace_context *trace, char out[TRACE_PARENT_SIZE]);

#endif
