/*
 * cases.h - the runner of the benchmark cases: what its parts share.
 *
 * A case is a row of cases.tsv: a module and the steps to do with an instance of it. Single-threaded;
 * out of memory ends the program.
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
uint64_t case_clock_us(void);

struct case_options {
    const char *dir;
    bool guard_pages;
    bool metering;
    bool via_image;
    cupel_compilation_mode_t mode;
    bool real_clock; /* env.clock_ms tells the time; else each call is 20 seconds later */
};

#define CASE_MESSAGE_MAX 512

/* What came of running a case once. */
struct case_result {
    enum { CASE_PASSED, CASE_FAILED, CASE_UNSUPPORTED } outcome;
    char message[CASE_MESSAGE_MAX]; /* why not passed */
    uint64_t compile_us;
    uint64_t instantiate_us;
    uint64_t call_us; /* of the timed step */
    uint64_t fuel;    /* of all steps; 0 without metering */
    double score;     /* of a case whose result is one, else 0 */
};

void case_run(const struct case_options *options, const struct case_row *row,
              struct case_result *out);

/* ---- Inside a run ---- */

/* An instance that steps are done with. */
struct case_run {
    const struct case_options *options;
    const struct case_row *row;
    struct case_result *result;
    cupel_engine_t *engine;
    cupel_module_t *module;
    cupel_store_t *store;
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
/* Does all steps and compares what they give with what is expected. */
bool case_do_steps(struct case_run *run);
/* The instance's exported memory. */
bool case_memory(struct case_run *run, cupel_memory_t *out);

/* The part of the expectation that is called `key` ("run" of "run=i32:0;..."), copied to `value`; false
 * if there is none. */
bool case_expected(const struct case_row *row, const char *key, char *value, size_t size);
/* Whether a result is what "i64:-5" or "f64:0x3ff..." says. */
bool case_value_matches(const char *expected, const cupel_val_t *value);
/* A result in the same form. */
void case_value_format(const cupel_val_t *value, char *text, size_t size);

#endif
