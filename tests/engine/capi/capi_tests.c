/*
 * All tests of the standard C API in one program, a test case for each file.
 */
#include "tests/engine/capi/capi_tests.h"

#include <stdlib.h>

static void add_case(Suite *suite, const char *name, void (*add)(TCase *tc))
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 120);
    add(tc);
    suite_add_tcase(suite, tc);
}

/* Allocations that cannot be had give NULL under sanitizers too, and do not end the program. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

int main(void)
{
    Suite *suite = suite_create("capi");
#define T(name) add_case(suite, #name, add_capi_##name);
    CAPI_TESTS(T)
#undef T
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
