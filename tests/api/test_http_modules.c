/*
 * Tests of api/http_modules.c and what lies below it: storing, finding, listing, deleting.
 */
#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <string.h>

static void make(struct strbuf *module, unsigned salt)
{
    maker_double(module, salt);
}

static unsigned send_module(const char *method, const char *target, unsigned salt)
{
    struct strbuf module;
    unsigned status;

    make(&module, salt);
    status = fixture_request(method, target, module.data, module.len);
    strbuf_fini(&module);
    return status;
}

static unsigned get(const char *target)
{
    return fixture_request("GET", target, NULL, 0);
}

/* Sends the next requests with one header. */
static void with_header(const char *name, const char *value)
{
    static const char *pair[3];

    pair[0] = name;
    pair[1] = value;
    fixture.headers = name != NULL ? pair : NULL;
}

START_TEST(stores_and_describes)
{
    char id[100], target[160];
    struct strbuf kit;

    ck_assert_uint_eq(send_module("POST", "/v1/modules", 1), 201);
    snprintf(id, sizeof id, "%s", fixture_text("id"));
    ck_assert_uint_eq(strlen(id), 71);
    ck_assert_uint_eq(strncmp(id, "sha256:", 7), 0);
    snprintf(target, sizeof target, "/v1/modules/%s", id);
    ck_assert_str_eq(fixture_header("Location"), target);
    ck_assert_str_eq(fixture_header("Content-Type"), "application/json");
    ck_assert_uint_eq(send_module("POST", "/v1/modules", 1), 200);
    ck_assert_str_eq(fixture_header("Location"), target);
    ck_assert_uint_eq(get(target), 200);
    snprintf(target, sizeof target, "/v1/modules/%s", id + 7);
    ck_assert_uint_eq(get(target), 200);

    maker_kit(&kit);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/kit", kit.data, kit.len), 201);
    ck_assert_int_eq(fixture_int("size"), (json_int_t)kit.len);
    strbuf_fini(&kit);
    ck_assert_str_eq(fixture_text("names.0"), "kit");
    ck_assert_int_eq(fixture_int("versions.0.version"), 1);
    ck_assert_str_eq(fixture_text("exports.0.name"), "add");
    ck_assert_str_eq(fixture_text("exports.0.type.params.1"), "i32");
    ck_assert_str_eq(fixture_text("exports.18.kind"), "memory");
    ck_assert_int_eq(fixture_int("exports.18.type.max"), 100);
    ck_assert_str_eq(fixture_text("exports.19.type.content"), "i32");
    ck_assert(json_is_false(fixture_at("exports.19.type.mutable")));
    ck_assert_str_eq(fixture_text("custom_sections.1.name"), "note");
    ck_assert_int_eq(fixture_int("custom_sections.1.size"), 3);
    ck_assert_int_gt(fixture_int("image_bytes"), 0);
    ck_assert_int_ge(fixture_int("compile_us"), 0);
    ck_assert_int_eq(fixture_int("counts.functions"), 18);
    ck_assert_uint_gt(json_array_size(fixture_at("features")), 0);
    ck_assert_uint_eq(strlen(fixture_text("created")), strlen("2026-01-31T23:59:59.000Z"));
}
END_TEST

START_TEST(names_have_versions)
{
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 1), 201);
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 1), 200);
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 2), 201);
    ck_assert_int_eq(fixture_int("versions.0.version"), 2);
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 1), 201);
    ck_assert_int_eq(fixture_int("versions.1.version"), 3);
    ck_assert_uint_eq(get("/v1/modules/a@2"), 200);
    ck_assert_uint_eq(json_array_size(fixture_at("names")), 0);
    ck_assert(json_is_false(fixture_at("versions.0.current")));
    ck_assert_uint_eq(get("/v1/modules/a@4"), 404);
    ck_assert_uint_eq(send_module("POST", "/v1/modules?name=b", 1), 201);
    ck_assert_uint_eq(json_array_size(fixture_at("names")), 2);
    ck_assert_uint_eq(send_module("POST", "/v1/modules?name=b", 1), 200);
}
END_TEST

START_TEST(gives_the_bytes_back)
{
    struct strbuf module;
    char etag[100];

    make(&module, 5);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/a", module.data, module.len), 201);
    ck_assert_uint_eq(get("/v1/modules/a/wasm"), 200);
    ck_assert_str_eq(fixture_header("Content-Type"), "application/wasm");
    ck_assert_uint_eq(fixture.response.body.len, module.len);
    ck_assert_mem_eq(fixture.response.body.data, module.data, module.len);
    strbuf_fini(&module);
    snprintf(etag, sizeof etag, "%s", fixture_header("ETag"));
    with_header("If-None-Match", etag);
    ck_assert_uint_eq(get("/v1/modules/a/wasm"), 304);
    ck_assert_uint_eq(fixture.response.body.len, 0);
}
END_TEST

START_TEST(has_entity_tags)
{
    char etag[64], list[200];

    send_module("PUT", "/v1/modules/a", 1);
    ck_assert_uint_eq(get("/v1/modules/a"), 200);
    snprintf(etag, sizeof etag, "%s", fixture_header("ETag"));
    with_header("If-None-Match", etag);
    ck_assert_uint_eq(get("/v1/modules/a"), 304);
    snprintf(list, sizeof list, "\"x\" , W/%s", etag);
    with_header("If-None-Match", list);
    ck_assert_uint_eq(get("/v1/modules/a"), 304);
    with_header("If-None-Match", "\"x\"");
    ck_assert_uint_eq(get("/v1/modules/a"), 200);
    with_header("If-None-Match", "*");
    ck_assert_uint_eq(get("/v1/modules/a"), 304);
    /* a new name of the same module is a change of what this resource says */
    with_header(NULL, NULL);
    send_module("PUT", "/v1/modules/b", 1);
    with_header("If-None-Match", etag);
    ck_assert_uint_eq(get("/v1/modules/a"), 200);
}
END_TEST

