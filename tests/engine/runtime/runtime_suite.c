/*
 * What the programs of the runtime's tests share.
 */
#include <stdlib.h>

#include "tests/engine/runtime/runtime_tests.h"

void add_case(Suite *suite, const char *name, void (*add)(TCase *tc))
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 120);
    add(tc);
    suite_add_tcase(suite, tc);
}

int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
