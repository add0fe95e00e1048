/*
 * settings.h - the daemon's configuration: what config.def lists, from defaults, file and flags.
 */
#ifndef CUPEL_DAEMON_SETTINGS_H
#define CUPEL_DAEMON_SETTINGS_H

#include "api/api.h"
#include "api/service.h"
#include "api/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SETTINGS_TEXT_SIZE 512

struct settings {
#define CONFIG_TEXT(section, name, standard, summary)                    char name[SETTINGS_TEXT_SIZE];
#define CONFIG_BOOL(section, name, standard, summary)                    bool name;
#define CONFIG_SIZE(section, name, standard, lowest, highest, summary)   uint64_t name;
#define CONFIG_NUMBER(section, name, standard, lowest, highest, summary) uint64_t name;
#include "daemon/config.def"
#undef CONFIG_TEXT
#undef CONFIG_BOOL
#undef CONFIG_SIZE
#undef CONFIG_NUMBER
};

enum setting_kind { SETTING_TEXT, SETTING_BOOL, SETTING_SIZE, SETTING_NUMBER };

/* A row of config.def. */
struct setting {
    const char *section;
    const char *name;
    enum setting_kind kind;
    size_t offset;    /* in struct settings */
    const char *text; /* default of SETTING_TEXT */
    uint64_t number;  /* default of the others */
    uint64_t lowest, highest;
    const char *summary;
};

/* The table; `count` is the number of rows. */
const struct setting *settings_rows(size_t *count);
/* The row of a name in `section` (NULL: any), '-' and '_' being the same; NULL if there is none. */
const struct setting *settings_find(const char *section, const char *name);

void settings_init(struct settings *settings);

/* Sets one option; false: `why` says what was expected and what was given. */
bool settings_set(struct settings *settings, const struct setting *row, const char *value,
                  struct strbuf *why);

/*
 * Reads a file. Appends a line to `faults` for each thing wrong with it, "FILE:LINE: ..."; true if
 * there was none.
 */
bool settings_read_file(struct settings *settings, const char *path, struct strbuf *faults);

/* Checks what concerns several options at once. */
bool settings_check(const struct settings *settings, struct strbuf *faults);

/* The value of an option as it would stand in the file. */
void settings_value(const struct settings *settings, const struct setting *row, struct strbuf *out);
/* Does a daemon that runs take a change over when it is told to reload? */
bool settings_is_live(const struct setting *row);
/* Does an option have the same value in both? */
bool settings_equal(const struct settings *a, const struct settings *b, const struct setting *row);
/* Makes it so. */
void settings_copy(struct settings *to, const struct settings *from, const struct setting *row);
/* A sample file: every option with its meaning and `settings` as values. */
void settings_print(const struct settings *settings, FILE *out);
/* The options as flags: for --help, and as the roff text of a manual page. */
void settings_print_flags(FILE *out);
void settings_print_man(FILE *out);

/* What the layers below are to be given. */
void settings_for_service(const struct settings *settings, struct service_settings *out);
void settings_for_api(const struct settings *settings, struct api_settings *out);

#endif
