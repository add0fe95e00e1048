/*
 * capi_tests.h - the tests of tests/engine/capi/: CAPI_TESTS(T) gives T(name) for each file
 * test_capi_NAME.c.
 */
#ifndef TESTS_ENGINE_CAPI_CAPI_TESTS_H
#define TESTS_ENGINE_CAPI_CAPI_TESTS_H

#include "tests/engine/capi/capi_fixture.h"

#define CAPI_TESTS(T)                                                                              \
    T(vec)                                                                                         \
    T(types)                                                                                       \
    T(extern_types)                                                                                \
    T(store)                                                                                       \
    T(object)                                                                                      \
    T(ref)                                                                                         \
    T(value)                                                                                       \
    T(trap)                                                                                        \
    T(module)                                                                                      \
    T(func)                                                                                        \
    T(global)                                                                                      \
    T(table)                                                                                       \
    T(memory)                                                                                      \
    T(extern)                                                                                      \
    T(instance)                                                                                    \
    T(threads)                                                                                     \
    T(oom)

/* Each adds the tests of its file. */
#define T(name) void add_capi_##name(TCase *tc);
CAPI_TESTS(T)
#undef T

#endif