START_TEST(guards_updates)
{
    char etag[64];

    with_header("If-Match", "*");
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 1), 412);
    with_header("If-None-Match", "*");
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 1), 201);
    snprintf(etag, sizeof etag, "%s", fixture_header("ETag"));
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 2), 412);
    with_header("If-Match", etag);
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 2), 201);
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 3), 412);
    ck_contains(fixture_text("detail"), "If-Match: what is there now has the entity tag");
    ck_assert_str_ne(fixture_text("etag"), "");
    ck_assert_uint_eq(fixture_request("DELETE", "/v1/modules/a", NULL, 0), 412);
    with_header("If-Match", "nonsense");
    ck_assert_uint_eq(send_module("PUT", "/v1/modules/a", 3), 400);
    ck_contains(fixture_text("detail"), "entity tags in double quotes");
    with_header("If-Match", "*");
    ck_assert_uint_eq(fixture_request("DELETE", "/v1/modules/a", NULL, 0), 204);
    /* what was refused was not stored either */
    with_header(NULL, NULL);
    ck_assert_uint_eq(get("/v1/modules"), 200);
    ck_assert_uint_eq(json_array_size(fixture_at("modules")), 0);
}
END_TEST

START_TEST(lists_in_pages)
{
    char target[100];
    unsigned seen = 0, pages = 0;

    for (unsigned i = 0; i < 25; i++) {
        ck_assert_uint_eq(send_module("POST", "/v1/modules", i), 201);
    }
    snprintf(target, sizeof target, "/v1/modules?limit=10");
    for (;;) {
        ck_assert_uint_eq(get(target), 200);
        seen += (unsigned)json_array_size(fixture_at("modules"));
        pages++;
        if (json_is_null(fixture_at("next"))) {
            ck_assert_str_eq(fixture_header("Link"), "");
            break;
        }
        snprintf(target, sizeof target, "/v1/modules?limit=10&cursor=%s", fixture_text("next"));
        ck_contains(fixture_header("Link"), target);
    }
    ck_assert_uint_eq(seen, 25);
    ck_assert_uint_eq(pages, 3);
    ck_assert_uint_eq(get("/v1/modules"), 200);
    ck_assert_uint_eq(json_array_size(fixture_at("modules")), 25);
}
END_TEST

START_TEST(deletes)
{
    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_uint_eq(fixture_request("DELETE", "/v1/modules/kit", NULL, 0), 204);
    ck_assert_uint_eq(fixture.response.body.len, 0);
    ck_assert_uint_eq(fixture_request("DELETE", "/v1/modules/kit", NULL, 0), 404);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:module_not_found");
    fixture_call("kit", "add", "[1,2]", NULL);
    fixture_fails(-32006, "");
    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
}
END_TEST

START_TEST(survives_a_restart)
{
    fixture_put_kit();
    fixture_restart();
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
    ck_assert_uint_eq(get("/v1/modules/kit"), 200);
    ck_assert_str_eq(fixture_text("exports.0.name"), "add");
}
END_TEST

START_TEST(head_and_options_and_405)
{
    send_module("PUT", "/v1/modules/a", 1);
    ck_assert_uint_eq(fixture_request("HEAD", "/v1/modules/a", NULL, 0), 200);
    ck_assert_uint_gt(fixture.response.body.len, 0); /* the server sends its length only */
    ck_assert_uint_eq(fixture_request("OPTIONS", "/v1/modules/a", NULL, 0), 204);
    ck_assert_str_eq(fixture_header("Allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
    ck_assert_uint_eq(fixture_request("OPTIONS", "*", NULL, 0), 204);
    ck_assert_uint_eq(fixture_request("PATCH", "/v1/modules", NULL, 0), 405);
    ck_assert_str_eq(fixture_header("Allow"), "GET, HEAD, POST, OPTIONS");
    ck_assert_uint_eq(fixture_request("GET", "/v1/rpc", NULL, 0), 405);
    ck_assert_str_eq(fixture_header("Allow"), "POST, OPTIONS");
}
END_TEST

START_TEST(tells_its_health)
{
    ck_assert_uint_eq(get("/livez"), 200);
    ck_assert_str_eq(fixture_text("status"), "ok");
    ck_assert_uint_eq(get("/readyz"), 200);
    api_set_draining(fixture.api);
    ck_assert_uint_eq(get("/readyz"), 503);
    ck_assert_str_eq(fixture_header("Content-Type"), "application/problem+json");
    ck_assert_uint_eq(get("/livez"), 200);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/http_modules");
    TCase *tcase = fixture_case(suite, "http_modules");

    tcase_add_test(tcase, stores_and_describes);
    tcase_add_test(tcase, names_have_versions);
    tcase_add_test(tcase, gives_the_bytes_back);
    tcase_add_test(tcase, has_entity_tags);
    tcase_add_test(tcase, guards_updates);
    tcase_add_test(tcase, lists_in_pages);
    tcase_add_test(tcase, deletes);
    tcase_add_test(tcase, survives_a_restart);
    tcase_add_test(tcase, head_and_options_and_405);
    tcase_add_test(tcase, tells_its_health);
    return fixture_main(suite);
}
