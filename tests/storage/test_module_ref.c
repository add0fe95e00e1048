/* References and names as text: what is one, what is none, and what the message says. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <string.h>

#define HEX   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"
#define UPPER "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1EFF"
#define X64   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *text;
    enum storage_ref_kind kind;
    const char *name;
    uint64_t version;
} good[] = {
    {"sha256:" HEX, STORAGE_REF_ID, "", 0},
    {HEX, STORAGE_REF_ID, "", 0},
    {UPPER, STORAGE_REF_ID, "", 0},
    {"math", STORAGE_REF_NAME, "math", 0},
    {"0", STORAGE_REF_NAME, "0", 0},
    {"a.b_c-d", STORAGE_REF_NAME, "a.b_c-d", 0},
    {"sha256", STORAGE_REF_NAME, "sha256", 0},
    {HEX "0", STORAGE_REF_NAME, HEX "0", 0},
    {X64 X64, STORAGE_REF_NAME, X64 X64, 0},
    {"math@1", STORAGE_REF_VERSION, "math", 1},
    {"math@999999999999999999", STORAGE_REF_VERSION, "math", 999999999999999999},
};

static const struct {
    const char *text;
    const char *says;
} bad[] = {
    {"", "empty"},
    {"@1", "empty"},
    {"Math", "0x4d"},
    {"-math", "0x2d"},
    {".hidden", "0x2e"},
    {"ma th", "0x20 at position 2"},
    {"m\xc3\xa4h", "0xc3 at position 1"},
    {"../etc", "0x2e"},
    {"a/b", "0x2f at position 1"},
    {X64 X64 "x", "129 characters"},
    {"math@", "number from 1"},
    {"math@0", "number from 1"},
    {"math@01", "leading zeros"},
    {"math@-1", "number from 1"},
    {"math@1@2", "number from 1"},
    {"math@1 ", "number from 1"},
    {"math@9999999999999999999", "number from 1"},
    {HEX "@1", "cannot be a name"},
    {"sha256:", "64 hex digits"},
    {"sha256:math", "64 hex digits"},
    {"sha256:" HEX "0", "64 hex digits"},
    {"sha512:" HEX, "0x3a at position 6"},
};

START_TEST(reads_what_is_a_reference)
{
    struct storage_ref ref;

    ck_ok(storage_ref_parse(good[_i].text, &ref, &fixture_error));
    ck_assert_int_eq(ref.kind, good[_i].kind);
    ck_assert_str_eq(ref.name, good[_i].name);
    ck_assert_uint_eq(ref.version, good[_i].version);
}
END_TEST

START_TEST(says_what_is_wrong)
{
    struct storage_ref ref;

    ck_status(storage_ref_parse(bad[_i].text, &ref, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_assert_int_eq(fixture_error.status, STORAGE_BAD_ARGUMENT);
    ck_error_says(bad[_i].says);
    ck_status(storage_ref_parse(bad[_i].text, &ref, NULL), STORAGE_BAD_ARGUMENT);
}
END_TEST

START_TEST(writes_an_id_as_it_reads_it)
{
    struct storage_ref ref = sample_ref(HEX), back;
    char text[STORAGE_ID_TEXT_SIZE];

    ck_assert_uint_eq(ref.id.bytes[0], 0);
    ck_assert_uint_eq(ref.id.bytes[1], 1);
    ck_assert_uint_eq(ref.id.bytes[31], 0xff);
    storage_id_format(&ref.id, text);
    ck_assert_str_eq(text, "sha256:" HEX);
    back = storage_ref_to_id(&ref.id);
    ck_assert_int_eq(back.kind, STORAGE_REF_ID);
    ck_assert(same_id(back.id, ref.id));
    ck_assert(same_id(sample_ref(UPPER).id, ref.id));
}
END_TEST

START_TEST(names_are_not_references)
{
    ck_ok(storage_name_check("math", &fixture_error));
    ck_status(storage_name_check("math@1", &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_status(storage_name_check(HEX, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_status(storage_name_check("", &fixture_error), STORAGE_BAD_ARGUMENT);
}
END_TEST

START_TEST(statuses_have_names)
{
    ck_assert_str_eq(storage_status_name(STORAGE_OK), "OK");
    ck_assert_str_eq(storage_status_name(STORAGE_NOMEM), "NOMEM");
    ck_assert_str_eq(storage_status_name((enum storage_status)999), "UNKNOWN");
    ck_assert_str_eq(storage_status_meaning(STORAGE_NOMEM), "out of memory");
    ck_assert_str_eq(storage_status_meaning((enum storage_status) - 1), "unknown status");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/module_ref");
    TCase *tcase = tcase_create("text");

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, reads_what_is_a_reference, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tcase, says_what_is_wrong, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tcase, writes_an_id_as_it_reads_it);
    tcase_add_test(tcase, names_are_not_references);
    tcase_add_test(tcase, statuses_have_names);
    return fixture_main(suite);
}
