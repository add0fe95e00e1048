/*
 * watchdog.h - does the daemon get on with its work? Only then systemd is told that it is alive.
 */
#ifndef CUPEL_DAEMON_WATCHDOG_H
#define CUPEL_DAEMON_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

/* Kinds of work that are watched each for itself. */
enum watchdog_work {
    WATCHDOG_REQUESTS, /* on the threads that read requests */
    WATCHDOG_SLICES,   /* of long calls, on the executor's */
    WATCHDOG_WORKS
};

/* How much there is to do, and a count of what was done that only grows. */
struct watchdog_figures {
    uint64_t pending, done;
};

struct watchdog {
    uint64_t patience_ns;
    struct {
        uint64_t done, since_ns; /* when it last got on, or there was nothing to do */
    } works[WATCHDOG_WORKS];
};

void watchdog_init(struct watchdog *watchdog, uint64_t patience_ns, uint64_t now_ns);
/* Call every now and then, much more often than the patience lasts. False: of some kind there has been
 * work to do for longer than that, and nothing was done; *which is that kind. */
bool watchdog_check(struct watchdog *watchdog,
                    const struct watchdog_figures figures[WATCHDOG_WORKS], uint64_t now_ns,
                    enum watchdog_work *which);

#endif
