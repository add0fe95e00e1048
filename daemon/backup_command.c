/*
 * Works on the database itself, as `cupeld key` does, and needs no daemon: what one that runs has
 * acknowledged is in the file or in its log, and a copy reads both.
 */
#include "daemon/backup_command.h"

#include "daemon/options.h"
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

/* Takes our words out of `argv`; the number of those that stay, which are the daemon's options. */
static int sort_words(struct command *command, int argc, char **argv, struct strbuf *faults)
{
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

static int work(const struct command *command)
{
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
    static struct command command;
    struct strbuf faults;
    int status = 2;

    strbuf_init(&faults);
    argc = sort_words(&command, argc, argv, &faults);
    if (faults.len == 0) {
        switch (options_read(argc, argv, standard_file, &command.settings, &faults)) {
        case OPTIONS_SERVE:
            if (command.file != NULL) {
                status = work(&command);
            } else {
                strbuf_printf(&faults, "expected `cupeld backup FILE`; --help says more\n");
            }
            break;
        case OPTIONS_HELP:
            status = usage();
            break;
        case OPTIONS_BAD_CONFIG:
            status = 1;
            break;
        default:
            if (faults.len == 0) {
                strbuf_printf(&faults, "this flag does not go with `cupeld backup`\n");
            }
            break;
        }
    }
    if (faults.len > 0) {
        fprintf(stderr, "cupeld: %s", strbuf_text(&faults));
    }
    strbuf_fini(&faults);
    return status;
}
