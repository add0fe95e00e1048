/* Tests of daemon/watchdog.c: when is a daemon stuck? */
#include "daemon/watchdog.h"

#include <check.h>
#include <stdlib.h>

enum { PATIENCE = 10 };

/* What is seen at some time, and whether that is a life sign. */
struct step {
    uint64_t now;
    struct watchdog_figures requests, slices;
    bool alive;
};

struct sequence {
    const char *name;
    struct step steps[5];
};

static const struct sequence sequences[] = {
    {"nothing to do", {{0, {0, 0}, {0, 0}, true}, {100, {0, 0}, {0, 0}, true}}},
    {"work gets done", {{5, {3, 1}, {2, 5}, true}, {100, {3, 2}, {2, 6}, true}}},
    {"work waits for a while", {{5, {1, 0}, {0, 0}, true}, {10, {1, 0}, {0, 0}, true}}},
    {"requests are stuck", {{5, {1, 0}, {0, 0}, true}, {11, {1, 0}, {0, 9}, false}}},
    {"slices are stuck", {{5, {0, 0}, {7, 0}, true}, {11, {0, 0}, {7, 0}, false}}},
    {"one kind does not speak for the other",
     {{5, {1, 1}, {1, 0}, true}, {11, {1, 2}, {1, 0}, false}, {12, {1, 3}, {1, 0}, false}}},
    {"it goes on after all",
     {{11, {1, 0}, {0, 0}, false},
      {12, {1, 1}, {0, 0}, true},
      {22, {1, 1}, {0, 0}, true},
      {23, {1, 1}, {0, 0}, false}}},
    {"idle in between",
     {{10, {1, 0}, {0, 0}, true}, {11, {0, 0}, {0, 0}, true}, {21, {1, 0}, {0, 0}, true}}},
};

START_TEST(life_signs)
{
    const struct sequence *sequence = &sequences[_i];
    struct watchdog watchdog;

    watchdog_init(&watchdog, PATIENCE, 0);
    for (size_t i = 0; i < 5 && (i == 0 || sequence->steps[i].now > 0); i++) {
        const struct step *step = &sequence->steps[i];
        const struct watchdog_figures figures[WATCHDOG_WORKS] = {
            [WATCHDOG_REQUESTS] = step->requests, [WATCHDOG_SLICES] = step->slices};
        enum watchdog_work which = WATCHDOG_WORKS;
        bool alive = watchdog_check(&watchdog, figures, step->now, &which);

        ck_assert_msg(alive == step->alive, "%s: at %d", sequence->name, (int)step->now);
        if (!alive)
            ck_assert_msg(figures[which].pending > 0, "%s: which", sequence->name);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watchdog");
    TCase *tc = tcase_create("life");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, life_signs, 0, sizeof sequences / sizeof sequences[0]);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
