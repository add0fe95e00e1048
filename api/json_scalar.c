/*
 * Numbers stay text until somebody knows what they are to be: JSON has one kind of them, WebAssembly
 * four, and a detour by way of double would lose digits of two.
 */
#include "api/json_scalar.h"

#include "api/utf8_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *text, size_t len, size_t i)
{
    while (i < len && is_digit(text[i])) {
        i++;
    }
    return i;
}

size_t json_number_length(const char *text, size_t len, bool *plain)
{
    size_t i = len > 0 && text[0] == '-', start = i, end;

    end = skip_digits(text, len, i);
    if (end == start || (text[start] == '0' && end > start + 1)) {
        return 0;
    }
    *plain = end <= 18 && !(start == 1 && text[1] == '0');
    i = end;
    if (i < len && text[i] == '.') {
        end = skip_digits(text, len, i + 1);
        if (end == i + 1) {
            return 0;
        }
        *plain = false;
        i = end;
    }
    if (i < len && (text[i] == 'e' || text[i] == 'E')) {
        start = i + 1;
        if (start < len && (text[start] == '+' || text[start] == '-')) {
            start++;
        }
        end = skip_digits(text, len, start);
        if (end == start) {
            return 0;
        }
        *plain = false;
        i = end;
    }
    return i;
}

const char *json_scalar_cstr(const struct json_scalar *scalar, char buffer[JSON_SCALAR_SHORT])
{
    if (scalar->len >= JSON_SCALAR_SHORT) {
        return scalar->text;
    }
    memcpy(buffer, scalar->text, scalar->len);
    buffer[scalar->len] = '\0';
    return buffer;
}

bool json_scalar_integer(const struct json_scalar *scalar, bool *negative, uint64_t *magnitude)
{
    char buffer[JSON_SCALAR_SHORT], *end;
    bool fits = true;
    double real;
    size_t i;

    if (scalar->kind != JSON_SCALAR_NUMBER) {
        return false;
    }
    *negative = scalar->text[0] == '-';
    *magnitude = 0;
    for (i = *negative; i < scalar->len && is_digit(scalar->text[i]); i++) {
        unsigned digit = (unsigned)(scalar->text[i] - '0');

        fits = fits && *magnitude <= (UINT64_MAX - digit) / 10;
        *magnitude = *magnitude * 10 + digit;
    }
    if (i == scalar->len) {
        return fits;
    }
    /* With a fraction or an exponent: exact below 2^53, and nobody writes larger ones so. */
    real = strtod(json_scalar_cstr(scalar, buffer) + *negative, &end);
    if (*end != '\0' || !(real <= 9007199254740992.0) || real != floor(real)) {
        return false;
    }
    *magnitude = (uint64_t)real;
    return true;
}

void json_scalar_describe(const struct json_scalar *scalar, char *buffer, size_t size)
{
    size_t clip = utf8_clip(scalar->text, scalar->len, 40);
    const char *dots = clip < scalar->len ? "..." : "";

    switch (scalar->kind) {
    case JSON_SCALAR_NUMBER:
        snprintf(buffer, size, "the number %.*s%s", (int)clip, scalar->text, dots);
        break;
    case JSON_SCALAR_STRING:
        snprintf(buffer, size, "the string \"%.*s%s\"", (int)clip, scalar->text, dots);
        break;
    case JSON_SCALAR_OTHER:
        snprintf(buffer, size, "%.*s", (int)clip, scalar->text);
        break;
    case JSON_SCALAR_NULL:
        snprintf(buffer, size, "null");
        break;
    case JSON_SCALAR_NONE:
        snprintf(buffer, size, "nothing");
        break;
    }
}
