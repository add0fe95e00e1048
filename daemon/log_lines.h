/*
 * log_lines.h - what a line of the log looks like, in each format. Nothing here writes anywhere.
 */
#ifndef CUPEL_DAEMON_LOG_LINES_H
#define CUPEL_DAEMON_LOG_LINES_H

#include "daemon/log.h"

#include <time.h>

/* There is room for the longest line there can be; it ends in a newline, and a NUL that does not count. */
enum { LOG_MESSAGE_MOST = 1024, LOG_LINE_SIZE = 49152 };

struct log_entry {
    enum log_level level;
    const char *message; /* cut after LOG_MESSAGE_MOST bytes */
    const struct log_field *fields;
    size_t count;
    struct timespec time;
};

const char *log_level_name(enum log_level level);

/* Length of what is written to `line`. `number_level`: "<6>" for the journal instead of a name. */
size_t log_line_text(const struct log_entry *entry, bool number_level, char line[LOG_LINE_SIZE]);
size_t log_line_json(const struct log_entry *entry, char line[LOG_LINE_SIZE]);
size_t log_line_journal(const struct log_entry *entry, char line[LOG_LINE_SIZE]);

#endif
