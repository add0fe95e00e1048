/*
 * cupeld: joins configuration, storage, engine and HTTP, and waits for the signal to end.
 *
 * Signals are blocked in every thread and taken by this one, synchronously: nothing runs in a
 * signal handler. SIGHUP reloads (reload.c). To end means: accept no more, let what runs finish until the drain timeout,
 * then cancel the calls that are left, and close in reverse order of opening.
 */
#include "config.h"

#include "api/export_call.h"
#include "api/key_ring.h"
#include "daemon/backup_command.h"
#include "daemon/key_command.h"
#include "daemon/listen_socket.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/reload.h"
#include "daemon/sandbox.h"
#include "daemon/server.h"
#include "daemon/tls_files.h"
#include "daemon/watchdog.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What keys have used is written down every so many seconds, and at the end. */
enum { SAVE_TICKS = 10 };

struct cupeld {
    int argc;
    char **argv;
    struct settings settings;
    char url[LISTEN_URL_SIZE + 1];
    struct listen_socket socket;
    struct storage *storage;
    struct service *service;
    struct api *api;
    struct server *server;
};

static void block_signals(sigset_t *set)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error of a write, not our end */
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
}

/* Beside connections and those that are being displaced: the database, images, files. */
enum { MORE_DESCRIPTORS = 512 };

/* As many descriptors as connections may need; fewer connections if there are not as many. */
static uint64_t raise_descriptor_limit(uint64_t connections)
{
    struct rlimit limit;
    rlim_t want = (rlim_t)connections + (rlim_t)connections / 8 + MORE_DESCRIPTORS;
    uint64_t most;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < want) {
        limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < want) {
            most = limit.rlim_cur > 2 * MORE_DESCRIPTORS
                       ? ((uint64_t)limit.rlim_cur - MORE_DESCRIPTORS) / 9 * 8
                       : (uint64_t)limit.rlim_cur / 4;
            most = most < 1 ? 1 : most;
            log_line(LOG_LEVEL_WARNING,
                     "max_connections is %" PRIu64 ", but only %" PRIu64
                     " files may be open at once: it is %" PRIu64 " then",
                     connections, (uint64_t)limit.rlim_cur, most);
            connections = most;
        }
    }
    return connections;
}

/* Where others can listen in, there must be keys, or somebody who says that he knows what he does. */
static bool open_socket(struct cupeld *d)
{
    bool keyless = key_ring_is_empty(service_keys(d->service));
    bool remote = d->settings.allow_remote || !keyless;
    int fd = notify_listen_fd();
    char why[512];
    bool ok;

    if (fd >= 0) {
        ok = listen_socket_adopt(fd, remote, &d->socket, why, sizeof why);
    } else {
        ok = listen_socket_open(d->settings.listen, remote, &d->socket, why, sizeof why);
    }
    if (!ok) {
        log_line(LOG_LEVEL_ERROR, "%s", why);
        return false;
    }
    api_set_open(d->api, d->socket.local || d->settings.allow_remote);
    if (keyless) {
        log_line(d->socket.local ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
                 "there are no keys: whoever reaches this address may do everything");
    } else if (!d->socket.local && !tls_files_wanted(&d->settings)) {
        log_line(LOG_LEVEL_WARNING, "no TLS: whoever listens in on the network learns keys");
    }
    return true;
}

static bool open_service(struct cupeld *d)
{
    struct service_settings service;
    struct api_settings api;
    struct storage_error from;
    struct api_error error;
    uint64_t purged = 0;

    if (storage_open(d->settings.database, NULL, &d->storage, &from) != STORAGE_OK) {
        log_line(LOG_LEVEL_ERROR, "%s", from.text);
        return false;
    }
    api_error_init(&error);
    settings_for_service(&d->settings, &service);
    settings_for_api(&d->settings, &api);
    d->service = service_new(&service, d->storage, &error);
    if (d->service != NULL) {
        d->api = api_new(&api, d->service);
        if (service_purge_images(d->service, &purged, &error) != API_OK) {
            log_line(LOG_LEVEL_WARNING, "images of other builds stay: %s",
                     strbuf_text(&error.detail));
        } else if (purged > 0) {
            log_line(LOG_LEVEL_INFO, "removed %" PRIu64 " images of other builds", purged);
        }
    }
    if (d->api == NULL) {
        log_line(LOG_LEVEL_ERROR, "%s",
                 error.detail.len > 0 ? strbuf_text(&error.detail) : "memory is exhausted");
    }
    api_error_fini(&error);
    return d->api != NULL;
}

