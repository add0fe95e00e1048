/*
 * spec-runner: runs the official test suite, or some of its scripts.
 *
 * All scripts are gone through, for the modules in them that need no more than the version that is run and this
 * build have.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/spec/spec.h"

/* What automake takes for "skipped". */
#define EXIT_SKIPPED 77

#define DEFAULT_DIR "tests/spec/spec-tests"

struct run {
    struct spec_options options;
    bool guarded;   /* run with guard pages */
    bool checked;   /* run with explicit bounds checks */
    bool only_list; /* list the scripts */
    struct spec_list files;
    struct spec_list modules;
    char **wanted; /* parts of paths; none means core/ and proposals that this build has */
    int wanted_count;
};

static void print_help(void)
{
    puts("Usage: spec-runner [OPTION...] [SCRIPT...]\n"
         "Runs the scripts whose path contains one of SCRIPT; without any, all of core/ and the"
         " proposals that\nthis build has.\n\n"
         "  --dir DIR           the unpacked suite (default " DEFAULT_DIR ")\n"
         "  --feature-set SET   1.0, 2.0, 2.0-simd, 3.0 or proposal (default)\n"
         "  --guard-pages       only with guard pages (default: both ways)\n"
         "  --no-guard-pages    only with explicit bounds checks\n"
         "  --metering          meter fuel\n"
         "  --interpreted       no machine code (default: where it can be had)\n"
         "  --compilation-mode MODE  eager (default), lazy-translation or lazy\n"
         "  --image             write and read back each module's image\n"
         "  --list              list the scripts and their versions\n"
         "  -v                  show every command");
}

static bool is_wanted(const struct run *run, const struct spec_entry *file)
{
    const char *path = file->path;
    for (int i = 0; i < run->wanted_count; i++) {
        if (strstr(path, run->wanted[i]) != NULL) {
            return true;
        }
    }
    return run->wanted_count == 0 &&
           (strncmp(path, "core/", 5) == 0 || spec_is_available(file, run->options.class));
}

static void run_files(struct run *run, bool guard_pages, struct spec_counts *sum)
{
    run->options.guard_pages = guard_pages;
    for (size_t i = 0; i < run->files.count; i++) {
        const struct spec_entry *file = &run->files.entries[i];
        if (is_wanted(run, file)) {
            struct spec_counts counts = {0};
            spec_run_file(&run->options, file, &run->modules, &counts);
            spec_counts_add(sum, &counts);
            if (run->options.verbose) {
                printf("%s: %lu passed, %lu failed\n", file->path, counts.passed, counts.failed);
            }
        }
    }
}

static void list_files(const struct run *run)
{
    for (size_t i = 0; i < run->files.count; i++) {
        const struct spec_entry *file = &run->files.entries[i];
        if (is_wanted(run, file)) {
            printf("%-9s %s\n", spec_class_name(file->class), file->path);
        }
    }
}

/* Says what is being run; false if this host has no guard pages. */
static bool announce(const struct run *run, bool guard_pages)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_guard_pages(config, guard_pages);
    cupel_config_set_native(config, !run->options.interpreted);
    cupel_engine_t *engine = config != NULL ? cupel_engine_new_with_config(config) : NULL;
    if (engine == NULL) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    bool has = cupel_engine_guard_pages(engine);
    printf("spec tests %s, dispatch %s, %s, %s%s%s%s%s\n", spec_class_name(run->options.class),
           cupel_engine_dispatch(engine),
           cupel_config_get_native(cupel_engine_config(engine)) ? "machine code" : "interpreted",
           !guard_pages ? "checked memory"
           : has        ? "guard pages"
                        : "guard pages: not to be had on this host",
           run->options.mode == CUPEL_COMPILE_EAGER ? "" : ", ",
           run->options.mode == CUPEL_COMPILE_EAGER
               ? ""
               : cupel_compilation_mode_name(run->options.mode),
           run->options.metering ? ", metering" : "",
           run->options.via_image ? ", through images" : "");
    cupel_engine_delete(engine);
    return has == guard_pages;
}

static void usage_error(const char *what, const char *text)
{
    fprintf(stderr, "spec-runner: %s%s (--help shows the options)\n", what, text);
    exit(2);
}

static cupel_compilation_mode_t parse_mode(const char *name)
{
    cupel_compilation_mode_t mode = CUPEL_COMPILE_EAGER;
    while (mode <= CUPEL_COMPILE_LAZY && strcmp(cupel_compilation_mode_name(mode), name) != 0) {
        mode++;
    }
    if (mode > CUPEL_COMPILE_LAZY) {
        usage_error("there is no compilation mode ", name);
    }
    return mode;
}

static void parse(struct run *run, int argc, char **argv)
{
    *run = (struct run){.options = {.dir = DEFAULT_DIR, .class = CLASS_PROPOSAL}};
    run->wanted = argv;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--dir") == 0 && i + 1 < argc) {
            run->options.dir = argv[++i];
        } else if (strcmp(word, "--feature-set") == 0 && i + 1 < argc) {
            run->options.class = spec_class_parse(argv[++i]);
        } else if (strcmp(word, "--guard-pages") == 0) {
            run->guarded = true;
        } else if (strcmp(word, "--no-guard-pages") == 0) {
            run->checked = true;
        } else if (strcmp(word, "--compilation-mode") == 0 && i + 1 < argc) {
            run->options.mode = parse_mode(argv[++i]);
        } else if (strcmp(word, "--metering") == 0) {
            run->options.metering = true;
        } else if (strcmp(word, "--interpreted") == 0) {
            run->options.interpreted = true;
        } else if (strcmp(word, "--image") == 0) {
            run->options.via_image = true;
        } else if (strcmp(word, "--list") == 0) {
            run->only_list = true;
        } else if (strcmp(word, "-v") == 0) {
            run->options.verbose = true;
        } else if (strcmp(word, "--help") == 0) {
            print_help();
            exit(0);
        } else if (word[0] == '-') {
            usage_error("what is ", word);
        } else {
            run->wanted[run->wanted_count++] = argv[i];
        }
    }
    if (run->options.class == CLASS_COUNT) {
        usage_error("there is no such feature set", "");
    }
    if (!run->guarded && !run->checked) {
        run->guarded = run->checked = true;
    }
}

int main(int argc, char **argv)
{
    struct run run;
    parse(&run, argc, argv);
    if (access(run.options.dir, R_OK) != 0) {
        fprintf(stderr,
                "spec-runner: %s: %s; configure --with-spec-tests=DIR says where the suite is\n",
                run.options.dir, strerror(errno));
        return EXIT_SKIPPED;
    }
    spec_list_read(&run.files, run.options.dir, "INDEX.tsv", 2);
    spec_list_read(&run.modules, run.options.dir, "MODULES.tsv", 2);
    struct spec_counts counts = {0};
    if (run.only_list) {
        list_files(&run);
    } else {
        if (run.guarded && announce(&run, true)) {
            run_files(&run, true, &counts);
        }
        if (run.checked && announce(&run, false)) {
            run_files(&run, false, &counts);
        }
        spec_counts_print(&counts);
    }
    spec_list_fini(&run.files);
    spec_list_fini(&run.modules);
    return counts.failed > 0 ? 1 : 0;
}
