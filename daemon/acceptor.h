/*
 * acceptor.h - the thread that accepts connections.
 *
 * It stops before the server does, so that whoever ends stops listening first and finishes what is
 * under way then.
 */
#ifndef CUPEL_DAEMON_ACCEPTOR_H
#define CUPEL_DAEMON_ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Called by the acceptor's thread. */
struct acceptor_calls {
    /* Is there room for one more? If not, it waits in the socket's queue, and is asked for again soon. */
    bool (*has_room)(void *env);
    /* Takes a connection over; it is non-blocking. */
    void (*take)(void *env, int own_fd, const struct sockaddr *address, socklen_t len);
};

struct acceptor;

/* `fd` listens, is borrowed, and becomes non-blocking. NULL: `why` says what failed. */
struct acceptor *acceptor_start(int fd, const struct acceptor_calls *calls, void *env, char *why,
                                size_t why_size);
/* When it returns nothing is accepted any more. NULL is allowed. */
void acceptor_stop(struct acceptor *acceptor);

#endif
