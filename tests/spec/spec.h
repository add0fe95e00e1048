/*
 * spec.h - the runner of the official test suite: what its parts share.
 *
 * The suite is a folder of JSON scripts with binary modules beside them, an index of files and one of
 * valid modules that say which version of the specification each needs. The runner executes a script
 * through libcupel's public interface and counts each command as passed, failed or skipped for a
 * reason. Single-threaded; out of memory ends the program.
 */
#ifndef CUPEL_TESTS_SPEC_H
#define CUPEL_TESTS_SPEC_H

#include <jansson.h>

#include "engine/cupel.h"

/* Versions of the specification, each containing those before it. */
enum spec_class { CLASS_1_0, CLASS_2_0, CLASS_2_0_SIMD, CLASS_3_0, CLASS_PROPOSAL, CLASS_COUNT };

/* "1.0" ...; CLASS_COUNT for a name that is none. */
enum spec_class spec_class_parse(const char *name);
const char *spec_class_name(enum spec_class class);

/* ---- The index ---- */

struct spec_entry {
    char *path; /* relative to the suite's folder */
    enum spec_class class;
    char *needs; /* features, separated by commas; "-" for none */
};

struct spec_list {
    struct spec_entry *entries; /* sorted by path */
    size_t count;
};

/* Reads a table whose first column is a path; `column` is the class's, what is needed stands behind it. Ends the program with a message
 * if it cannot be read. */
void spec_list_read(struct spec_list *list, const char *dir, const char *file, int column);
void spec_list_fini(struct spec_list *list);
/* NULL if there is none. */
const struct spec_entry *spec_list_find(const struct spec_list *list, const char *path);

/* ---- Counting ---- */

enum skip_reason {
#define SKIP(name, text) SKIP_##name,
#include "tests/spec/skip_reasons.def"
#undef SKIP
    SKIP_COUNT
};

struct spec_counts {
    unsigned long passed;
    unsigned long failed;
    unsigned long skipped[SKIP_COUNT];
};

void spec_counts_add(struct spec_counts *sum, const struct spec_counts *counts);
/* The reasons with their numbers, then "N passed, N failed, N skipped". */
void spec_counts_print(const struct spec_counts *counts);

/* ---- Running ---- */

struct spec_options {
    const char *dir;
    enum spec_class class;
    bool guard_pages;
    bool metering;    /* meter fuel, with more than any test needs */
    bool interpreted; /* no machine code */
    cupel_compilation_mode_t mode;
    bool via_image; /* write each module's image and use what is read back */
    bool verbose;
};

/* Switches on what a version of the specification and this build have, and nothing else. */
void spec_set_features(cupel_config_t *config, enum spec_class class);
/* Whether a version and this build have all features that an entry needs. */
bool spec_is_available(const struct spec_entry *entry, enum spec_class class);

/* Runs a script; failures are printed as they happen. */
void spec_run_file(const struct spec_options *options, const struct spec_entry *file,
                   const struct spec_list *modules, struct spec_counts *counts);

/* Defines the module "spectest" in the linker. NULL or what went wrong. */
cupel_error_t *spec_host_define(cupel_linker_t *linker, cupel_context_t *ctx,
                                enum spec_class class);

/* ---- Values ---- */

/* Reads an argument. false if its type is not known. */
bool spec_value_parse(cupel_context_t *ctx, json_t *json, cupel_val_t *out);

enum spec_match { MATCH_YES, MATCH_NO, MATCH_UNKNOWN /* a kind of expectation not known here */ };
enum spec_match spec_value_match(cupel_context_t *ctx, json_t *expected, const cupel_val_t *value);
/* Writes a value as the suite does, bits in decimal. */
void spec_value_print(cupel_context_t *ctx, const cupel_val_t *value);

/* ---- What the suite's texts mean ---- */

/* Whether a trap is the one that the suite's text names. */
bool spec_trap_matches(const char *text, cupel_trapcode_t code);
/* What exceptions.def says of a module, or NULL. */
const struct spec_entry *spec_exception(const char *path);

#endif
