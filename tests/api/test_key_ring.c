/*
 * Tests of api/key_ring.c, key_terms.c and http_keys.c: who gets in, to what, and how much of it.
 */
#include "api/key_ring.h"

#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char secret[KEY_SECRET_SIZE], id[STORAGE_KEY_ID_SIZE], bearer[100];
static const char *const keyless[] = {"Content-Type", "application/json", NULL};
static const char *with_key[] = {"Authorization", bearer, "Content-Type", "application/json", NULL};

/* Makes a key of these terms, by the ring itself, and sends it along from now on. */
static void make_key(const char *terms_text)
{
    struct json_fault fault;
    struct key_terms terms;
    struct api_error error;
    json_t *json = json_in_parse(terms_text, strlen(terms_text), 8, &fault);

    api_error_init(&error);
    ck_assert_int_eq(key_terms_read(json, &terms, &error), API_OK);
    ck_assert_int_eq(key_ring_add(service_keys(fixture.service), &terms, id, secret, &error),
                     API_OK);
    json_decref(json);
    api_error_fini(&error);
    snprintf(bearer, sizeof bearer, "Bearer %s", secret);
    with_key[3] = "application/json";
    fixture.headers = with_key;
}

static unsigned post(const char *target, const char *body)
{
    return fixture_request("POST", target, body, strlen(body));
}

#define ADD       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\",\"params\":[\"kit\",\"add\",[1,2]]}"
#define ADD_SHORT "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[1,2]}"

START_TEST(everybody_may_while_there_are_no_keys)
{
    fixture_put_kit();
    fixture.headers = keyless;
    ck_assert_uint_eq(post("/v1/rpc", ADD), 200);
    ck_assert_uint_eq(fixture_request("GET", "/v1/keys", NULL, 0), 200);
    ck_assert_str_eq(fixture_body(), "{\"keys\":[]}");
    fixture.closed = true;
    fixture_restart();
    ck_assert_uint_eq(post("/v1/rpc", ADD), 401);
    ck_assert_uint_eq(fixture_request("GET", "/livez", NULL, 0), 200);
}
END_TEST

START_TEST(with_keys_a_key_is_needed)
{
    static const struct {
        const char *method, *target;
    } closed[] = {
        {"GET", "/v1/modules"},   {"GET", "/v1/modules/kit"},      {"POST", "/v1/modules"},
        {"PUT", "/v1/modules/a"}, {"DELETE", "/v1/modules/a"},     {"GET", "/v1/modules/kit/wasm"},
        {"POST", "/v1/rpc"},      {"POST", "/v1/modules/kit/rpc"}, {"GET", "/v1/keys"},
        {"POST", "/v1/keys"},     {"DELETE", "/v1/keys/a"}};
    static const char *wrong[] = {"Authorization", "", NULL};
    static const char *const values[] = {"Bearer nonsense", "Bearer ", "Basic YTpi", "", "Bearer"};
    size_t i;

    make_key("{\"scopes\":[\"call\"]}");
    fixture.headers = NULL;
    for (i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        ck_assert_uint_eq(fixture_request(closed[i].method, closed[i].target, NULL, 0), 401);
        ck_assert_str_eq(fixture_header("WWW-Authenticate"), "Bearer realm=\"cupel\"");
        ck_assert_str_eq(fixture_header("Content-Type"), "application/problem+json");
        ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:unauthorized");
    }
    fixture.headers = wrong;
    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        wrong[1] = values[i];
        ck_assert_uint_eq(fixture_request("GET", "/v1/modules", NULL, 0), 401);
    }
    snprintf(bearer, sizeof bearer, "Bearer %.*s", (int)strlen(secret) - 1, secret);
    wrong[1] = bearer;
    ck_assert_uint_eq(fixture_request("GET", "/v1/modules", NULL, 0), 401);
    ck_assert_uint_eq(fixture_request("GET", "/livez", NULL, 0), 200);
    ck_assert_uint_eq(fixture_request("GET", "/readyz", NULL, 0), 200);
}
END_TEST

