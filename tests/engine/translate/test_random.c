/*
 * Random modules against the reference evaluator. RANDOM_MODULES says how many (2.5 functions each; 2000 in make check), RANDOM_SEED
 * where to begin; RANDOM_KEEP names a file for a module that differs.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/engine/translate/random_run.h"

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static cupel_engine_t *new_engine(bool guard_pages)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_consume_fuel(config, true);
    cupel_config_set_guard_pages(config, guard_pages);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    ck_assert_ptr_nonnull(engine);
    return engine;
}

START_TEST(random_modules_do_as_the_reference)
{
    cupel_engine_t *guarded = new_engine(true), *checked = new_engine(false);
    uint64_t first = number_from("RANDOM_SEED", 1), n = number_from("RANDOM_MODULES", 2000);
    struct random_tally tally = {0};
    char why[300];
    for (uint64_t seed = first; seed < first + n; seed++)
        if (!random_run(guarded, checked, seed, &tally, why, sizeof why))
            ck_abort_msg("RANDOM_SEED=%" PRIu64 ": %s", seed, why);
    printf("%" PRIu64 " modules, %" PRIu64 " functions, %" PRIu64 " calls, %" PRIu64
           " traps (%" PRIu64 " out of fuel)\n",
           tally.modules, tally.functions, tally.calls, tally.traps, tally.out_of_fuel);
    ck_assert_uint_ge(tally.calls - tally.traps, tally.calls / 4); /* else it tests little */
    cupel_engine_delete(guarded);
    cupel_engine_delete(checked);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tc = tcase_create("random");
    tcase_set_timeout(tc, 3600);
    tcase_add_test(tc, random_modules_do_as_the_reference);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
