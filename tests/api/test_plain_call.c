/*
 * Tests of api/plain_call.c: what it reads, what it leaves to the general reader, and that whoever
 * asks cannot tell the two apart. A batch is never plain, so a batch of one shows what the other says.
 */
#include "api/plain_call.h"

#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT(id, method, params)                                                                  \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\",\"params\":" params "}"
#define LONG(params) SHORT("1", "call", "{" params "}")

struct plain_row {
    const char *body;
    const char *read; /* id method module function args */
};

static const struct plain_row plain_rows[] = {
    {SHORT("1", "add", "[1,2]"), "1 add - - 1 2"},
    {SHORT("\"x y\"", "add", "[]"), "x y add - -"},
    {SHORT("null", "add", "[null,\"s\",-0,1.5e3]"), "null add - - null s -0 1.5e3"},
    {SHORT("-17", "add", "[1,2,3,4,5,6,7,8]"), "-17 add - - 1 2 3 4 5 6 7 8"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\"}", "1 noop - -"},
    {" {\t\"method\" :\"noop\"\r\n, \"id\": 1 ,\"params\" : [ 1 , 2 ] , \"jsonrpc\":\"2.0\" } \n",
     "1 noop - - 1 2"},
    {LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2]"), "1 call kit add 1 2"},
    {LONG("\"args\":[1],\"function\":\"\",\"module\":\"kit\""), "1 call kit  1"},
    {LONG("\"module\":\"kit\",\"function\":\"noop\""), "1 call kit noop"},
};

static const char *const other_bodies[] = {
    "",
    " ",
    "[]",
    "{}",
    "1",
    "[" SHORT("1", "add", "[1,2]") "]",
    SHORT("1", "add", "[1,2]") "x",
    SHORT("1", "add", "[1,2]") SHORT("1", "add", "[1,2]"),
    SHORT("true", "add", "[1,2]"),
    SHORT("[1]", "add", "[1,2]"),
    SHORT("01", "add", "[1,2]"),
    SHORT("1", "add", "[1,2,]"),
    SHORT("1", "add", "[,1]"),
    SHORT("1", "add", "[1 2]"),
    SHORT("1", "add", "[1"),
    SHORT("1", "add", "[[1],2]"),
    SHORT("1", "add", "[true]"),
    SHORT("1", "add", "[1,2,3,4,5,6,7,8,9]"),
    SHORT("1", "add", "[1.]"),
    SHORT("1", "add", "[\"\\u0041\"]"),
    SHORT("1", "add", "[\"\xc3\xa4\"]"),
    SHORT("1", "add", "[\"\x7f\"]"),
    SHORT("1", "add", "[\"\n\"]"),
    SHORT("1", "add", "[0.0000000000000000000000000000000000000000000000000000000000000001]"),
    SHORT("1", "add", "null"),
    SHORT("1", "add", "1"),
    SHORT("1", "add", "[nul]"),
    SHORT("1", "a\\u0064d", "[1,2]"),
    "{\"jsonrpc\":\"2.0\",\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1}",
    "{\"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\",}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\",\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\",\"params\":[],\"params\":[]}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\",\"more\":1}",
    "{\"jsonrpc\":\"2.0\" \"id\":1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\" 1,\"method\":\"noop\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\"",
    "{,\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"noop\"}",
    LONG("\"module\":\"kit\""),
    LONG("\"function\":\"add\",\"args\":[1,2]"),
    LONG("\"module\":\"kit\",\"function\":1"),
    LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2],\"limits\":{}"),
    LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[],\"args\":[]"),
    LONG("\"module\":\"kit\",\"module\":\"kit\",\"function\":\"add\""),
    LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":1"),
    LONG(""),
};

enum { PLAIN_ROWS = sizeof plain_rows / sizeof plain_rows[0] };
enum { OTHER_BODIES = sizeof other_bodies / sizeof other_bodies[0] };

static void add(char *text, const struct json_scalar *scalar)
{
    size_t n = strlen(text);

    sprintf(text + n, "%s%.*s", n > 0 ? " " : "",
            scalar->kind == JSON_SCALAR_NONE ? 1 : (int)scalar->len,
            scalar->kind == JSON_SCALAR_NONE ? "-" : scalar->text);
}

