/*
 * sample.c - the module that the quickstart uploads.
 *
 * Freestanding C for wasm32, small on purpose: each export shows one thing that people ask of a
 * service that runs other people's code. `build.sh` makes sample.wasm from it, bit for bit.
 */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* The simplest call there is: two numbers in, one out. */
EXPORT(add) int32_t add(int32_t a, int32_t b)
{
    return a + b;
}

/* Integer work and calls. A 64-bit result travels as a decimal string. */
EXPORT(fib) int64_t fib(int32_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/* Floating point: the longest side of a right triangle. */
EXPORT(hypot) double hypot(double a, double b)
{
    return __builtin_sqrt(a * a + b * b);
}

/* Memory: fills up to 64 KiB with the bytes of a linear congruential generator, and returns the
 * CRC-32 (as zlib has it) of the first `length` of them. */
static uint8_t buffer[65536];

EXPORT(crc32) uint32_t crc32(uint32_t seed, uint32_t length)
{
    if (length > sizeof buffer) {
        __builtin_trap();
    }
    for (uint32_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        buffer[i] = (uint8_t)(seed >> 24);
    }
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < length; i++) {
        crc ^= buffer[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
        }
    }
    return ~crc;
}

/* Traps when b is 0: an answer with a backtrace, not a dead daemon. */
EXPORT(divide) int32_t divide(int32_t a, int32_t b)
{
    return a / b;
}

/* Never returns: what the fuel budget is for. */
EXPORT(spin) void spin(void)
{
    for (volatile int32_t forever = 1; forever;) {
    }
}
