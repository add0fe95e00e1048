/*
 * Tests of api/http_page.c and api/embedded.c: the page's files, with their types, tags and policy.
 * How it looks and what it does is tested in tests/page/, by a browser.
 */
#include "api/embedded.h"
#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *target, *type, *says;
} files[] = {
    {"/", "text/html; charset=utf-8", "<!doctype html>"},
    {"/page/index.html", "text/html; charset=utf-8", "<!doctype html>"},
    {"/page/style.css", "text/css; charset=utf-8", "prefers-color-scheme"},
    {"/page/main.js", "text/javascript; charset=utf-8", "import "},
    {"/page/icon.svg", "image/svg+xml", "<svg "},
};

enum { FILES = sizeof files / sizeof files[0] };

START_TEST(files_are_there)
{
    fixture.closed = true; /* no key, though one is needed elsewhere */
    ck_assert_uint_eq(fixture_request("GET", files[_i].target, NULL, 0), 200);
    ck_assert_str_eq(fixture_header("Content-Type"), files[_i].type);
    ck_assert_str_eq(fixture_header("Cache-Control"), "no-cache");
    ck_assert_str_eq(fixture_header("X-Content-Type-Options"), "nosniff");
    ck_contains(fixture_header("Content-Security-Policy"), "default-src 'none'");
    ck_contains(fixture_header("Content-Security-Policy"), "require-trusted-types-for 'script'");
    ck_contains(fixture_body(), files[_i].says);
    ck_assert_uint_eq(strlen(fixture_body()), fixture.response.body.len);
}
END_TEST

START_TEST(files_are_not_sent_twice)
{
    static const char *headers[] = {"If-None-Match", NULL, NULL};
    char etag[64];

    fixture_request("GET", files[_i].target, NULL, 0);
    snprintf(etag, sizeof etag, "%s", fixture_header("ETag"));
    ck_assert_uint_eq(strlen(etag), 34);
    headers[1] = etag;
    fixture.headers = headers;
    ck_assert_uint_eq(fixture_request("GET", files[_i].target, NULL, 0), 304);
    ck_assert_uint_eq(fixture.response.body.len, 0);
}
END_TEST

START_TEST(every_file_that_the_page_names_is_there)
{
    static const char *const marks[] = {"href=\"page/", "src=\"page/", "from \"./"};
    static const char *const sources[] = {"/",
                                          "/page/main.js",
                                          "/page/call.js",
                                          "/page/client.js",
                                          "/page/failure.js",
                                          "/page/inspect.js",
                                          "/page/list.js",
                                          "/page/upload.js"};
    unsigned found = 0;

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        char *text;

        ck_assert_uint_eq(fixture_request("GET", sources[i], NULL, 0), 200);
        text = strdup(fixture_body());
        for (size_t mark = 0; mark < sizeof marks / sizeof marks[0]; mark++) {
            for (const char *at = text; (at = strstr(at, marks[mark])) != NULL; at++) {
                char target[128];
                const char *name = at + strlen(marks[mark]);

                snprintf(target, sizeof target, "/page/%.*s", (int)strcspn(name, "\""), name);
                ck_assert_msg(fixture_request("GET", target, NULL, 0) == 200, "%s names %s",
                              sources[i], target);
                found++;
            }
        }
        free(text);
    }
    ck_assert_uint_gt(found, 20);
}
END_TEST

START_TEST(only_its_files_are_served)
{
    static const char *const none[] = {"/page/schemas.json", "/page/..%2fschemas.json",
                                       "/page/README.md", "/page/a/b", "/page/"};

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_uint_eq(fixture_request("GET", none[i], NULL, 0), 404);
    }
    ck_assert_ptr_null(embedded_page(""));
    ck_assert_ptr_nonnull(embedded_schemas());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/http_page");
    TCase *tc = fixture_case(suite, "http_page");

    tcase_add_loop_test(tc, files_are_there, 0, FILES);
    tcase_add_loop_test(tc, files_are_not_sent_twice, 0, FILES);
    tcase_add_test(tc, every_file_that_the_page_names_is_there);
    tcase_add_test(tc, only_its_files_are_served);
    return fixture_main(suite);
}
