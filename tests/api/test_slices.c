/*
 * Tests of requests that take several slices: how they are sliced shows in nothing but in how many
 * slices there were, and whoever loses patience can end them between two.
 */
#include "api/export_call.h"

#include "tests/api/api_fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CALL(id, params)                                                                           \
    "{\"jsonrpc\":\"2.0\",\"id\":" #id ",\"method\":\"call\",\"params\":[\"kit\"," params "]}"

/* Bodies with the number of slices of 1000 units that they take at least; 1: they never wait. */
static const struct {
    const char *body;
    unsigned slices;
} bodies[] = {
    {CALL(1, "\"add\",[1,2]"), 1},
    {CALL(1, "\"spin\",[10]"), 1},
    {CALL(1, "\"spin\",[20000]"), 100},
    {CALL(1, "\"spin\",[20000],{\"fuel\":100000}"), 100},
    {CALL(1, "\"spin\",[20000],{\"fuel\":99999}"), 99},
    {CALL(1, "\"spin\",[20000],{\"fuel\":99995}"), 99},
    {CALL(1, "\"spin\",[20000],{\"fuel\":1005}"), 2},
    {CALL(1, "\"spin\",[20000],{\"fuel\":1000}"), 1},
    {CALL(1, "\"spin\",[20000],{\"fuel\":0}"), 1},
    {CALL(1, "\"loop\",[],{\"fuel\":12345}"), 12},
    {CALL(1, "\"trap\",[]"), 1},
    {CALL(1, "\"recurse\",[],{\"call_depth\":5000}"), 2},
    {CALL(1, "\"spin\",[2000],{\"memory_bytes\":0}"), 1},
    {"[" CALL(1, "\"spin\",[600]") "," CALL(2, "\"spin\",[700]") "," CALL(3, "\"trap\",[]") "]", 6},
    {"[" CALL(1, "\"spin\",[600]") ",{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"params\":[\"kit\","
                                   "\"spin\",[700]]},5," CALL(4, "\"nothing\",[]") "]",
     6},
    {"[{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"params\":[\"kit\",\"spin\",[700]]}]", 3},
};

enum { BODIES = sizeof bodies / sizeof bodies[0] };

/* The answer without what differs between two runs of the same. */
static void answer_of(const char *body, char *out, size_t size)
{
    const char *at = fixture_rpc(NULL, body), *end;
    size_t n = 0;

    snprintf(out, size, "%u %s ", fixture.response.status, fixture_header("Cupel-Fuel-Used"));
    n = strlen(out);
    while ((end = strstr(at, "\"elapsed_us\":")) != NULL) {
        n += (size_t)snprintf(out + n, size - n, "%.*s", (int)(end - at), at);
        at = end + strcspn(end, "}");
        ck_assert_uint_lt(n, size);
    }
    snprintf(out + n, size - n, "%s", at);
}

START_TEST(slices_do_not_show)
{
    static const uint64_t fuels[] = {1, 7, 999, 1000, 50000};
    char whole[8192], sliced[8192];
    size_t i;

    fixture.service_settings.slice_fuel = 1000000000;
    fixture.service_settings.slice_us = UINT32_MAX; /* however slow the machine is */
    fixture_restart();
    fixture_put_kit();
    answer_of(bodies[_i].body, whole, sizeof whole);
    ck_assert_uint_eq(fixture.slices, 1);
    fixture.service_settings.slice_fuel = 1000;
    fixture_restart();
    for (i = 0; i < sizeof fuels / sizeof fuels[0]; i++) {
        fixture.slice_fuel = fuels[i];
        answer_of(bodies[_i].body, sliced, sizeof sliced);
        ck_assert_str_eq(sliced, whole);
        if (fuels[i] <= 1000) {
            ck_assert_uint_ge(fixture.slices, bodies[_i].slices);
        }
        ck_assert_int_eq(fixture.slices == 1, bodies[_i].slices == 1);
    }
}
END_TEST

START_TEST(a_start_function_is_sliced)
{
    struct strbuf module;

    fixture.service_settings.slice_fuel = 1000;
    fixture.slice_fuel = 1000;
    fixture_restart();
    maker_starter(&module, 20000);
    fixture_put("starter", &module);
    fixture_call("starter", "noop", "[]", NULL);
    ck_assert_int_eq(fixture_int("result.fuel_used"), 100002);
    ck_assert_uint_ge(fixture.slices, 100);
    fixture_call("starter", "noop", "[]", "{\"fuel\":100001}");
    fixture_fails(-32001, "");
    ck_assert_uint_ge(fixture.slices, 99);
}
END_TEST

