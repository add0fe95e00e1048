/*
 * All tests of the interpreter in one program, a test case for each file.
 */
#include "tests/engine/exec/exec_tests.h"

#include <stdlib.h>

static void add_case(Suite *suite, const char *name, void (*add)(TCase *tc))
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 300);
    add(tc);
    suite_add_tcase(suite, tc);
}

int main(void)
{
    Suite *suite = suite_create("exec");
#define T(name) add_case(suite, #name, add_##name);
    EXEC_TESTS(T)
#undef T
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
