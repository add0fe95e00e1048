/*
 * The `cupel` command: examines and runs local modules. It is a client of cupel.h like any other
 * and includes nothing else of the engine.
 */
#include "engine/cli/cli.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

typedef enum cli_status command_fn(const struct cli_settings *settings);

static command_fn *const functions[COMMAND_COUNT] = {
#define COMMAND(name, function, operands, least, most, summary) cmd_##function,
#include "engine/cli/cli_commands.def"
#undef COMMAND
};

static enum cli_status run_command(enum cli_command command, int argc, char **argv)
{
    struct cli_settings settings;
    enum cli_status status = cli_parse(command, argc, argv, &settings);
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
            return run_command((enum cli_command)i, argc - 2, argv + 2);
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
