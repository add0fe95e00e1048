/*
 * cli.h - what the commands of `cupel` share: settings, loading, reporting.
 *
 * A command returns the program's exit status and has then reported what went wrong on stderr.
 * Single-threaded.
 */
#ifndef CUPEL_CLI_CLI_H
#define CUPEL_CLI_CLI_H

#include <stdarg.h>

#include "engine/cupel.h"

enum cli_status {
    CLI_OK = 0,
    CLI_FAILED = 1, /* a trap or an error */
    CLI_USAGE = 2   /* the command line does not make sense, or not for this module */
};

enum cli_command {
#define COMMAND(name, function, operands, least, most, summary) COMMAND_##name,
#include "engine/cli/cli_commands.def"
#undef COMMAND
    COMMAND_COUNT
};

struct cli_value {
    bool given;
    uint64_t number;  /* kind NUMBER */
    const char *text; /* kind TEXT; borrowed from argv */
};

/* The options of the command line, by the names of cli_options.def, and the operands. */
struct cli_settings {
    enum cli_command command;
#define OPTION(field, name, kind, argument, commands, help) struct cli_value field;
#include "engine/cli/cli_options.def"
#undef OPTION
    char **operands; /* borrowed from argv */
    int operand_count;
};

/* Reads what follows the command's name. `run` and `call` take options only before MODULE, so that
 * arguments may begin with a minus. Reorders argv. Reports and returns CLI_USAGE if it does not fit the tables. */
enum cli_status cli_parse(enum cli_command command, int argc, char **argv,
                          struct cli_settings *out);
void cli_print_help(void);
void cli_print_command_help(enum cli_command command);
const char *cli_command_name(enum cli_command command);
/* Does it ask a daemon? Then api/client/ has it. */
bool cli_command_is_remote(enum cli_command command);

#define COMMAND(name, function, operands, least, most, summary)                                    \
    enum cli_status cmd_##function(const struct cli_settings *settings);
#include "engine/cli/cli_commands.def"
#undef COMMAND

/* Becomes the program that asks daemons, with the command line of this one. Returns only if that
 * is not possible, having said why. */
enum cli_status cli_become_client(char **argv);

/* ---- Loading ---- */

/* A module and what it was made from. */
struct cli_module {
    cupel_engine_t *engine;
    cupel_module_t *module;
    uint8_t *bytes; /* the file; NULL: an image that is read as it is used */
    size_t len;
    bool is_image;
    uint64_t compile_us; /* compiling, or reading the image */
};

/* Reads a whole file (or stdin for "-") into *bytes, to be freed by the caller. */
enum cli_status cli_read_file(const char *path, uint8_t **bytes, size_t *len);
bool cli_is_wasm(const uint8_t *bytes, size_t len);
/* Loads settings->operands[0] for an engine that meters or not. On success to be released with
 * cli_unload, on failure nothing is held. */
enum cli_status cli_load(const struct cli_settings *settings, bool metering,
                         struct cli_module *out);
/* The same for what is only run: of an image in a file no more is read than is used. */
enum cli_status cli_open(const struct cli_settings *settings, bool metering,
                         struct cli_module *out);
void cli_unload(struct cli_module *loaded);
/* Microseconds of the monotonic clock. */
uint64_t cli_clock_us(void);

/* ---- Reporting on stderr ---- */

void cli_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Reports and deletes `error`; `what` is what it is about, e.g. a file. Returns CLI_FAILED. */
enum cli_status cli_fail(const char *what, cupel_own cupel_error_t *error);
/* Reports and deletes a trap with its backtrace. Returns CLI_FAILED. */
enum cli_status cli_fail_trap(cupel_own cupel_trap_t *trap);
/* One line of a backtrace that was `depth` deep and of which `kept` are known, the middle being left
 * out: the known one of index `i`. */
void cli_print_frame(size_t i, size_t kept, size_t depth, const cupel_frame_t *frame);
enum cli_status cli_fail_memory(void);
/* Flushes stdout; CLI_FAILED if what was printed could not be written. */
enum cli_status cli_finish_output(void);

#endif
