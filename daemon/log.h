/*
 * log.h - lines to stderr, with the levels of the journal.
 *
 * Under systemd a line begins with "<N>", which the journal takes for its level; elsewhere with the
 * level's name. One write per line, so lines of several threads do not mix. Any thread.
 */
#ifndef CUPEL_DAEMON_LOG_H
#define CUPEL_DAEMON_LOG_H

#include <stdbool.h>

/* The numbers are syslog's. */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

/* False if there is no such level. */
bool log_level_parse(const char *name, enum log_level *level);

/* What is less important than `level` is dropped. Call before there are threads. */
void log_init(enum log_level level);
bool log_wants(enum log_level level);

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
