/*
 * The table of RFC 3629, section 4, read off byte by byte: the second byte's range depends on the
 * first, which excludes overlong forms, surrogates and what lies beyond U+10FFFF.
 */
#include "api/utf8_text.h"

#include <stdbool.h>

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t utf8_sequence(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    unsigned char lo = 0x80, hi = 0xbf;
    size_t n, i;

    if (len == 0) {
        return 0;
    }
    if (s[0] < 0x80) {
        return 1;
    }
    if (s[0] < 0xc2 || s[0] > 0xf4) {
        return 0;
    }
    n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (s[0] == 0xe0) {
        lo = 0xa0;
    } else if (s[0] == 0xed) {
        hi = 0x9f;
    } else if (s[0] == 0xf0) {
        lo = 0x90;
    } else if (s[0] == 0xf4) {
        hi = 0x8f;
    }
    if (len < n || s[1] < lo || s[1] > hi) {
        return 0;
    }
    for (i = 2; i < n; i++) {
        if (!is_tail(s[i])) {
            return 0;
        }
    }
    return n;
}

size_t utf8_text_valid_prefix(const char *text, size_t len)
{
    size_t i = 0, n;

    while (i < len) {
        if ((unsigned char)text[i] < 0x80) {
            i++;
            continue;
        }
        n = utf8_sequence(text + i, len - i);
        if (n == 0) {
            break;
        }
        i += n;
    }
    return i;
}

size_t utf8_clip(const char *text, size_t len, size_t max)
{
    if (len <= max) {
        return len;
    }
    while (max > 0 && is_tail((unsigned char)text[max])) {
        max--;
    }
    return max;
}