/* From memory that ends where the body does. */
static bool reads(const char *body, size_t len, struct plain_call *call, char **own)
{
    *own = malloc(len + (len == 0));
    ck_assert_ptr_nonnull(*own);
    memcpy(*own, body, len);
    return plain_call_read(call, *own, len);
}

START_TEST(reads_what_is_plain)
{
    const struct plain_row *row = &plain_rows[_i];
    struct plain_call call;
    char text[256] = "", *own;

    ck_assert_msg(reads(row->body, strlen(row->body), &call, &own), "%s", row->body);
    add(text, &call.id);
    add(text, &call.method);
    add(text, &call.module);
    add(text, &call.function);
    for (size_t i = 0; i < call.arg_count; i++) {
        add(text, &call.args[i]);
    }
    ck_assert_str_eq(text, row->read);
    free(own);
}
END_TEST

START_TEST(leaves_the_rest)
{
    struct plain_call call;
    char *own;

    ck_assert_msg(!reads(other_bodies[_i], strlen(other_bodies[_i]), &call, &own), "%s",
                  other_bodies[_i]);
    free(own);
}
END_TEST

/* An answer without the time that it took. */
static char *timeless(const char *answer)
{
    static const char key[] = "\"elapsed_us\":";
    char *copy = strdup(answer), *at = strstr(copy, key);

    if (at != NULL) {
        at += strlen(key);
        memmove(at, at + strspn(at, "0123456789"), strlen(at + strspn(at, "0123456789")) + 1);
    }
    return copy;
}

/* Both readers give the same answer to the body, and spend the same. */
static void agree(const char *module, const char *body)
{
    size_t len = strlen(body);
    char batch[600], fuel[32], *plain, *other;

    ck_assert_uint_lt(len + 3, sizeof batch);
    snprintf(batch, sizeof batch, "[%s]", body);
    plain = timeless(fixture_rpc(module, body));
    snprintf(fuel, sizeof fuel, "%s", fixture_header("Cupel-Fuel-Used"));
    other = timeless(fixture_rpc(module, batch));
    ck_assert_msg(strlen(other) == strlen(plain) + 2 &&
                      memcmp(other + 1, plain, strlen(plain)) == 0,
                  "to %s\nplain:   %s\nat large: %s", body, plain, other);
    ck_assert_str_eq(fixture_header("Cupel-Fuel-Used"), fuel);
    free(plain);
    free(other);
}

START_TEST(answers_as_the_general_reader_does)
{
    static const char *const bodies[] = {
        SHORT("1", "add", "[1,2]"),
        SHORT("\"a\"", "add", "[4294967295,1]"),
        SHORT("null", "add", "[1]"),
        SHORT("1", "add", "[1,\"2\"]"),
        SHORT("1", "add", "[1.0,2e0]"),
        SHORT("1", "add", "[1.5,2]"),
        SHORT("1", "add", "[null,2]"),
        SHORT("-1", "add64", "[\"18446744073709551615\",2]"),
        SHORT("-0", "add64", "[18446744073709551616,2]"),
        SHORT("1.50", "idd", "[0.1]"),
        SHORT("1e3", "idd", "[\"nan:0x7ff8000000000001\"]"),
        SHORT("1", "idd", "[1e999]"),
        SHORT("1", "idf", "[16777217]"),
        SHORT("1", "idref", "[null]"),
        SHORT("1", "idref", "[1]"),
        SHORT("1", "trap", "[]"),
        SHORT("1", "div", "[1,0]"),
        SHORT("1", "nothing", "[]"),
        SHORT("1", "", "[]"),
        SHORT("1", "self", "[]"),
        SHORT("1", "call", "[]"),
    };
    static const char *const long_bodies[] = {
        LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2]"),
        LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2,3]"),
        LONG("\"module\":\"kit\",\"function\":\"add\""),
        LONG("\"module\":\"kit\",\"function\":\"memory\""),
        LONG("\"module\":\"kit@9\",\"function\":\"add\""),
        LONG("\"module\":\"no such\",\"function\":\"add\""),
        LONG("\"module\":\"\",\"function\":\"add\""),
        SHORT("1", "cal", "{\"module\":\"kit\",\"function\":\"add\"}"),
        SHORT("1", "call", "[1,2]"),
        SHORT("1", "system.inf", "[]"),
    };
    char body[600];
    size_t i;

    fixture_put_kit();
    for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        agree("kit", bodies[i]);
    }
    for (i = 0; i < sizeof long_bodies / sizeof long_bodies[0]; i++) {
        agree(NULL, long_bodies[i]);
    }
    for (i = 100; i < 400; i += 50) { /* references of any length */
        snprintf(body, sizeof body, LONG("\"module\":\"%0*d\",\"function\":\"add\""), (int)i, 0);
        agree(NULL, body);
    }
}
END_TEST

