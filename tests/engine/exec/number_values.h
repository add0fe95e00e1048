/*
 * number_values.h - numbers that arithmetic stumbles over, as cells: 64 bits, of 32-bit types the low half.
 */
#ifndef TESTS_ENGINE_EXEC_NUMBER_VALUES_H
#define TESTS_ENGINE_EXEC_NUMBER_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Types are letters: i I f F. The borders of a type, and their number. */
const uint64_t *number_borders(char type, size_t *count);
/* A number at random: borders, their neighbours, any bits. `state` must not be 0. */
uint64_t number_random(char type, uint64_t *state);

bool number_is_nan(char type, uint64_t cell);
/* Of a NaN: its quiet bit is set; nothing but that bit is set in its fraction. */
bool number_is_quiet(char type, uint64_t cell);
bool number_is_canonical(char type, uint64_t cell);
/* Equal, or both a NaN. */
bool number_equal(char type, uint64_t a, uint64_t b);

#endif