/* The last step: all that needs more from the kernel has been done. */
static void close_sandbox(const struct settings *settings)
{
    enum sandbox_mode mode = SANDBOX_DENY;
    char why[128];

    sandbox_mode_parse(settings->sandbox, &mode);
    switch (sandbox_enter(mode, why, sizeof why)) {
    case SANDBOX_CLOSED:
        log_line(LOG_LEVEL_INFO, "sandbox: other system calls than those needed are %s",
                 mode == SANDBOX_KILL ? "the end" : "denied");
        break;
    case SANDBOX_OPEN:
        log_line(LOG_LEVEL_INFO, "sandbox: system calls are not filtered: %s", why);
        break;
    case SANDBOX_FAILED:
        log_line(LOG_LEVEL_WARNING, "sandbox: system calls are not filtered: %s", why);
        break;
    }
}

static bool start(struct cupeld *d)
{
    struct settings settings = d->settings;
    char why[512];

    settings.max_connections = raise_descriptor_limit(settings.max_connections);
    if (!open_service(d) || !open_socket(d)) {
        return false;
    }
    d->server = server_start(&settings, d->api, d->socket.fd, why, sizeof why);
    if (d->server == NULL) {
        log_line(LOG_LEVEL_ERROR, "%s", why);
        return false;
    }
    d->socket.fd = -1; /* the server's now */
    log_line(
        LOG_LEVEL_INFO, "version %s, engine %s (%s dispatch, %s, %s), database %s", VERSION,
        cupel_build_id(), cupel_engine_dispatch(service_engine(d->service)),
        cupel_engine_guard_pages(service_engine(d->service)) ? "guard pages" : "checked memories",
        cupel_config_get_native(cupel_engine_config(service_engine(d->service))) ? "machine code"
                                                                                 : "interpreted",
        d->settings.database);
    snprintf(d->url, sizeof d->url, "http%s%s", tls_files_wanted(&d->settings) ? "s" : "",
             d->socket.url + strlen("http"));
    close_sandbox(&d->settings);
    printf("listening on %s\n", d->url);
    fflush(stdout);
    notify_ready(d->url);
    return true;
}

/* Keys that another process made or revoked, and what ours have used. */
static void tend_keys(struct cupeld *d, bool save)
{
    struct key_ring *keys = service_keys(d->service);
    struct api_error error;

    api_error_init(&error);
    if (key_ring_refresh(keys, &error) != API_OK ||
        (save && key_ring_save(keys, &error) != API_OK)) {
        log_line(LOG_LEVEL_WARNING, "keys: %s", strbuf_text(&error.detail));
    }
    api_error_fini(&error);
}

static void reload(struct cupeld *d)
{
    struct reload what = {d->argc, d->argv, CUPEL_CONFIG_FILE, &d->settings, d->service, d->server};
    char status[600], line[1200];

    notify_reloading();
    reload_settings(&what, status, sizeof status);
    tend_keys(d, true);
    snprintf(line, sizeof line, "listening on %s (%s)", d->url, status);
    notify_reloaded(line);
}

/* Feeds the watchdog, as long as the daemon does what it is for. */
static void prove_alive(struct cupeld *d, struct watchdog *watchdog)
{
    static const char *const names[WATCHDOG_WORKS] = {"requests", "slices of calls"};
    struct watchdog_figures figures[WATCHDOG_WORKS];
    enum watchdog_work which;

    server_progress(d->server, figures);
    if (watchdog_check(watchdog, figures, call_clock_ns(), &which)) {
        notify_alive();
    } else {
        log_line(LOG_LEVEL_ERROR,
                 "stuck: %" PRIu64 " %s wait and none gets done; the watchdog is not fed",
                 figures[which].pending, names[which]);
    }
}

/* Until a signal to end comes; meanwhile the watchdog is fed and slow connections are closed. */
static int wait_for_signal(struct cupeld *d, const sigset_t *set)
{
    uint64_t watchdog_us = notify_watchdog_us();
    struct timespec tick = {1, 0};
    struct watchdog watchdog;
    unsigned ticks = 0;
    int signo;

    watchdog_init(&watchdog, watchdog_us * 500, call_clock_ns());
    if (watchdog_us > 0 && watchdog_us < 6000000) {
        tick.tv_sec = 0;
        tick.tv_nsec = (long)(watchdog_us / 6 * 1000);
    }
    while ((signo = sigtimedwait(set, NULL, &tick)) < 0 || signo == SIGHUP) {
        if (signo == SIGHUP) {
            reload(d);
        } else if (errno == EAGAIN) {
            server_reap(d->server);
            tend_keys(d, ++ticks % SAVE_TICKS == 0);
            if (watchdog_us > 0) {
                prove_alive(d, &watchdog);
            }
        }
    }
    return signo;
}