/* Every byte of a good body is replaced by others, taken out, and doubled. */
START_TEST(agrees_on_what_goes_wrong)
{
    static const char good[] = LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[-1,\"2\"]");
    static const char others[] = "\"\\{}[],: 0-.en\x01\x80";
    char body[sizeof good + 2], *own;
    struct plain_call call;
    unsigned plain = 0;

    fixture_put_kit();
    for (size_t at = 0; at < sizeof good - 1; at++) {
        for (size_t i = 0; i < sizeof others + 1; i++) {
            if (i < sizeof others - 1) {
                strcpy(body, good);
                body[at] = others[i];
            } else {
                snprintf(body, sizeof body, "%.*s%s", (int)at, good,
                         good + at + (i == sizeof others));
            }
            if (reads(body, strlen(body), &call, &own)) {
                agree(NULL, body);
                plain++;
            }
            free(own);
        }
        ck_assert(!reads(good, at, &call, &own));
        free(own);
    }
    ck_assert_uint_gt(plain, 100);
}
END_TEST

START_TEST(asks_for_what_a_key_allows)
{
    static const char readers[] = "{\"scopes\":[\"modules:read\"]}";
    const char *headers[5] = {"Content-Type", "application/json", "Authorization", NULL, NULL};
    static const char body[] = LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2]");
    char secret[KEY_SECRET_SIZE], id[STORAGE_KEY_ID_SIZE], bearer[KEY_SECRET_SIZE + 8];
    struct key_terms terms;
    struct api_error error;
    struct json_fault fault;
    json_t *json = json_in_parse(readers, strlen(readers), 8, &fault);

    fixture_put_kit();
    api_error_init(&error);
    ck_assert_int_eq(key_terms_read(json, &terms, &error), API_OK);
    ck_assert_int_eq(key_ring_add(service_keys(fixture.service), &terms, id, secret, &error),
                     API_OK);
    snprintf(bearer, sizeof bearer, "Bearer %s", secret);
    headers[3] = bearer;
    fixture.headers = headers;
    fixture_request("POST", "/v1/rpc", body, strlen(body));
    fixture_fails(-32009, "does not allow call");
    fixture.headers = NULL;
    json_decref(json);
    api_error_fini(&error);
}
END_TEST

START_TEST(keeps_to_the_depth_that_is_set)
{
    fixture.api_settings.max_json_depth = 2;
    fixture_restart();
    fixture_put_kit();
    fixture_rpc(NULL, LONG("\"module\":\"kit\",\"function\":\"add\",\"args\":[1,2]"));
    fixture_fails(-32700, "nested too deeply");
}
END_TEST

START_TEST(goes_on_in_slices)
{
    fixture.slice_fuel = 1000;
    fixture.service_settings.slice_fuel = 1000;
    fixture_restart();
    fixture_put_kit();
    fixture_rpc("kit", SHORT("\"long\"", "spin", "[10000]"));
    ck_assert_str_eq(fixture_body(), "{\"jsonrpc\":\"2.0\",\"id\":\"long\",\"result\":[]}");
    ck_assert_uint_gt(fixture.slices, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/plain_call");
    TCase *tcase = fixture_case(suite, "plain calls");

    tcase_add_loop_test(tcase, reads_what_is_plain, 0, PLAIN_ROWS);
    tcase_add_loop_test(tcase, leaves_the_rest, 0, OTHER_BODIES);
    tcase_add_test(tcase, answers_as_the_general_reader_does);
    tcase_add_test(tcase, agrees_on_what_goes_wrong);
    tcase_add_test(tcase, asks_for_what_a_key_allows);
    tcase_add_test(tcase, keeps_to_the_depth_that_is_set);
    tcase_add_test(tcase, goes_on_in_slices);
    return fixture_main(suite);
}
