/* validate_suites.h - the suites of tests/engine/validate/. */
#ifndef TESTS_ENGINE_VALIDATE_VALIDATE_SUITES_H
#define TESTS_ENGINE_VALIDATE_VALIDATE_SUITES_H

#include "tests/engine/decode_fixture.h"

Suite *suite_validator(void);
Suite *suite_validate_step(void);
Suite *suite_validate_control(void);
Suite *suite_validate_bulk(void);
Suite *suite_validate_common(void);
Suite *suite_value_stack(void);
Suite *suite_later_bodies(void);

/* What bodies are tested in: functions 0 () -> (), 1 (i32, i64) -> (f32, f64) and 2, the one that
 * is tested, of type 2; tables 0 of funcref and 1 of externref; a memory; globals 0 mutable i32, 1
 * immutable i64, 2 mutable externref; an active element segment of function 0, a passive one of
 * externref; a passive data segment. Types: 0 and 1 as the functions, 3 () -> (i32, i64), 4 (i32)
 * -> (i32), 5 (i32, i64) -> (). */
struct body {
    const char *code;    /* text behind the local declarations */
    const char *params;  /* text of type 2's parameters, as bytes; NULL: none */
    const char *results; /* the same of its results */
    const char *locals;  /* text of local declarations with their number; NULL: 00 */
};

/* Validates a body with the general path, then whole, and checks that both agree. `offset` counts
 * from the body's first byte. */
enum status check_body(const struct body *body, struct errinfo *err, uint64_t *offset,
                       uint64_t *features);

/* A row: what a body comes to. */
struct body_row {
    struct body body;
    enum status status;
    uint64_t offset;  /* of the failure, from the start of the code */
    const char *says; /* part of the error's text */
};
void expect_bodies(const struct body_row *rows, size_t count);
#define EXPECT_BODIES(rows) expect_bodies(rows, sizeof(rows) / sizeof *(rows))

#endif
