/* Calls through a table whose index is only known at the call: what virtual methods and callbacks compile to. */
#include <stdint.h>

typedef uint32_t (*step)(uint32_t);

static uint32_t add(uint32_t x)
{
    return x * 1664525u + 1013904223u;
}

static uint32_t fold(uint32_t x)
{
    return x ^ x >> 13;
}

static uint32_t spread(uint32_t x)
{
    return x + (x << 7);
}

static uint32_t turn(uint32_t x)
{
    return x << 5 | x >> 27;
}

static const step steps[8] = {add, fold, spread, turn, fold, add, turn, spread};

__attribute__((export_name("run"))) uint32_t run(uint32_t rounds)
{
    uint32_t x = 1;
    for (uint32_t i = 0; i < rounds; i++)
        x = steps[(x ^ i) & 7](x) + i;
    return x;
}
