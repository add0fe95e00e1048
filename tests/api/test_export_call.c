/*
 * Tests of api/call.c and call_error.c: every way in which a call can end.
 */
#include "api/export_call.h"

#include "tests/api/api_fixture.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static uint64_t now_ms(void)
{
    return call_clock_ns() / 1000000;
}

START_TEST(gives_results)
{
    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
    ck_assert_int_eq(fixture_int("result.fuel_used"), 3);
    ck_assert_int_eq(fixture_int("result.memory_bytes"), 65536);
    ck_assert_int_ge(fixture_int("result.elapsed_us"), 0);
    fixture_call("kit", "swap", "[7,1.5]", NULL);
    ck_contains(fixture_body(), "\"values\":[1.5,7]");
    fixture_call("kit", "add64", "[\"9223372036854775807\",1]", NULL);
    ck_contains(fixture_body(), "\"values\":[\"-9223372036854775808\"]");
    fixture_call("kit", "idf", "[\"nan:0x7fc00001\"]", NULL);
    ck_contains(fixture_body(), "\"values\":[\"nan:0x7fc00001\"]");
    fixture_call("kit", "idref", "[null]", NULL);
    ck_contains(fixture_body(), "\"values\":[null]");
    fixture_call("kit", "noop", "[]", NULL);
    ck_contains(fixture_body(), "\"values\":[]");
}
END_TEST

START_TEST(leaves_nothing_behind)
{
    fixture_put_kit();
    fixture_call("kit", "grow", "[5]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
    ck_assert_int_eq(fixture_int("result.memory_bytes"), 6 * 65536);
    fixture_call("kit", "grow", "[0]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
}
END_TEST

START_TEST(checks_arguments)
{
    fixture_put_kit();
    fixture_call("kit", "add", "[1]", NULL);
    fixture_fails(-32602, "args: \"add\" takes 2 arguments (i32, i32), got 1");
    fixture_call("kit", "add", "[1,2,3]", NULL);
    fixture_fails(-32602, "got 3");
    fixture_call("kit", "add", "[1,\"2\"]", NULL);
    fixture_fails(-32602, "args[1]: expected i32, an integer from -2147483648 to 4294967295; got "
                          "the string \"2\"");
    fixture_call("kit", "add", "{\"a\":1}", NULL);
    fixture_fails(-32602, "args: expected an array, got an object");
    fixture_call("kit", "idref", "[{}]", NULL);
    fixture_fails(-32602, "args[0]: expected externref, which can only be given as null");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 0);
}
END_TEST

START_TEST(knows_its_exports)
{
    fixture_put_kit();
    fixture_call("kit", "nothing", "[]", NULL);
    fixture_fails(-32601, "module \"kit\" has no export \"nothing\"");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 0);
    fixture_call("kit", "memory", "[]", NULL);
    fixture_fails(-32601, "export \"memory\" of module \"kit\" is a memory, not a function");
    fixture_call("other", "add", "[]", NULL);
    fixture_fails(-32006, "'other'");
    ck_assert_str_eq(fixture_text("error.data.kind"), "module_not_found");
    fixture_call("No Name", "add", "[]", NULL);
    fixture_fails(-32602, "");
    ck_assert_str_eq(fixture_text("error.data.kind"), "invalid_reference");
}
END_TEST

START_TEST(traps)
{
    fixture_put_kit();
    fixture_call("kit", "trap", "[]", NULL);
    fixture_fails(-32000, "");
    ck_assert_str_eq(fixture_text("error.data.kind"), "trap");
    ck_assert_str_eq(fixture_text("error.data.trap"), "unreachable");
    ck_assert_int_eq(fixture_int("error.data.backtrace.0.function_index"), 13);
    ck_assert_str_eq(fixture_text("error.data.backtrace.0.name"), "boom");
    ck_assert_int_gt(fixture_int("error.data.backtrace.0.offset"), 8);
    fixture_call("kit", "div", "[1,0]", NULL);
    ck_assert_str_eq(fixture_text("error.data.trap"), "integer_division_by_zero");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 3);
    fixture_call("kit", "peek", "[65533]", NULL);
    ck_assert_str_eq(fixture_text("error.data.trap"), "memory_out_of_bounds");
}
END_TEST

START_TEST(runs_out_of_fuel_exactly)
{
    fixture_put_kit();
    /* each turn of the loop is one branch: as many as there is fuel */
    fixture_call("kit", "loop", "[]", "{\"fuel\":1000003}");
    fixture_fails(-32001, "");
    ck_assert_str_eq(fixture_text("error.data.kind"), "out_of_fuel");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 1000003);
    fixture_call("kit", "add", "[1,2]", "{\"fuel\":2}");
    fixture_fails(-32001, "");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 0);
    fixture_call("kit", "noop", "[]", "{\"fuel\":0}");
    ck_assert_int_eq(fixture_int("result.fuel_used"), 0);
    /* 7 turns of 5 */
    fixture_call("kit", "spin", "[7]", "{\"fuel\":35}");
    ck_assert_int_eq(fixture_int("result.fuel_used"), 35);
    fixture_call("kit", "spin", "[7]", "{\"fuel\":34}");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 30);
}
END_TEST