START_TEST(scopes_say_what_a_key_may)
{
    static const struct {
        const char *scopes;
        unsigned list, put, call, keys;
    } rows[] = {
        {"[\"modules:read\"]", 200, 403, 403, 403},
        {"[\"modules:write\"]", 403, 201, 403, 403},
        {"[\"call\"]", 403, 403, 200, 403},
        {"[\"admin\"]", 403, 403, 403, 200},
        {"[\"call\",\"modules:read\",\"modules:write\",\"admin\"]", 200, 201, 200, 200},
    };
    char terms[100];

    struct strbuf module;

    fixture_put_kit();
    snprintf(terms, sizeof terms, "{\"scopes\":%s}", rows[_i].scopes);
    make_key(terms);
    ck_assert_uint_eq(fixture_request("GET", "/v1/modules", NULL, 0), rows[_i].list);
    ck_assert_uint_eq(fixture_request("GET", "/v1/keys", NULL, 0), rows[_i].keys);
    ck_assert_uint_eq(post("/v1/modules/kit/rpc", ADD_SHORT), rows[_i].call);
    post("/v1/rpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"module.list\"}");
    ck_assert_int_eq(fixture_at("result") != NULL, rows[_i].list == 200);
    post("/v1/rpc", ADD);
    ck_assert_int_eq(fixture_at("result") != NULL, rows[_i].call == 200);
    if (rows[_i].call != 200) {
        fixture_fails(-32009, "call: the key does not allow call");
        ck_assert_str_eq(fixture_text("error.data.kind"), "unauthorized");
        ck_assert_int_eq(fixture_int("error.data.fuel_used"), 0);
    }
    post("/v1/rpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.info\"}");
    ck_assert_ptr_nonnull(fixture_at("result"));
    with_key[3] = "application/wasm";
    maker_double(&module, 1);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/b", module.data, module.len),
                      rows[_i].put);
    strbuf_fini(&module);
}
END_TEST

START_TEST(rates_are_kept)
{
    fixture_put_kit();
    make_key("{\"scopes\":[\"call\"],\"calls_per_second\":2}");
    ck_assert_uint_eq(post("/v1/modules/kit/rpc", ADD_SHORT), 200);
    ck_assert_uint_eq(post("/v1/rpc", ADD), 200);
    post("/v1/rpc", ADD);
    fixture_fails(-32009, "more than 2 calls in a second");
    ck_assert_str_eq(fixture_text("error.data.kind"), "quota");
    ck_assert_str_eq(fixture_text("error.data.limit"), "calls_per_second");
    ck_assert_int_le(fixture_int("error.data.retry_after_ms"), 501);
    ck_assert_uint_eq(post("/v1/modules/kit/rpc", ADD_SHORT), 429);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:quota");
    ck_assert_str_eq(fixture_header("Retry-After"), "1");
}
END_TEST

START_TEST(fuel_of_a_day_is_kept)
{
    static const char loop[] =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\",\"params\":[\"kit\",\"loop\",[],"
        "{\"fuel\":1000000000000,\"timeout_ms\":60000}]}";

    fixture.service_settings.slice_fuel = 1000;
    fixture.slice_fuel = 1000;
    fixture_restart();
    fixture_put_kit();
    make_key("{\"scopes\":[\"call\"],\"fuel_per_day\":50000}");
    post("/v1/rpc", loop);
    fixture_fails(-32009, "the day's fuel of 50000 is used up");
    ck_assert_str_eq(fixture_text("error.data.limit"), "fuel_per_day");
    ck_assert_int_eq(fixture_int("error.data.fuel_used"), 50000);
    ck_assert_str_eq(fixture_text("error.data.trap"), "interrupted");
    post("/v1/rpc", ADD);
    fixture_fails(-32009, "is used up");
    fixture_restart(); /* what was not written down is forgotten, and may be used again */
    post("/v1/rpc", ADD);
    ck_assert_int_eq(fixture_int("result.fuel_used"), 3);
}
END_TEST

