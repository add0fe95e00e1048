/*
 * reload.h - taking over a changed configuration while the daemon runs.
 */
#ifndef CUPEL_DAEMON_RELOAD_H
#define CUPEL_DAEMON_RELOAD_H

#include "api/service.h"
#include "daemon/server.h"
#include "daemon/settings.h"

/* What a daemon was started with, and what it consists of. All borrowed. */
struct reload {
    int argc;
    char **argv;
    const char *standard_file;
    struct settings *settings; /* those in force; changed where that can be done */
    struct service *service;
    struct server *server;
};

/*
 * Reads flags and file again and takes over what settings_is_live(). What is wrong is logged, and then
 * everything stays as it was: false. What changed and needs a restart is logged, too. `status` is a
 * sentence about the outcome. Main thread.
 */
bool reload_settings(const struct reload *reload, char *status, size_t status_size);

#endif
