/*
 * cli_values.h - values and types as text.
 */
#ifndef CUPEL_CLI_CLI_VALUES_H
#define CUPEL_CLI_CLI_VALUES_H

#include <stdio.h>

#include "engine/cupel.h"

/* Reads `text` as a value of `kind`. On failure *expected says in words what would have been right
 * (static storage). */
bool cli_value_parse(cupel_valkind_t kind, const char *text, cupel_val_t *out,
                     const char **expected);
/* Integers signed; floats as the shortest text that reads back to the same bits. */
void cli_value_print(FILE *out, const cupel_val_t *value);

/* "(i32, i64) -> (f32)". */
void cli_functype_print(FILE *out, const cupel_functype_t *type);
/* "func (i32) -> (i32)", "memory 1..2 pages" ... */
void cli_externtype_print(FILE *out, const cupel_externtype_t *type);

#endif
