/*
 * cost_cases.h - bodies and what they cost, to the unit.
 *
 * Bodies run in the module that test_cost_model.c makes around them:
 *   function 0  imported, (i32) -> (i32)           function 1  (i32) -> (i32): local.get 0, end; costs 1
 *   function 2  (i32) -> (i32): a tail call of 1; costs 2       function 3  the body, () -> (i32)
 *   local 0 i32, local 1 i64; global 0 i32, mutable; memory of 1 to 3 pages; table 0 of 40 to 60 functions: 0 null, 1 function 1,
 *   2 function 0, 3 function 2; data segment 0 passive, 100 bytes; element segment 1 passive, 40 functions
 *   types: 0 (i32) -> (i32), 1 () -> (i32)
 */
#ifndef TESTS_ENGINE_FUEL_COST_CASES_H
#define TESTS_ENGINE_FUEL_COST_CASES_H

#include <stddef.h>
#include <stdint.h>

struct cost_case {
    const char *name;
    const uint8_t *body; /* leaves an i32 */
    size_t len;
    uint64_t cost;    /* of a run to its end, or to its trap */
    uint64_t last;    /* the last charge alone: a run with one unit less stops before it */
    const char *trap; /* NULL if it returns */
};

extern const struct cost_case cost_cases[];
extern const size_t cost_case_count;

#endif
