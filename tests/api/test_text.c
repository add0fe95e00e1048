/*
 * Tests of api/strbuf.c, utf8_text.c, precondition.c, digest.c and ref_memo.c: small parts with
 * nothing below them.
 */
#include "api/digest.h"
#include "api/precondition.h"
#include "api/ref_memo.h"
#include "api/strbuf.h"
#include "api/utf8_text.h"
#include "tests/api/api_fixture.h"

#include <stdlib.h>
#include <string.h>

/* Room alone, and nothing appended, are the empty text. */
START_TEST(strbuf_of_nothing)
{
    struct strbuf sb;
    void *dirty = malloc(256); /* what the text may get, so that what is not written shows */
    ck_assert_ptr_nonnull(dirty);
    memset(dirty, 'x', 256);
    free(dirty);
    strbuf_init(&sb);
    strbuf_puts(&sb, "");
    ck_assert_str_eq(strbuf_text(&sb), "");
    ck_assert(strbuf_reserve(&sb, 10));
    ck_assert_str_eq(strbuf_text(&sb), "");
    strbuf_puts(&sb, "");
    ck_assert_str_eq(strbuf_text(&sb), "");
    strbuf_fini(&sb);
}
END_TEST

START_TEST(strbuf_grows)
{
    struct strbuf sb;
    char *text;
    size_t len;

    strbuf_init(&sb);
    ck_assert_str_eq(strbuf_text(&sb), "");
    for (int i = 0; i < 1000; i++) {
        strbuf_printf(&sb, "%d,", i);
    }
    ck_assert_uint_eq(sb.len, 3890);
    strbuf_printf(&sb, "%0500d", 7);
    ck_assert_uint_eq(sb.len, 4390);
    ck_assert_uint_eq(strlen(sb.data), 4390);
    strbuf_truncate(&sb, 3);
    ck_assert_str_eq(sb.data, "0,1");
    text = strbuf_detach(&sb, &len);
    ck_assert_uint_eq(len, 3);
    free(text);
    ck_assert_str_eq(strbuf_text(&sb), "");
    strbuf_put(&sb, "x", SIZE_MAX / 2);
    ck_assert(sb.failed);
    strbuf_puts(&sb, "more");
    ck_assert_uint_eq(sb.len, 0);
    strbuf_fini(&sb);
}
END_TEST

START_TEST(utf8_is_rfc_3629)
{
    static const char *const good[] = {
        "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xff"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_uint_eq(utf8_sequence(good[i], strlen(good[i])), strlen(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_uint_eq(utf8_sequence(bad[i], strlen(bad[i])), 0);
    }
    ck_assert_uint_eq(utf8_text_valid_prefix("ab\xff", 3), 2);
    ck_assert_uint_eq(utf8_clip("\xe2\x82\xac\xe2\x82\xac", 6, 5), 3);
    ck_assert_uint_eq(utf8_clip("abc", 3, 5), 3);
}
END_TEST

START_TEST(preconditions_are_lists)
{
    bool malformed;

    ck_assert(precondition_is_any(" * "));
    ck_assert(!precondition_is_any("\"*\""));
    ck_assert(precondition_lists("\"a\"", "\"a\"", false, &malformed) && !malformed);
    ck_assert(precondition_lists("\"b\", \"a\"", "\"a\"", false, &malformed) && !malformed);
    ck_assert(precondition_lists("\"a,b\",\"a\"", "\"a\"", false, &malformed) && !malformed);
    ck_assert(!precondition_lists("W/\"a\"", "\"a\"", false, &malformed) && !malformed);
    ck_assert(precondition_lists("W/\"a\"", "\"a\"", true, &malformed) && !malformed);
    ck_assert(!precondition_lists("a", "\"a\"", true, &malformed) && malformed);
    ck_assert(!precondition_lists("\"a", "\"a\"", true, &malformed) && malformed);
    ck_assert(!precondition_lists("\"a\" \"b\"", "\"a\"", true, &malformed) && malformed);
    ck_assert(!precondition_lists("\"b\",", "\"a\"", true, &malformed) && malformed);
    ck_assert(!precondition_lists("", "\"a\"", true, &malformed) && malformed);
}
END_TEST

START_TEST(digest_is_sha256)
{
    char text[STORAGE_ID_TEXT_SIZE], etag[DIGEST_ETAG_SIZE];
    struct storage_id id;

    digest_id("abc", 3, &id);
    storage_id_format(&id, text);
    ck_assert_str_eq(text,
                     "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_etag("abc", 3, etag);
    ck_assert_str_eq(etag, "\"ba7816bf8f01cfea414140de5dae2223\"");
}
END_TEST

START_TEST(memo_forgets_with_the_generation)
{
    struct ref_memo *memo = ref_memo_new();
    struct storage_id id = {{1}}, found;

    ck_assert(!ref_memo_find(memo, "a", 1, &found));
    ref_memo_keep(memo, "a", 1, &id);
    ck_assert(ref_memo_find(memo, "a", 1, &found) && found.bytes[0] == 1);
    ck_assert(!ref_memo_find(memo, "a", 2, &found));
    ck_assert(!ref_memo_find(memo, "b", 1, &found));
    ck_assert(!ref_memo_find(memo, "", 0, &found));
    ref_memo_delete(memo);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/text");
    TCase *tcase = tcase_create("text");

    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, strbuf_of_nothing);
    tcase_add_test(tcase, strbuf_grows);
    tcase_add_test(tcase, utf8_is_rfc_3629);
    tcase_add_test(tcase, preconditions_are_lists);
    tcase_add_test(tcase, digest_is_sha256);
    tcase_add_test(tcase, memo_forgets_with_the_generation);
    return fixture_main(suite);
}
