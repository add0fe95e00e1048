/* Calls of functions of the host with arguments and results. */
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("env"), import_name(#name))) name

uint32_t IMPORT(integers)(uint32_t a, uint32_t b, uint32_t c);
double IMPORT(doubles)(double a);

__attribute__((export_name("run"))) uint32_t run(uint32_t rounds)
{
    uint32_t sum = 0;
    double x = 1;
    for (uint32_t i = 0; i < rounds; i++) {
        sum += integers(i, sum, rounds) + 1;
        x += doubles(x) + 1;
    }
    return sum + (uint32_t)(int32_t)x;
}
