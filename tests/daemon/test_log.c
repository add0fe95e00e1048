/*
 * Tests of daemon/log.c and log_lines.c: the formats, what is escaped and cut, and where lines go. The
 * journal is a socket of our own.
 */
#include "daemon/log.h"

#include "daemon/log_lines.h"

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char line[LOG_LINE_SIZE];

static const struct log_field two[] = {{"module", "sha256:00", 9, 0}, {"fuel", NULL, 0, 3}};
static const struct log_entry plain = {LOG_LEVEL_INFO, "call", two, 2, {0, 1234567}};

static struct log_entry with(const struct log_field *field)
{
    return (struct log_entry){LOG_LEVEL_WARNING, "what", field, 1, {1700000000, 0}};
}

START_TEST(each_format)
{
    size_t len = log_line_text(&plain, false, line);

    ck_assert_str_eq(line, "cupeld: info: call module=sha256:00 fuel=3\n");
    ck_assert_uint_eq(len, strlen(line));
    log_line_text(&plain, true, line);
    ck_assert_str_eq(line, "<6>call module=sha256:00 fuel=3\n");
    log_line_json(&plain, line);
    ck_assert_str_eq(line, "{\"time\":\"1970-01-01T00:00:00.001234Z\",\"level\":\"info\","
                           "\"message\":\"call\",\"module\":\"sha256:00\",\"fuel\":3}\n");
    log_line_journal(&plain, line);
    ck_assert_str_eq(line, "PRIORITY=6\nSYSLOG_IDENTIFIER=cupeld\n"
                           "MESSAGE=call module=sha256:00 fuel=3\n"
                           "CUPEL_MODULE=sha256:00\nCUPEL_FUEL=3\n");
}
END_TEST

/* Names of functions are any UTF-8, targets any bytes. */
START_TEST(nobody_forges_a_line)
{
    static const struct {
        const char *text, *in_text, *in_json, *in_journal;
    } rows[] = {
        {"a b", "\"a b\"", "a b", "a b"},
        {"", "\"\"", "", ""},
        {"a=b", "\"a=b\"", "a=b", "a=b"},
        {"a\nPRIORITY=0", "\"a\\x0aPRIORITY=0\"", "a\nPRIORITY=0", "a\\x0aPRIORITY=0"},
        {"\"\\", "\"\\x22\\x5c\"", "\"\\", "\\x22\\x5c"},
        {"\x1b[2J\x7f", "\"\\x1b[2J\\x7f\"", "\x1b[2J\x7f", "\\x1b[2J\\x7f"},
        {"\u00e9", "\"\\xc3\\xa9\"", "\u00e9", "\\xc3\\xa9"},
        {"\xff\xc3", "\"\\xff\\xc3\"", "\ufffd\ufffd", "\\xff\\xc3"},
    };
    struct log_field field = {"f", rows[_i].text, strlen(rows[_i].text), 0};
    struct log_entry entry = with(&field);
    char expected[512];
    json_t *json;

    log_line_text(&entry, false, line);
    snprintf(expected, sizeof expected, "cupeld: warning: what f=%s\n", rows[_i].in_text);
    ck_assert_str_eq(line, expected);
    log_line_json(&entry, line);
    json = json_loads(line, 0, NULL);
    ck_assert_msg(json != NULL, "not JSON: %s", line);
    ck_assert_str_eq(json_string_value(json_object_get(json, "f")), rows[_i].in_json);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
    json_decref(json);
    log_line_journal(&entry, line);
    snprintf(expected, sizeof expected, "\nCUPEL_F=%s\n", rows[_i].in_journal);
    ck_assert_str_eq(line + strlen(line) - strlen(expected), expected);
}
END_TEST

