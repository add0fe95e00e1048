/*
 * cupel-peer: runs and times one case through libcupel, the way cupel-bench asks any engine to (tests/bench/README.md has the protocol).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/cases.h"

#define LOADS_MAX 1000

/* The first and the least of a time. */
struct least {
    double first, best;
    unsigned count;
};

static void least_add(struct least *l, double us)
{
    if (l->count++ == 0) {
        l->first = l->best = us;
    } else if (us < l->best) {
        l->best = us;
    }
}

static void least_print(const struct least *l, const char *what)
{
    printf("%s %.3f %.3f %u\n", what, l->first, l->best, l->count);
}

/* Samples until the time is over, at least three. */
static bool measure(struct case_run *run, struct case_result *result, double until)
{
    struct least load = {0}, instantiate = {0}, call = {0};
    bool starts_only = strcmp(run->steps, "-") == 0;
    double score = 0;
    least_add(&load, result->load_us);
    for (unsigned i = 0; i < 3 || case_clock_us() < until; i++) {
        if (!case_sample(run)) {
            return false;
        }
        least_add(&instantiate, result->instantiate_us);
        least_add(&call, result->call_us);
        if (i == 0) {
            printf("observed %s\n", result->observed);
        }
        score = result->score > score ? result->score : score;
        if (starts_only && load.count < LOADS_MAX) {
            if (!case_load(run)) {
                return false;
            }
            least_add(&load, result->load_us);
        }
    }
    least_print(&load, "load_us");
    least_print(&instantiate, "instantiate_us");
    if (!starts_only) {
        least_print(&call, "call_us");
    }
    if (score > 0) {
        printf("score %.3f\n", score);
    }
    return true;
}

static int usage(void)
{
    fputs("Usage: cupel-peer [--no-fuel] [--interpreted] [--no-guard-pages] [--lazy | "
          "--lazy-translation] "
          "[--image] DIR FILE SECONDS STEPS\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct case_options options = {.guard_pages = true, .metering = true, .real_clock = true};
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--no-fuel") == 0) {
            options.metering = false;
        } else if (strcmp(argv[i], "--interpreted") == 0) {
            options.interpreted = true;
        } else if (strcmp(argv[i], "--no-guard-pages") == 0) {
            options.guard_pages = false;
        } else if (strcmp(argv[i], "--lazy") == 0) {
            options.mode = CUPEL_COMPILE_LAZY;
        } else if (strcmp(argv[i], "--lazy-translation") == 0) {
            options.mode = CUPEL_COMPILE_LAZY_TRANSLATION;
        } else if (strcmp(argv[i], "--image") == 0) {
            options.via_image = true;
        } else {
            return usage();
        }
    }
    if (argc - i != 4) {
        return usage();
    }
    struct case_result result;
    options.dir = argv[i];
    double until = case_clock_us() + atof(argv[i + 2]) * 1e6;
    struct case_run *run = case_open(&options, argv[i + 1], argv[i + 3], &result);
    bool ok = run != NULL && measure(run, &result, until);
    if (!ok) {
        fprintf(stderr, "cupel-peer: %s\n", result.message);
    }
    if (run != NULL) {
        case_close(run);
    }
    return ok ? 0 : 1;
}
