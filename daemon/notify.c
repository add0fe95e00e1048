/*
 * libsystemd does the talking; a build without it has an init system that does not ask.
 */
#include "config.h"

#include "daemon/notify.h"

#ifdef HAVE_SYSTEMD

#include <inttypes.h>
#include <systemd/sd-daemon.h>
#include <time.h>

void notify_ready(const char *url)
{
    sd_notifyf(0, "READY=1\nSTATUS=listening on %s", url);
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=finishing requests under way");
}

void notify_reloading(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\nSTATUS=reading the configuration",
               (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

void notify_reloaded(const char *status)
{
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void notify_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

uint64_t notify_watchdog_us(void)
{
    uint64_t us = 0;

    return sd_watchdog_enabled(0, &us) > 0 ? us : 0;
}

int notify_listen_fd(void)
{
    return sd_listen_fds(1) == 1 ? SD_LISTEN_FDS_START : -1;
}

#else

void notify_ready(const char *url)
{
    (void)url;
}

void notify_stopping(void) {}

void notify_reloading(void) {}

void notify_reloaded(const char *status)
{
    (void)status;
}

void notify_alive(void) {}

uint64_t notify_watchdog_us(void)
{
    return 0;
}

int notify_listen_fd(void)
{
    return -1;
}

#endif
