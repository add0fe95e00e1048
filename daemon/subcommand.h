/*
 * subcommand.h - `cupeld WORD ...`: what does its work and ends instead of serving.
 */
#ifndef CUPEL_DAEMON_SUBCOMMAND_H
#define CUPEL_DAEMON_SUBCOMMAND_H

#include "api/strbuf.h"
#include "daemon/settings.h"

#include <stdbool.h>

/* Each gets the command's own structure. Faults are lines. */
struct subcommand {
    const char *name;
    /* Takes the command's words out of `argv`; the number of those that stay, which are the daemon's options. */
    int (*sort_words)(void *command, int argc, char **argv, struct strbuf *faults);
    /* Prints the help; the exit status. */
    int (*usage)(void);
    /* All words are known; says in `faults` what is missing. */
    bool (*is_complete)(const void *command, struct strbuf *faults);
    /* Does the work, having said what went wrong; the exit status. */
    int (*work)(void *command);
};

/* Reads the words and the settings, which the command has a pointer to, and does the work. The exit
 * status: 2 for words that it does not understand, 1 for a configuration that is wrong. */
int subcommand_run(const struct subcommand *subcommand, void *command, struct settings *settings,
                   int argc, char **argv, const char *standard_file);

#endif
