/*
 * cases.h - benchmark cases run through libcupel: what cases-runner and cupel-peer share.
 *
 * A case is a row of cases.tsv: a module and the steps to do with an instance of it. What the steps find is noted as text ("run=i64:5;memhash=...") in
 * the form of the table's expectations. Single-threaded; out of memory ends the program.
 */
#ifndef CUPEL_TESTS_CASES_H
#define CUPEL_TESTS_CASES_H

#include "engine/cupel.h"

/* The columns, borrowed from the table's text. */
struct case_row {
    const char *name;
    const char *file;
    const char *export;
    const char *args;
    const char *expected;
    const char *steps;
};

struct case_table {
    char *text;
    struct case_row *rows;
    size_t count;
};

/* Reads DIR/cases.tsv; ends the program with a message if it cannot be read. */
void case_table_read(struct case_table *table, const char *dir);
void case_table_fini(struct case_table *table);

/* Reads a file of DIR; to be freed. Ends the program with a message if it cannot be read. */
uint8_t *case_file_read(const char *dir, const char *name, size_t *len);
double case_clock_us(void);

struct case_options {
    const char *dir;
    bool guard_pages;
    bool metering;
    bool via_image;
    bool unfused;     /* no op for more than one instruction */
    bool interpreted; /* no machine code */
    cupel_compilation_mode_t mode;
    bool real_clock; /* env.clock_ms tells the time; else each call is 20 seconds later */
};

#define CASE_MESSAGE_MAX  512
#define CASE_OBSERVED_MAX 512

/* What came of a case. Times are those of the last load and sample, in microseconds. */
struct case_result {
    enum { CASE_PASSED, CASE_FAILED, CASE_UNSUPPORTED } outcome;
    char message[CASE_MESSAGE_MAX]; /* why not passed */
    char observed[CASE_OBSERVED_MAX];
    double load_us;
    double instantiate_us;
    double call_us; /* of the timed step */
    uint64_t fuel;  /* of all steps; 0 without metering */
    double score;   /* of a case whose only result is an f32, else 0 */
};

struct case_run;

/* Makes engine and module; NULL if that failed, which `out` then says. `out` must outlive the run. */
struct case_run *case_open(const struct case_options *options, const char *file, const char *steps,
                           struct case_result *out);
void case_close(struct case_run *run);
/* Loads the module once more. */
bool case_load(struct case_run *run);
/* Makes an instance, does all steps with it and deletes it. */
bool case_sample(struct case_run *run);

/* Whether what was observed is what is expected; `key` gets the name of what is not. */
bool case_matches(const char *expected, const char *observed, char *key, size_t size);

/* ---- Inside a run ---- */

struct case_run {
    const struct case_options *options;
    const char *steps;
    struct case_result *result;
    uint8_t *wasm;
    size_t wasm_len;
    cupel_engine_t *engine;
    cupel_module_t *module;
    cupel_store_t *store; /* of the sample */
    cupel_context_t *ctx;
    cupel_instance_t instance;
    cupel_val_t first; /* the first step's result: "%" */
    bool has_first;
    cupel_val_t last;     /* the last call's result */
    uint64_t clock_calls; /* of env.clock_ms */
};

/* Records the first failure. Returns false. */
bool case_fail(struct case_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Records an error or a trap, which it consumes; true if there is none. */
bool case_check(struct case_run *run, const char *what, cupel_own cupel_error_t *error,
                cupel_own cupel_trap_t *trap);
bool case_do_steps(struct case_run *run);
/* Notes "key=value". */
bool case_observe(struct case_run *run, const char *key, const char *value);
/* A result as text: "i64:-5", "f64:0x3ff...". */
void case_value_format(const cupel_val_t *value, char *text, size_t size);

#endif
