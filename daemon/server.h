/*
 * server.h - HTTP on a listening socket, by libmicrohttpd.
 *
 * A few threads, each with its own epoll; a request is read, answered and written by one of them,
 * and in between, if it takes long, by the executor's.
 * server_start() to server_delete() are called by one thread.
 */
#ifndef CUPEL_DAEMON_SERVER_H
#define CUPEL_DAEMON_SERVER_H

#include "api/api.h"
#include "daemon/settings.h"
#include "daemon/watchdog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

/* Serves `fd` from now on; `api` is borrowed. NULL: `why` says what failed. */
struct server *server_start(const struct settings *settings, struct api *api, int fd, char *why,
                            size_t why_size);

/* Reads certificate and key again. False: `why` says what is wrong, and nothing has changed. */
bool server_reload_tls(struct server *server, const struct settings *settings, char *why,
                       size_t why_size);
/* What is to be done and was done, for the watchdog. */
void server_progress(const struct server *server, struct watchdog_figures out[WATCHDOG_WORKS]);

/* Accepts no more connections; those that are open are told to close after their next answer. */
void server_quiesce(struct server *server);
/* Requests that have begun to arrive and are not answered yet. */
unsigned server_active(const struct server *server);
/* Closes connections whose request takes too long to arrive. Call about once a second. */
void server_reap(struct server *server);
/* Ends everything; waits for what runs, which is to have been cancelled. */
void server_delete(struct server *server);

#endif
