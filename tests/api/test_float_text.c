/*
 * Tests of api/float_text.c.
 */
#include "api/float_text.h"

#include "tests/api/api_fixture.h"

#include <string.h>

static const char *f64(double value)
{
    static char text[FLOAT_TEXT_SIZE];
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    float_text_f64(bits, text);
    return text;
}

static const char *f32(float value)
{
    static char text[FLOAT_TEXT_SIZE];
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    float_text_f32(bits, text);
    return text;
}

START_TEST(is_shortest)
{
    ck_assert_str_eq(f64(0.1), "0.1");
    ck_assert_str_eq(f64(3), "3");
    ck_assert_str_eq(f64(0.1 + 0.2), "0.30000000000000004");
    ck_assert_str_eq(f64(1e21), "1e21");
    ck_assert_str_eq(f64(1e-7), "1e-7");
    ck_assert_str_eq(f64(5e-324), "5e-324");
    ck_assert_str_eq(f64(1.7976931348623157e308), "1.7976931348623157e308");
    ck_assert_str_eq(f64(9007199254740993.0), "9007199254740992");
    /* below a power of two the neighbours are closer: the nearest 16 digits would miss */
    ck_assert_str_eq(f64(0x1p-44), "5.684341886080802e-14");
    ck_assert_str_eq(f32(0.1f), "0.1");
    ck_assert_str_eq(f32(16777216.0f), "16777216");
    ck_assert_str_eq(f32(3.4028235e38f), "3.4028235e38");
    ck_assert_str_eq(f32(1e-45f), "1e-45");
}
END_TEST

START_TEST(has_words_for_the_rest)
{
    char text[FLOAT_TEXT_SIZE];

    ck_assert_str_eq(f64(-0.0), "-0.0");
    ck_assert_str_eq(f32(-0.0f), "-0.0");
    ck_assert(!float_text_f32(0x7fc00000, text));
    ck_assert_str_eq(text, "nan");
    ck_assert(!float_text_f32(0xffc00000, text));
    ck_assert_str_eq(text, "-nan");
    ck_assert(!float_text_f32(0x7fc00001, text));
    ck_assert_str_eq(text, "nan:0x7fc00001");
    ck_assert(!float_text_f64(0xfff0000000000001, text));
    ck_assert_str_eq(text, "nan:0xfff0000000000001");
    ck_assert(!float_text_f64(0xfff0000000000000, text));
    ck_assert_str_eq(text, "-inf");
}
END_TEST

START_TEST(words_are_read)
{
    uint32_t bits;
    uint64_t wide;

    ck_assert(float_word_f32("nan", &bits) && bits == 0x7fc00000);
    ck_assert(float_word_f32("-nan", &bits) && bits == 0xffc00000);
    ck_assert(float_word_f32("inf", &bits) && bits == 0x7f800000);
    ck_assert(float_word_f32("-inf", &bits) && bits == 0xff800000);
    ck_assert(float_word_f32("nan:0x7fc00001", &bits) && bits == 0x7fc00001);
    ck_assert(float_word_f32("nan:0xFF800001", &bits) && bits == 0xff800001);
    ck_assert(float_word_f64("nan:0x7ff8000000000001", &wide) && wide == 0x7ff8000000000001);
    ck_assert(!float_word_f32("nan:0x7f800000", &bits)); /* an infinity */
    ck_assert(!float_word_f32("nan:0x1", &bits));
    ck_assert(!float_word_f32("nan:0x17fc00001", &bits));
    ck_assert(!float_word_f32("nan:0x", &bits));
    ck_assert(!float_word_f32("NaN", &bits));
    ck_assert(!float_word_f32("infinity", &bits));
    ck_assert(!float_word_f32("", &bits));
}
END_TEST

START_TEST(numbers_are_rounded_once)
{
    uint32_t bits;
    uint64_t wide;

    /* Just above the middle of two floats: by way of a double it would be rounded down. */
    ck_assert(float_read_f32("1.00000005960464477539062500000001", &bits));
    ck_assert_uint_eq(bits, 0x3f800001);
    ck_assert(float_read_f64("-0", &wide));
    ck_assert_uint_eq(wide, 0x8000000000000000);
    ck_assert(!float_read_f32("1e39", &bits));
    ck_assert(!float_read_f64("1e309", &wide));
}
END_TEST

/* A few hundred thousand patterns, spread by a generator with a fixed seed. */
START_TEST(reads_back)
{
    uint64_t state = 88172645463325252, back;
    char text[FLOAT_TEXT_SIZE];
    uint32_t back32;

    for (int i = 0; i < 200000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if (float_text_f64(state, text)) {
            ck_assert_msg(float_read_f64(text, &back) && back == state, "%s", text);
        } else {
            ck_assert_msg(float_word_f64(text, &back) && back == state, "%s", text);
        }
        if (float_text_f32((uint32_t)state, text)) {
            ck_assert_msg(float_read_f32(text, &back32) && back32 == (uint32_t)state, "%s", text);
        } else {
            ck_assert_msg(float_word_f32(text, &back32) && back32 == (uint32_t)state, "%s", text);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/float_text");
    TCase *tcase = tcase_create("float_text");

    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, is_shortest);
    tcase_add_test(tcase, has_words_for_the_rest);
    tcase_add_test(tcase, words_are_read);
    tcase_add_test(tcase, numbers_are_rounded_once);
    tcase_add_test(tcase, reads_back);
    return fixture_main(suite);
}
