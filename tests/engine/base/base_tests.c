/* All suites of the base layer in one program. */
#include "tests/engine/base/base_suites.h"

int main(void)
{
    return run_suites(
        (Suite *(*const[])(void)){suite_alloc, suite_status, suite_utf8, suite_vec, NULL});
}
