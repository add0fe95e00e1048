/*
 * generator.h - turns any bytes into a valid WebAssembly 2.0 module.
 *
 * Every decision takes a byte of the input, so that a fuzzer's small change is a small change of the
 * module; once the input is used up, everything becomes as simple as it can be. The modules import
 * nothing and end: each loop and function pays from a counter in a global and traps at zero. Bits of NaNs
 * do not become visible, so that engines can be compared.
 *
 * Exports: functions "f0" ..., the memory "memory", the globals "g0" ..., the table "table".
 */
#ifndef CUPEL_TESTS_GENERATOR_H
#define CUPEL_TESTS_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

/* No module is larger; code that would make it so is left out. */
#define GENERATED_MAX 32768

/* Writes the module to `out`, which has room for GENERATED_MAX bytes; its length. */
size_t generate_module(const uint8_t *input, size_t len, uint8_t *out);

#endif
