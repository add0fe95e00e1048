/*
 * We bind ourselves instead of leaving it to the HTTP library: for the picked port, for errors that
 * name the address, and to refuse an address that the world can reach. Whether an address is local
 * is asked of the address that was bound, not of its name.
 */
#include "daemon/listen_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct parts {
    char host[256];
    char port[8];
};

static bool split(const char *host_port, struct parts *parts, char *why, size_t why_size)
{
    const char *colon = strrchr(host_port, ':'), *host = host_port;
    size_t len = colon != NULL ? (size_t)(colon - host_port) : 0, digits;
    unsigned port = 0;

    digits = colon != NULL ? strspn(colon + 1, "0123456789") : 0;
    if (digits == 0 || digits > 5 || colon[1 + digits] != '\0' ||
        sscanf(colon + 1, "%u", &port) != 1 || port > 65535) {
        snprintf(why, why_size,
                 "listen: expected HOST:PORT with a port from 0 to 65535, got "
                 "\"%.80s\"",
                 host_port);
        return false;
    }
    if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    } else if (memchr(host, ':', len) != NULL) {
        snprintf(why, why_size, "listen: an IPv6 address stands in brackets, [%.*s]:%s", (int)len,
                 host, colon + 1);
        return false;
    }
    if (len == 0 || len >= sizeof parts->host) {
        snprintf(why, why_size, "listen: expected HOST:PORT, got \"%.80s\"", host_port);
        return false;
    }
    memcpy(parts->host, host, len);
    parts->host[len] = '\0';
    snprintf(parts->port, sizeof parts->port, "%u", port);
    return true;
}

bool listen_socket_check(const char *host_port, char *why, size_t why_size)
{
    struct parts parts;

    return split(host_port, &parts, why, why_size);
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;

        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;

        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) ||
               (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr) && in6->sin6_addr.s6_addr[12] == 127);
    }
    return address->sa_family == AF_UNIX;
}

bool listen_socket_adopt(int fd, bool allow_remote, struct listen_socket *out, char *why,
                         size_t why_size)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char host[128], port[16];

    out->fd = fd;
    memset(&address, 0, sizeof address);
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        snprintf(why, why_size, "listen: %s", strerror(errno));
        return false;
    }
    out->local = is_loopback((struct sockaddr *)&address);
    if (!allow_remote && !out->local) {
        snprintf(
            why, why_size,
            "listen: other machines can reach this address, and there are no keys yet; make one "
            "(cupeld key add), use 127.0.0.1, or set allow_remote");
        return false;
    }
    if (getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(host, sizeof host, "localhost");
        snprintf(port, sizeof port, "0");
    }
    snprintf(out->url, sizeof out->url,
             address.ss_family == AF_INET6 ? "http://[%s]:%s" : "http://%s:%s", host, port);
    return true;
}

static int bind_to(const struct addrinfo *info, bool allow_remote)
{
    int fd, on = 1, saved;

    if (!allow_remote && !is_loopback(info->ai_addr)) {
        errno = EPERM;
        return -1;
    }
    fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC, info->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0) {
        return fd;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

bool listen_socket_open(const char *host_port, bool allow_remote, struct listen_socket *out,
                        char *why, size_t why_size)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list = NULL, *info;
    struct parts parts;
    int code;

    out->fd = -1;
    if (!split(host_port, &parts, why, why_size)) {
        return false;
    }
    code = getaddrinfo(parts.host, parts.port, &hints, &list);
    if (code != 0) {
        snprintf(why, why_size, "listen: %s: %s", parts.host, gai_strerror(code));
        return false;
    }
    errno = EADDRNOTAVAIL;
    for (info = list; info != NULL && out->fd < 0; info = info->ai_next) {
        out->fd = bind_to(info, allow_remote);
    }
    code = errno;
    freeaddrinfo(list);
    if (out->fd >= 0) {
        return listen_socket_adopt(out->fd, allow_remote, out, why, why_size);
    }
    if (code == EPERM && !allow_remote) {
        snprintf(
            why, why_size,
            "listen: other machines can reach %.80s, and there are no keys yet; make one (cupeld "
            "key add), use 127.0.0.1, or set allow_remote",
            host_port);
    } else {
        snprintf(why, why_size, "listen: %.80s: %s", host_port, strerror(code));
    }
    return false;
}
