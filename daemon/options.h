/*
 * options.h - the command line of cupeld.
 */
#ifndef CUPEL_DAEMON_OPTIONS_H
#define CUPEL_DAEMON_OPTIONS_H

#include "api/strbuf.h"
#include "daemon/settings.h"

enum options_action {
    OPTIONS_SERVE,
    OPTIONS_CHECK_CONFIG,
    OPTIONS_PRINT_CONFIG,
    OPTIONS_PRINT_MAN,
    OPTIONS_VERSION,
    OPTIONS_HELP,
    OPTIONS_BAD_USAGE,  /* `faults` says why */
    OPTIONS_BAD_CONFIG, /* `faults` says what and where, a line each */
};

/*
 * Reads defaults, then the file (--config, else `standard_file` if it is there), then the flags, in
 * this order of growing weight.
 */
enum options_action options_read(int argc, char **argv, const char *standard_file,
                                 struct settings *settings, struct strbuf *faults);

#endif
