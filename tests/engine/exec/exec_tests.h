/*
 * exec_tests.h - the tests of tests/engine/exec/: EXEC_TESTS(T) gives T(name) for each file test_NAME.c.
 */
#ifndef TESTS_ENGINE_EXEC_EXEC_TESTS_H
#define TESTS_ENGINE_EXEC_EXEC_TESTS_H

#include "tests/engine/runtime/runtime_fixture.h"

#define EXEC_TESTS(T)                                                                              \
    T(numeric)                                                                                     \
    T(handlers)                                                                                    \
    T(access)                                                                                      \
    T(calls)                                                                                       \
    T(bits)                                                                                        \
    T(vectors)

/* Each adds the tests of its file. */
#define T(name) void add_##name(TCase *tc);
EXEC_TESTS(T)
#undef T

#endif
