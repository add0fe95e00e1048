/*
 * bad_requests.def, row by row: each must be refused with its status, kind or code, and with a
 * message that says what is wrong and where; and the api must be as good as new afterwards.
 */
#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALL(params) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\",\"params\":" params "}"

struct row {
    const char *method; /* NULL: JSON-RPC */
    const char *target;
    const char *type;
    const char *body;
    size_t len;
    int expected; /* status or code */
    const char *kind;
    const char *says;
};

static const struct row rows[] = {
#define BAD_HTTP(method, target, type, body, status, kind, says)                                   \
    {method, target, type, body, sizeof(body) - 1, status, kind, says},
#define BAD_RPC(body, code, says) {NULL, "/v1/rpc", NULL, body, sizeof(body) - 1, code, NULL, says},
#define BAD_MODULE(bytes, status, kind, says)                                                      \
    {"PUT", "/v1/modules/bad", "application/wasm", bytes, sizeof(bytes) - 1, status, kind, says},
#include "tests/api/bad_requests.def"
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void check_problem(const struct row *row, unsigned status)
{
    char type[100];

    ck_assert_msg(status == (unsigned)row->expected, "%s %s: %u instead of %d: %s", row->method,
                  row->target, status, row->expected, fixture_body());
    ck_assert_str_eq(fixture_header("Content-Type"), "application/problem+json");
    snprintf(type, sizeof type, "urn:cupel:problem:%s", row->kind);
    ck_assert_msg(strcmp(fixture_text("type"), type) == 0, "not %s: %s", row->kind, fixture_body());
    ck_assert_int_eq(fixture_int("status"), row->expected);
    ck_assert_str_ne(fixture_text("title"), "");
    ck_assert_str_ne(fixture_text("instance"), "");
    ck_assert_uint_gt(strlen(fixture_text("detail")), 10);
    ck_contains(fixture_text("detail"), row->says);
}

static void check_module_problem(void)
{
    /* where: every fault of a module has a place */
    ck_assert_msg(json_is_integer(fixture_at("offset")), "no offset: %s", fixture_body());
}

START_TEST(is_refused)
{
    const struct row *row = &rows[_i];
    const char *headers[] = {"Content-Type", row->type, NULL};
    unsigned status;

    fixture_put_kit();
    if (row->method == NULL) {
        fixture_rpc(NULL, row->body);
        ck_assert_uint_eq(fixture.response.status, 200);
        fixture_fails(row->expected, row->says);
        ck_assert_uint_gt(strlen(fixture_text("error.message")), 10);
    } else {
        fixture.headers = row->type != NULL ? headers : NULL;
        status =
            fixture_request(row->method, row->target, row->len > 0 ? row->body : NULL, row->len);
        check_problem(row, status);
        if (strcmp(row->target, "/v1/modules/bad") == 0) {
            check_module_problem();
        }
    }
    if (getenv("CUPEL_SHOW_ANSWERS") != NULL) {
        fprintf(stderr, "%s\n", fixture_body());
    }
    fixture.headers = NULL;
    fixture_call("kit", "add", "[1,2]", NULL);
    ck_assert_int_eq(fixture_int("result.values.0"), 3);
    ck_assert_uint_eq(fixture_request("GET", "/v1/modules", NULL, 0), 200);
    ck_assert_uint_eq(json_array_size(fixture_at("modules")), 1);
}
END_TEST

/* Real modules, cut short at every length: each is refused with an offset within it. */
START_TEST(truncations_are_refused)
{
    struct strbuf kit;
    size_t custom = 40; /* cuts within the custom sections at the end may leave a valid module */

    maker_kit(&kit);
    for (size_t len = 0; len + custom < kit.len; len++) {
        if (fixture_request("POST", "/v1/modules", kit.data, len) == 201) {
            continue; /* cut between two sections, where nothing is missing */
        }
        ck_assert_uint_eq(fixture.response.status, 400);
        ck_assert_int_ge(fixture_int("offset"), 0);
        ck_assert_int_le(fixture_int("offset"), (json_int_t)len);
    }
    strbuf_fini(&kit);
}
END_TEST

/* Every bit of a real module, turned: accepted or refused, never anything else. */
START_TEST(flipped_bits_do_no_harm)
{
    unsigned accepted = 0, refused = 0;
    struct strbuf kit;

    maker_kit(&kit);
    for (size_t bit = 0; bit < kit.len * 8; bit++) {
        unsigned status;

        kit.data[bit / 8] ^= (char)(1 << bit % 8);
        status = fixture_request("PUT", "/v1/modules/flipped", kit.data, kit.len);
        kit.data[bit / 8] ^= (char)(1 << bit % 8);
        if (status == 201 || status == 200) {
            accepted++;
            fixture_call("flipped", "spin", "[3]", "{\"fuel\":10000,\"timeout_ms\":1000}");
            ck_assert_uint_eq(fixture.response.status, 200);
        } else {
            ck_assert_msg(status == 400 || status == 422, "bit %zu: %u %s", bit, status,
                          fixture_body());
            refused++;
        }
    }
    ck_assert_uint_gt(accepted, 100);
    ck_assert_uint_gt(refused, 100);
    strbuf_fini(&kit);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/bad_requests");
    TCase *tcase = fixture_case(suite, "bad_requests");

    tcase_add_loop_test(tcase, is_refused, 0, ROWS);
    tcase_add_test(tcase, truncations_are_refused);
    tcase_add_test(tcase, flipped_bits_do_no_harm);
    return fixture_main(suite);
}
