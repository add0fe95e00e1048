/*
 * Everything that people read about options comes from the table: the sample file, --help, and the
 * list in the manual page.
 */
#include "daemon/settings.h"

#include <inttypes.h>
#include <string.h>

void settings_value(const struct settings *settings, const struct setting *row, struct strbuf *out)
{
    const char *field = (const char *)settings + row->offset;
    uint64_t number;
    bool flag;

    switch (row->kind) {
    case SETTING_TEXT:
        strbuf_puts(out, field);
        break;
    case SETTING_BOOL:
        memcpy(&flag, field, sizeof flag);
        strbuf_puts(out, flag ? "true" : "false");
        break;
    default:
        memcpy(&number, field, sizeof number);
        if (row->kind == SETTING_SIZE && number > 0 && number % (1 << 20) == 0) {
            strbuf_printf(out, "%" PRIu64 "M", number >> 20);
        } else {
            strbuf_printf(out, "%" PRIu64, number);
        }
    }
}

/* Calls `print` for each row with the default's text. */
static void each_row(const struct settings *settings, FILE *out,
                     void (*print)(const struct setting *row, const char *value, bool new_section,
                                   FILE *out))
{
    const char *section = "";
    struct strbuf value;
    size_t count, i;
    const struct setting *rows = settings_rows(&count);

    for (i = 0; i < count; i++) {
        strbuf_init(&value);
        settings_value(settings, &rows[i], &value);
        print(&rows[i], strbuf_text(&value), strcmp(section, rows[i].section) != 0, out);
        strbuf_fini(&value);
        section = rows[i].section;
    }
}

static void print_line(const struct setting *row, const char *value, bool new_section, FILE *out)
{
    if (new_section) {
        fprintf(out, "\n[%s]\n", row->section);
    }
    fprintf(out, "# %s\n%s = %s\n", row->summary, row->name, value);
}

void settings_print(const struct settings *settings, FILE *out)
{
    fprintf(out,
            "# Configuration of cupeld. What is not here has its default. Check a change with\n"
            "# cupeld --config FILE --check-config\n");
    each_row(settings, out, print_line);
}

/* The name as a flag: --max-connections */
static void flag_of(const struct setting *row, char *flag, size_t size)
{
    char *p;

    snprintf(flag, size, "--%s", row->name);
    for (p = flag; *p != '\0'; p++) {
        *p = *p == '_' ? '-' : *p;
    }
}

static const char *argument_of(const struct setting *row)
{
    switch (row->kind) {
    case SETTING_TEXT:
        return strcmp(row->name, "listen") == 0 ? "HOST:PORT"
               : strcmp(row->name, "database") == 0 || strncmp(row->name, "tls_", 4) == 0 ? "FILE"
                                                                                          : "TEXT";
    case SETTING_BOOL:
        return "BOOL";
    case SETTING_SIZE:
        return "SIZE";
    default:
        return "N";
    }
}

static void print_flag(const struct setting *row, const char *value, bool new_section, FILE *out)
{
    char flag[80];

    flag_of(row, flag, sizeof flag);
    fprintf(out, "%s  %s %s\n        %s [%s]\n", new_section ? "\n" : "", flag, argument_of(row),
            row->summary, value);
}

void settings_print_flags(FILE *out)
{
    struct settings standard;

    settings_init(&standard);
    each_row(&standard, out, print_flag);
}

static void print_roff(const struct setting *row, const char *value, bool new_section, FILE *out)
{
    char flag[80];
    const char *p;

    if (new_section) {
        fprintf(out, ".SS [%s]\n", row->section);
    }
    flag_of(row, flag, sizeof flag);
    fputs(".TP\n.BI ", out);
    for (p = flag; *p != '\0'; p++) {
        fprintf(out, *p == '-' ? "\\-" : "%c", *p);
    }
    fprintf(out, "\\  %s\n%c%s%s.\nDefault:\n.BR \"%s\" .\n", argument_of(row),
            row->summary[0] >= 'a' && row->summary[0] <= 'z' ? row->summary[0] - 32
                                                             : row->summary[0],
            row->summary + 1, settings_is_live(row) ? " (SIGHUP changes it)" : "", value);
}

void settings_print_man(FILE *out)
{
    struct settings standard;

    settings_init(&standard);
    each_row(&standard, out, print_roff);
}
