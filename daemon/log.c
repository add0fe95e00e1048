/*
 * Each line is one write to stderr, or one datagram to the journal, spoken to in its native protocol:
 * the fields arrive as fields, and can be asked for (journalctl CUPEL_MODULE=...). The socket is not
 * connected, so a journal that is started anew is found again.
 */
#include "daemon/log.h"

#include "daemon/log_lines.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static _Atomic(enum log_level) most = LOG_LEVEL_INFO;
static enum log_format as = LOG_TEXT;
static bool in_journal; /* stderr leads there */
static int journal_fd = -1;
static struct sockaddr_un journal_address;

bool log_level_parse(const char *name, enum log_level *level)
{
    int i;

    for (i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++) {
        if (strcmp(name, log_level_name((enum log_level)i)) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_format_parse(const char *name, enum log_format *format)
{
    static const char *const names[] = {"auto", "text", "json", "journal"};
    unsigned i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *format = (enum log_format)i;
            return true;
        }
    }
    return false;
}

/* systemd says in the environment which file it is that leads to the journal; somebody may have
 * redirected stderr since. */
static bool leads_to_journal(void)
{
    const char *text = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat at;

    return text != NULL && sscanf(text, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &at) == 0 && at.st_dev == device && at.st_ino == inode;
}

static void open_journal(const char *path)
{
    if (strlen(path) < sizeof journal_address.sun_path) {
        journal_address.sun_family = AF_UNIX;
        strcpy(journal_address.sun_path, path);
        journal_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
}

void log_init(enum log_level level, enum log_format format, const char *journal)
{
    most = level;
    in_journal = leads_to_journal();
    as = format != LOG_AUTO ? format : in_journal ? LOG_JOURNAL : LOG_TEXT;
    if (as == LOG_JOURNAL) {
        open_journal(journal);
    }
}

void log_fini(void)
{
    if (journal_fd >= 0) {
        close(journal_fd);
        journal_fd = -1;
    }
}

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&most, level, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
    return level <= atomic_load_explicit(&most, memory_order_relaxed);
}

static bool send_to_journal(const struct log_entry *entry, char line[LOG_LINE_SIZE])
{
    size_t len = log_line_journal(entry, line);

    return journal_fd >= 0 &&
           sendto(journal_fd, line, len, MSG_NOSIGNAL, (const struct sockaddr *)&journal_address,
                  sizeof journal_address) >= 0;
}

static void write_entry(const struct log_entry *entry)
{
    char line[LOG_LINE_SIZE];
    size_t len;

    if (as == LOG_JOURNAL && send_to_journal(entry, line)) {
        return;
    }
    len = as == LOG_JSON ? log_line_json(entry, line) : log_line_text(entry, in_journal, line);
    if (write(STDERR_FILENO, line, len) < 0) {
        return; /* there is nowhere left to say so */
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    struct log_entry entry = {.level = level};
    char message[LOG_MESSAGE_MOST + 1];
    va_list args;
    int len;

    if (!log_wants(level)) {
        return;
    }
    va_start(args, format);
    len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (len >= 0) {
        entry.message = message;
        clock_gettime(CLOCK_REALTIME, &entry.time);
        write_entry(&entry);
    }
}

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    struct log_entry entry = {level, event, fields, count, {0, 0}};

    if (log_wants(level)) {
        clock_gettime(CLOCK_REALTIME, &entry.time);
        write_entry(&entry);
    }
}