START_TEST(charges_the_start_function)
{
    struct strbuf module;

    maker_starter(&module, 10);
    fixture_put("starter", &module);
    fixture_call("starter", "noop", "[]", NULL);
    ck_assert_int_eq(fixture_int("result.fuel_used"), 2 + 50);
    fixture_call("starter", "noop", "[]", "{\"fuel\":51}");
    fixture_fails(-32001, "");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 47);
}
END_TEST

START_TEST(ends_in_time)
{
    uint64_t start;

    fixture_put_kit();
    for (int i = 0; i < 5; i++) {
        start = now_ms();
        fixture_call("kit", "loop", "[]", "{\"fuel\":1000000000000,\"timeout_ms\":60}");
        ck_assert_int_ge((int)(now_ms() - start), 60);
        fixture_fails(-32003, "60 ms");
        ck_assert_str_eq(fixture_text("error.data.kind"), "timeout");
        ck_assert_int_gt(fixture_int("error.data.fuel_used"), 1000);
    }
}
END_TEST

START_TEST(bounds_the_stack)
{
    fixture_put_kit();
    fixture_call("kit", "recurse", "[]", "{\"call_depth\":100}");
    fixture_fails(-32002, "");
    ck_assert_str_eq(fixture_text("error.data.limit"), "call_depth");
    ck_assert_str_eq(fixture_text("error.data.trap"), "stack_overflow");
    ck_assert_str_eq(fixture_text("error.data.backtrace.0.name"), "recurse_forever");
    fixture_call("kit", "recurse", "[]", "{\"call_depth\":100000,\"stack_bytes\":4096}");
    fixture_fails(-32002, "");
    ck_assert_str_eq(fixture_text("error.data.limit"), "stack_bytes");
}
END_TEST

START_TEST(bounds_memory)
{
    fixture_put_kit();
    /* growth beyond the limit is -1 for the guest, the declared maximum too */
    fixture_call("kit", "grow", "[10]", "{\"memory_bytes\":655360}");
    ck_assert_int_eq(fixture_int("result.values.0"), -1);
    fixture_call("kit", "grow", "[9]", "{\"memory_bytes\":655360}");
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
    fixture_call("kit", "grow", "[100]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), -1);
    /* what the module declares beyond the limit cannot be made at all */
    fixture_call("kit", "add", "[1,2]", "{\"memory_bytes\":65535}");
    fixture_fails(-32002, "");
    ck_assert_str_eq(fixture_text("error.data.limit"), "memory_bytes");
    fixture_call("kit", "add", "[1,2]", "{\"memories\":0}");
    fixture_fails(-32002, "");
    ck_assert_str_eq(fixture_text("error.data.limit"), "memories");
}
END_TEST

START_TEST(bounds_tables)
{
    struct wasm_maker m;
    struct strbuf module;

    maker_init(&m);
    maker_table(&m, 50000);
    maker_func(&m, "noop", ":", 0, "", 0);
    maker_finish(&m, &module);
    fixture_put("table", &module);
    fixture_call("table", "noop", "[]", NULL);
    ck_contains(fixture_body(), "result");
    fixture_call("table", "noop", "[]", "{\"table_elements\":49999}");
    fixture_fails(-32002, "");
    ck_assert_str_eq(fixture_text("error.data.limit"), "table_elements");
    fixture_call("table", "noop", "[]", "{\"tables\":0}");
    ck_assert_str_eq(fixture_text("error.data.limit"), "tables");
}
END_TEST

START_TEST(bounds_output)
{
    fixture_put_kit();
    fixture_call("kit", "swap", "[1,2]", "{\"output_bytes\":5}");
    ck_contains(fixture_body(), "\"values\":[2,1]");
    fixture_call("kit", "swap", "[1,2]", "{\"output_bytes\":4}");
    fixture_fails(-32002, "5 bytes");
    ck_assert_str_eq(fixture_text("error.data.limit"), "output_bytes");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 2);
}
END_TEST

START_TEST(names_every_import)
{
    struct strbuf module;

    maker_importer(&module);
    fixture_put("importer", &module);
    fixture_call("importer", "run", "[]", NULL);
    fixture_fails(-32004, "env::log, env::now");
    ck_assert_str_eq(fixture_text("error.data.kind"), "link");
    ck_assert_str_eq(fixture_text("error.data.imports.1.name"), "now");
    ck_assert_str_eq(fixture_text("error.data.imports.1.type.results.0"), "i64");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 0);
}
END_TEST

START_TEST(cannot_write_references)
{
    fixture_put_kit();
    fixture_call("kit", "null", "[]", NULL);
    ck_contains(fixture_body(), "\"values\":[null]");
    fixture_call("kit", "self", "[]", NULL);
    fixture_fails(-32007, "result 0 is a funcref that is not null");
}
END_TEST

