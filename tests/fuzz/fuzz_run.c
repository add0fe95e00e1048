/* Running whatever is accepted, with little fuel: the memory path and the image may make no difference. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/harness.h"

#define FUEL 3000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome outcome;
    harness_compare(data, size, FUEL, &outcome);
    return 0;
}
