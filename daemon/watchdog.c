/*
 * That the main thread still ticks says little: what can hang are the threads that serve. Each kind of
 * work has a count of what is at hand and one of what was done. As long as there is nothing at hand,
 * or the second count grows, all is well, however long a single request takes. Only when work waits
 * and nothing at all gets done for the whole of the patience is the daemon taken to be stuck.
 */
#include "daemon/watchdog.h"

void watchdog_init(struct watchdog *watchdog, uint64_t patience_ns, uint64_t now_ns)
{
    int i;

    watchdog->patience_ns = patience_ns;
    for (i = 0; i < WATCHDOG_WORKS; i++) {
        watchdog->works[i].done = 0;
        watchdog->works[i].since_ns = now_ns;
    }
}

bool watchdog_check(struct watchdog *watchdog,
                    const struct watchdog_figures figures[WATCHDOG_WORKS], uint64_t now_ns,
                    enum watchdog_work *which)
{
    bool alive = true;
    int i;

    for (i = 0; i < WATCHDOG_WORKS; i++) {
        if (figures[i].pending == 0 || figures[i].done != watchdog->works[i].done) {
            watchdog->works[i].done = figures[i].done;
            watchdog->works[i].since_ns = now_ns;
        } else if (now_ns - watchdog->works[i].since_ns > watchdog->patience_ns) {
            *which = (enum watchdog_work)i;
            alive = false;
        }
    }
    return alive;
}
