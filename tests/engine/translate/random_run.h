/*
 * random_run.h - runs a random module here and in the reference, and compares all that can be seen: results (any NaN for a NaN), traps with
 * their backtraces, fuel, memory and globals, call by call.
 */
#ifndef TESTS_ENGINE_TRANSLATE_RANDOM_RUN_H
#define TESTS_ENGINE_TRANSLATE_RANDOM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/cupel.h"

/* What came of many modules. */
struct random_tally {
    uint64_t modules, functions, calls, traps, out_of_fuel;
};

/* The module of that seed. False with the difference in `why`. The engines meter fuel; `guarded` may have guard pages, `checked` must not. */
bool random_run(cupel_engine_t *guarded, cupel_engine_t *checked, uint64_t seed,
                struct random_tally *tally, char *why, size_t size);

/* The same for a module given as bytes that imports nothing; all its exported functions are called. */
bool random_run_wasm(cupel_engine_t *guarded, cupel_engine_t *checked, const uint8_t *wasm,
                     size_t len, uint64_t seed, struct random_tally *tally, char *why,
                     size_t why_size);

#endif
