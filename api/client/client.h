/*
 * client.h - what the commands that ask a daemon share: where it is, asking it, reading its answers.
 *
 * The commands have the interface of engine/cli/cli.h: they return the exit status and have then
 * reported on stderr what went wrong. Single-threaded; a struct is released by its _fini or _close.
 */
#ifndef CUPEL_API_CLIENT_CLIENT_H
#define CUPEL_API_CLIENT_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/cli/cli.h"

/* ---- Asking ---- */

/* A daemon: its address, what to show to it, and a connection that is kept. */
struct client {
    void *curl;       /* the library's handle */
    char *base;       /* "https://host:8443", without a slash at its end */
    const char *key;  /* borrowed from the environment; NULL: none */
    bool is_json;     /* --json: answers go to stdout as they came */
    const char *what; /* what the current request is about, for messages */
    char *reason;     /* buffer for the library's words */
};

/* What is sent besides the method and the target. */
struct client_body {
    const char *type; /* media type */
    const char *text; /* of `len` bytes; NULL: the rest of `file` */
    size_t len;
    FILE *file;
    int64_t file_len;  /* -1: not known before */
    const char *label; /* of the progress bar; NULL: none */
};

struct client_answer {
    long status;
    char *body; /* ends in a NUL that `len` does not count */
    size_t len;
    char type[64]; /* the media type without parameters */
    long retry_after_s;
};

/* Reads --url, CUPEL_URL, CUPEL_KEY and the options of TLS. CLI_USAGE: one of them makes no sense. */
enum cli_status client_open(const struct cli_settings *settings, struct client *own);
void client_close(struct client *client);

/* Appends `text` to the path `target` as one segment, encoded; NULL when memory is exhausted. */
char *client_target(struct client *client, const char *prefix, const char *text);
/* One request; `body` may be NULL. CLI_FAILED: there was no answer, which has been reported. */
enum cli_status client_ask(struct client *client, const char *method, const char *target,
                           const struct client_body *body, struct client_answer *own);
void client_answer_fini(struct client_answer *answer);

/* ---- Answers ---- */

/* Reads a body that must be JSON; NULL: it is not, which has been reported. */
json_t *client_json(const struct client *client, const struct client_answer *answer);
/* Prints an answer's body and a newline to stdout. */
void client_print(const struct client_answer *answer);
/* Reports an answer that is no success, printing its JSON first if that was asked for. Returns
 * CLI_FAILED. */
enum cli_status client_fail(const struct client *client, const struct client_answer *answer);
/* Reports the error of a JSON-RPC answer: a trap with its backtrace, anything else in one line. */
enum cli_status client_fail_rpc(const struct client *client, const json_t *error);

/* ---- A function's arguments and results ---- */

/* The type of an export in a module's metadata; NULL: it is not there, or no memory is. */
cupel_own cupel_functype_t *client_functype(const json_t *metadata, const char *function);
/* Prints the functions that a module exports to stderr. */
void client_functions_print(const json_t *metadata);
/* Words of the command line as JSON array, read by the function's type, or as JSON each if `type`
 * is NULL. NULL: they do not fit, which has been reported; *status is how to end. */
json_t *client_arguments(const char *function, const cupel_functype_t *type, char **words,
                         size_t count, enum cli_status *status);
/* The result of this index, as `cupel run` prints it; `type` may be NULL. */
void client_value_print(const cupel_functype_t *type, size_t index, const json_t *value);

/* ---- The progress bar ---- */

struct progress {
    const char *label;
    uint64_t since_us, drawn_us;
    bool drawn;
};

/* Draws on stderr, if that is a terminal and the upload takes longer than a second. */
void progress_init(struct progress *progress, const char *label);
void progress_step(struct progress *progress, uint64_t done, uint64_t total);
/* Removes what was drawn. */
void progress_fini(struct progress *progress);

#endif
