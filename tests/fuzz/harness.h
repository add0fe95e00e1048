/*
 * harness.h - runs a module of unknown worth in a small store and sums up all that can be observed.
 *
 * Shared by the mutants and the fuzz targets. Function imports return zeros; memories, tables and globals
 * are made as asked for. Every call gets a small budget of fuel. Single-threaded; aborts if the host
 * itself fails.
 */
#ifndef CUPEL_TESTS_HARNESS_H
#define CUPEL_TESTS_HARNESS_H

#include "engine/cupel.h"

/* What came of a module. Equal modules must have equal outcomes on every memory path. */
struct outcome {
    bool compiled;
    bool instantiated;
    cupel_errorkind_t error; /* if not compiled, or not instantiated without a trap; else 0 */
    uint64_t digest;         /* of results, traps, fuel, memories and globals */
    char message[200];       /* of the error */
};

/* Metering engines, made once and kept; one with guard pages, one without; both with machine code where it can be had. */
cupel_engine_t *harness_engine(bool guard_pages);
/* One more, with guard pages, that validates and translates at first calls, and interprets. */
cupel_engine_t *harness_lazy_engine(void);

/* Compiles and runs. */
void harness_run(cupel_engine_t *engine, const uint8_t *wasm, size_t len, uint64_t fuel,
                 struct outcome *out);
/* Instantiates a module and calls its exports. */
void harness_run_module(cupel_engine_t *engine, cupel_module_t *module, uint64_t fuel,
                        struct outcome *out);
bool harness_outcomes_equal(const struct outcome *a, const struct outcome *b);
void harness_outcome_print(const char *title, const struct outcome *outcome);

/* Runs on both memory paths, compiled lazily and interpreted, and the module read back from its image; aborts with a report if they
 * differ. The outcome is that with guard pages. */
void harness_compare(const uint8_t *wasm, size_t len, uint64_t fuel, struct outcome *out);

/* Goes through everything that can be asked about a module, and its internal code. */
void harness_visit(const cupel_module_t *module);

#endif