static void drain(struct cupeld *d, int signo)
{
    uint64_t end_ns = call_clock_ns() + d->settings.drain_timeout_ms * 1000000;
    struct timespec pause = {0, 2000000};

    log_line(LOG_LEVEL_INFO, "%s: finishing %u requests under way", strsignal(signo),
             server_active(d->server));
    notify_stopping();
    api_set_draining(d->api);
    server_quiesce(d->server);
    while (server_active(d->server) > 0 && call_clock_ns() < end_ns) {
        nanosleep(&pause, NULL);
    }
    service_cancel_calls(d->service);
    end_ns = call_clock_ns() + 3000000000;
    while (server_active(d->server) > 0 && call_clock_ns() < end_ns) {
        nanosleep(&pause, NULL); /* cancelled calls still get their answer out */
    }
}

static void stop(struct cupeld *d)
{
    server_delete(d->server);
    api_delete(d->api);
    service_delete(d->service);
    storage_close(d->storage);
    if (d->socket.fd >= 0) {
        close(d->socket.fd);
    }
}

static int serve(struct cupeld *d)
{
    enum log_level level = LOG_LEVEL_INFO;
    enum log_format format = LOG_AUTO;
    sigset_t signals;
    bool started;

    log_level_parse(d->settings.log_level, &level);
    log_format_parse(d->settings.log_format, &format);
    log_init(level, format, LOG_JOURNAL_SOCKET);
    block_signals(&signals);
    started = start(d);
    if (started) {
        drain(d, wait_for_signal(d, &signals));
        tend_keys(d, true);
    }
    stop(d);
    if (started) {
        log_line(LOG_LEVEL_INFO, "ended");
    }
    log_fini();
    return started ? 0 : 1;
}

static int complain(const struct strbuf *faults, int status)
{
    const char *line = strbuf_text(faults);

    while (*line != '\0') {
        size_t len = strcspn(line, "\n");

        fprintf(stderr, "cupeld: %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    return status;
}

static void print_help(void)
{
    printf("Usage: cupeld [--config FILE] [OPTION...]\n"
           "       cupeld key add|list|revoke ...\n"
           "       cupeld backup [--force] FILE\n"
           "Runs WebAssembly for clients over HTTP; `cupeld key` manages who they may be, `cupeld\n"
           "backup` copies the database.\n\n"
           "  --config FILE\n        read options from FILE [%s if it is there]\n"
           "  --check-config\n        check the configuration and end\n"
           "  --print-config\n        print the configuration as a file and end\n"
           "  --print-man\n        print the options as text for the manual page and end\n"
           "  --version\n        print the version and end\n"
           "  --help\n        print this and end\n"
           "\nOptions below may stand in FILE, in the section that the manual page names, with _\n"
           "for -; a flag outweighs the file. SIZE is in bytes, or with K, M or G.\n",
           CUPEL_CONFIG_FILE);
    settings_print_flags(stdout);
}

int main(int argc, char **argv)
{
    static struct cupeld d = {.socket.fd = -1};
    struct strbuf faults;
    int status = 0;

    if (argc > 1 && strcmp(argv[1], "key") == 0) {
        return key_command(argc - 1, argv + 1, CUPEL_CONFIG_FILE);
    }
    if (argc > 1 && strcmp(argv[1], "backup") == 0) {
        return backup_command(argc - 1, argv + 1, CUPEL_CONFIG_FILE);
    }
    d.argc = argc;
    d.argv = argv;
    strbuf_init(&faults);
    switch (options_read(argc, argv, CUPEL_CONFIG_FILE, &d.settings, &faults)) {
    case OPTIONS_SERVE:
        status = serve(&d);
        break;
    case OPTIONS_CHECK_CONFIG:
        printf("the configuration is good\n");
        break;
    case OPTIONS_PRINT_CONFIG:
        settings_print(&d.settings, stdout);
        break;
    case OPTIONS_PRINT_MAN:
        settings_print_man(stdout);
        break;
    case OPTIONS_VERSION:
        printf("cupeld %s\n", VERSION);
        break;
    case OPTIONS_HELP:
        print_help();
        break;
    case OPTIONS_BAD_USAGE:
        status = complain(&faults, 2);
        break;
    case OPTIONS_BAD_CONFIG:
        status = complain(&faults, 1);
        break;
    }
    strbuf_fini(&faults);
    return status;
}
