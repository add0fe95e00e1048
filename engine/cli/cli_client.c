/*
 * Commands that ask a daemon live in a program of their own, cupel-client, which this one becomes
 * when it meets one of them: libcurl with all that it pulls in takes twenty times as long to load as
 * `cupel run` needs to start, and the engine's folder knows no HTTP.
 */
#include "engine/cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "cupel-client"

/* In a build tree it lies beside this program. */
static bool find_beside(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (len <= 0) {
        return false;
    }
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash + 1 - path) + sizeof NAME > PATH_MAX) {
        return false;
    }
    memcpy(slash + 1, NAME, sizeof NAME);
    return access(path, X_OK) == 0;
}

enum cli_status cli_become_client(char **argv)
{
    char path[PATH_MAX];
    if (!find_beside(path)) {
        snprintf(path, sizeof path, "%s/%s", CUPEL_LIBEXEC_DIR, NAME);
    }
    fflush(stdout);
    execv(path, argv);
    cli_message("%s: %s: %s%s", argv[1], path, strerror(errno),
                errno == ENOENT ? "; commands that ask a daemon need it (configure leaves it out "
                                  "where libcurl is missing)"
                                : "");
    return CLI_FAILED;
}
