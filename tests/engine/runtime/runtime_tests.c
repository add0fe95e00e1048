/*
 * All tests of the runtime in one program, a test case for each file.
 */
#include "tests/engine/runtime/runtime_tests.h"

int main(void)
{
    Suite *suite = suite_create("runtime");
#define T(name) add_case(suite, #name, add_##name);
    RUNTIME_TESTS(T)
#undef T
    return run_suite(suite);
}
