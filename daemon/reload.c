/*
 * All or nothing: the file is read into settings of its own and checked as at the start, then the
 * files of TLS are read, and only when nothing is left that could fail is anything changed. Flags
 * keep outweighing the file.
 */
#include "daemon/reload.h"

#include "daemon/log.h"
#include "daemon/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void log_faults(const struct strbuf *faults)
{
    const char *line = strbuf_text(faults);

    while (*line != '\0') {
        size_t len = strcspn(line, "\n");

        log_line(LOG_LEVEL_ERROR, "reload: %.*s", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

static bool read_again(const struct reload *reload, struct settings *out)
{
    struct strbuf faults;
    bool good;

    strbuf_init(&faults);
    good = options_read(reload->argc, reload->argv, reload->standard_file, out, &faults) ==
           OPTIONS_SERVE;
    log_faults(&faults);
    strbuf_fini(&faults);
    return good;
}

/* Takes over what can be; the number of changes, and in *waiting of those that need a restart. */
static unsigned merge(struct settings *now, const struct settings *wanted, unsigned *waiting)
{
    const struct setting *rows;
    unsigned changed = 0;
    size_t count, i;

    *waiting = 0;
    rows = settings_rows(&count);
    for (i = 0; i < count; i++) {
        struct strbuf value;

        if (settings_equal(now, wanted, &rows[i])) {
            continue;
        }
        if (!settings_is_live(&rows[i])) {
            log_line(LOG_LEVEL_WARNING, "reload: %s takes effect at the next start", rows[i].name);
            ++*waiting;
            continue;
        }
        strbuf_init(&value);
        settings_value(wanted, &rows[i], &value);
        log_line(LOG_LEVEL_NOTICE, "reload: %s is %s now", rows[i].name, strbuf_text(&value));
        strbuf_fini(&value);
        settings_copy(now, wanted, &rows[i]);
        changed++;
    }
    return changed;
}

static bool set_limits(const struct reload *reload, const struct settings *wanted)
{
    struct service_settings service;

    settings_for_service(wanted, &service);
    return service_set_limits(reload->service, &service.standard, &service.maximum);
}

/* Everything that can fail, the least likely last. */
static bool prepare(const struct reload *reload, struct settings *wanted, char *why,
                    size_t why_size)
{
    if (!read_again(reload, wanted)) {
        snprintf(why, why_size, "the configuration is wrong");
        return false;
    }
    if (!server_reload_tls(reload->server, wanted, why, why_size)) {
        return false;
    }
    if (!set_limits(reload, wanted)) {
        snprintf(why, why_size, "memory is exhausted");
        return false;
    }
    return true;
}

bool reload_settings(const struct reload *reload, char *status, size_t status_size)
{
    struct settings *wanted = malloc(sizeof *wanted);
    enum log_level level = LOG_LEVEL_INFO;
    unsigned changed, waiting;
    char why[512] = "memory is exhausted";

    if (wanted == NULL || !prepare(reload, wanted, why, sizeof why)) {
        log_line(LOG_LEVEL_ERROR, "reload: %s; the settings stay as they were", why);
        snprintf(status, status_size, "reload failed: %s", why);
        free(wanted);
        return false;
    }
    changed = merge(reload->settings, wanted, &waiting);
    log_level_parse(reload->settings->log_level, &level);
    log_set_level(level);
    snprintf(status, status_size, "reloaded: %u changes, %u more at the next start", changed,
             waiting);
    log_line(LOG_LEVEL_NOTICE, "%s", status);
    free(wanted);
    return true;
}
