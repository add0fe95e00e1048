/*
 * simd_rows.h - the functions of exec/simd.h as tables in the order of ir_simd.def: once with the instructions that this build has, once lane by lane.
 */
#ifndef CUPEL_TESTS_SIMD_ROWS_H
#define CUPEL_TESTS_SIMD_ROWS_H

#include "engine/exec/simd.h"

struct simd_row {
    const char *name;
    /* Up to three vectors and a number, of which the row takes what it needs. */
    void (*run)(v128 *result, const v128 operands[3], uint64_t number);
};

extern const struct simd_row simd_native[], simd_portable[];
extern const unsigned simd_row_count;

#endif
