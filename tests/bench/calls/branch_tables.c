/* A small bytecode machine: a switch in a loop, which is a br_table. */
#include <stdint.h>

enum { ADD, SUB, XOR, SHIFT, ROTATE, MULTIPLY, SWAP, SKIP, KINDS };
enum { LENGTH = 64 };

static uint8_t program[LENGTH];

__attribute__((export_name("setup"))) void setup(void)
{
    uint32_t state = 12345;
    for (int i = 0; i < LENGTH; i++) {
        state = state * 1664525u + 1013904223u;
        program[i] = (uint8_t)(state >> 24) % KINDS;
    }
}

__attribute__((export_name("run"))) uint32_t run(uint32_t rounds)
{
    uint32_t a = 1, b = 2;
    for (uint32_t n = 0; n < rounds; n++) {
        for (uint32_t at = 0; at < LENGTH; at++) {
            switch (program[at]) {
            case ADD:
                a += b;
                break;
            case SUB:
                b -= a;
                break;
            case XOR:
                a ^= b + n;
                break;
            case SHIFT:
                b += a >> 3;
                break;
            case ROTATE:
                a = a << 9 | a >> 23;
                break;
            case MULTIPLY:
                b *= 2654435761u;
                break;
            case SWAP: {
                uint32_t c = a;
                a = b;
                b = c;
                break;
            }
            default:
                at += a & 1;
            }
        }
    }
    return a ^ b;
}
