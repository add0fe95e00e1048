/*
 * runtime_tests.h - the tests of tests/engine/runtime/: RUNTIME_TESTS(T) gives T(name) for each
 * file test_NAME.c.
 */
#ifndef TESTS_ENGINE_RUNTIME_RUNTIME_TESTS_H
#define TESTS_ENGINE_RUNTIME_RUNTIME_TESTS_H

#include "tests/engine/runtime/runtime_fixture.h"

/* Those of running code, which are run on every way to dispatch. */
#define DISPATCH_TESTS(T)                                                                          \
    T(call)                                                                                        \
    T(host_call)                                                                                   \
    T(host_direct)                                                                                 \
    T(resumable)                                                                                   \
    T(resumable_nested)                                                                            \
    T(call_hook)                                                                                   \
    T(typed_func)                                                                                  \
    T(func_wrap)                                                                                   \
    T(fuel)                                                                                        \
    T(backtrace)                                                                                   \
    T(instantiate)                                                                                 \
    T(limiter)                                                                                     \
    T(module_code)                                                                                 \
    T(calls_oom)

/* All. */
#define RUNTIME_TESTS(T)                                                                           \
    DISPATCH_TESTS(T)                                                                              \
    T(engine)                                                                                      \
    T(engine_config)                                                                               \
    T(public_types)                                                                                \
    T(module_object)                                                                               \
    T(module_stream)                                                                               \
    T(type_relations)                                                                              \
    T(store)                                                                                       \
    T(memory)                                                                                      \
    T(memory_pool)                                                                                 \
    T(table)                                                                                       \
    T(global)                                                                                      \
    T(externref)                                                                                   \
    T(func)                                                                                        \
    T(linker)                                                                                      \
    T(linker_builder)                                                                              \
    T(linker_instantiate)                                                                          \
    T(handles)                                                                                     \
    T(checked_code)                                                                                \
    T(runtime_threads)                                                                             \
    T(runtime_oom)

/* Each adds the tests of its file. */
#define T(name) void add_##name(TCase *tc);
RUNTIME_TESTS(T)
#undef T

/* A test case of that name. */
void add_case(Suite *suite, const char *name, void (*add)(TCase *tc));
/* Runs it; an exit status. */
int run_suite(Suite *suite);

#endif
