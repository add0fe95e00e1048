/* The functions of exec/simd.h as hosts without a known set of vector instructions have them. */
#define SIMD_PORTABLE 1
#define ROWS          simd_portable
#include "tests/engine/exec/simd_rows.h"
#include "tests/engine/exec/simd_rows.inc"

const unsigned simd_row_count = sizeof simd_portable / sizeof simd_portable[0];
