/*
 * Tests of api/metrics.c: what is counted, and that it is well-formed.
 */
#include "api/metrics.h"

#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <string.h>

static void says(const char *line)
{
    char whole[200];

    snprintf(whole, sizeof whole, "\n%s\n", line);
    ck_contains(fixture_body(), whole);
}

static void more(void *env, struct strbuf *out)
{
    metrics_write_one(out, env, "gauge", "One more.", 7);
}

START_TEST(counts_what_happens)
{
    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", NULL);
    fixture_call("kit", "spin", "[3]", NULL);
    fixture_call("kit", "trap", "[]", NULL);
    fixture_call("kit", "recurse", "[]", "{\"call_depth\":10}"); /* a limit, of one kind ... */
    fixture_call("kit", "swap", "[1,2]", "{\"output_bytes\":2}");
    fixture_call("kit", "nothing", "[]", NULL);
    fixture_request("GET", "/nowhere", NULL, 0);
    api_set_metrics(fixture.api, more, "cupel_one_more");
    ck_assert_uint_eq(fixture_request("GET", "/metrics", NULL, 0), 200);
    ck_assert_str_eq(fixture_header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    says("cupel_calls_total{outcome=\"ok\"} 2");
    says("cupel_calls_total{outcome=\"trap\"} 1");
    says("cupel_calls_total{outcome=\"limit\"} 2"); /* ... in one line */
    says("cupel_calls_total{outcome=\"export_not_found\"} 1");
    says("cupel_call_fuel_bucket{le=\"1e1\"} 5");
    says("cupel_call_fuel_bucket{le=\"+Inf\"} 6");
    says("cupel_call_fuel_count 6");
    says("cupel_responses_total{class=\"2xx\"} 7");
    says("cupel_responses_total{class=\"4xx\"} 1");
    says("cupel_calls_under_way 0");
    says("cupel_call_memory_bytes 0");
    says("cupel_cached_modules 1");
    says("cupel_stored_modules 1");
    says("cupel_one_more 7");
}
END_TEST

/* Every sample follows the TYPE of its family, no family comes twice, no sample either. */
START_TEST(is_well_formed)
{
    char family[100] = "", seen[65536] = "";
    const char *line;

    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_uint_eq(fixture_request("GET", "/metrics", NULL, 0), 200);
    for (line = fixture_body(); *line != '\0'; line = strchr(line, '\n') + 1) {
        char name[200];

        ck_assert_ptr_nonnull(strchr(line, '\n'));
        if (sscanf(line, "# TYPE %99s", family) == 1 || strncmp(line, "# HELP ", 7) == 0) {
            continue;
        }
        ck_assert_int_eq(strncmp(line, family, strlen(family)), 0);
        ck_assert_int_eq(sscanf(line, "%199s", name), 1);
        strcat(name, " ");
        ck_assert_ptr_null(strstr(seen, name));
        ck_assert_uint_lt(strlen(seen) + strlen(name), sizeof seen);
        strcat(seen, name);
    }
}
END_TEST

START_TEST(fills_buckets_to_their_bounds)
{
    static struct metrics metrics;
    struct strbuf out;

    metrics_call(&metrics, API_OK, 0, 1);
    metrics_call(&metrics, API_OK, 1, 2);
    metrics_call(&metrics, API_OK, 1000000, 10);
    metrics_call(&metrics, API_OK, UINT64_C(1) << 50, UINT64_C(1) << 50);
    strbuf_init(&out);
    metrics_write(&metrics, &out);
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"1e-6\"} 2\n");
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"1e-1\"} 2\n");
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"1e0\"} 3\n");
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"1e2\"} 3\n");
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"1e3\"} 3\n"
                                   "cupel_call_seconds_bucket{le=\"+Inf\"} 4\n");
    ck_contains(strbuf_text(&out), "cupel_call_seconds_bucket{le=\"+Inf\"} 4\n");
    ck_contains(strbuf_text(&out),
                "cupel_call_seconds_sum 1125899907842625e-6\n"); /* 2^50 + 10^6 + 1 */
    ck_contains(strbuf_text(&out), "cupel_call_fuel_bucket{le=\"1e0\"} 1\n"
                                   "cupel_call_fuel_bucket{le=\"2e0\"} 2\n"
                                   "cupel_call_fuel_bucket{le=\"5e0\"} 2\n"
                                   "cupel_call_fuel_bucket{le=\"1e1\"} 3\n"
                                   "cupel_call_fuel_bucket{le=\"2e1\"} 3\n");
    strbuf_fini(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/metrics");
    TCase *tcase = fixture_case(suite, "metrics");

    tcase_add_test(tcase, counts_what_happens);
    tcase_add_test(tcase, is_well_formed);
    tcase_add_test(tcase, fills_buckets_to_their_bounds);
    return fixture_main(suite);
}
