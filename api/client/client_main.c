/*
 * cupel-client: the commands of `cupel` that ask a daemon. `cupel` becomes this program; nobody is
 * meant to call it by name.
 */
#include <string.h>

#include "api/client/client.h"

typedef enum cli_status command_fn(const struct cli_settings *settings);

/* NULL: not one of ours. */
static command_fn *const functions[COMMAND_COUNT] = {
#define COMMAND(name, function, operands, least, most, summary)        NULL,
#define REMOTE_COMMAND(name, function, operands, least, most, summary) cmd_##function,
#include "engine/cli/cli_commands.def"
#undef COMMAND
};

static enum cli_status run_command(int argc, char **argv)
{
    for (int i = 0; argc > 1 && i < COMMAND_COUNT; i++) {
        struct cli_settings settings;
        if (functions[i] == NULL || strcmp(argv[1], cli_command_name((enum cli_command)i)) != 0) {
            continue;
        }
        enum cli_status status = cli_parse((enum cli_command)i, argc - 2, argv + 2, &settings);
        if (status == CLI_OK && settings.help.given) {
            cli_print_command_help((enum cli_command)i);
            return CLI_OK;
        }
        return status == CLI_OK ? functions[i](&settings) : status;
    }
    cli_message("this program does the work of `cupel push`, `call`, `ls` and `rm`; call these");
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    enum cli_status status = run_command(argc, argv);
    enum cli_status output = cli_finish_output();
    return status != CLI_OK ? status : output;
}
