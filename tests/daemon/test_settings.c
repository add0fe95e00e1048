/*
 * Tests of daemon/settings*.c and options.c: defaults, file, flags, and what is said about mistakes.
 */
#include "daemon/options.h"
#include "daemon/settings.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct settings settings;
static struct strbuf faults;
static char path[64];

#define ck_contains(text, part)                                                                    \
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" does not contain \"%s\"", text, part)

static void setup(void)
{
    int fd;

    strbuf_init(&faults);
    settings_init(&settings);
    snprintf(path, sizeof path, "/tmp/cupel-conf-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void teardown(void)
{
    strbuf_fini(&faults);
    unlink(path);
}

static bool read_text(const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return settings_read_file(&settings, path, &faults);
}

/* The fault starts with FILE:LINE: and contains the text. */
static void refuse(const char *text, int line, const char *says)
{
    char where[100];

    strbuf_reset(&faults);
    settings_init(&settings);
    ck_assert_msg(!read_text(text), "accepted: %s", text);
    snprintf(where, sizeof where, "%s:%d: ", path, line);
    ck_contains(strbuf_text(&faults), where);
    ck_contains(strbuf_text(&faults), says);
}

START_TEST(has_defaults)
{
    ck_assert_str_eq(settings.listen, "127.0.0.1:8080");
    ck_assert(!settings.allow_remote);
    ck_assert(settings.guard_pages);
    ck_assert(settings.native);
    ck_assert_uint_eq(settings.native_bytes, 256 << 20);
    ck_assert_uint_eq(settings.max_module_bytes, 64 << 20);
    ck_assert_uint_eq(settings.default_fuel, 1000000000);
    ck_assert_uint_eq(settings.max_timeout_ms, 60000);
    ck_assert(settings_check(&settings, &faults));
}
END_TEST

START_TEST(reads_files)
{
    ck_assert_msg(read_text("# comment\n; another\n\n[server]\nlisten = [::1]:0 ; inline\n"
                            "threads=3\nallow_remote = yes\n[modules]\nmax_module_bytes = 2 MiB\n"
                            "cache_bytes = 512K\n[limits]\ndefault_fuel = 7\nmax_fuel = 9\n"),
                  "%s", strbuf_text(&faults));
    ck_assert_str_eq(settings.listen, "[::1]:0");
    ck_assert_uint_eq(settings.threads, 3);
    ck_assert(settings.allow_remote);
    ck_assert_uint_eq(settings.max_module_bytes, 2 << 20);
    ck_assert_uint_eq(settings.cache_bytes, 512 << 10);
    ck_assert_uint_eq(settings.default_fuel, 7);
}
END_TEST

START_TEST(says_what_and_where)
{
    refuse("[server]\nthreads = many\n", 2,
           "[server] threads: expected a number from 0 to 1024, "
           "got \"many\"");
    refuse("\n\n[server]\nthreads = 2000\n", 4, "got \"2000\"");
    refuse("[server]\nthreads = -1\n", 2, "got \"-1\"");
    refuse("[server]\nthreads = 1K\n", 2, "got \"1K\"");
    refuse("[server]\nallow_remote = maybe\n", 2, "expected true or false, got \"maybe\"");
    refuse("[modules]\nmax_module_bytes = 3X\n", 2, "expected a size from 8 to 1073741824");
    refuse("[modules]\nmax_module_bytes = 99999999999999999999G\n", 2, "expected a size");
    refuse("[server]\nlisten =\n", 2, "expected a text");
    refuse("[server]\nfoo = 1\n", 2, "section [server] has no option \"foo\"");
    refuse("[server]\ndatabase = x\n", 2, "it belongs to [storage]");
    refuse("threads = 1\n", 1, "section [] has no option \"threads\"; it belongs to [server]");
    refuse("[server]\nthreads = 1\nthreads = 2\n", 3, "was set already, in line 2");
    refuse("[server]\nwhat is this\n", 2, "expected [section], option = value, or a comment");
    refuse("[server\nthreads = 1\n", 1, "expected [section]");
    /* all of them are reported */
    refuse("[server]\nfoo = 1\nbar = 2\nthreads = x\n", 4, "no option \"bar\"");
    ck_contains(strbuf_text(&faults), "no option \"foo\"");
}
END_TEST

START_TEST(says_when_a_file_cannot_be_read)
{
    ck_assert(!settings_read_file(&settings, "/nonexistent/cupel.conf", &faults));
    ck_contains(strbuf_text(&faults), "/nonexistent/cupel.conf: cannot be read: No such file");
    strbuf_reset(&faults);
    ck_assert(!settings_read_file(&settings, "/tmp", &faults));
    ck_contains(strbuf_text(&faults), "/tmp: cannot be read");
}
END_TEST

START_TEST(prints_what_it_reads)
{
    struct settings again;
    FILE *file;

    settings.threads = 5;
    settings.max_fuel = 1234567890123;
    file = fopen(path, "w");
    settings_print(&settings, file);
    fclose(file);
    settings_init(&again);
    ck_assert_msg(settings_read_file(&again, path, &faults), "%s", strbuf_text(&faults));
    ck_assert_mem_eq(&again, &settings, sizeof again);
}
END_TEST

START_TEST(checks_what_belongs_together)
{
    settings.default_fuel = settings.max_fuel + 1;
    ck_assert(!settings_check(&settings, &faults));
    ck_contains(strbuf_text(&faults), "default_fuel (1000000000001) is more than max_fuel");
}
END_TEST

static enum options_action options(char *a, char *b, char *c)
{
    char *argv[] = {"cupeld", a, b, c, NULL};
    int argc = 1;

    while (argv[argc] != NULL) {
        argc++;
    }
    strbuf_reset(&faults);
    return options_read(argc, argv, "/nonexistent/cupel.conf", &settings, &faults);
}

START_TEST(flags_are_options)
{
    char config[80];

    ck_assert_int_eq(options("--listen", "127.0.0.1:0", "--threads=4"), OPTIONS_SERVE);
    ck_assert_str_eq(settings.listen, "127.0.0.1:0");
    ck_assert_uint_eq(settings.threads, 4);
    ck_assert_int_eq(options("--allow-remote", "--default-fuel=5", NULL), OPTIONS_SERVE);
    ck_assert(settings.allow_remote);
    ck_assert_uint_eq(settings.default_fuel, 5);
    /* a flag outweighs the file, wherever it stands */
    ck_assert(read_text("[server]\nthreads = 7\nmax_connections = 8\n"));
    snprintf(config, sizeof config, "--config=%s", path);
    ck_assert_int_eq(options("--threads=9", config, NULL), OPTIONS_SERVE);
    ck_assert_uint_eq(settings.threads, 9);
    ck_assert_uint_eq(settings.max_connections, 8);
    ck_assert_int_eq(options("--check-config", config, NULL), OPTIONS_CHECK_CONFIG);
    ck_assert_int_eq(options("--help", NULL, NULL), OPTIONS_HELP);
    ck_assert_int_eq(options("--version", NULL, NULL), OPTIONS_VERSION);
}
END_TEST

START_TEST(bad_flags_are_bad_usage)
{
    ck_assert_int_eq(options("--nope", NULL, NULL), OPTIONS_BAD_USAGE);
    ck_contains(strbuf_text(&faults), "there is no option --nope");
    ck_assert_int_eq(options("threads", NULL, NULL), OPTIONS_BAD_USAGE);
    ck_contains(strbuf_text(&faults), "\"threads\" is not an option");
    ck_assert_int_eq(options("--threads", NULL, NULL), OPTIONS_BAD_USAGE);
    ck_contains(strbuf_text(&faults), "--threads needs a value");
    ck_assert_int_eq(options("--threads", "x", NULL), OPTIONS_BAD_USAGE);
    ck_contains(strbuf_text(&faults), "--threads: expected a number from 0 to 1024, got \"x\"");
    ck_assert_int_eq(options("--listen", "8080", NULL), OPTIONS_BAD_CONFIG);
    ck_contains(strbuf_text(&faults), "expected HOST:PORT");
    ck_assert_int_eq(options("--log-level", "loud", NULL), OPTIONS_BAD_CONFIG);
    ck_contains(strbuf_text(&faults), "expected error, warning");
    ck_assert_int_eq(options("--config", "/nonexistent", NULL), OPTIONS_BAD_CONFIG);
}
END_TEST

START_TEST(reaches_every_layer)
{
    struct service_settings service;
    struct api_settings api;

    settings.max_functions = 17;
    settings.default_call_depth = 18;
    settings.max_table_elements = 19;
    settings.max_json_depth = 20;
    settings_for_service(&settings, &service);
    settings_for_api(&settings, &api);
    ck_assert_uint_eq(service.enforced.functions, 17);
    ck_assert_uint_eq(service.standard.call_depth, 18);
    ck_assert_uint_eq(service.maximum.table_elements, 19);
    ck_assert_uint_eq(api.max_json_depth, 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon/settings");
    TCase *tcase = tcase_create("settings");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, has_defaults);
    tcase_add_test(tcase, reads_files);
    tcase_add_test(tcase, says_what_and_where);
    tcase_add_test(tcase, says_when_a_file_cannot_be_read);
    tcase_add_test(tcase, prints_what_it_reads);
    tcase_add_test(tcase, checks_what_belongs_together);
    tcase_add_test(tcase, flags_are_options);
    tcase_add_test(tcase, bad_flags_are_bad_usage);
    tcase_add_test(tcase, reaches_every_layer);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
