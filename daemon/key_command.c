/*
 * Works on the database itself, so that the first key can be made before the daemon listens; one
 * that runs sees the change within a second. Flags that are none of a key's are the daemon's own:
 * --config and --database say which database.
 */
#include "daemon/key_command.h"

#include "api/key_ring.h"
#include "daemon/subcommand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct command {
    const char *verb, *id;
    struct key_terms terms;
    struct settings settings;
    struct storage *storage;
    struct key_ring *ring;
};

/* A row of key_terms.def as a flag, with '-' for '_'. */
static void print_term(const char *name, const char *summary, const char *standard)
{
    char flag[32];
    size_t i;

    for (i = 0; name[i] != '\0' && i + 1 < sizeof flag; i++) {
        flag[i] = name[i];
        if (flag[i] == '_') {
            flag[i] = '-';
        }
    }
    flag[i] = '\0';
    printf("  --%s NUMBER\n        %s [%s]\n", flag, summary, standard);
}

static int usage(void)
{
    printf("Usage: cupeld key add --scopes SCOPE[,SCOPE...] [--label TEXT] [LIMIT...]\n"
           "       cupeld key list\n"
           "       cupeld key revoke ID\n"
           "Scopes: modules:read, modules:write, call, admin. `add` prints the key, once.\n"
           "--config FILE and --database FILE as for cupeld. Limits, 0 being none:\n\n");
#define KEY_TERM(name, standard, lowest, highest, summary) print_term(#name, summary, #standard);
#include "api/key_terms.def"
#undef KEY_TERM
    return 0;
}

static bool take_scopes(struct command *command, const char *list, struct strbuf *faults)
{
    while (true) {
        size_t len = strcspn(list, ",");

        if (!key_terms_add_scope(&command->terms, list, len)) {
            strbuf_printf(faults, "--scopes: there is no scope \"%.*s\"\n", (int)len, list);
            return false;
        }
        if (list[len] == '\0') {
            return true;
        }
        list += len + 1;
    }
}

/* A flag of a key with its value; false: it is none, or `faults` says what is wrong. */
static bool take_flag(struct command *command, const char *flag, const char *value,
                      struct strbuf *faults)
{
    struct api_error error;
    unsigned long long number;
    bool taken = false;
    char *end;

    if (strcmp(flag, "scopes") == 0) {
        return take_scopes(command, value, faults);
    }
    if (strcmp(flag, "label") == 0) {
        snprintf(command->terms.label, sizeof command->terms.label, "%s", value);
        return true;
    }
    errno = 0;
    number = strtoull(value, &end, 10);
    if (errno != 0 || value[0] < '0' || value[0] > '9' || *end != '\0') {
        return false;
    }
    api_error_init(&error);
    taken = key_terms_set(&command->terms, flag, number, &error);
    if (error.code != API_OK) {
        strbuf_printf(faults, "%s\n", strbuf_text(&error.detail));
    }
    api_error_fini(&error);
    return taken;
}

/* Sorts the words into ours and the daemon's, which stay in `argv`; their number. */
static int sort_words(void *of, int argc, char **argv, struct strbuf *faults)
{
    struct command *command = of;
    int rest = 1;

    for (int i = 1; i < argc && faults->len == 0; i++) {
        const char *word = argv[i];

        if (strncmp(word, "--", 2) != 0) {
            const char **place = command->verb == NULL ? &command->verb : &command->id;

            if (*place != NULL) {
                strbuf_printf(faults, "\"%.80s\": one word too many\n", word);
            }
            *place = word;
        } else if (i + 1 < argc && strchr(word, '=') == NULL &&
                   take_flag(command, word + 2, argv[i + 1], faults)) {
            i++;
        } else {
            argv[rest++] = argv[i];
            if (strchr(word, '=') == NULL && i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0) {
                argv[rest++] = argv[++i];
            }
        }
    }
    return rest;
}

static bool add(struct command *command, struct api_error *error)
{
    char id[STORAGE_KEY_ID_SIZE], secret[KEY_SECRET_SIZE];

    if (key_ring_add(command->ring, &command->terms, id, secret, error) != API_OK) {
        return false;
    }
    printf("%s\n", secret);
    fprintf(stderr, "cupeld: key %s; it is not shown again\n", id);
    return true;
}

static bool list(struct command *command)
{
    struct json_out out;
    struct strbuf text;

    strbuf_init(&text);
    json_out_init(&out, &text);
    key_ring_write(command->ring, &out);
    printf("%s\n", strbuf_text(&text));
    strbuf_fini(&text);
    return true;
}

static bool run(struct command *command, struct api_error *error)
{
    if (strcmp(command->verb, "add") == 0) {
        return add(command, error);
    }
    if (strcmp(command->verb, "list") == 0) {
        return list(command);
    }
    return key_ring_revoke(command->ring, command->id, error) == API_OK;
}

static int work(void *of)
{
    struct command *command = of;
    struct storage_error from;
    struct api_error error;
    bool done = false;

    if (storage_open(command->settings.database, NULL, &command->storage, &from) != STORAGE_OK) {
        fprintf(stderr, "cupeld: %s\n", from.text);
        return 1;
    }
    api_error_init(&error);
    command->ring = key_ring_new(command->storage, 1);
    if (command->ring == NULL) {
        api_error_set(&error, API_NO_MEMORY, "memory is exhausted");
    } else {
        done = key_ring_refresh(command->ring, &error) == API_OK && run(command, &error);
    }
    if (!done) {
        fprintf(stderr, "cupeld: %s\n", strbuf_text(&error.detail));
    }
    api_error_fini(&error);
    key_ring_delete(command->ring);
    storage_close(command->storage);
    return done ? 0 : 1;
}

/* Is it one of the three, with what it needs? */
static bool is_complete(const void *of, struct strbuf *faults)
{
    const struct command *command = of;
    const char *verb = command->verb;

    if (verb == NULL ||
        (strcmp(verb, "add") != 0 && strcmp(verb, "list") != 0 && strcmp(verb, "revoke") != 0)) {
        strbuf_printf(faults, "expected `cupeld key add`, `list` or `revoke`; --help says more\n");
    } else if ((strcmp(verb, "revoke") == 0) != (command->id != NULL)) {
        strbuf_printf(faults, command->id == NULL ? "which key? `cupeld key list` shows them\n"
                                                  : "one word too many\n");
    } else if (strcmp(verb, "add") == 0 && command->terms.scopes == 0) {
        strbuf_printf(faults, "--scopes is missing: what may the key do?\n");
    }
    return faults->len == 0;
}

int key_command(int argc, char **argv, const char *standard_file)
{
    static const struct subcommand key = {"key", sort_words, usage, is_complete, work};
    static struct command command;

    key_terms_init(&command.terms);
    return subcommand_run(&key, &command, &command.settings, argc, argv, standard_file);
}
