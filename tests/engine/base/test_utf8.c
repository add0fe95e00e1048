/* Every length, every boundary of the ranges, and quoting. */
#include "engine/base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "tests/engine/base/base_suites.h"

/* The character's bytes by its number; surrogates and numbers above U+10FFFF included. */
static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00 >> n & 0xff) | c);
    return n;
}

START_TEST(every_character)
{
    char buf[12];
    for (uint32_t c = 0; c < 0x120000; c++) {
        size_t n = encode(c, buf);
        bool good = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
        if (utf8_valid(buf, n) != good)
            ck_abort_msg("U+%04X", c);
        for (size_t cut = 1; cut < n; cut++)
            if (utf8_valid(buf, cut))
                ck_abort_msg("U+%04X cut to %zu", c, cut);
    }
}
END_TEST

START_TEST(overlong_and_stray)
{
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80",
        "\xfe",
        "\xff",
        "\xc3(",
        "\xe2\x28\xa1",
        "\xe2\x82(",
        "\xf0\x9f\xa6(",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[40];
        /* At every place of the eight bytes that are looked at together. */
        for (size_t before = 0; before < 10; before++) {
            memset(text, 'x', before);
            strcpy(text + before, bad[i]);
            strcat(text, "yyyyyyyyyyyy");
            ck_assert_msg(utf8_valid_prefix(text, strlen(text)) == before, "row %zu at %zu", i,
                          before);
        }
    }
    ck_assert(utf8_valid("", 0));
    ck_assert(utf8_valid("a\0b", 3));
}
END_TEST

START_TEST(cuts_between_characters)
{
    const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x80";
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t n = 0; n <= 10; n++)
        ck_assert_uint_eq(utf8_whole(text, n), whole[n]);
}
END_TEST

START_TEST(quotes_names)
{
    char buf[UTF8_QUOTE_SIZE];
    ck_assert_str_eq(utf8_quote(buf, "", 0), "\"\"");
    ck_assert_str_eq(utf8_quote(buf, "a\"b\\\n\0\x7f", 7), "\"a\\22b\\5c\\0a\\00\\7f\"");
    ck_assert_str_eq(utf8_quote(buf, "\xc3\xa9", 2), "\"\xc3\xa9\"");
    ck_assert_str_eq(utf8_quote(buf, "\xc3", 1), "\"\\c3\"");
}
END_TEST

START_TEST(quotes_long_names_in_part)
{
    for (size_t n = 60; n < 300; n++) {
        char name[400], buf[UTF8_QUOTE_SIZE + 1];
        buf[UTF8_QUOTE_SIZE] = 'x';
        for (size_t i = 0; i < n; i++)
            memcpy(name + i, i % 3 == n % 3 ? "\xc3\xa9" : "ab", 2);
        name[n] = '\n';
        size_t len = utf8_whole(name, n + 1);
        utf8_quote(buf, name, len);
        ck_assert_int_eq(buf[UTF8_QUOTE_SIZE], 'x');
        ck_assert_uint_lt(strlen(buf), UTF8_QUOTE_SIZE);
        ck_assert(utf8_valid(buf, strlen(buf)));
        if (n > UTF8_QUOTE_SIZE)
            ck_assert_str_eq(buf + strlen(buf) - 4, "\"...");
    }
}
END_TEST

Suite *suite_utf8(void)
{
    return SUITE_OF("base/utf8", every_character, overlong_and_stray, cuts_between_characters,
                    quotes_names, quotes_long_names_in_part);
}