/* ---- ended in between ------------------------------------------------------------------------ */

static const char *find_header(void *env, const char *name)
{
    (void)env;
    return strcmp(name, "Content-Type") == 0 ? "application/json" : NULL;
}

struct begun {
    struct request request;
    struct response response;
    struct api_work *work;
};

static void begin(struct begun *b, const char *body)
{
    memset(b, 0, sizeof *b);
    b->request.method = "POST";
    b->request.target = "/v1/rpc";
    b->request.id = "test-2";
    b->request.header = find_header;
    b->request.body = body;
    b->request.body_len = strlen(body);
    response_init(&b->response);
    b->work = api_handle(fixture.api, &b->request, &b->response);
    ck_assert_ptr_nonnull(b->work);
}

static void end(struct begun *b)
{
    api_work_delete(b->work);
    response_fini(&b->response);
}

#define LOOP CALL(1, "\"loop\",[],{\"fuel\":1000000000000,\"timeout_ms\":60000}")

START_TEST(ends_when_it_is_abandoned)
{
    struct begun b;

    fixture_put_kit();
    begin(&b, LOOP);
    ck_assert(!api_work_run(b.work, 1000));
    ck_assert_uint_eq(api_work_account(b.work)->id, 0);
    ck_assert_uint_eq(api_work_account(b.work)->calls, 1);
    api_work_abandon(b.work);
    ck_assert(api_work_run(b.work, 1000));
    ck_contains(strbuf_text(&b.response.body), "-32008");
    ck_contains(strbuf_text(&b.response.body), "the client is gone");
    ck_contains(strbuf_text(&b.response.body), "\"backtrace\":[{\"function_index\"");
    ck_assert_uint_eq(service_anonymous(fixture.service)->calls, 0);
    end(&b);
}
END_TEST

START_TEST(abandoned_batches_run_nothing_more)
{
    struct begun b;

    fixture_put_kit();
    begin(&b, "[" LOOP "," LOOP "," CALL(3, "\"add\",[1,2]") "]");
    api_work_abandon(b.work);
    while (!api_work_run(b.work, 1000)) {
    }
    ck_assert_ptr_null(strstr(strbuf_text(&b.response.body), "result"));
    end(&b);
}
END_TEST

START_TEST(can_be_deleted_at_any_time)
{
    struct begun b[50];
    int i;

    fixture.service_settings.guard_pages =
        false; /* so much address space is not to be had everywhere */
    fixture_restart();
    fixture_put_kit();
    for (i = 0; i < 50; i++) {
        begin(&b[i], i % 2 == 0 ? LOOP : "[" LOOP "]");
    }
    ck_assert_uint_eq(service_anonymous(fixture.service)->calls, 50);
    for (i = 0; i < 50; i++) {
        end(&b[i]);
    }
    ck_assert_uint_eq(service_anonymous(fixture.service)->calls, 0);
}
END_TEST

START_TEST(says_by_when_it_must_run)
{
    uint64_t before = call_clock_ns(), deadline;
    struct begun b;

    fixture_put_kit();
    begin(&b, CALL(1, "\"loop\",[],{\"fuel\":1000000000000,\"timeout_ms\":30}"));
    deadline = api_work_deadline_ns(b.work);
    ck_assert_uint_ge(deadline, before + 30000000);
    ck_assert_uint_le(deadline, call_clock_ns() + 30000000);
    while (!api_work_run(b.work, 1000)) {
    }
    ck_assert_uint_ge(call_clock_ns(), deadline);
    ck_contains(strbuf_text(&b.response.body), "-32003");
    ck_contains(strbuf_text(&b.response.body), "\"trap\":\"interrupted\"");
    end(&b);
}
END_TEST

START_TEST(waiting_calls_are_cancelled_with_all_others)
{
    struct begun b;

    fixture_put_kit();
    begin(&b, LOOP);
    service_cancel_calls(fixture.service);
    ck_assert(api_work_run(b.work, 1000));
    ck_contains(strbuf_text(&b.response.body), "shutting down");
    end(&b);
}
END_TEST

