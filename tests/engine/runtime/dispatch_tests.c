/*
 * The runtime's tests of running code, for an engine that dispatches in another way than the one that
 * is installed: what stops, suspends and goes on does so in the interpreter's own words. Says first
 * which way that is, since a program linked with the wrong engine would pass for nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static bool dispatches(const char *way)
{
    cupel_engine_t *engine = cupel_engine_new();
    bool so = engine && strcmp(cupel_engine_dispatch(engine), way) == 0;
    cupel_engine_delete(engine);
    return so;
}

int main(int argc, char **argv)
{
    const char *way = argc > 0 ? strrchr(argv[0], '_') : NULL;
    if (!way || !dispatches(way + 1)) {
        fprintf(stderr, "the engine is not the one of the program's name\n");
        return EXIT_FAILURE;
    }
    Suite *suite = suite_create("dispatch");
#define T(name) add_case(suite, #name, add_##name);
    DISPATCH_TESTS(T)
#undef T
    return run_suite(suite);
}