START_TEST(use_is_written_down)
{
    struct api_error error;

    fixture_put_kit();
    make_key("{\"scopes\":[\"call\"],\"fuel_per_day\":5}");
    post("/v1/rpc", ADD);
    post("/v1/rpc", ADD);
    api_error_init(&error);
    ck_assert_int_eq(key_ring_save(service_keys(fixture.service), &error), API_OK);
    ck_assert_int_eq(key_ring_save(service_keys(fixture.service), &error), API_OK);
    api_error_fini(&error);
    fixture_restart();
    post("/v1/rpc", ADD);
    fixture_fails(-32009, "is used up");
}
END_TEST

START_TEST(storage_is_bounded_by_key)
{
    struct strbuf module;

    make_key("{\"scopes\":[\"modules:write\",\"modules:read\"],\"max_modules\":1}");
    with_key[3] = "application/wasm";
    maker_double(&module, 1);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/a", module.data, module.len), 201);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/b", module.data, module.len), 201);
    strbuf_fini(&module);
    maker_double(&module, 2);
    ck_assert_uint_eq(fixture_request("PUT", "/v1/modules/c", module.data, module.len), 429);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:quota");
    strbuf_fini(&module);
    ck_assert_uint_eq(fixture_request("GET", "/v1/modules/c", NULL, 0), 404);
}
END_TEST

START_TEST(calls_are_bounded_by_key)
{
    fixture_put_kit();
    make_key("{\"scopes\":[\"call\"],\"max_calls\":3,\"weight\":7}");
    struct api_key *key = key_ring_find(service_keys(fixture.service), secret);
    ck_assert_uint_eq(key->account.max_calls, 3);
    ck_assert_uint_eq(key->account.lane.weight, 7);
    atomic_store(&key->account.calls, 3);
    post("/v1/rpc", ADD);
    fixture_fails(-32005, "3 of your calls");
    atomic_store(&key->account.calls, 0);
    api_key_unref(key);
}
END_TEST

/* ---- making and revoking --------------------------------------------------------------------- */

START_TEST(admins_make_and_revoke)
{
    char target[80];

    fixture.headers = keyless;
    ck_assert_uint_eq(post("/v1/keys", "{\"label\":\"first\",\"scopes\":[\"admin\"]}"), 201);
    snprintf(target, sizeof target, "/v1/keys/%s", fixture_text("id"));
    ck_assert_str_eq(fixture_header("Location"), target);
    ck_assert_str_eq(fixture_header("Cache-Control"), "no-store");
    ck_assert_uint_eq(strlen(fixture_text("key")), KEY_SECRET_SIZE - 1);
    snprintf(bearer, sizeof bearer, "Bearer %s", fixture_text("key"));
    ck_assert_uint_eq(fixture_request("GET", "/v1/keys", NULL, 0),
                      401); /* the time without is over */
    fixture.headers = with_key;
    ck_assert_uint_eq(post("/v1/keys", "{\"scopes\":[\"call\"],\"weight\":3}"), 201);
    ck_assert_uint_eq(fixture_request("GET", "/v1/keys", NULL, 0), 200);
    ck_assert_str_eq(fixture_text("keys.0.label"), "first");
    ck_assert_int_eq(fixture_int("keys.1.weight"), 3);
    ck_assert_ptr_null(strstr(fixture_body(), bearer + 7));
    fixture_restart();
    ck_assert_uint_eq(fixture_request("DELETE", target, NULL, 0), 204);
    ck_assert_uint_eq(fixture_request("GET", "/v1/keys", NULL, 0), 401);
}
END_TEST

