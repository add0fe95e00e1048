/*
 * A line is put together in a buffer of fixed size, without an allocation that could fail. What comes from
 * outside (targets, names of functions) may be any bytes, so it is cut and escaped: nobody can forge
 * a line or a field, or send a terminal a command. Message and fields are bounded such that the
 * longest of them, each byte escaped, fits; put() stops at the end all the same.
 */
#include "daemon/log_lines.h"

#include "api/utf8_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(LOG_LINE_SIZE > 8 * (LOG_MESSAGE_MOST + LOG_FIELDS_MOST * (LOG_TEXT_MOST + 64)),
               "there is room for the longest line");

struct line {
    char *data;
    size_t len;
};

static void put(struct line *line, const char *data, size_t len)
{
    size_t room = LOG_LINE_SIZE - 2 - line->len;

    len = len < room ? len : room;
    memcpy(line->data + line->len, data, len);
    line->len += len;
}

static void puts_to(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

static void put_number(struct line *line, uint64_t number)
{
    char digits[24];

    put(line, digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number));
}

static size_t end(struct line *line)
{
    line->data[line->len++] = '\n';
    line->data[line->len] = '\0';
    return line->len;
}

static const char *message_of(const struct log_entry *entry, size_t *len)
{
    *len = strnlen(entry->message, LOG_MESSAGE_MOST);
    return entry->message;
}

static size_t text_len(const struct log_field *field)
{
    return utf8_clip(field->text, field->len, LOG_TEXT_MOST);
}

const char *log_level_name(enum log_level level)
{
    static const char *const names[] = {"error", "warning", "notice", "info", "debug"};

    return names[level - LOG_LEVEL_ERROR];
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Our own words, whose parts may be a client's: what controls a terminal becomes '?'. */
static void put_message(struct line *line, const struct log_entry *entry)
{
    size_t len, i;
    const char *text = message_of(entry, &len);

    for (i = 0; i < len; i++) {
        bool control = (unsigned char)text[i] < 0x20 || text[i] == 0x7f;

        put(line, control ? "?" : text + i, 1);
    }
}

/* Printable ASCII as it is but for quotes and backslashes; all else by its bytes. */
static void put_escaped(struct line *line, const char *text, size_t len)
{
    char hex[8];
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\') {
            put(line, text + i, 1);
        } else {
            put(line, hex, (size_t)snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)text[i]));
        }
    }
}

static bool is_plain(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f || strchr("\"\\=", text[i]) != NULL) {
            return false;
        }
    }
    return len > 0;
}

static void put_fields(struct line *line, const struct log_entry *entry)
{
    size_t i;

    for (i = 0; i < entry->count && i < LOG_FIELDS_MOST; i++) {
        const struct log_field *field = &entry->fields[i];

        puts_to(line, " ");
        puts_to(line, field->name);
        puts_to(line, "=");
        if (field->text == NULL) {
            put_number(line, field->number);
        } else if (is_plain(field->text, text_len(field))) {
            put(line, field->text, text_len(field));
        } else {
            puts_to(line, "\"");
            put_escaped(line, field->text, text_len(field));
            puts_to(line, "\"");
        }
    }
}

size_t log_line_text(const struct log_entry *entry, bool number_level, char data[LOG_LINE_SIZE])
{
    struct line line = {data, 0};

    if (number_level) {
        puts_to(&line, "<");
        put_number(&line, (uint64_t)entry->level);
        puts_to(&line, ">");
    } else {
        puts_to(&line, "cupeld: ");
        puts_to(&line, log_level_name(entry->level));
        puts_to(&line, ": ");
    }
    put_message(&line, entry);
    put_fields(&line, entry);
    return end(&line);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_json(struct line *line, const char *text, size_t len)
{
    char hex[8];
    size_t i = 0, n;

    puts_to(line, "\"");
    while (i < len) {
        n = utf8_sequence(text + i, len - i);
        if (n == 0) {
            puts_to(line, "\\ufffd");
        } else if (n == 1 && ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\' ||
                              text[i] == 0x7f)) {
            put(line, hex, (size_t)snprintf(hex, sizeof hex, "\\u%04x", (unsigned char)text[i]));
        } else {
            put(line, text + i, n);
        }
        i += n > 0 ? n : 1;
    }
    puts_to(line, "\"");
}

static void put_time(struct line *line, const struct timespec *time)
{
    char text[48];
    struct tm utc;

    gmtime_r(&time->tv_sec, &utc);
    put(line, text, strftime(text, sizeof text, "{\"time\":\"%Y-%m-%dT%H:%M:%S", &utc));
    put(line, text,
        (size_t)snprintf(text, sizeof text, ".%06ldZ\",\"level\":\"", time->tv_nsec / 1000));
}

size_t log_line_json(const struct log_entry *entry, char data[LOG_LINE_SIZE])
{
    struct line line = {data, 0};
    size_t len, i;
    const char *message = message_of(entry, &len);

    put_time(&line, &entry->time);
    puts_to(&line, log_level_name(entry->level));
    puts_to(&line, "\",\"message\":");
    put_json(&line, message, len);
    for (i = 0; i < entry->count && i < LOG_FIELDS_MOST; i++) {
        const struct log_field *field = &entry->fields[i];

        puts_to(&line, ",\"");
        puts_to(&line, field->name);
        puts_to(&line, "\":");
        if (field->text == NULL) {
            put_number(&line, field->number);
        } else {
            put_json(&line, field->text, text_len(field));
        }
    }
    puts_to(&line, "}");
    return end(&line);
}

/* ---- the journal ----------------------------------------------------------------------------- */

static void put_journal_name(struct line *line, const char *name)
{
    puts_to(line, "CUPEL_");
    for (; *name != '\0'; name++) {
        char c = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;

        put(line, &c, 1);
    }
    puts_to(line, "=");
}

/* Its native protocol: a field a line, since no value of ours has a newline. */
size_t log_line_journal(const struct log_entry *entry, char data[LOG_LINE_SIZE])
{
    struct line line = {data, 0};
    size_t i;

    puts_to(&line, "PRIORITY=");
    put_number(&line, (uint64_t)entry->level);
    puts_to(&line, "\nSYSLOG_IDENTIFIER=cupeld\nMESSAGE=");
    put_message(&line, entry);
    put_fields(&line, entry);
    for (i = 0; i < entry->count && i < LOG_FIELDS_MOST; i++) {
        const struct log_field *field = &entry->fields[i];

        puts_to(&line, "\n");
        put_journal_name(&line, field->name);
        if (field->text == NULL) {
            put_number(&line, field->number);
        } else {
            put_escaped(&line, field->text, text_len(field));
        }
    }
    return end(&line);
}
