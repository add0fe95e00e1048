/*
 * A decoder by ranges: the lead byte says how many bytes follow and which values the second may
 * have, which is where overlong forms, surrogates and numbers above U+10FFFF are excluded (Unicode,
 * table 3-7). Runs of ASCII, which nearly all names are, go by eight bytes at a time.
 */
#include "engine/base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the character at `s`, of which `left` bytes are there; 0 if it is none. */
static size_t char_len(const unsigned char *s, size_t left)
{
    unsigned char lead = s[0], low = 0x80, high = 0xbf;
    size_t n;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    n = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (left < n)
        return 0;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    return n;
}

size_t utf8_valid_prefix(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t i = 0;
    while (i < len) {
        uint64_t eight;
        if (len - i >= sizeof eight) {
            memcpy(&eight, p + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight;
                continue;
            }
        }
        size_t n = char_len(p + i, len - i);
        if (n == 0)
            return i;
        i += n;
    }
    return len;
}

bool utf8_valid(const char *s, size_t len)
{
    return utf8_valid_prefix(s, len) == len;
}

size_t utf8_whole(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t back = 0;
    while (back < len && back < 4) {
        unsigned char c = p[len - 1 - back];
        back++;
        if ((c & 0xc0) == 0x80)
            continue;
        size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        return n > back ? len - back : len;
    }
    return len;
}

const char *utf8_quote(char buf[UTF8_QUOTE_SIZE], const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    /* Behind what is written there is always room for the closing quote, "..." and NUL. */
    size_t room = UTF8_QUOTE_SIZE - 5, used = 0, i = 0;
    buf[used++] = '"';
    while (i < len) {
        bool escape = p[i] < 0x20 || p[i] == 0x7f || p[i] == '"' || p[i] == '\\';
        size_t n = escape ? 1 : char_len(p + i, len - i);
        if (n == 0) {
            escape = true;
            n = 1;
        }
        if (used + (escape ? 3 : n) > room)
            break;
        if (escape) {
            snprintf(buf + used, 4, "\\%02x", p[i]);
            used += 3;
        } else {
            memcpy(buf + used, p + i, n);
            used += n;
        }
        i += n;
    }
    memcpy(buf + used, i < len ? "\"..." : "\"", i < len ? 5 : 2);
    return buf;
}
