/*
 * Works on the database itself, as `cupeld key` does, and needs no daemon: what one that runs has
 * acknowledged is in the file or in its log, and a copy reads both.
 */
#include "daemon/backup_command.h"

#include "daemon/subcommand.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct command {
    const char *file;
    bool force;
    struct settings settings;
};

static int usage(void)
{
    printf(
        "Usage: cupeld backup [--force] FILE\n"
        "Copies the database to FILE, also while a daemon uses it: one state of it, checked, in\n"
        "one file that only its owner can read. --config and --database as for cupeld.\n\n"
        "  --force\n        replace FILE if it is there\n");
    return 0;
}

static int sort_words(void *of, int argc, char **argv, struct strbuf *faults)
{
    struct command *command = of;
    int rest = 1;

    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];

        if (strcmp(word, "--force") == 0) {
            command->force = true;
        } else if (strncmp(word, "--", 2) != 0) {
            if (command->file != NULL) {
                strbuf_printf(faults, "\"%.80s\": one word too many\n", word);
            }
            command->file = word;
        } else {
            argv[rest++] = argv[i];
            if (strchr(word, '=') == NULL && i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0) {
                argv[rest++] = argv[++i];
            }
        }
    }
    return rest;
}

static bool is_complete(const void *of, struct strbuf *faults)
{
    const struct command *command = of;

    if (command->file == NULL) {
        strbuf_printf(faults, "expected `cupeld backup FILE`; --help says more\n");
    }
    return command->file != NULL;
}

static int work(void *of)
{
    const struct command *command = of;
    struct storage_error error;

    if (storage_backup(command->settings.database, command->file, command->force, &error) ==
        STORAGE_OK) {
        return 0;
    }
    fprintf(stderr, "cupeld: %s%s\n", error.text,
            error.status == STORAGE_EXISTS ? "; --force replaces it" : "");
    return 1;
}

int backup_command(int argc, char **argv, const char *standard_file)
{
    static const struct subcommand backup = {"backup", sort_words, usage, is_complete, work};
    static struct command command;

    return subcommand_run(&backup, &command, &command.settings, argc, argv, standard_file);
}