/* ---- memory of all calls --------------------------------------------------------------------- */

START_TEST(all_calls_share_their_memory)
{
    struct begun b;

    fixture.service_settings.max_call_memory = 3 * 65536;
    fixture_restart();
    fixture_put_kit();
    fixture_call("kit", "grow", "[2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
    fixture_call("kit", "grow", "[3]", NULL);
    fixture_fails(-32005, "have used up their memory");
    ck_assert_str_eq(fixture_text("error.data.kind"), "busy");
    ck_assert_int_eq(fixture_int("error.data.retry_after_ms"), 100);
    /* what its own limits forbid is denied as ever */
    fixture_call("kit", "grow", "[3]", "{\"memory_bytes\":196608}");
    ck_assert_int_eq(fixture_int("result.values.0"), -1);
    fixture_call("kit", "grow", "[100]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), -1);
    begin(&b, LOOP);
    fixture_call("kit", "grow", "[2]", NULL);
    fixture_fails(-32005, "");
    end(&b);
    fixture_call("kit", "grow", "[2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
    fixture.service_settings.max_call_memory = 65535;
    fixture_restart();
    fixture_call("kit", "add", "[1,2]", NULL);
    fixture_fails(-32005, "have used up their memory");
}
END_TEST

/* Its place is free when it has answered; what it ran in is there until it is deleted, and charged. */
START_TEST(what_a_call_leaves_goes_with_its_work)
{
#define BURN(id) CALL(id, "\"loop\",[],{\"fuel\":300000}")
    static const char *const bodies[] = {LOOP, "[" BURN(1) "," BURN(2) "," BURN(3) "]"};
    struct begun b;

    fixture.service_settings.max_call_memory = 3 * 65536;
    fixture_restart();
    fixture_put_kit();
    begin(&b, bodies[_i]);
    if (_i == 0) {
        api_work_abandon(b.work);
    }
    while (!api_work_run(b.work, 1000)) {
    }
    ck_assert_uint_eq(service_anonymous(fixture.service)->calls, 0);
    ck_assert_uint_eq(service_anonymous(fixture.service)->long_calls, 0);
    fixture_call("kit", "grow", "[1]", NULL); /* of a batch the last call's */
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
    fixture_call("kit", "grow", "[2]", NULL);
    fixture_fails(-32005, "have used up their memory");
    end(&b);
    fixture_call("kit", "grow", "[2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 1);
}
END_TEST

/* A first slice is the shorter the more of the account's calls take long, but not too short. */
START_TEST(who_has_many_long_calls_begins_with_less)
{
    static const struct {
        unsigned others;
        const char *args;
        bool at_once;
    } rows[] = {
        {0, "[18000]", true},   {0, "[21000]", false},   {1, "[9000]", true},
        {1, "[18000]", false},  {9, "[1800]", true},     {9, "[3000]", false},
        {1000, "[1100]", true}, {1000, "[1800]", false},
    };
    struct account *account;

    fixture_put_kit();
    account = service_anonymous(fixture.service);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        atomic_store(&account->long_calls, rows[i].others);
        fixture_call("kit", "spin", rows[i].args, NULL); /* 5 units a turn */
        ck_assert_msg((fixture.slices == 1) == rows[i].at_once, "%u others, %s: %u slices",
                      rows[i].others, rows[i].args, fixture.slices);
        ck_assert_uint_eq(atomic_load(&account->long_calls), rows[i].others);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/slices");
    TCase *tcase = fixture_case(suite, "slices");

    tcase_add_loop_test(tcase, slices_do_not_show, 0, BODIES);
    tcase_add_test(tcase, who_has_many_long_calls_begins_with_less);
    tcase_add_test(tcase, a_start_function_is_sliced);
    tcase_add_test(tcase, ends_when_it_is_abandoned);
    tcase_add_test(tcase, abandoned_batches_run_nothing_more);
    tcase_add_test(tcase, can_be_deleted_at_any_time);
    tcase_add_test(tcase, says_by_when_it_must_run);
    tcase_add_test(tcase, waiting_calls_are_cancelled_with_all_others);
    tcase_add_test(tcase, all_calls_share_their_memory);
    tcase_add_loop_test(tcase, what_a_call_leaves_goes_with_its_work, 0, 2);
    return fixture_main(suite);
}
