/*
 * One libmicrohttpd daemon: a pool of threads, each with its own epoll; the acceptor, which hands
 * them connections; and the executor, for requests that take longer.
 */
#include "daemon/server.h"

#include "api/metrics.h"
#include "daemon/acceptor.h"
#include "daemon/inbound.h"
#include "daemon/log.h"
#include "daemon/request_log.h"
#include "daemon/tls_files.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* The library's own limit, of each thread beyond its share: what is handed over may lie uncounted. */
enum { CONNECTIONS_MORE = 64 };

/* What the library has for the head of a request and that of its answer, and reads bodies through by
 * the half. It clears it for every request, so more would cost all of them. */
enum { CONNECTION_MEMORY = 16384 };

struct server {
    struct inbound_shared shared;
    struct MHD_Daemon *http;
    struct executor *executor;
    struct acceptor *acceptor;
    bool has_tls;
    char *authorities; /* of clients' certificates, PEM; NULL: clients need none */
    uint64_t longest_wait_ns, max_connections;
    int fd;
};

__attribute__((format(printf, 2, 0))) static void http_log(void *cls, const char *format,
                                                           va_list args)
{
    char line[512];

    (void)cls;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    log_line(LOG_LEVEL_DEBUG, "http: %s", line);
}

static void demand_certificate(const struct server *server, struct MHD_Connection *connection)
{
    if (server->authorities != NULL) {
        tls_files_demand_certificate(
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
    }
}

static void connection_notice(void *cls, struct MHD_Connection *connection, void **slot,
                              enum MHD_ConnectionNotificationCode what)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct server *server = cls;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        demand_certificate(server, connection);
        *slot =
            info != NULL ? connections_add(&server->shared.connections, info->connect_fd) : NULL;
    } else {
        connections_remove(&server->shared.connections, *slot);
        *slot = NULL;
    }
}

/* Targets reach us undecoded: api/ splits first and decodes then. */
static size_t keep_encoded(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static unsigned thread_count(uint64_t wanted)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (wanted > 0) {
        return (unsigned)wanted;
    }
    return processors > 0 ? (unsigned)processors : 1;
}

/* There is a reserve for those that come while others are being displaced. */
static uint64_t most_connections(const struct server *server)
{
    return server->max_connections + server->max_connections / 8 + 16;
}

static bool has_room(void *env)
{
    struct server *server = env;
    uint64_t displaced;
    size_t count;

    connections_figures(&server->shared.connections, &count, &displaced);
    return count < most_connections(server);
}

/* The library closes it if it has no place for it, or too many are from that address. */
static void take_connection(void *env, int own_fd, const struct sockaddr *address, socklen_t len)
{
    struct server *server = env;

    (void)!MHD_add_connection(server->http, own_fd, address, len);
}

static const struct acceptor_calls acceptor_calls = {has_room, take_connection};

static struct MHD_Daemon *start_http(struct server *server, const struct settings *settings,
                                     unsigned threads)
{
    /* The library divides by threads. */
    unsigned connections = (unsigned)most_connections(server) + CONNECTIONS_MORE * threads;
    struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = 0, count = 0;

    if (threads > 1) {
        more[count++] =
            (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL};
    }
    if (server->has_tls) {
        flags = MHD_USE_TLS;
        more[count++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK, 0, tls_files_callback()};
        if (server->authorities != NULL) {
            more[count++] =
                (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, server->authorities};
        }
    }
    more[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};

    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | flags |
            MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG | MHD_USE_TURBO,
        0, NULL, NULL, inbound_step, &server->shared, MHD_OPTION_EXTERNAL_LOGGER, http_log, NULL,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)settings->max_connections_per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)settings->idle_timeout_s, MHD_OPTION_URI_LOG_CALLBACK, inbound_begin,
        &server->shared, MHD_OPTION_NOTIFY_COMPLETED, inbound_end, &server->shared,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notice, server, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_encoded, NULL, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static struct executor *start_executor(const struct settings *settings, char *why, size_t why_size)
{
    struct executor_settings out = {
        .threads = thread_count(settings->executor_threads),
        .nice = (int)settings->executor_nice,
        .slice_ns = settings->slice_us * 1000,
        .first_fuel = settings->slice_fuel,
        .capacity = settings->max_connections,
    };

    return executor_new(&out, why, why_size);
}

