/*
 * decode_fixture.h - what the tests of base/, module/ and validate/ share: modules written as text,
 * and what becomes of them.
 *
 * The text is hexadecimal bytes between blanks, with
 *   [ ... ]   the bytes within, behind their number (a section's size, a body's, a vector's of bytes)
 *   'abc'     the characters' bytes
 *   *N        the byte before it N times in all, N decimal
 *   #N        N, decimal, as an unsigned LEB128 number
 * so that "01 [01 60 00 00]" is a type section with one type.
 */
#ifndef TESTS_ENGINE_DECODE_FIXTURE_H
#define TESTS_ENGINE_DECODE_FIXTURE_H

#include <check.h>

#include "engine/validate/validate.h"

struct bytes {
    uint8_t *data;
    size_t len;
};

/* The bytes that a text stands for; ends the test program if it is none. Freed by the caller. */
struct bytes assemble(const char *text);
/* The same behind the header of a module. */
struct bytes assemble_module(const char *text);

/* The features of WebAssembly 2.0 and relaxed SIMD, whatever the build's defaults are; the engine's own
 * limits; a registry that lives as long as the program. */
struct decode_config fixture_config(void);
/* The same with all features that this build has. */
struct decode_config fixture_config_all(void);

/* Decodes and validates all bodies; `features` (may be NULL) gets what the module uses. */
enum status check_bytes(const struct decode_config *config, const uint8_t *bytes, size_t len,
                        struct errinfo *err, uint64_t *features);
/* The same for a text without header. */
enum status check_text(const struct decode_config *config, const char *text, struct errinfo *err,
                       uint64_t *features);

/* What a module is expected to give. */
struct expectation {
    const char *module; /* text without header */
    enum status status;
    uint64_t offset;  /* looked at unless OK; ANY_OFFSET: any */
    const char *says; /* part of the error's text, or NULL */
};
#define ANY_OFFSET (UINT64_MAX - 1)

/* Fails the test unless every row comes true with this configuration. */
void expect_rows(const struct decode_config *config, const struct expectation *rows, size_t count);
#define EXPECT(rows)                                                                               \
    do {                                                                                           \
        struct decode_config config_ = fixture_config();                                           \
        expect_rows(&config_, rows, sizeof(rows) / sizeof *(rows));                                \
    } while (0)

/* Decodes a module that must be fine; for module_fini by the caller. */
struct module decode_good(const char *text);

/* Runs the suites that `suites`, a list that ends in NULL, makes; what main() returns. */
int run_suites(Suite *(*const suites[])(void));

/* A suite with one case. */
Suite *suite_of(const char *name, const TTest *const tests[], size_t count);
#define SUITE_OF(name, ...)                                                                        \
    suite_of(name, (const TTest *const[]){__VA_ARGS__},                                            \
             sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#endif
