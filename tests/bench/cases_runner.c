/*
 * cases-runner: runs the benchmark cases through libcupel and checks every expected value. (What times them is cupel-bench.)
 *
 * Without options the cases are those of $CUPEL_BENCH_DIR and the vector kernels of this build, and each runs in four ways, guard pages or checked memory,
 * with fuel and without, and once more with no instructions fused; what a case costs in fuel must always be the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/cases.h"

/* What automake takes for "skipped". */
#define EXIT_SKIPPED 77

/* The kernels of vectors and of calls, where the build puts them. */
#define KERNELS_DIR "tests/bench/simd-wasm"
#define CALLS_DIR   "tests/bench/calls-wasm"

#define MAX_DIRS 8

struct run {
    struct case_options options;
    bool guarded, checked;
    bool fuel, no_fuel;
    const char *dirs[MAX_DIRS];
    int dir_count;
    char **wanted; /* parts of names; none means all */
    int wanted_count;
    unsigned tables; /* that there were cases to run of */
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
    snprintf(text, sizeof text, "%s, %s%s%s%s", options->guard_pages ? "guard pages" : "checked",
             options->metering ? "fuel" : "no fuel", options->via_image ? ", image" : "",
             options->unfused ? ", unfused" : "", options->interpreted ? ", interpreted" : "");
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

static void run_row(struct run *run, const struct case_row *row, struct case_result *result)
{
    char key[64];
    struct case_run *c = case_open(&run->options, row->file, row->steps, result);
    if (c != NULL && case_sample(c)) {
        if (!case_matches(row->expected, result->observed, key, sizeof key)) {
            case_fail(c, "%s: expected %s, got %s", key, row->expected, result->observed);
        } else if (strncmp(row->expected, "f32 score", 9) == 0 && !(result->score > 0)) {
            case_fail(c, "expected an f32 score above 0");
        }
    }
    if (c != NULL) {
        case_close(c);
    }
    count(run, row, result);
}

/* Runs all cases in one way; `fuel` remembers what each cost the first time. */
static void run_table(struct run *run, const struct case_table *table, uint64_t *fuel)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct case_row *row = &table->rows[i];
        struct case_result result;
        if (!is_wanted(run, row->name)) {
            continue;
        }
        run_row(run, row, &result);
        if (run->options.metering && result.outcome == CASE_PASSED) {
            if (fuel[i] != 0 && fuel[i] != result.fuel) {
                printf("%s (%s): FAILED: the fuel differs: %" PRIu64 " and %" PRIu64 "\n",
                       row->name, way(&run->options), fuel[i], result.fuel);
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
    run->options.metering = run->options.guard_pages = true;
    for (int i = 0; i < 2 && run->fuel && run->guarded; i++) {
        run->options.interpreted = i == 0;
        run->options.unfused = i == 1;
        run_table(run, table, fuel);
    }
    run->options.interpreted = run->options.unfused = false;
    free(fuel);
}

static void print_help(void)
{
    puts("Usage: cases-runner [OPTION...] [CASE...]\n"
         "Runs the cases whose name contains one of CASE; without any, all.\n\n"
         "  --dir DIR          the cases; may be repeated (default $CUPEL_BENCH_DIR and the "
         "kernels\n"
         "                     of vectors and calls)\n"
         "  --guard-pages      only with guard pages (default: both ways)\n"
         "  --no-guard-pages   only with explicit bounds checks\n"
         "  --fuel             only metered (default: both ways)\n"
         "  --no-fuel          only unmetered\n"
         "  --lazy             compile each function at its first call\n"
         "  --lazy-translation validate at once, translate at the first call\n"
         "  --image            write and read back each module's image");
}

static void usage_error(const char *what)
{
    fprintf(stderr, "cases-runner: what is %s? (--help shows the options)\n", what);
    exit(2);
}

static void parse(struct run *run, int argc, char **argv)
{
    *run = (struct run){.wanted = argv};
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--dir") == 0 && i + 1 < argc && run->dir_count < MAX_DIRS) {
            run->dirs[run->dir_count++] = argv[++i];
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

/* Runs the cases of a folder; says so if there are none. */
static void run_dir(struct run *run, const char *dir)
{
    char path[4096], why[256] = "";
    snprintf(path, sizeof path, "%s/missing", dir);
    FILE *missing = fopen(path, "r");
    if (missing != NULL) {
        printf("%s: skipped: %s", dir, fgets(why, sizeof why, missing) != NULL ? why : "\n");
        fclose(missing);
        return;
    }
    struct case_table table;
    run->options.dir = dir;
    run->tables++;
    case_table_read(&table, dir);
    run_all(run, &table);
    case_table_fini(&table);
}

static void choose_dirs(struct run *run)
{
    const char *dir = getenv("CUPEL_BENCH_DIR");
    if (run->dir_count > 0) {
        return;
    }
    if (dir != NULL && dir[0] != '\0') {
        run->dirs[run->dir_count++] = dir;
    } else {
        puts("the benchmark programs: skipped: configure --with-bench-cases=DIR says where they "
             "are");
    }
    run->dirs[run->dir_count++] = KERNELS_DIR;
    run->dirs[run->dir_count++] = CALLS_DIR;
}

int main(int argc, char **argv)
{
    struct run run;
    parse(&run, argc, argv);
    choose_dirs(&run);
    for (int i = 0; i < run.dir_count; i++) {
        run_dir(&run, run.dirs[i]);
    }
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
    if (run.tables == 0) {
        return EXIT_SKIPPED;
    }
    return run.failed > 0 || run.passed == 0 ? 1 : 0;
}
