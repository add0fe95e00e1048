/*
 * Shortest text without tables: printing with the digits that every decimal survives (6 for f32, 15
 * for f64) and dropping trailing zeros gives the shortest text whenever one of that length exists;
 * otherwise one, two or three digits more are needed. C's printing picks the decimal nearest to
 * the value, which among texts of equal length is the one to want, with one exception: below a
 * power of two the neighbours are twice as close, so the nearest decimal may miss while the next
 * larger one still reads back. Therefore powers of two are tried rounded up as well. Subnormal
 * numbers carry fewer bits, so there the search starts at one digit.
 */
#include "api/float_text.h"

#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1e+21 -> 1e21, 1e-07 -> 1e-7 */
static void tidy_exponent(char *text)
{
    char *e = strchr(text, 'e'), *digits;

    if (e == NULL) {
        return;
    }
    digits = e + 1;
    if (*digits == '-') {
        e++;
        digits++;
    } else if (*digits == '+') {
        digits++;
    }
    while (*digits == '0' && digits[1] != '\0') {
        digits++;
    }
    memmove(e + 1, digits, strlen(digits) + 1);
}

static void print_upward(char *text, size_t size, int digits, double value)
{
    int mode = fegetround();

    fesetround(FE_UPWARD);
    snprintf(text, size, "%.*g", digits, value);
    fesetround(mode);
}

static bool reads_back(const char *text, double value, bool is_f32)
{
    return is_f32 ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

static void shortest(double value, bool is_f32, bool power_of_two, char *text, size_t size)
{
    int digits = is_f32 ? 6 : 15, most = is_f32 ? 9 : 17;

    if (value < (is_f32 ? (double)FLT_MIN : DBL_MIN)) {
        digits = 1;
    }
    for (; digits < most; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (reads_back(text, value, is_f32)) {
            return;
        }
        if (power_of_two) {
            print_upward(text, size, digits, value);
            if (reads_back(text, value, is_f32)) {
                return;
            }
        }
    }
    snprintf(text, size, "%.*g", digits, value);
}

/* What f32 and f64 have in common once the bits are taken apart. */
static bool float_text(double magnitude, bool negative, bool is_f32, bool power_of_two, char *text)
{
    if (negative) {
        *text++ = '-';
    }
    if (isinf(magnitude)) {
        strcpy(text, "inf");
        return false;
    }
    if (magnitude == 0) {
        strcpy(text, negative ? "0.0" : "0");
        return true;
    }
    shortest(magnitude, is_f32, power_of_two, text, FLOAT_TEXT_SIZE - 1);
    tidy_exponent(text);
    return true;
}

bool float_text_f32(uint32_t bits, char text[FLOAT_TEXT_SIZE])
{
    uint32_t magnitude = bits & 0x7fffffff;
    float value;

    if (magnitude > 0x7f800000) {
        if (magnitude == 0x7fc00000) {
            strcpy(text, bits == magnitude ? "nan" : "-nan");
        } else {
            snprintf(text, FLOAT_TEXT_SIZE, "nan:0x%08" PRIx32, bits);
        }
        return false;
    }
    memcpy(&value, &magnitude, sizeof value);
    return float_text(value, bits != magnitude, true, (bits & 0x7fffff) == 0, text);
}

bool float_text_f64(uint64_t bits, char text[FLOAT_TEXT_SIZE])
{
    uint64_t magnitude = bits & 0x7fffffffffffffff;
    double value;

    if (magnitude > 0x7ff0000000000000) {
        if (magnitude == 0x7ff8000000000000) {
            strcpy(text, bits == magnitude ? "nan" : "-nan");
        } else {
            snprintf(text, FLOAT_TEXT_SIZE, "nan:0x%016" PRIx64, bits);
        }
        return false;
    }
    memcpy(&value, &magnitude, sizeof value);
    return float_text(value, bits != magnitude, false, (bits & 0xfffffffffffff) == 0, text);
}

bool float_read_f32(const char *number, uint32_t *bits)
{
    float value = strtof(number, NULL);

    memcpy(bits, &value, sizeof value);
    return isfinite(value);
}

bool float_read_f64(const char *number, uint64_t *bits)
{
    double value = strtod(number, NULL);

    memcpy(bits, &value, sizeof value);
    return isfinite(value);
}

/* The bits of a word for a format with `digits` hex digits; `inf` is its positive infinity. */
static bool float_word(const char *word, uint64_t inf, uint64_t quiet, int digits, uint64_t *bits)
{
    uint64_t sign = (uint64_t)1 << (digits * 4 - 1), value = 0;
    const char *p;

    if (strncmp(word, "nan:0x", 6) == 0) {
        p = word + 6;
        if (strlen(p) == 0 || strlen(p) > (size_t)digits ||
            strspn(p, "0123456789abcdefABCDEF") != strlen(p)) {
            return false;
        }
        value = strtoull(p, NULL, 16);
        *bits = value;
        return (value & ~sign) > inf;
    }
    if (word[0] == '-') {
        value = sign;
        word++;
    }
    if (strcmp(word, "nan") == 0) {
        *bits = value | inf | quiet;
        return true;
    }
    *bits = value | inf;
    return strcmp(word, "inf") == 0;
}

bool float_word_f32(const char *word, uint32_t *bits)
{
    uint64_t wide = 0;
    bool ok = float_word(word, 0x7f800000, 0x400000, 8, &wide);

    *bits = (uint32_t)wide;
    return ok;
}

bool float_word_f64(const char *word, uint64_t *bits)
{
    return float_word(word, 0x7ff0000000000000, 0x8000000000000, 16, bits);
}
