/*
 * A line is put together in a buffer on the stack and written at once. Control characters from
 * outside (names, targets) become '?', so that nobody can forge lines.
 */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"error", "warning", "notice", "info", "debug"};

static enum log_level most = LOG_LEVEL_INFO;
static bool for_journal;

bool log_level_parse(const char *name, enum log_level *level)
{
    unsigned i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *level = (enum log_level)(LOG_LEVEL_ERROR + i);
            return true;
        }
    }
    return false;
}

void log_init(enum log_level level)
{
    most = level;
    for_journal = getenv("JOURNAL_STREAM") != NULL;
}

bool log_wants(enum log_level level)
{
    return level <= most;
}

void log_line(enum log_level level, const char *format, ...)
{
    char line[1280];
    size_t n, i;
    va_list args;
    int len;

    if (!log_wants(level)) {
        return;
    }
    if (for_journal) {
        len = snprintf(line, sizeof line, "<%d>", (int)level);
    } else {
        len = snprintf(line, sizeof line, "cupeld: %s: ", names[level - LOG_LEVEL_ERROR]);
    }
    n = (size_t)len;
    va_start(args, format);
    len = vsnprintf(line + n, sizeof line - n - 1, format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    n = strlen(line);
    for (i = 0; i < n; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f) {
            line[i] = '?';
        }
    }
    line[n++] = '\n';
    if (write(STDERR_FILENO, line, n) < 0) {
        return; /* there is nowhere left to say so */
    }
}
