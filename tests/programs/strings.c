/* Strings: splitting, searching, reversing, numbers to text and back, run lengths, UTF-8. */
#include "tests/programs/program.h"

static const char text[] = "the quick brown fox jumps over the lazy dog while the cat, on the mat, "
                           "watches the other cats and thinks of the fish in the pond";

static size_t length(const char *s)
{
    size_t len = 0;
    while (s[len] != '\0') {
        len++;
    }
    return len;
}

static size_t count_of(const char *haystack, const char *needle)
{
    size_t count = 0;
    size_t len = length(needle);
    for (size_t i = 0; haystack[i] != '\0'; i++) {
        size_t k = 0;
        while (k < len && haystack[i + k] == needle[k]) {
            k++;
        }
        count += k == len;
    }
    return count;
}

static size_t write_number(char *out, uint64_t value, unsigned base)
{
    char reversed[65];
    size_t len = 0;
    do {
        reversed[len++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % base];
        value /= base;
    } while (value != 0);
    for (size_t i = 0; i < len; i++) {
        out[i] = reversed[len - 1 - i];
    }
    out[len] = '\0';
    return len;
}

static uint64_t read_number(const char *in, unsigned base)
{
    uint64_t value = 0;
    for (; *in != '\0'; in++) {
        value = value * base + (unsigned)(*in <= '9' ? *in - '0' : *in - 'a' + 10);
    }
    return value;
}

static size_t write_utf8(unsigned char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (unsigned char)((0xf00u >> len & 0xff) | c);
    return len;
}

static size_t edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[64];
    for (size_t k = 0; k <= nb; k++) {
        row[k] = k;
    }
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= nb; k++) {
            size_t change = diagonal + (a[i - 1] != b[k - 1]);
            size_t step = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            diagonal = row[k];
            row[k] = change < step ? change : step;
        }
    }
    return row[nb];
}

PROGRAM(strings)
{
    uint64_t digest = DIGEST_INIT;
    uint64_t random = 99;
    char number[80];
    unsigned char encoded[4];
    digest = digest_u64(digest, count_of(text, "the") * 100 + count_of(text, "at"));
    for (uint32_t i = 0; i < n; i++) {
        uint64_t value = random_next(&random) >> (i % 60);
        unsigned base = 2 + i % 35;
        size_t len = write_number(number, value, base);
        digest = digest_bytes(digest, number, len);
        digest += read_number(number, base) == value;
        len = write_utf8(encoded, (uint32_t)(value % 0x110000));
        digest = digest_bytes(digest, encoded, len);
        size_t at = value % (sizeof text - 40);
        size_t other = random % (sizeof text - 40);
        digest = digest_u64(digest, edit_distance(text + at, 20 + i % 19, text + other, 30));
    }
    return digest;
}