START_TEST(refuses_what_is_no_key)
{
    static const struct {
        const char *body, *says;
    } rows[] = {
        {"{}", "scopes: missing"},
        {"[]", "a key is an object"},
        {"{", "line 1"},
        {"{\"scopes\":[]}", "at least one"},
        {"{\"scopes\":\"call\"}", "an array"},
        {"{\"scopes\":[\"calls\"]}", "scopes[0]: expected"},
        {"{\"scopes\":[1]}", "got the number 1"},
        {"{\"scopes\":[\"call\"],\"label\":1}", "label: expected a string"},
        {"{\"scopes\":[\"call\"],\"weight\":0}", "weight: expected a number from 1 to 1000"},
        {"{\"scopes\":[\"call\"],\"weight\":\"1\"}", "weight: expected a number"},
        {"{\"scopes\":[\"call\"],\"wait\":1}", "wait: a key has no such member"},
        {"{\"scopes\":[\"call\"],\"max_calls\":-1}", "max_calls: expected a number"},
    };
    size_t i;

    fixture.headers = keyless;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_uint_eq(post("/v1/keys", rows[i].body), 400);
        ck_contains(fixture_body(), rows[i].says);
    }
    ck_assert_uint_eq(fixture_request("DELETE", "/v1/keys/nobody", NULL, 0), 404);
    ck_assert_str_eq(fixture_text("type"), "urn:cupel:problem:key_not_found");
    ck_assert(key_ring_is_empty(service_keys(fixture.service)));
}
END_TEST

/* Another process adds and revokes: seen at the next refresh; accounts of the others stay as they are. */
START_TEST(sees_what_others_change)
{
    struct key_ring *ours = service_keys(fixture.service), *theirs;
    char other_id[STORAGE_KEY_ID_SIZE], other_secret[KEY_SECRET_SIZE];
    struct key_terms terms;
    struct api_error error;
    struct api_key *key;

    make_key("{\"scopes\":[\"call\"]}");
    api_error_init(&error);
    key_terms_init(&terms);
    terms.scopes = SCOPES_ALL;
    key = key_ring_find(ours, secret);
    atomic_store(&key->account.fuel, 42);
    theirs = key_ring_new(fixture.storage, 1);
    ck_assert_int_eq(key_ring_refresh(theirs, &error), API_OK);
    ck_assert_int_eq(key_ring_add(theirs, &terms, other_id, other_secret, &error), API_OK);
    ck_assert_ptr_null(key_ring_find(ours, other_secret));
    ck_assert_int_eq(key_ring_refresh(ours, &error), API_OK);
    api_key_unref(key_ring_find(ours, other_secret));
    ck_assert_ptr_eq(key_ring_find(ours, secret), key);
    api_key_unref(key);
    ck_assert_int_eq(key_ring_revoke(theirs, id, &error), API_OK);
    ck_assert_int_eq(key_ring_refresh(ours, &error), API_OK);
    ck_assert_ptr_null(key_ring_find(ours, secret));
    ck_assert_uint_eq(key->account.fuel, 42); /* whoever refers to it keeps it */
    api_key_unref(key);
    key_ring_delete(theirs);
    api_error_fini(&error);
}
END_TEST

START_TEST(secrets_differ_and_are_not_kept)
{
    char first[KEY_SECRET_SIZE], command[200];

    make_key("{\"scopes\":[\"call\"]}");
    memcpy(first, secret, sizeof first);
    make_key("{\"scopes\":[\"call\"]}");
    ck_assert_str_ne(first, secret);
    ck_assert_uint_eq(strspn(secret + 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_"),
                      43);
    snprintf(command, sizeof command, "cat '%s'/* | grep -aq -e '%s'", fixture.dir, secret);
    ck_assert_int_ne(system(command), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/key_ring");
    TCase *tcase = fixture_case(suite, "keys");

    tcase_add_test(tcase, everybody_may_while_there_are_no_keys);
    tcase_add_test(tcase, with_keys_a_key_is_needed);
    tcase_add_loop_test(tcase, scopes_say_what_a_key_may, 0, 5);
    tcase_add_test(tcase, rates_are_kept);
    tcase_add_test(tcase, fuel_of_a_day_is_kept);
    tcase_add_test(tcase, use_is_written_down);
    tcase_add_test(tcase, storage_is_bounded_by_key);
    tcase_add_test(tcase, calls_are_bounded_by_key);
    tcase_add_test(tcase, admins_make_and_revoke);
    tcase_add_test(tcase, refuses_what_is_no_key);
    tcase_add_test(tcase, sees_what_others_change);
    tcase_add_test(tcase, secrets_differ_and_are_not_kept);
    return fixture_main(suite);
}
