/*
 * Tests of api/openapi.c, api/openrpc.c and api/openapi_schemas.c: the documents are JSON, complete,
 * and know every refusal of bad_requests.def. That they are valid is tested in tests/page/, by
 * validators.
 */
#include "api/openapi.h"
#include "api/router.h"
#include "api/rpc_methods.h"
#include "tests/api/api_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct row {
    const char *method;
    const char *target;
    unsigned status;
    const char *kind;
};

static const struct row rows[] = {
#define BAD_HTTP(method, target, type, body, status, kind, says) {method, target, status, kind},
#define BAD_RPC(body, code, says)
#define BAD_MODULE(bytes, status, kind, says) {"PUT", "/v1/modules/bad", status, kind},
#include "tests/api/bad_requests.def"
#undef BAD_HTTP
#undef BAD_RPC
#undef BAD_MODULE
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static json_t *read_document(const struct strbuf *text)
{
    json_error_t error;
    json_t *json = json_loadb(text->data, text->len, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(json != NULL, "%s at %d", error.text, error.position);
    return json;
}

/* A member, which must be there. */
static json_t *member(json_t *json, const char *key)
{
    json_t *value = json_object_get(json, key);

    ck_assert_msg(value != NULL, "there is no member %s", key);
    return value;
}

static json_t *operation_of(json_t *document, const struct route *route)
{
    char method[8] = "";

    for (size_t i = 0; route->method[i] != '\0'; i++) {
        method[i] = (char)tolower((unsigned char)route->method[i]);
    }
    return member(member(member(document, "paths"), route->pattern), method);
}

START_TEST(every_route_is_described)
{
    const struct route *routes;
    json_t *document;
    size_t count;

    routes = router_routes(&count);
    ck_assert_uint_eq(fixture_request("GET", "/openapi.json", NULL, 0), 200);
    ck_assert_str_eq(fixture_header("Content-Type"), "application/json");
    document = read_document(&fixture.response.body);
    for (size_t i = 0; i < count; i++) {
        json_t *operation = operation_of(document, &routes[i]);

        ck_assert_str_eq(json_string_value(member(operation, "summary")), routes[i].summary);
        ck_assert_uint_eq(json_array_size(member(operation, "security")),
                          routes[i].scope[0] != '\0');
        ck_assert_uint_ge(json_object_size(member(operation, "responses")), 2);
    }
    json_decref(document);
}
END_TEST

/* `_i`: clients must have one. */
START_TEST(certificates_are_asked_for_where_clients_need_one)
{
    const struct route *routes;
    json_t *document, *one;
    size_t count;

    fixture.api_settings.client_certificates = _i == 1;
    fixture_restart();
    routes = router_routes(&count);
    fixture_request("GET", "/openapi.json", NULL, 0);
    document = read_document(&fixture.response.body);
    one = member(member(member(document, "components"), "securitySchemes"), "certificate");
    ck_assert_str_eq(json_string_value(member(one, "type")), "mutualTLS");
    for (size_t i = 0; i < count; i++) {
        json_t *security = member(operation_of(document, &routes[i]), "security");

        one = json_array_get(security, 0); /* of one set of needs, all must be met */
        ck_assert_uint_eq(json_array_size(security), routes[i].scope[0] != '\0' || _i == 1);
        ck_assert_int_eq(json_object_get(one, "certificate") != NULL, _i == 1);
        ck_assert_int_eq(json_object_get(one, "key") != NULL, routes[i].scope[0] != '\0');
    }
    json_decref(document);
}
END_TEST

START_TEST(every_refusal_is_described)
{
    json_t *document, *response;
    struct route_match match;
    struct request request = {.method = rows[_i].method, .target = rows[_i].target};
    struct api_error error;
    char status[12];

    api_error_init(&error);
    (void)!router_match(&request, &match, &error);
    api_error_fini(&error);
    if (match.route == NULL) {
        return; /* nothing there that could be described */
    }
    fixture_request("GET", "/openapi.json", NULL, 0);
    document = read_document(&fixture.response.body);
    snprintf(status, sizeof status, "%u", rows[_i].status);
    response = member(member(operation_of(document, match.route), "responses"), status);
    ck_contains(json_string_value(member(response, "description")), rows[_i].kind);
    json_decref(document);
}
END_TEST

START_TEST(every_method_is_described)
{
    const struct rpc_method *methods;
    json_t *described;
    size_t count;

    methods = rpc_methods(&count);
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.discover\"}");
    described = fixture_at("result.methods");
    ck_assert_uint_eq(json_array_size(described), count);
    for (size_t i = 0; i < count; i++) {
        json_t *method = json_array_get(described, i), *params = member(method, "params");
        size_t names = 0;

        for (const char *p = methods[i].params; *p != '\0'; p++) {
            names += p == methods[i].params || p[-1] == ' ';
        }
        ck_assert_str_eq(json_string_value(member(method, "name")), methods[i].name);
        ck_assert_uint_eq(json_array_size(params), names);
        for (size_t j = 0; j < names; j++) {
            member(json_array_get(params, j), "schema"); /* params.def knows it */
        }
    }
}
END_TEST

START_TEST(the_limits_are_those_of_the_service)
{
    fixture.service_settings.maximum.fuel = 77;
    fixture_restart();
    fixture_request("GET", "/openapi.json", NULL, 0);
    ck_assert_int_eq(fixture_int("components.schemas.Limits.properties.fuel.maximum"), 77);
}
END_TEST

START_TEST(unknown_parameters_are_refused)
{
    struct strbuf text;
    struct json_out out;

    strbuf_init(&text);
    json_out_init(&out, &text);
    ck_assert(!openapi_param(&out, "limit_", 6, true));
    ck_assert(!openapi_param(&out, "limi", 4, true));
    ck_assert_uint_eq(text.len, 0);
    ck_assert(openapi_param(&out, "limit cursor", 5, false));
    strbuf_fini(&text);
}
END_TEST

START_TEST(a_client_that_has_it_gets_304)
{
    static const char *headers[] = {"If-None-Match", NULL, NULL};
    char etag[64];

    fixture_request("GET", "/openapi.json", NULL, 0);
    snprintf(etag, sizeof etag, "%s", fixture_header("ETag"));
    headers[1] = etag;
    fixture.headers = headers;
    ck_assert_uint_eq(fixture_request("GET", "/openapi.json", NULL, 0), 304);
    ck_assert_uint_eq(fixture.response.body.len, 0);
    ck_assert_str_eq(fixture_header("ETag"), etag);
    headers[1] = "\"other\"";
    ck_assert_uint_eq(fixture_request("GET", "/openapi.json", NULL, 0), 200);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/openapi");
    TCase *tc = fixture_case(suite, "openapi");

    tcase_add_test(tc, every_route_is_described);
    tcase_add_loop_test(tc, certificates_are_asked_for_where_clients_need_one, 0, 2);
    tcase_add_loop_test(tc, every_refusal_is_described, 0, ROWS);
    tcase_add_test(tc, every_method_is_described);
    tcase_add_test(tc, the_limits_are_those_of_the_service);
    tcase_add_test(tc, unknown_parameters_are_refused);
    tcase_add_test(tc, a_client_that_has_it_gets_304);
    return fixture_main(suite);
}
