/*
 * log.h - lines to stderr, with the levels of the journal: as text, as JSON, or with their fields to
 * the journal itself.
 *
 * One write per line, so lines of several threads do not mix. Any thread.
 */
#ifndef CUPEL_DAEMON_LOG_H
#define CUPEL_DAEMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are syslog's. */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

/* LOG_AUTO: the journal where stderr leads to it, else text. */
enum log_format { LOG_AUTO, LOG_TEXT, LOG_JSON, LOG_JOURNAL };

/* False if there is no such level, or format. */
bool log_level_parse(const char *name, enum log_level *level);
bool log_format_parse(const char *name, enum log_format *format);

/* Where the journal takes messages. */
#define LOG_JOURNAL_SOCKET "/run/systemd/journal/socket"

/*
 * What is less important than `level` is dropped. `journal` is the journal's socket, borrowed; what
 * cannot be sent there goes to stderr as text. Call before there are threads.
 */
void log_init(enum log_level level, enum log_format format, const char *journal);
/* Closes what log_init() has opened. */
void log_fini(void);
/* At any time, by any thread. */
void log_set_level(enum log_level level);
bool log_wants(enum log_level level);

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A member of an event; borrowed. */
struct log_field {
    const char *name; /* lower case, digits and '_' */
    const char *text; /* of any bytes; NULL: `number` is meant */
    size_t len;
    uint64_t number;
};

/* More do not fit into a line; texts are cut after LOG_TEXT_MOST bytes. */
enum { LOG_FIELDS_MOST = 16, LOG_TEXT_MOST = 200 };

/* Something that happened, with its circumstances; `event` is one word. */
void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

#endif
