/*
 * Reading the INI file by libinih. The library tells its handler no line numbers, so the lines are
 * counted where they are handed to it. All faults of a file are reported, not just the first.
 */
#include "daemon/settings.h"

#include <errno.h>
#include <ini.h>
#include <string.h>

enum { SETTINGS_ROWS_MAX = 128 };

struct reading {
    struct settings *settings;
    const char *path;
    FILE *file;
    int line;
    int first_line[SETTINGS_ROWS_MAX]; /* where each option was set; 0: nowhere yet */
    struct strbuf *faults;
};

static char *next_line(char *buffer, int size, void *env)
{
    struct reading *reading = env;

    if (fgets(buffer, size, reading->file) == NULL) {
        return NULL;
    }
    reading->line++;
    return buffer;
}

static void suggest(const struct setting *elsewhere, struct strbuf *faults)
{
    if (elsewhere != NULL) {
        strbuf_printf(faults, "; it belongs to [%s]", elsewhere->section);
    }
    strbuf_putc(faults, '\n');
}

static int take_option(void *env, const char *section, const char *name, const char *value)
{
    struct reading *reading = env;
    const struct setting *row = settings_find(section, name);
    size_t count, index;
    struct strbuf why;

    if (row == NULL) {
        strbuf_printf(reading->faults, "%s:%d: section [%.40s] has no option \"%.80s\"",
                      reading->path, reading->line, section, name);
        suggest(settings_find(NULL, name), reading->faults);
        return 1;
    }
    index = (size_t)(row - settings_rows(&count));
    if (reading->first_line[index] != 0) {
        strbuf_printf(reading->faults, "%s:%d: [%s] %s was set already, in line %d\n",
                      reading->path, reading->line, section, row->name, reading->first_line[index]);
        return 1;
    }
    reading->first_line[index] = reading->line;
    strbuf_init(&why);
    if (!settings_set(reading->settings, row, value != NULL ? value : "", &why)) {
        strbuf_printf(reading->faults, "%s:%d: [%s] %s: %s\n", reading->path, reading->line,
                      section, row->name, strbuf_text(&why));
    }
    strbuf_fini(&why);
    return 1;
}

bool settings_read_file(struct settings *settings, const char *path, struct strbuf *faults)
{
    struct reading reading = {.settings = settings, .path = path, .faults = faults};
    size_t before = faults->len;
    int bad_line;

    reading.file = fopen(path, "r");
    if (reading.file == NULL) {
        strbuf_printf(faults, "%s: cannot be read: %s\n", path, strerror(errno));
        return false;
    }
    bad_line = ini_parse_stream(next_line, &reading, take_option, &reading);
    if (bad_line > 0) {
        strbuf_printf(faults, "%s:%d: expected [section], option = value, or a comment\n", path,
                      bad_line);
    } else if (bad_line < 0 || ferror(reading.file)) {
        strbuf_printf(faults, "%s: cannot be read: %s\n", path,
                      bad_line < 0 ? "memory is exhausted" : strerror(errno));
    }
    fclose(reading.file);
    return faults->len == before;
}
