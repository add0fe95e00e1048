/*
 * Tests of api/trace_context.c: what is a traceparent, what is not, and what becomes of one.
 */
#include "api/trace_context.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN  "b7ad6b7169203331"

START_TEST(continues_what_is_right)
{
    static const struct {
        const char *value, *flags;
    } rows[] = {
        {"00-" TRACE "-" SPAN "-01", "01"},  {"00-" TRACE "-" SPAN "-00", "00"},
        {"00-" TRACE "-" SPAN "-03", "03"},  {"00-" TRACE "-" SPAN "-ff", "03"},
        {"01-" TRACE "-" SPAN "-01", "01"},  {"cc-" TRACE "-" SPAN "-01-what-will-be", "01"},
        {"fe-" TRACE "-" SPAN "-09-", "01"},
    };
    char out[TRACE_PARENT_SIZE], expected[TRACE_PARENT_SIZE];
    struct trace_context trace;

    ck_assert(trace_context_read(&trace, rows[_i].value, 0xabc));
    ck_assert_str_eq(trace.trace_id, TRACE);
    ck_assert_str_eq(trace.parent_id, SPAN);
    trace_context_write(&trace, out);
    snprintf(expected, sizeof expected, "00-" TRACE "-0000000000000abc-%s", rows[_i].flags);
    ck_assert_str_eq(out, expected);
}
END_TEST

START_TEST(disregards_what_is_not)
{
    static const char *const rows[] = {
        "",
        "00",
        "00-" TRACE "-" SPAN,
        "00-" TRACE "-" SPAN "-",
        "00-" TRACE "-" SPAN "-1",
        "00-" TRACE "-" SPAN "-01-",
        "00-" TRACE "-" SPAN "-01-more",
        "00-" TRACE "-" SPAN "-011",
        "01-" TRACE "-" SPAN "-01more",
        "ff-" TRACE "-" SPAN "-01",
        "0-" TRACE "-" SPAN "-001",
        "zz-" TRACE "-" SPAN "-01",
        "00-" TRACE "-" SPAN "-0g",
        "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01",
        "00-" TRACE "-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" TRACE "-0000000000000000-01",
        "00_" TRACE "-" SPAN "-01",
        "00-" TRACE "_" SPAN "-01",
        "00-" TRACE "-" SPAN "_01",
        " 00-" TRACE "-" SPAN "-01",
        "00-" TRACE "-" SPAN "-01 ",
        "00-" TRACE "-" SPAN "-01,00-" TRACE "-" SPAN "-01",
    };
    struct trace_context trace;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(!trace_context_read(&trace, rows[i], 1), "accepted: %s", rows[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/trace_context");
    TCase *tcase = tcase_create("trace_context");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, continues_what_is_right, 0, 7);
    tcase_add_test(tcase, disregards_what_is_not);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