/* The longest line there can be is whole in each format. */
START_TEST(there_is_room_for_everything)
{
    static char bytes[LOG_MESSAGE_MOST * 2];
    struct log_field fields[LOG_FIELDS_MOST];
    struct log_entry entry = {LOG_LEVEL_ERROR, bytes, fields, LOG_FIELDS_MOST, {0, 0}};
    json_t *json;

    memset(bytes, 1, sizeof bytes - 1);
    for (int i = 0; i < LOG_FIELDS_MOST; i++) {
        fields[i] = (struct log_field){"a_name_that_is_rather_long", bytes, sizeof bytes - 1, 0};
    }
    fields[LOG_FIELDS_MOST - 1].name = "last";
    log_line_json(&entry, line);
    json = json_loads(line, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_uint_eq(json_string_length(json_object_get(json, "message")), LOG_MESSAGE_MOST);
    ck_assert_uint_eq(json_string_length(json_object_get(json, "last")), LOG_TEXT_MOST);
    json_decref(json);
    ck_assert_uint_gt(log_line_text(&entry, true, line), LOG_FIELDS_MOST * LOG_TEXT_MOST * 4);
    ck_assert_uint_eq(line[strlen(line) - 2], '"');
    ck_assert_uint_lt(log_line_journal(&entry, line), LOG_LINE_SIZE - 2);
    ck_assert_ptr_nonnull(strstr(line, "\nCUPEL_LAST="));
}
END_TEST

START_TEST(cuts_between_characters)
{
    char text[LOG_TEXT_MOST + 2];
    struct log_field field = {"f", text, sizeof text, 0};
    struct log_entry entry = with(&field);
    json_t *json;

    memset(text, 'a', sizeof text);
    memcpy(text + LOG_TEXT_MOST - 1, "\u00e9", 2);
    log_line_json(&entry, line);
    json = json_loads(line, 0, NULL);
    ck_assert_uint_eq(json_string_length(json_object_get(json, "f")), LOG_TEXT_MOST - 1);
    json_decref(json);
}
END_TEST

/* ---- where it goes --------------------------------------------------------------------------- */

static char folder[] = "/tmp/cupel-log-XXXXXX";
static char journal_path[64], log_path[64];
static int journal;

static void setup(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    strcpy(folder, "/tmp/cupel-log-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(journal_path, sizeof journal_path, "%s/journal", folder);
    snprintf(log_path, sizeof log_path, "%s/stderr", folder);
    strcpy(address.sun_path, journal_path);
    journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    ck_assert_int_eq(bind(journal, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_ptr_nonnull(freopen(log_path, "w", stderr));
    unsetenv("JOURNAL_STREAM");
}

static void teardown(void)
{
    log_fini();
    close(journal);
    unlink(journal_path);
    unlink(log_path);
    rmdir(folder);
}

static const char *received(void)
{
    ssize_t len = recv(journal, line, sizeof line - 1, 0);

    line[len > 0 ? len : 0] = '\0';
    return line;
}

static const char *on_stderr(void)
{
    FILE *file = fopen(log_path, "r");
    size_t len;

    ck_assert_ptr_nonnull(file);
    len = fread(line, 1, sizeof line - 1, file);
    line[len] = '\0';
    fclose(file);
    return line;
}

static void stderr_is_journal(long wrong)
{
    char text[64];
    struct stat at;

    ck_assert_int_eq(fstat(STDERR_FILENO, &at), 0);
    snprintf(text, sizeof text, "%lu:%lu", (unsigned long)at.st_dev,
             (unsigned long)(at.st_ino + (unsigned long)wrong));
    setenv("JOURNAL_STREAM", text, 1);
}

START_TEST(sends_fields_to_the_journal)
{
    log_init(LOG_LEVEL_INFO, LOG_JOURNAL, journal_path);
    log_event(LOG_LEVEL_INFO, "call", two, 2);
    ck_assert_str_eq(received(), "PRIORITY=6\nSYSLOG_IDENTIFIER=cupeld\n"
                                 "MESSAGE=call module=sha256:00 fuel=3\n"
                                 "CUPEL_MODULE=sha256:00\nCUPEL_FUEL=3\n");
    log_line(LOG_LEVEL_DEBUG, "not this");
    log_line(LOG_LEVEL_ERROR, "no\nlines");
    ck_assert_str_eq(received(), "PRIORITY=3\nSYSLOG_IDENTIFIER=cupeld\nMESSAGE=no?lines\n");
    ck_assert_str_eq(on_stderr(), "");
}
END_TEST

START_TEST(without_a_journal_to_stderr)
{
    log_init(LOG_LEVEL_INFO, LOG_JOURNAL, "/nowhere/at/all");
    log_line(LOG_LEVEL_NOTICE, "hear, %s", "hear");
    ck_assert_str_eq(on_stderr(), "cupeld: notice: hear, hear\n");
}
END_TEST

/* `_i`: whether JOURNAL_STREAM names another file than stderr. */
START_TEST(chooses_by_where_stderr_leads)
{
    stderr_is_journal(_i);
    log_init(LOG_LEVEL_INFO, LOG_AUTO, journal_path);
    log_line(LOG_LEVEL_INFO, "here");
    ck_assert_str_eq(received(), _i ? "" : "PRIORITY=6\nSYSLOG_IDENTIFIER=cupeld\nMESSAGE=here\n");
    ck_assert_str_eq(on_stderr(), _i ? "cupeld: info: here\n" : "");
}
END_TEST

START_TEST(text_in_the_journal_has_its_level)
{
    stderr_is_journal(0);
    log_init(LOG_LEVEL_INFO, LOG_TEXT, journal_path);
    log_line(LOG_LEVEL_WARNING, "mind");
    ck_assert_str_eq(on_stderr(), "<4>mind\n");
}
END_TEST

START_TEST(knows_names)
{
    enum log_format format;
    enum log_level level;

    ck_assert(log_format_parse("json", &format) && format == LOG_JSON);
    ck_assert(log_format_parse("auto", &format) && format == LOG_AUTO);
    ck_assert(!log_format_parse("JSON", &format));
    ck_assert(log_level_parse("debug", &level) && level == LOG_LEVEL_DEBUG);
    ck_assert(!log_level_parse("loud", &level));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon/log");
    TCase *lines = tcase_create("lines"), *ways = tcase_create("ways");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(lines, each_format);
    tcase_add_loop_test(lines, nobody_forges_a_line, 0, 8);
    tcase_add_test(lines, there_is_room_for_everything);
    tcase_add_test(lines, cuts_between_characters);
    tcase_add_test(lines, knows_names);
    suite_add_tcase(suite, lines);
    tcase_add_checked_fixture(ways, setup, teardown);
    tcase_add_test(ways, sends_fields_to_the_journal);
    tcase_add_test(ways, without_a_journal_to_stderr);
    tcase_add_loop_test(ways, chooses_by_where_stderr_leads, 0, 2);
    tcase_add_test(ways, text_in_the_journal_has_its_level);
    suite_add_tcase(suite, ways);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
