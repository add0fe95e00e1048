/*
 * Tests of api/values.c: HTTP-API.md's "Values", each way.
 */
#include "api/values.h"

#include "tests/api/api_fixture.h"

#include <string.h>

/* Reads `json` as `kind` and writes it again; NULL if it is refused. */
static const char *through(cupel_valkind_t kind, const char *json)
{
    static char result[128];
    struct json_fault fault;
    struct json_out out;
    struct strbuf text;
    cupel_val_t value;
    json_t *parsed = json_in_parse(json, strlen(json), 8, &fault);
    bool ok;

    ck_assert_msg(parsed != NULL, "%s: %s", json, fault.text);
    ok = value_from_json(parsed, kind, &value);
    json_decref(parsed);
    if (!ok) {
        return NULL;
    }
    strbuf_init(&text);
    json_out_init(&out, &text);
    ck_assert(value_to_json(&value, &out));
    snprintf(result, sizeof result, "%s", strbuf_text(&text));
    strbuf_fini(&text);
    return result;
}

struct row {
    cupel_valkind_t kind;
    const char *in;
    const char *out; /* NULL: refused */
};

static const struct row rows[] = {
    {CUPEL_I32, "1", "1"},
    {CUPEL_I32, "-2147483648", "-2147483648"},
    {CUPEL_I32, "4294967295", "-1"},
    {CUPEL_I32, "2147483648", "-2147483648"},
    {CUPEL_I32, "3.0", "3"},
    {CUPEL_I32, "-0", "0"},
    {CUPEL_I32, "4294967296", NULL},
    {CUPEL_I32, "-2147483649", NULL},
    {CUPEL_I32, "1.5", NULL},
    {CUPEL_I32, "\"1\"", NULL},
    {CUPEL_I32, "null", NULL},
    {CUPEL_I32, "true", NULL},
    {CUPEL_I32, "[1]", NULL},
    {CUPEL_I64, "\"1\"", "\"1\""},
    {CUPEL_I64, "1", "\"1\""},
    {CUPEL_I64, "\"-9223372036854775808\"", "\"-9223372036854775808\""},
    {CUPEL_I64, "-9223372036854775808", "\"-9223372036854775808\""},
    {CUPEL_I64, "\"18446744073709551615\"", "\"-1\""},
    {CUPEL_I64, "18446744073709551615", "\"-1\""},
    {CUPEL_I64, "9007199254740993", "\"9007199254740993\""},
    {CUPEL_I64, "\"18446744073709551616\"", NULL},
    {CUPEL_I64, "18446744073709551616", NULL},
    {CUPEL_I64, "\"-9223372036854775809\"", NULL},
    {CUPEL_I64, "\"\"", NULL},
    {CUPEL_I64, "\"-\"", NULL},
    {CUPEL_I64, "\" 1\"", NULL},
    {CUPEL_I64, "\"+1\"", NULL},
    {CUPEL_I64, "\"1e3\"", NULL},
    {CUPEL_I64, "\"0x10\"", NULL},
    {CUPEL_I64, "1.5", NULL},
    {CUPEL_F32, "0.1", "0.1"},
    {CUPEL_F32, "16777217", "16777216"},
    {CUPEL_F32, "-0", "-0.0"},
    {CUPEL_F32, "-0.0", "-0.0"},
    {CUPEL_F32, "\"nan\"", "\"nan\""},
    {CUPEL_F32, "\"-nan\"", "\"-nan\""},
    {CUPEL_F32, "\"nan:0x7fc00001\"", "\"nan:0x7fc00001\""},
    {CUPEL_F32, "\"nan:0x7fa00000\"", "\"nan:0x7fa00000\""},
    {CUPEL_F32, "\"inf\"", "\"inf\""},
    {CUPEL_F32, "\"-inf\"", "\"-inf\""},
    {CUPEL_F32, "1e39", NULL},
    {CUPEL_F32, "\"1.5\"", NULL},
    {CUPEL_F32, "\"nan:0x7f800000\"", NULL},
    {CUPEL_F32, "null", NULL},
    {CUPEL_F64, "0.1", "0.1"},
    {CUPEL_F64, "1e308", "1e308"},
    {CUPEL_F64, "5e-324", "5e-324"},
    {CUPEL_F64, "1e-400", "0"},
    {CUPEL_F64, "123456789012345678", "1.2345678901234568e17"},
    {CUPEL_F64, "\"nan:0xfff8000000000002\"", "\"nan:0xfff8000000000002\""},
    {CUPEL_F64, "1e309", NULL},
    {CUPEL_F64, "\"Infinity\"", NULL},
    {CUPEL_V128, "\"0x000102030405060708090A0b0c0d0e0f\"",
     "\"0x000102030405060708090a0b0c0d0e0f\""},
    {CUPEL_V128, "\"0x00\"", NULL},
    {CUPEL_V128, "\"00000102030405060708090a0b0c0d0e0f\"", NULL},
    {CUPEL_V128, "0", NULL},
    {CUPEL_FUNCREF, "null", "null"},
    {CUPEL_FUNCREF, "0", NULL},
    {CUPEL_EXTERNREF, "null", "null"},
    {CUPEL_EXTERNREF, "\"x\"", NULL},
};

START_TEST(both_ways)
{
    const struct row *row = &rows[_i];
    const char *out = through(row->kind, row->in);

    if (row->out == NULL) {
        ck_assert_msg(out == NULL, "%s as %s: accepted as %s", row->in, value_expected(row->kind),
                      out);
    } else {
        ck_assert_msg(out != NULL, "%s as %s: refused", row->in, value_expected(row->kind));
        ck_assert_str_eq(out, row->out);
    }
}
END_TEST

START_TEST(v128_is_one_number)
{
    struct json_fault fault;
    cupel_val_t value;
    const char *text = "\"0x0f0e0d0c0b0a09080706050403020100\"";
    json_t *json = json_in_parse(text, strlen(text), 1, &fault);

    ck_assert(value_from_json(json, CUPEL_V128, &value));
    for (int i = 0; i < 16; i++) {
        ck_assert_int_eq(value.of.v128[i], i);
    }
    json_decref(json);
}
END_TEST

START_TEST(references_that_are_not_null_have_no_json)
{
    struct strbuf text;
    struct json_out out;
    cupel_val_t value = {.kind = CUPEL_FUNCREF, .of.funcref = {1, 0, 0}};

    strbuf_init(&text);
    json_out_init(&out, &text);
    ck_assert(!value_to_json(&value, &out));
    strbuf_fini(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/values");
    TCase *tcase = tcase_create("values");

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, both_ways, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tcase, v128_is_one_number);
    tcase_add_test(tcase, references_that_are_not_null_have_no_json);
    return fixture_main(suite);
}
