/*
 * connections.h - the open connections, and since when each has been sending its request.
 *
 * The HTTP library closes a connection that is silent; one that sends a byte now and then would
 * live forever. This list closes those whose request has not arrived within a time, and, when there are
 * more than there may be, those that have been waiting the longest.
 * Any number of threads.
 */
#ifndef CUPEL_DAEMON_CONNECTIONS_H
#define CUPEL_DAEMON_CONNECTIONS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
    int fd;
    _Atomic uint64_t waiting_since_ns; /* 0: a request is being answered */
    struct connection *next, **link;
};

struct connections {
    pthread_mutex_t mutex;
    struct connection *first;
    size_t count, most;
    uint64_t displaced; /* shut down to make room, since the start */
};

void connections_init(struct connections *list, size_t most);
/* No connection may be left. */
void connections_fini(struct connections *list);

/* A connection was opened; NULL when memory is exhausted (it is then not watched). Beyond `most`, others
 * are shut down for it; those that are being answered never are. */
struct connection *connections_add(struct connections *list, int fd);
/* It is about to be closed; NULL is allowed. */
void connections_remove(struct connections *list, struct connection *own);

/* How many there are, and were displaced. */
void connections_figures(struct connections *list, size_t *count, uint64_t *displaced);

/* Its request has arrived, and: it waits for the next one. NULL is allowed. */
void connection_busy(struct connection *connection);
void connection_waiting(struct connection *connection);

/* Shuts those down that have been waiting for longer; how many. */
size_t connections_reap(struct connections *list, uint64_t longest_ns);

#endif
