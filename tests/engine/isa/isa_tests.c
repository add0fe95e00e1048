/*
 * The instruction tables' tests in one program.
 */
#include "tests/engine/isa/isa_tests.h"

#include <stdlib.h>

int main(void)
{
    Suite *suite = suite_create("isa");
    TCase *ir = tcase_create("ir"), *isa = tcase_create("isa");
    add_ir(ir);
    add_isa(isa);
    suite_add_tcase(suite, ir);
    suite_add_tcase(suite, isa);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
