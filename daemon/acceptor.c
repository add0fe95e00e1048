/*
 * libmicrohttpd could listen by itself, and did: every thread of its pool then watches the socket, so
 * all wake up for each connection, and to stop listening (MHD_quiesce_daemon) races with those
 * threads: version 0.9.75 aborts the process when the one finds that the other was faster to
 * take the socket out of an epoll. A thread of our own has neither problem, and hands connections
 * to the threads in turns.
 *
 * What cannot be accepted for want of descriptors or memory, or of room, waits in the kernel's queue; we
 * look again after a moment, since nobody tells when there is some again.
 */
#include "daemon/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MOMENT_MS = 5 };

struct acceptor {
    struct acceptor_calls calls;
    void *env;
    int fd, stop_fd;
    atomic_bool stopping;
    pthread_t thread;
};

/* Waits for a connection or, if there is one that cannot be taken now, a moment; or until it is to stop. */
static void wait_for(const struct acceptor *acceptor, bool connection)
{
    struct pollfd ask[2] = {{.fd = acceptor->stop_fd, .events = POLLIN},
                            {.fd = acceptor->fd, .events = POLLIN}};

    poll(ask, connection ? 2 : 1, connection ? -1 : MOMENT_MS);
}

enum outcome { TAKEN, NOTHING_THERE, NOT_NOW };

static enum outcome accept_one(const struct acceptor *acceptor)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    int fd;

    if (!acceptor->calls.has_room(acceptor->env)) {
        return NOT_NOW;
    }
    fd = accept4(acceptor->fd, (struct sockaddr *)&address, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return errno == EAGAIN || errno == ECONNABORTED || errno == EINTR ? NOTHING_THERE : NOT_NOW;
    }
    acceptor->calls.take(acceptor->env, fd, (struct sockaddr *)&address, len);
    return TAKEN;
}

static void *accept_all(void *env)
{
    const struct acceptor *acceptor = env;
    enum outcome last = NOTHING_THERE;

    for (;;) {
        if (last != TAKEN) {
            wait_for(acceptor, last == NOTHING_THERE);
        }
        if (atomic_load(&acceptor->stopping)) {
            return NULL;
        }
        last = accept_one(acceptor);
    }
}

struct acceptor *acceptor_start(int fd, const struct acceptor_calls *calls, void *env, char *why,
                                size_t why_size)
{
    struct acceptor *acceptor = calloc(1, sizeof *acceptor);
    int code = ENOMEM, flags;

    if (acceptor != NULL) {
        *acceptor = (struct acceptor){.calls = *calls, .env = env, .fd = fd};
        acceptor->stop_fd = eventfd(0, EFD_CLOEXEC);
        flags = acceptor->stop_fd >= 0 ? fcntl(fd, F_GETFL) : -1;
        code = flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0
                   ? errno
                   : pthread_create(&acceptor->thread, NULL, accept_all, acceptor);
        if (code == 0) {
            return acceptor;
        }
        if (acceptor->stop_fd >= 0) {
            close(acceptor->stop_fd);
        }
        free(acceptor);
    }
    snprintf(why, why_size, "connections cannot be accepted: %s", strerror(code));
    return NULL;
}

void acceptor_stop(struct acceptor *acceptor)
{
    uint64_t one = 1;

    if (acceptor == NULL) {
        return;
    }
    atomic_store(&acceptor->stopping, true);
    while (write(acceptor->stop_fd, &one, sizeof one) < 0 && errno == EINTR) {
    }
    pthread_join(acceptor->thread, NULL);
    close(acceptor->stop_fd);
    free(acceptor);
}
