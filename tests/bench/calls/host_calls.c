/* Calls of a function of the host that does nothing. */
#include <stdint.h>

__attribute__((import_module("env"), import_name("nothing"))) void nothing(void);

__attribute__((export_name("run"))) uint32_t run(uint32_t rounds)
{
    uint32_t calls = 0;
    for (uint32_t i = 0; i < rounds; i++) {
        nothing();
        calls++;
    }
    return calls;
}