START_TEST(checks_limits)
{
    fixture_put_kit();
    fixture_call("kit", "add", "[1,2]", "{\"timeout_ms\":60001}");
    fixture_fails(-32602, "limits.timeout_ms: 60001 is more than the maximum of 60000");
    ck_assert_str_eq(fixture_text("error.data.limit"), "timeout_ms");
    ck_assert_int_eq(fixture_int("error.data.maximum"), 60000);
    fixture_call("kit", "add", "[1,2]", "{\"fule\":1}");
    fixture_fails(-32602, "limits.fule: there is no such limit; there are fuel, memory_bytes");
    fixture_call("kit", "add", "[1,2]", "{\"fuel\":-1}");
    fixture_fails(-32602, "limits.fuel: expected an integer from 0");
    fixture_call("kit", "add", "[1,2]", "{\"call_depth\":0}");
    fixture_fails(-32602, "limits.call_depth: expected an integer from 1");
    fixture_call("kit", "add", "[1,2]", "[]");
    fixture_fails(-32602, "limits: expected an object, got an array");
    fixture_call("kit", "add", "[1,2]", "null");
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
}
END_TEST

/* Each limit at its lowest and at its highest: an ordinary answer, never an internal error. */
START_TEST(takes_the_extremes_of_every_limit)
{
    static const struct {
        const char *name;
        uint64_t lowest, highest;
    } limits[] = {
#define CALL_LIMIT(name, unit, standard, maximum, lowest, ceiling, summary)                        \
    {#name, UINT64_C(lowest), UINT64_C(maximum)},
#include "api/call_limits.def"
#undef CALL_LIMIT
    };
    char object[100];

    fixture_put_kit();
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        for (int high = 0; high < 2; high++) {
            snprintf(object, sizeof object, "{\"%s\":%" PRIu64 "}", limits[i].name,
                     high ? limits[i].highest : limits[i].lowest);
            fixture_call("kit", "add", "[1,2]", object);
            if (fixture_at("error") != NULL) {
                ck_assert_msg(fixture_int("error.code") != -32603, "%s: %s", object,
                              fixture_body());
                ck_assert_msg(!high, "%s: %s", object, fixture_body());
            }
        }
    }
}
END_TEST

static void *run_loop(void *module)
{
    struct call_terms terms = {service_anonymous(fixture.service), NULL, UINT64_MAX};
    struct call_limits limits = fixture.service_settings.standard;
    struct api_error error;
    struct call call;
    enum api_code code;

    (void)module;
    api_error_init(&error);
    limits.timeout_ms = 60000;
    limits.fuel = 1000000000000;
    code = call_open(&call, fixture.service, &terms, "kit", "loop", 4, &limits, &error);
    if (code == API_OK) {
        code = call_start(&call, limits.fuel, &error);
    }
    call_close(&call);
    api_error_fini(&error);
    return (void *)(intptr_t)code;
}

/* `_i`: too many of all, or of one account. */
START_TEST(is_refused_when_busy_and_cancelled_at_the_end)
{
    struct timespec pause = {0, 50000000};
    pthread_t thread;
    void *code;

    if (_i == 0) {
        fixture.service_settings.max_concurrent_calls = 1;
    } else {
        fixture.service_settings.max_calls_per_key = 1;
    }
    fixture.service_settings.busy_retry_ms = 77;
    fixture_restart();
    fixture_put_kit();
    pthread_create(&thread, NULL, run_loop, NULL);
    nanosleep(&pause, NULL);
    fixture_call("kit", "add", "[1,2]", NULL);
    fixture_fails(-32005, _i == 0 ? "1 calls are under way already" : "1 of your calls");
    ck_assert_str_eq(fixture_text("error.data.kind"), "busy");
    ck_assert_int_eq(fixture_int("error.data.retry_after_ms"), 77);
    ck_assert_str_eq(fixture_header("Retry-After"), "1");
    service_cancel_calls(fixture.service);
    pthread_join(thread, &code);
    ck_assert_int_eq((int)(intptr_t)code, API_CANCELLED);
    fixture_call("kit", "add", "[1,2]", NULL);
    fixture_fails(-32008, "shutting down");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/export_call");
    TCase *tcase = fixture_case(suite, "call");

    tcase_add_test(tcase, gives_results);
    tcase_add_test(tcase, leaves_nothing_behind);
    tcase_add_test(tcase, checks_arguments);
    tcase_add_test(tcase, knows_its_exports);
    tcase_add_test(tcase, traps);
    tcase_add_test(tcase, runs_out_of_fuel_exactly);
    tcase_add_test(tcase, charges_the_start_function);
    tcase_add_test(tcase, ends_in_time);
    tcase_add_test(tcase, bounds_the_stack);
    tcase_add_test(tcase, bounds_memory);
    tcase_add_test(tcase, bounds_tables);
    tcase_add_test(tcase, bounds_output);
    tcase_add_test(tcase, names_every_import);
    tcase_add_test(tcase, cannot_write_references);
    tcase_add_test(tcase, checks_limits);
    tcase_add_test(tcase, takes_the_extremes_of_every_limit);
    tcase_add_loop_test(tcase, is_refused_when_busy_and_cancelled_at_the_end, 0, 2);
    return fixture_main(suite);
}
