/* What the compiler may call without being asked; linked into the wasm32 builds only. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    char *out = to;
    const char *in = from;
    while (len-- > 0) {
        *out++ = *in++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    char *out = to;
    const char *in = from;
    if (out <= in) {
        return memcpy(to, from, len);
    }
    while (len-- > 0) {
        out[len] = in[len];
    }
    return to;
}

void *memset(void *to, int byte, size_t len)
{
    char *out = to;
    while (len-- > 0) {
        *out++ = (char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a;
    const unsigned char *y = b;
    for (size_t i = 0; i < len; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}

size_t strlen(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0') {
        len++;
    }
    return len;
}

/* 128-bit products. */
__int128 __multi3(__int128 a, __int128 b);
__int128 __multi3(__int128 a, __int128 b)
{
    union {
        __int128 whole;
        uint64_t half[2];
    } x = {.whole = a}, y = {.whole = b}, product;
    uint64_t x0 = x.half[0] & 0xffffffffu;
    uint64_t x1 = x.half[0] >> 32;
    uint64_t y0 = y.half[0] & 0xffffffffu;
    uint64_t y1 = y.half[0] >> 32;
    uint64_t low = x0 * y0;
    uint64_t cross = x1 * y0 + (low >> 32);
    uint64_t other = x0 * y1 + (cross & 0xffffffffu);
    product.half[0] = other << 32 | (low & 0xffffffffu);
    product.half[1] =
        x1 * y1 + (cross >> 32) + (other >> 32) + x.half[0] * y.half[1] + x.half[1] * y.half[0];
    return product.whole;
}
