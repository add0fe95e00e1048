/*
 * runtime_tests.h - the tests of tests/engine/runtime/: RUNTIME_TESTS(T) gives T(name) for each
 * file test_NAME.c.
 */
#ifndef TESTS_ENGINE_RUNTIME_RUNTIME_TESTS_H
#define TESTS_ENGINE_RUNTIME_RUNTIME_TESTS_H

#include "tests/engine/runtime/runtime_fixture.h"

#define RUNTIME_TESTS(T)                                                                           \
    T(engine)                                                                                      \
    T(engine_config)                                                                               \
    T(public_types)                                                                                \
    T(module_object)                                                                               \
    T(module_code)                                                                                 \
    T(module_stream)                                                                               \
    T(type_relations)                                                                              \
    T(store)                                                                                       \
    T(limiter)                                                                                     \
    T(memory)                                                                                      \
    T(table)                                                                                       \
    T(global)                                                                                      \
    T(externref)                                                                                   \
    T(func)                                                                                        \
    T(call)                                                                                        \
    T(host_call)                                                                                   \
    T(resumable)                                                                                   \
    T(call_hook)                                                                                   \
    T(typed_func)                                                                                  \
    T(func_wrap)                                                                                   \
    T(resumable_nested)                                                                            \
    T(fuel)                                                                                        \
    T(backtrace)                                                                                   \
    T(instantiate)                                                                                 \
    T(linker)                                                                                      \
    T(linker_builder)                                                                              \
    T(linker_instantiate)                                                                          \
    T(handles)                                                                                     \
    T(checked_code)                                                                                \
    T(runtime_threads)                                                                             \
    T(calls_oom)                                                                                   \
    T(runtime_oom)

/* Each adds the tests of its file. */
#define T(name) void add_##name(TCase *tc);
RUNTIME_TESTS(T)
#undef T

#endif
