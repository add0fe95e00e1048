/*
 * What the command says on stderr: one line for an error, with file and place; a trap with its
 * backtrace, innermost frame first.
 */
#include "engine/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A long backtrace keeps so many innermost frames; the rest of what is kept are the outermost. */
enum { OUTERMOST_FROM = 48 };

void cli_message(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("cupel: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

enum cli_status cli_fail_memory(void)
{
    cli_message("out of memory");
    return CLI_FAILED;
}

enum cli_status cli_fail(const char *what, cupel_error_t *error)
{
    fprintf(stderr, "cupel: %s: %s", what, cupel_errorkind_name(cupel_error_kind(error)));
    if (cupel_error_limit(error)[0] != '\0') {
        fprintf(stderr, " (%s)", cupel_error_limit(error));
    }
    if (cupel_error_offset(error) != CUPEL_NO_OFFSET) {
        fprintf(stderr, " at 0x%" PRIx64, cupel_error_offset(error));
    }
    if (cupel_error_func_index(error) != CUPEL_NO_INDEX) {
        fprintf(stderr, " in function %" PRIu32, cupel_error_func_index(error));
    }
    fprintf(stderr, ": %s\n", cupel_error_message(error));
    cupel_error_delete(error);
    return CLI_FAILED;
}

void cli_print_frame(size_t i, size_t kept, size_t depth, const cupel_frame_t *frame)
{
    size_t left_out = depth > kept ? depth - kept : 0;
    if (left_out > 0 && i == OUTERMOST_FROM) {
        fprintf(stderr, "  ... %zu frames not kept ...\n", left_out);
    }
    size_t number = left_out > 0 && i >= OUTERMOST_FROM ? i + left_out : i;
    fprintf(stderr, "  %zu: function %" PRIu32, number, frame->func_index);
    if (frame->func_name.len > 0) {
        fprintf(stderr, " <%.*s>", (int)frame->func_name.len, frame->func_name.data);
    }
    if (frame->module_offset != CUPEL_NO_OFFSET) {
        fprintf(stderr, " at 0x%" PRIx64, frame->module_offset);
    }
    fputc('\n', stderr);
}

enum cli_status cli_fail_trap(cupel_trap_t *trap)
{
    fprintf(stderr, "trap: %s", cupel_trapcode_name(cupel_trap_code(trap)));
    if (cupel_trap_limit(trap)[0] != '\0') {
        fprintf(stderr, " (%s)", cupel_trap_limit(trap));
    }
    fprintf(stderr, ": %s\n", cupel_trap_message(trap));
    size_t kept = cupel_trap_frame_count(trap);
    for (size_t i = 0; i < kept; i++) {
        cupel_frame_t frame;
        if (cupel_trap_frame(trap, i, &frame)) {
            cli_print_frame(i, kept, cupel_trap_depth(trap), &frame);
        }
    }
    cupel_trap_delete(trap);
    return CLI_FAILED;
}

enum cli_status cli_finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return CLI_OK;
    }
    cli_message("standard output: %s", strerror(errno));
    return CLI_FAILED;
}
