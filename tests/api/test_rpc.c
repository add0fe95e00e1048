/*
 * Tests of api/rpc.c and rpc_params.c: JSON-RPC 2.0, to the letter of its specification.
 */
#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADD(id, args) "{\"jsonrpc\":\"2.0\"," id "\"method\":\"add\",\"params\":" args "}"

/* Everything below talks to the kit in the short form, where methods are exports. */
static const char *ask(const char *body)
{
    return fixture_rpc("kit", body);
}

START_TEST(answers_a_request)
{
    fixture_put_kit();
    ck_assert_str_eq(ask(ADD("\"id\":1,", "[1,2]")),
                     "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[3]}");
    ck_assert_str_eq(fixture_header("Content-Type"), "application/json");
    ck_assert_str_eq(fixture_header("Cupel-Fuel-Used"), "3");
    ck_assert_str_eq(ask(ADD("\"id\":1,", "{\"args\":[1,2]}")),
                     "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[3]}");
}
END_TEST

START_TEST(returns_ids_as_they_came)
{
    static const char *const ids[] = {"1",          "-7",   "1.50", "18446744073709551617",
                                      "\"a\\\"b\"", "\"\"", "null", "1e3"};
    char body[200], expected[200];

    fixture_put_kit();
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        snprintf(body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"noop\"}", ids[i]);
        snprintf(expected, sizeof expected, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[]}",
                 ids[i]);
        ck_assert_str_eq(ask(body), expected);
    }
}
END_TEST

START_TEST(runs_notifications_without_answer)
{
    fixture_put_kit();
    ck_assert_str_eq(ask(ADD("", "[1,2]")), "");
    ck_assert_uint_eq(fixture.response.status, 204);
    ck_assert_str_eq(fixture_header("Cupel-Fuel-Used"), "3");
    /* not even for errors */
    ck_assert_str_eq(ask(ADD("", "[1]")), "");
    ck_assert_uint_eq(fixture.response.status, 204);
    ck_assert_str_eq(ask("{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}"), "");
}
END_TEST

START_TEST(answers_batches)
{
    fixture_put_kit();
    ck_assert_str_eq(ask("[" ADD("\"id\":1,", "[1,2]") "," ADD("", "[1,2]") "," ADD("\"id\":\"x\",",
                                                                                    "[3,4]") "]"),
                     "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[3]},"
                     "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":[7]}]");
    ck_assert_str_eq(fixture_header("Cupel-Fuel-Used"), "9");
    ck_assert_str_eq(ask("[" ADD("", "[1,2]") "," ADD("", "[1,2]") "]"), "");
    ck_assert_uint_eq(fixture.response.status, 204);
}
END_TEST

START_TEST(knows_invalid_batches)
{
    fixture_put_kit();
    ask("[]");
    ck_assert(json_is_object(fixture.json));
    fixture_fails(-32600, "1 to 100");
    ck_assert(json_is_null(fixture_at("id")));
    ask("[1,2,3]");
    ck_assert_uint_eq(json_array_size(fixture.json), 3);
    ck_assert_int_eq(fixture_int("2.error.code"), -32600);
    ck_assert(json_is_null(fixture_at("2.id")));
    ask("[[]," ADD("\"id\":5,", "[1,2]") "]");
    ck_assert_int_eq(fixture_int("0.error.code"), -32600);
    ck_assert_int_eq(fixture_int("1.result.0"), 3);
}
END_TEST

START_TEST(bounds_batches)
{
    char *body = calloc(200, 64);

    fixture_put_kit();
    strcpy(body, "[1");
    for (int i = 1; i < 101; i++) {
        strcat(body, ",1");
    }
    strcat(body, "]");
    ask(body);
    fixture_fails(-32600, "1 to 100 requests, got 101");
    free(body);
}
END_TEST

START_TEST(skips_the_rest_of_a_batch_that_says_too_much)
{
    char body[600];

    fixture.api_settings.max_response_bytes = 60;
    fixture_restart();
    fixture_put_kit();
    snprintf(body, sizeof body, "[%s,%s,%s]", ADD("\"id\":1,", "[1,2]"), ADD("\"id\":2,", "[1,2]"),
             ADD("\"id\":3,", "[1,2]"));
    ask(body);
    ck_assert_int_eq(fixture_int("0.result.0"), 3);
    ck_assert_int_eq(fixture_int("2.error.code"), -32002);
    ck_assert_int_eq(fixture_int("2.error.data.fuel_used"), 0);
    ck_assert_str_eq(fixture_text("2.error.data.limit"), "output_bytes");
    ck_assert_int_eq(fixture_int("2.id"), 3);
}
END_TEST

START_TEST(sorts_parameters)
{
    fixture_put_kit();
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\","
                      "\"params\":[\"kit\",\"add\",[20,22],{\"fuel\":3}]}");
    ck_assert_int_eq(fixture_int("result.values.0"), 42);
    ck_assert_int_eq(fixture_int("result.fuel_used"), 3);
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\",\"params\":[\"kit\"]}");
    fixture_fails(-32602, "params.function is missing");
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\","
                      "\"params\":[\"kit\",\"add\",[],{},1]}");
    fixture_fails(-32602, "at most 4 positional parameters, got 5");
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\"}");
    fixture_fails(-32602, "params.module is missing");
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\","
                      "\"params\":{\"module\":\"kit\",\"functoin\":\"add\"}}");
    fixture_fails(-32602, "params.functoin: there is no such parameter; there is module, function");
}
END_TEST

START_TEST(has_the_module_methods)
{
    char body[300];

    fixture_put_kit();
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.list\"}");
    ck_assert_uint_eq(json_array_size(fixture_at("result.modules")), 1);
    ck_assert(json_is_null(fixture_at("result.next")));
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.list\","
                      "\"params\":{\"limit\":0}}");
    fixture_fails(-32602, "params.limit: expected an integer from 1 to 1000, got the number 0");
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.list\","
                      "\"params\":{\"cursor\":\"nonsense\"}}");
    ck_assert_int_eq(fixture_int("error.code"), -32602);
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.get\","
                      "\"params\":[\"kit\"]}");
    ck_assert_str_eq(fixture_text("result.names.0"), "kit");
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.delete\",\"params\":[\"%s\"]}",
             fixture_text("result.id"));
    fixture_rpc(NULL, body);
    ck_assert(json_is_object(fixture_at("result")));
    fixture_rpc(NULL, body);
    fixture_fails(-32006, "");
    fixture_rpc(NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.info\"}");
    ck_assert_str_eq(fixture_text("result.version"), cupel_version());
    ck_assert_int_eq(fixture_int("result.modules"), 0);
    ck_assert_int_eq(fixture_int("result.limits.maximum.timeout_ms"), 60000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/rpc");
    TCase *tcase = fixture_case(suite, "rpc");

    tcase_add_test(tcase, answers_a_request);
    tcase_add_test(tcase, returns_ids_as_they_came);
    tcase_add_test(tcase, runs_notifications_without_answer);
    tcase_add_test(tcase, answers_batches);
    tcase_add_test(tcase, knows_invalid_batches);
    tcase_add_test(tcase, bounds_batches);
    tcase_add_test(tcase, skips_the_rest_of_a_batch_that_says_too_much);
    tcase_add_test(tcase, sorts_parameters);
    tcase_add_test(tcase, has_the_module_methods);
    return fixture_main(suite);
}
