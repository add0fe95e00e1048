/*
 * listen_socket.h - from "HOST:PORT" to a socket that listens.
 */
#ifndef CUPEL_DAEMON_LISTEN_SOCKET_H
#define CUPEL_DAEMON_LISTEN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#define LISTEN_URL_SIZE 300

struct listen_socket {
    int fd;                    /* -1 if there is none */
    bool local;                /* only this machine can reach it */
    char url[LISTEN_URL_SIZE]; /* "http://127.0.0.1:8080", with the port that was picked */
};

/*
 * Binds and listens. HOST is a name, an address, or an IPv6 address in brackets. An address that
 * other machines can reach is refused unless `allow_remote`. False: `why` says what is wrong.
 */
bool listen_socket_open(const char *host_port, bool allow_remote, struct listen_socket *out,
                        char *why, size_t why_size);
/* The same for a socket that systemd hands over. */
bool listen_socket_adopt(int fd, bool allow_remote, struct listen_socket *out, char *why,
                         size_t why_size);
/* Checks the form of "HOST:PORT" only. */
bool listen_socket_check(const char *host_port, char *why, size_t why_size);

#endif
