/*
 * The frame of every subcommand: its own words first, the rest is read as the daemon's options, so
 * that --config and --database mean the same everywhere.
 */
#include "daemon/subcommand.h"

#include "daemon/options.h"

#include <stdio.h>

static int act(const struct subcommand *subcommand, enum options_action action, void *command,
               struct strbuf *faults)
{
    switch (action) {
    case OPTIONS_SERVE:
        return subcommand->is_complete(command, faults) ? subcommand->work(command) : 2;
    case OPTIONS_HELP:
        return subcommand->usage();
    case OPTIONS_BAD_CONFIG:
        return 1;
    default:
        if (faults->len == 0) {
            strbuf_printf(faults, "this flag does not go with `cupeld %s`\n", subcommand->name);
        }
        return 2;
    }
}

int subcommand_run(const struct subcommand *subcommand, void *command, struct settings *settings,
                   int argc, char **argv, const char *standard_file)
{
    struct strbuf faults;
    int status = 2;

    strbuf_init(&faults);
    argc = subcommand->sort_words(command, argc, argv, &faults);
    if (faults.len == 0) {
        enum options_action action = options_read(argc, argv, standard_file, settings, &faults);

        status = act(subcommand, action, command, &faults);
    }
    if (faults.len > 0) {
        fprintf(stderr, "cupeld: %s", strbuf_text(&faults));
    }
    strbuf_fini(&faults);
    return status;
}
