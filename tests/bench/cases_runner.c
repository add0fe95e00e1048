/*
 * cases-runner: runs the benchmark cases through libcupel, checks every expected value, and can print
 * times.
 *
 * Without options each case runs in four ways, guard pages or checked memory, with fuel and without;
 * what a case costs in fuel must be the same on both memory paths.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/cases.h"

/* What automake takes for "skipped". */
#define EXIT_SKIPPED 77

struct run {
    struct case_options options;
    bool guarded, checked;
    bool fuel, no_fuel;
    unsigned repeat; /* 0: check only */
    char **wanted;   /* parts of names; none means all */
    int wanted_count;
    unsigned passed, failed, skipped;
};

static bool is_wanted(const struct run *run, const char *name)
{
    for (int i = 0; i < run->wanted_count; i++) {
        if (strstr(name, run->wanted[i]) != NULL) {
            return true;
        }
    }
    return run->wanted_count == 0;
}

static const char *way(const struct case_options *options)
{
    static char text[64];
    snprintf(text, sizeof text, "%s, %s%s", options->guard_pages ? "guard pages" : "checked",
             options->metering ? "fuel" : "no fuel", options->via_image ? ", image" : "");
    return text;
}

static void count(struct run *run, const struct case_row *row, const struct case_result *result)
{
    if (result->outcome == CASE_PASSED) {
        run->passed++;
    } else if (result->outcome == CASE_UNSUPPORTED) {
        run->skipped++;
        printf("%s (%s): skipped: %s\n", row->name, way(&run->options), result->message);
    } else {
        run->failed++;
        printf("%s (%s): FAILED: %s\n", row->name, way(&run->options), result->message);
    }
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Runs a case as often as asked for and keeps the least of each time. */
static void run_row(struct run *run, const struct case_row *row, struct case_result *best)
{
    case_run(&run->options, row, best);
    for (unsigned i = 1; i < run->repeat && best->outcome == CASE_PASSED; i++) {
        struct case_result again;
        case_run(&run->options, row, &again);
        again.compile_us = lesser(again.compile_us, best->compile_us);
        again.instantiate_us = lesser(again.instantiate_us, best->instantiate_us);
        again.call_us = lesser(again.call_us, best->call_us);
        again.score = again.score > best->score ? again.score : best->score;
        *best = again;
    }
    count(run, row, best);
    if (run->repeat > 0) {
        printf("%-22s %10" PRIu64 " %12" PRIu64 " %12" PRIu64, row->name, best->compile_us,
               best->instantiate_us, best->call_us);
        if (best->score > 0) {
            printf("  score %.1f", best->score);
        } else if (run->options.metering) {
            printf("  %" PRIu64, best->fuel);
        }
        putchar('\n');
        fflush(stdout);
    }
}

/* Runs all cases in one way; `fuel` remembers what each cost on the first memory path. */
static void run_table(struct run *run, const struct case_table *table, uint64_t *fuel)
{
    if (run->repeat > 0) {
        printf("%s\n%-22s %10s %12s %12s  fuel\n", way(&run->options), "case", "compile us",
               "instance us", "call us");
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct case_row *row = &table->rows[i];
        struct case_result result;
        if (!is_wanted(run, row->name)) {
            continue;
        }
        run_row(run, row, &result);
        if (run->options.metering && result.outcome == CASE_PASSED && !run->options.real_clock) {
            if (fuel[i] != 0 && fuel[i] != result.fuel) {
                printf("%s: FAILED: fuel depends on the memory path: %" PRIu64 " and %" PRIu64 "\n",
                       row->name, fuel[i], result.fuel);
                run->failed++;
            }
            fuel[i] = result.fuel;
        }
    }
}

static void run_all(struct run *run, const struct case_table *table)
{
    uint64_t *fuel = calloc(table->count + 1, sizeof *fuel);
    if (fuel == NULL) {
        fputs("cases-runner: out of memory\n", stderr);
        exit(2);
    }
    for (int i = 0; i < 4; i++) {
        run->options.metering = (i & 1) != 0;
        run->options.guard_pages = (i & 2) == 0;
        if ((run->options.metering ? run->fuel : run->no_fuel) &&
            (run->options.guard_pages ? run->guarded : run->checked)) {
            run_table(run, table, fuel);
        }
    }
    free(fuel);
}

static void print_help(void)
{
    puts("Usage: cases-runner [OPTION...] [CASE...]\n"
         "Runs the cases whose name contains one of CASE; without any, all.\n\n"
         "  --dir DIR          the cases (default $CUPEL_BENCH_DIR)\n"
         "  --guard-pages      only with guard pages (default: both ways)\n"
         "  --no-guard-pages   only with explicit bounds checks\n"
         "  --fuel             only metered (default: both ways)\n"
         "  --no-fuel          only unmetered\n"
         "  --lazy             compile each function at its first call\n"
         "  --lazy-translation validate at once, translate at the first call\n"
         "  --image            write and read back each module's image\n"
         "  --time N           print the least times of N runs; the clock is the real one");
}

static void usage_error(const char *what)
{
    fprintf(stderr, "cases-runner: what is %s? (--help shows the options)\n", what);
    exit(2);
}

static void parse(struct run *run, int argc, char **argv)
{
    *run = (struct run){.options = {.dir = getenv("CUPEL_BENCH_DIR")}, .wanted = argv};
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--dir") == 0 && i + 1 < argc) {
            run->options.dir = argv[++i];
        } else if (strcmp(word, "--guard-pages") == 0) {
            run->guarded = true;
        } else if (strcmp(word, "--no-guard-pages") == 0) {
            run->checked = true;
        } else if (strcmp(word, "--fuel") == 0) {
            run->fuel = true;
        } else if (strcmp(word, "--no-fuel") == 0) {
            run->no_fuel = true;
        } else if (strcmp(word, "--lazy") == 0) {
            run->options.mode = CUPEL_COMPILE_LAZY;
        } else if (strcmp(word, "--lazy-translation") == 0) {
            run->options.mode = CUPEL_COMPILE_LAZY_TRANSLATION;
        } else if (strcmp(word, "--image") == 0) {
            run->options.via_image = true;
        } else if (strcmp(word, "--time") == 0 && i + 1 < argc && atoi(argv[i + 1]) > 0) {
            run->repeat = (unsigned)atoi(argv[++i]);
            run->options.real_clock = true;
        } else if (strcmp(word, "--help") == 0) {
            print_help();
            exit(0);
        } else if (word[0] == '-') {
            usage_error(word);
        } else {
            run->wanted[run->wanted_count++] = argv[i];
        }
    }
    if (!run->guarded && !run->checked) {
        run->guarded = run->checked = true;
    }
    if (!run->fuel && !run->no_fuel) {
        run->fuel = run->no_fuel = true;
    }
}

int main(int argc, char **argv)
{
    struct run run;
    parse(&run, argc, argv);
    if (run.options.dir == NULL || run.options.dir[0] == '\0') {
        fputs("cases-runner: no cases; configure --with-bench-cases=DIR says where they are\n",
              stderr);
        return EXIT_SKIPPED;
    }
    struct case_table table;
    case_table_read(&table, run.options.dir);
    run_all(&run, &table);
    case_table_fini(&table);
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
    return run.failed > 0 || run.passed == 0 ? 1 : 0;
}
