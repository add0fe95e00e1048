/*
 * Options are rows of a table: parsing, the check that a command takes an option, and the help all
 * come from it, so that none of them can say something else than the others.
 */
#include "engine/cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_kind { KIND_FLAG, KIND_NUMBER, KIND_TEXT };

struct option_row {
    const char *name;
    enum option_kind kind;
    const char *argument;
    unsigned commands;
    const char *help;
    size_t offset;
};

#define IN(command) (1u << COMMAND_##command)

/* The commands that ask a daemon, as a set. */
enum {
    REMOTE = 0
#define COMMAND(name, function, operands, least, most, summary)
#define REMOTE_COMMAND(name, function, operands, least, most, summary) | IN(name)
#include "engine/cli/cli_commands.def"
#undef COMMAND
};

static const struct option_row options[] = {
#define OPTION(field, name, kind, argument, commands, help)                                        \
    {name, KIND_##kind, argument, commands, help, offsetof(struct cli_settings, field)},
#include "engine/cli/cli_options.def"
#undef OPTION
};
#define OPTION_COUNT (sizeof options / sizeof options[0])

struct command_row {
    const char *name;
    const char *operands;
    int least, most;
    const char *summary;
};

static const struct command_row commands[COMMAND_COUNT] = {
#define COMMAND(name, function, operands, least, most, summary)                                    \
    {#function, operands, least, most, summary},
#include "engine/cli/cli_commands.def"
#undef COMMAND
};

const char *cli_command_name(enum cli_command command)
{
    return commands[command].name;
}

bool cli_command_is_remote(enum cli_command command)
{
    return (REMOTE & (1u << command)) != 0;
}

/* May arguments of a function follow, which begin with a minus as options do? */
static bool takes_arguments(enum cli_command command)
{
    return command == COMMAND_RUN || command == COMMAND_CALL;
}

void cli_print_help(void)
{
    puts("Usage: cupel COMMAND [OPTION...] MODULE...\n"
         "Runs and examines WebAssembly modules, here or at a daemon (cupeld).\n");
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        if (i > 0 && cli_command_is_remote((enum cli_command)i) &&
            !cli_command_is_remote((enum cli_command)(i - 1))) {
            putchar('\n');
        }
        printf("  cupel %-9s %-24s %s\n", commands[i].name, commands[i].operands,
               commands[i].summary);
    }
    puts(
        "\n  cupel COMMAND --help      the options of a command\n"
        "  cupel --version           the version\n\n"
        "A local MODULE or FILE may be - for standard input. Which daemon, CUPEL_URL says, and\n"
        "CUPEL_KEY has the key to it. Exit status: 0 success, 1 a trap or an error, 2 the command\n"
        "line cannot be understood.");
}

void cli_print_command_help(enum cli_command command)
{
    const struct command_row *row = &commands[command];
    printf("Usage: cupel %s [OPTION...]%s%s\n%c%s.\n\n", row->name,
           row->operands[0] != '\0' ? " " : "", row->operands, row->summary[0] - 'a' + 'A',
           row->summary + 1);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (options[i].commands & (1u << command)) {
            char left[40];
            snprintf(left, sizeof left, "--%s%s%s", options[i].name,
                     options[i].kind == KIND_FLAG ? "" : " ", options[i].argument);
            printf("  %-26s %s\n", left, options[i].help);
        }
    }
    if (takes_arguments(command)) {
        puts("\nOptions stand before MODULE; what follows it are the function's arguments: "
             "integers\n"
             "signed or unsigned, decimal or 0x; floats decimal, 0x, inf, nan or nan:0xBITS; v128 "
             "as\n"
             "0x and 32 digits; references as null.");
    }
}

static const struct option_row *find_option(enum cli_command command, const char *name, size_t len)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if ((options[i].commands & (1u << command)) && strlen(options[i].name) == len &&
            memcmp(options[i].name, name, len) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static enum cli_status set_option(const struct option_row *option, const char *text,
                                  struct cli_settings *out)
{
    struct cli_value *value = (struct cli_value *)((char *)out + option->offset);
    if (option->kind == KIND_NUMBER) {
        char *end;
        errno = 0;
        value->number = strtoull(text, &end, 10);
        if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno == ERANGE) {
            cli_message("--%s: expected a number from 0 to 18446744073709551615, got \"%s\"",
                        option->name, text);
            return CLI_USAGE;
        }
    }
    value->given = true;
    value->text = text;
    return CLI_OK;
}

/* Takes the option at argv[*i] and, if it has one apart, its argument at argv[*i + 1]. */
static enum cli_status parse_option(int argc, char **argv, int *i, struct cli_settings *out)
{
    const char *word = argv[*i];
    const char *command = commands[out->command].name;
    bool is_short = word[1] != '-';
    const char *name = strncmp(word, "-o", 2) == 0 ? "output" : word + 2;
    const char *text = is_short ? (word[2] != '\0' ? word + 2 : NULL) : strchr(word, '=');
    if (!is_short && text != NULL) {
        text++;
    }
    size_t len = !is_short && text != NULL ? (size_t)(text - 1 - name) : strlen(name);
    const struct option_row *option = NULL;
    if (!is_short || name != word + 2) {
        option = find_option(out->command, name, len);
    }
    if (option == NULL) {
        cli_message("%s: there is no option %s (cupel %s --help lists them)", command, word,
                    command);
        return CLI_USAGE;
    }
    if (option->kind == KIND_FLAG) {
        if (text != NULL) {
            cli_message("%s: --%s takes no argument", command, option->name);
            return CLI_USAGE;
        }
        return set_option(option, "", out);
    }
    if (text == NULL && *i + 1 < argc) {
        text = argv[++*i];
    }
    if (text == NULL) {
        cli_message("%s: --%s needs an argument: %s", command, option->name, option->argument);
        return CLI_USAGE;
    }
    return set_option(option, text, out);
}

static enum cli_status check_operands(const struct cli_settings *settings)
{
    const struct command_row *row = &commands[settings->command];
    if (settings->operand_count >= row->least && settings->operand_count <= row->most) {
        return CLI_OK;
    }
    cli_message("%s: expected %s, got %d operand%s (cupel %s --help)", row->name,
                row->most > 0 ? row->operands : "no operands", settings->operand_count,
                settings->operand_count == 1 ? "" : "s", row->name);
    return CLI_USAGE;
}

enum cli_status cli_parse(enum cli_command command, int argc, char **argv, struct cli_settings *out)
{
    memset(out, 0, sizeof *out);
    out->command = command;
    out->operands = argv;
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            enum cli_status status = parse_option(argc, argv, &i, out);
            if (status != CLI_OK) {
                return status;
            }
        } else {
            /* Operands are gathered at the front: never ahead of what is still to be read. */
            argv[out->operand_count++] = argv[i];
            only_operands = only_operands || takes_arguments(command);
        }
    }
    return out->help.given ? CLI_OK : check_operands(out);
}