/* What the executor does, for /metrics. */
static void write_metrics(void *env, struct strbuf *out)
{
    struct server *server = env;
    struct executor_figures figures;
    uint64_t displaced;
    size_t connections;

    connections_figures(&server->shared.connections, &connections, &displaced);
    executor_figures(server->executor, &figures);
    metrics_write_one(out, "cupel_connections", "gauge", "Open connections.", connections);
    metrics_write_one(out, "cupel_connections_max", "gauge", "As many as there may be.",
                      server->max_connections);
    metrics_write_one(out, "cupel_displaced_connections_total", "counter",
                      "Connections that were closed to make room for others.", displaced);
    metrics_write_one(out, "cupel_body_memory_bytes", "gauge",
                      "Memory of bodies that are being read.",
                      atomic_load(&server->shared.body_bytes));
    metrics_write_one(out, "cupel_requests_active", "gauge", "Requests that are not answered yet.",
                      server_active(server));
    metrics_write_one(out, "cupel_long_calls", "gauge", "Requests that outlived their first slice.",
                      figures.tasks);
    metrics_write_one(out, "cupel_waiting_calls", "gauge", "Of these, those that wait their turn.",
                      figures.waiting);
    metrics_write_one(out, "cupel_slices_total", "counter", "Slices of such requests.",
                      figures.slices);
    metrics_write_one(out, "cupel_expired_calls_total", "counter",
                      "Calls whose deadline passed while they waited.", figures.expired);
    metrics_write_one(out, "cupel_abandoned_calls_total", "counter",
                      "Requests whose client left while they waited.", figures.abandoned);
}

struct server *server_start(const struct settings *settings, struct api *api, int fd, char *why,
                            size_t why_size)
{
    struct server *server = calloc(1, sizeof *server);

    if (server == NULL) {
        snprintf(why, why_size, "memory is exhausted");
        return NULL;
    }
    server->fd = fd;
    server->shared.api = api;
    server->shared.max_body_bytes = settings->max_body_memory;
    server->shared.log_requests = settings->log_requests;
    server->shared.request_timeout_ns = settings->request_timeout_s * 1000000000;
    server->max_connections = settings->max_connections;
    server->longest_wait_ns = (settings->request_timeout_s + settings->idle_timeout_s) * 1000000000;
    connections_init(&server->shared.connections, server->max_connections);
    if (getrandom(&server->shared.id_prefix, sizeof server->shared.id_prefix, 0) < 0) {
        server->shared.id_prefix = (uint64_t)getpid();
    }
    server->has_tls = tls_files_wanted(settings);
    if (!server->has_tls ||
        (tls_files_load(settings, why, why_size) &&
         tls_files_read_authorities(settings, &server->authorities, why, why_size))) {
        server->executor = start_executor(settings, why, why_size);
    }
    if (server->executor == NULL) {
        server_delete(server);
        return NULL;
    }
    server->shared.executor = server->executor;
    api_set_metrics(api, write_metrics, server);
    if (settings->log_calls) {
        api_set_call_log(api, request_log_call, NULL);
    }
    server->http = start_http(server, settings, thread_count(settings->threads));
    if (server->http == NULL) {
        snprintf(why, why_size, "the HTTP%s server cannot be started", server->has_tls ? "S" : "");
    } else {
        server->acceptor = acceptor_start(fd, &acceptor_calls, server, why, why_size);
    }
    if (server->acceptor == NULL) {
        server_delete(server);
        return NULL;
    }
    return server;
}

bool server_reload_tls(struct server *server, const struct settings *settings, char *why,
                       size_t why_size)
{
    if (server->has_tls != tls_files_wanted(settings)) {
        snprintf(why, why_size, "to change between HTTP and HTTPS takes a restart");
        return false;
    }
    return !server->has_tls || tls_files_load(settings, why, why_size);
}

void server_progress(const struct server *server, struct watchdog_figures out[WATCHDOG_WORKS])
{
    struct executor_figures figures;
    uint64_t active, begun;

    executor_figures(server->executor, &figures);
    out[WATCHDOG_SLICES].pending = figures.waiting;
    out[WATCHDOG_SLICES].done = figures.slices;
    inbound_figures(&server->shared, &active, &begun, &out[WATCHDOG_REQUESTS].done);
    out[WATCHDOG_REQUESTS].pending = begun - out[WATCHDOG_REQUESTS].done;
}

void server_quiesce(struct server *server)
{
    acceptor_stop(server->acceptor);
    server->acceptor = NULL;
    if (server->fd >= 0) {
        close(server->fd); /* clients see that nobody listens */
        server->fd = -1;
    }
}

unsigned server_active(const struct server *server)
{
    uint64_t active, begun, handled;

    inbound_figures(&server->shared, &active, &begun, &handled);
    return (unsigned)active;
}

void server_reap(struct server *server)
{
    size_t count = connections_reap(&server->shared.connections, server->longest_wait_ns);

    if (count > 0) {
        log_line(LOG_LEVEL_INFO, "closed %zu connections whose request took too long", count);
    }
}

void server_delete(struct server *server)
{
    if (server == NULL) {
        return;
    }
    acceptor_stop(server->acceptor);
    if (server->executor != NULL) {
        executor_stop(server->executor); /* the library stops only when no connection sleeps */
    }
    if (server->http != NULL) {
        MHD_stop_daemon(server->http);
    }
    executor_delete(server->executor);
    tls_files_fini();
    free(server->authorities);
    connections_fini(&server->shared.connections);
    free(server);
}
