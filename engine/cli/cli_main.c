/*
 * The `cupel` command: examines and runs local modules. It is a client of cupel.h like any other
 * and includes nothing else of the engine. What asks a daemon is another program (cli_client.c).
 */
#include "engine/cli/cli.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum cli_status command_fn(const struct cli_settings *settings);

/* NULL: asks a daemon. */
static command_fn *const functions[COMMAND_COUNT] = {
#define COMMAND(name, function, operands, least, most, summary)        cmd_##function,
#define REMOTE_COMMAND(name, function, operands, least, most, summary) NULL,
#include "engine/cli/cli_commands.def"
#undef COMMAND
};

/* What the client does it reads from the command line itself; here it is checked, and --help given,
 * which needs no client. Reading reorders, so it gets a copy. */
static enum cli_status run_remote(enum cli_command command, int argc, char **argv)
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    if (copy == NULL) {
        return cli_fail_memory();
    }
    memcpy(copy, argv, (size_t)argc * sizeof *copy);
    struct cli_settings settings;
    enum cli_status status = cli_parse(command, argc - 2, copy + 2, &settings);
    free(copy);
    if (status == CLI_OK && settings.help.given) {
        cli_print_command_help(command);
    } else if (status == CLI_OK) {
        status = cli_become_client(argv);
    }
    return status;
}

static enum cli_status run_command(enum cli_command command, int argc, char **argv)
{
    if (functions[command] == NULL) {
        return run_remote(command, argc, argv);
    }
    struct cli_settings settings;
    enum cli_status status = cli_parse(command, argc - 2, argv + 2, &settings);
    if (status != CLI_OK) {
        return status;
    }
    if (settings.help.given) {
        cli_print_command_help(command);
        return CLI_OK;
    }
    return functions[command](&settings);
}

static enum cli_status dispatch(int argc, char **argv)
{
    if (argc < 2) {
        cli_message("expected a command (cupel --help lists them)");
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("cupel %s (build %s)\n", cupel_version(), cupel_build_id());
        return CLI_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        cli_print_help();
        return CLI_OK;
    }
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], cli_command_name((enum cli_command)i)) == 0) {
            return run_command((enum cli_command)i, argc, argv);
        }
    }
    cli_message("there is no command \"%s\" (cupel --help lists them)", argv[1]);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    enum cli_status status = dispatch(argc, argv);
    enum cli_status output = cli_finish_output();
    return status != CLI_OK ? status : output;
}
