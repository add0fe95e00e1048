/*
 * fuzz.h - a fuzz target: one input, run to the end. It aborts where something is wrong, and returns 0
 * otherwise, as libFuzzer asks for. The same targets replay the stored corpus in a build without
 * libFuzzer (replay.c).
 */
#ifndef CUPEL_TESTS_FUZZ_H
#define CUPEL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
