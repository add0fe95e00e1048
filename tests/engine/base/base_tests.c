/* All suites of the base layer in one program. */
#include "tests/engine/base/base_suites.h"

/* Allocations that cannot be had give NULL here too, and do not end the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

int main(void)
{
    return run_suites((Suite *(*const[])(void)){suite_alloc, suite_pages, suite_status, suite_utf8,
                                                suite_vec, NULL});
}
