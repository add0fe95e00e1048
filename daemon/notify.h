/*
 * notify.h - what systemd is told, and what it hands over. Does nothing where it is not there.
 */
#ifndef CUPEL_DAEMON_NOTIFY_H
#define CUPEL_DAEMON_NOTIFY_H

#include <stdint.h>

void notify_ready(const char *url);
void notify_stopping(void);
/* The configuration is being read anew; notify_reloaded() is to follow, with what became of it. */
void notify_reloading(void);
void notify_reloaded(const char *status);
void notify_alive(void);

/* How often notify_alive() is expected, in microseconds; 0: never. */
uint64_t notify_watchdog_us(void);

/* A listening socket passed by socket activation; -1 if there is none. */
int notify_listen_fd(void);

#endif
