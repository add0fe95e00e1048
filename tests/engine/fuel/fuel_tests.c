/*
 * Exact fuel.
 */
#include "tests/engine/fuel/fuel_tests.h"

#include <stdlib.h>

int main(void)
{
    Suite *suite = suite_create("fuel");
    TCase *tc = tcase_create("cost_model");
    tcase_set_timeout(tc, 120);
    add_cost_model(tc);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
