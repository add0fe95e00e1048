/*
 * Flags are the options of config.def with '-' for '_': no second list of options is kept. The
 * command line is read twice, first for --config and the actions, then, over the file, for the rest.
 */
#include "daemon/options.h"

#include "daemon/listen_socket.h"
#include "daemon/log.h"
#include "daemon/sandbox.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct command_line {
    int argc, next;
    char **argv;
    const char *name;  /* of the flag, without "--" and "=..." */
    const char *value; /* after '=', else NULL */
    char buffer[80];
};

/* The next flag; false at the end or (with `faults` filled) at something that is none. */
static bool next_flag(struct command_line *line, struct strbuf *faults)
{
    const char *arg, *equals;
    size_t len;

    if (line->next >= line->argc) {
        return false;
    }
    arg = line->argv[line->next++];
    equals = strchr(arg, '=');
    len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
    if (strncmp(arg, "--", 2) != 0 || len < 3 || len - 2 >= sizeof line->buffer) {
        strbuf_printf(faults, "\"%.80s\" is not an option\n", arg);
        return false;
    }
    memcpy(line->buffer, arg + 2, len - 2);
    line->buffer[len - 2] = '\0';
    line->name = line->buffer;
    line->value = equals != NULL ? equals + 1 : NULL;
    return true;
}

/* The flag's argument, after '=' or the next word. */
static const char *flag_value(struct command_line *line, struct strbuf *faults)
{
    if (line->value == NULL && line->next < line->argc) {
        line->value = line->argv[line->next++];
    }
    if (line->value == NULL) {
        strbuf_printf(faults, "--%s needs a value\n", line->name);
    }
    return line->value;
}

static bool action_of(const char *name, enum options_action *action)
{
    static const struct {
        const char *name;
        enum options_action action;
    } actions[] = {
        {"check-config", OPTIONS_CHECK_CONFIG},
        {"print-config", OPTIONS_PRINT_CONFIG},
        {"print-man", OPTIONS_PRINT_MAN},
        {"version", OPTIONS_VERSION},
        {"help", OPTIONS_HELP},
    };
    size_t i;

    for (i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(name, actions[i].name) == 0) {
            *action = actions[i].action;
            return true;
        }
    }
    return false;
}

/* A flag of config.def: sets it in `settings`. */
static void take_setting(struct command_line *line, struct settings *settings,
                         struct strbuf *faults)
{
    const struct setting *row = settings_find(NULL, line->name);
    const char *value;
    struct strbuf why;

    if (row == NULL) {
        strbuf_printf(faults, "there is no option --%s; --help lists them\n", line->name);
        return;
    }
    value = row->kind == SETTING_BOOL && line->value == NULL ? "true" : flag_value(line, faults);
    if (value == NULL) {
        return;
    }
    strbuf_init(&why);
    if (!settings_set(settings, row, value, &why)) {
        strbuf_printf(faults, "--%s: %s\n", line->name, strbuf_text(&why));
    }
    strbuf_fini(&why);
}

static enum options_action read_flags(int argc, char **argv, struct settings *settings,
                                      const char **file, struct strbuf *faults)
{
    struct command_line line = {.argc = argc, .next = 1, .argv = argv};
    enum options_action action = OPTIONS_SERVE;

    while (next_flag(&line, faults)) {
        if (strcmp(line.name, "config") == 0) {
            *file = flag_value(&line, faults);
        } else if (!action_of(line.name, &action)) {
            take_setting(&line, settings, faults);
        }
    }
    return faults->len > 0 ? OPTIONS_BAD_USAGE : action;
}

enum options_action options_read(int argc, char **argv, const char *standard_file,
                                 struct settings *settings, struct strbuf *faults)
{
    enum options_action action;
    enum log_level level;
    enum log_format format;
    enum sandbox_mode sandbox;
    const char *file = NULL;
    char why[256];

    settings_init(settings);
    action = read_flags(argc, argv, settings, &file, faults);
    if (action == OPTIONS_BAD_USAGE || action >= OPTIONS_PRINT_MAN) {
        return action;
    }
    if (file == NULL && access(standard_file, F_OK) == 0) {
        file = standard_file;
    }
    settings_init(settings);
    if (file != NULL) {
        settings_read_file(settings, file, faults);
    }
    (void)read_flags(argc, argv, settings, &file, faults);
    settings_check(settings, faults);
    if (!listen_socket_check(settings->listen, why, sizeof why)) {
        strbuf_printf(faults, "%s\n", why);
    }
    if (!log_level_parse(settings->log_level, &level)) {
        strbuf_printf(faults,
                      "log_level: expected error, warning, notice, info or debug, got "
                      "\"%.40s\"\n",
                      settings->log_level);
    }
    if (!log_format_parse(settings->log_format, &format)) {
        strbuf_printf(faults, "log_format: expected auto, text, json or journal, got \"%.40s\"\n",
                      settings->log_format);
    }
    if (!sandbox_mode_parse(settings->sandbox, &sandbox)) {
        strbuf_printf(faults, "sandbox: expected deny, kill or off, got \"%.40s\"\n",
                      settings->sandbox);
    }
    return faults->len > 0 ? OPTIONS_BAD_CONFIG : action;
}
