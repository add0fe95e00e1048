/*
 * Tests of api/json_in.c, and of what json_out.c makes of the same texts.
 */
#include "api/json_in.h"

#include "api/json_out.h"
#include "api/utf8_text.h"
#include "tests/api/api_fixture.h"

#include <string.h>

static struct json_fault fault;

static json_t *parse(const char *text)
{
    return json_in_parse(text, strlen(text), 8, &fault);
}

static void refuse(const char *text, size_t len, size_t line, size_t column, const char *says)
{
    json_t *json = json_in_parse(text, len, 8, &fault);

    ck_assert_msg(json == NULL, "accepted: %s", text);
    ck_assert_msg(fault.line == line && fault.column == column,
                  "%s: line %zu, column %zu instead of %zu, %zu (%s)", text, fault.line,
                  fault.column, line, column, fault.text);
    ck_contains(fault.text, says);
}

#define REFUSE(text, line, column, says) refuse(text, sizeof(text) - 1, line, column, says)

START_TEST(keeps_every_digit)
{
    static const char *const texts[] = {"18446744073709551615",
                                        "-9223372036854775808",
                                        "123456789012345678901234567890",
                                        "0.1",
                                        "1e400",
                                        "-0",
                                        "1E+2",
                                        "1.50",
                                        "0"};
    char buffer[JSON_IN_NUMBER_SIZE], array[64];

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *json;

        snprintf(array, sizeof array, "[%s]", texts[i]);
        json = parse(array);
        ck_assert_msg(json != NULL, "%s: %s", array, fault.text);
        ck_assert(json_in_is_number(json_array_get(json, 0)));
        ck_assert(!json_in_is_string(json_array_get(json, 0)));
        ck_assert_str_eq(json_in_number(json_array_get(json, 0), buffer), texts[i]);
        json_decref(json);
    }
}
END_TEST

START_TEST(reads_integers)
{
    bool negative;
    uint64_t magnitude;
    json_t *json = parse("[18446744073709551615, -5, 3.0, 1e3, 18446744073709551616, 1.5, \"1\"]");

    ck_assert(json_in_integer(json_array_get(json, 0), &negative, &magnitude));
    ck_assert(!negative && magnitude == UINT64_MAX);
    ck_assert(json_in_integer(json_array_get(json, 1), &negative, &magnitude));
    ck_assert(negative && magnitude == 5);
    ck_assert(json_in_integer(json_array_get(json, 2), &negative, &magnitude) && magnitude == 3);
    ck_assert(json_in_integer(json_array_get(json, 3), &negative, &magnitude) && magnitude == 1000);
    ck_assert(!json_in_integer(json_array_get(json, 4), &negative, &magnitude));
    ck_assert(!json_in_integer(json_array_get(json, 5), &negative, &magnitude));
    ck_assert(!json_in_integer(json_array_get(json, 6), &negative, &magnitude));
    json_decref(json);
}
END_TEST

START_TEST(says_where)
{
    REFUSE("", 0, 0, "nothing");
    REFUSE(" \n ", 0, 0, "nothing");
    REFUSE("{\"a\": 1,\n \"b\" 2}", 2, 7, "':' expected");
    REFUSE("{\"a\": 1.25, \"b\": }", 1, 19, "unexpected token");
    REFUSE("[1, 2", 1, 6, "end of file");
    REFUSE("[\"a\xff\"]", 1, 4, "not UTF-8: byte 0xff");
    REFUSE("[\"\xed\xa0\x80\"]", 1, 3, "not UTF-8");
    REFUSE("[\"a\\u0000\"]", 1, 4, "\\u0000");
    REFUSE("[1, \0 2]", 1, 5, "NUL");
    REFUSE("[\"a\0\"]", 1, 4, "NUL");
    REFUSE("[[[[[[[[[1]]]]]]]]]", 1, 9, "the limit is 8 levels");
    REFUSE("{\"a\":1,\"a\":2}", 1, 11, "duplicate");
    REFUSE("[01]", 1, 3, "invalid token");
    REFUSE("[1.]", 1, 4, "");
    REFUSE("[\"\\ud800\"]", 1, 10, "\\uD800");
    REFUSE("[1] x", 1, 6, "end of file expected");
    REFUSE("nul", 1, 4, "");
}
END_TEST

START_TEST(shows_numbers_in_faults_as_written)
{
    REFUSE("[1.5 2.5]", 1, 9, "near '2.5'");
    ck_assert_ptr_null(strstr(fault.text, "u0000"));
}
END_TEST

START_TEST(describes)
{
    json_t *json = parse("[1.50, \"x\", null, true, [], {}]");
    char text[64];
    static const char *const expected[] = {"the number 1.50", "the string \"x\"", "null", "true",
                                           "an array",        "an object"};

    for (size_t i = 0; i < 6; i++) {
        json_in_describe(json_array_get(json, i), text, sizeof text);
        ck_assert_str_eq(text, expected[i]);
    }
    json_in_describe(NULL, text, sizeof text);
    ck_assert_str_eq(text, "nothing");
    json_decref(json);
}
END_TEST

START_TEST(writes_valid_json_of_anything)
{
    static const char nasty[] = "a\"\\\n\x01\x7f\xff\xc3\xa4\xe2\x82z\0q";
    struct strbuf text;
    struct json_out out;
    json_t *json;

    strbuf_init(&text);
    json_out_init(&out, &text);
    json_out_object_begin(&out);
    json_out_member_u64(&out, "n", UINT64_MAX);
    json_out_key(&out, "a");
    json_out_array_begin(&out);
    json_out_null(&out);
    json_out_bool(&out, false);
    json_out_i64(&out, INT64_MIN);
    json_out_array_end(&out);
    json_out_member_str(&out, "s", nasty, 8);
    json_out_object_end(&out);
    ck_assert_str_eq(text.data, "{\"n\":18446744073709551615,\"a\":[null,false,"
                                "-9223372036854775808],\"s\":\"a\\\"\\\\\\n\\u0001\\u007f"
                                "\xef\xbf\xbd\xef\xbf\xbd\"}");
    strbuf_truncate(&text, 0);
    out.comma = false;
    json_out_str(&out, nasty, sizeof nasty - 1);
    ck_assert_uint_eq(utf8_text_valid_prefix(text.data, text.len), text.len);
    json = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    ck_assert_ptr_nonnull(json);
    json_decref(json);
    strbuf_fini(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/json_in");
    TCase *tcase = tcase_create("json");

    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, keeps_every_digit);
    tcase_add_test(tcase, reads_integers);
    tcase_add_test(tcase, says_where);
    tcase_add_test(tcase, shows_numbers_in_faults_as_written);
    tcase_add_test(tcase, describes);
    tcase_add_test(tcase, writes_valid_json_of_anything);
    return fixture_main(suite);
}
