/*
 * Running modules that are valid by construction, with fuel that may run out anywhere: the first two
 * bytes are the fuel, the rest makes the module.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/generator.h"
#include "tests/fuzz/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t wasm[GENERATED_MAX];
    struct outcome outcome;
    if (size < 2) {
        return 0;
    }
    uint64_t fuel = (uint64_t)data[0] << 8 | data[1];
    size_t len = generate_module(data + 2, size - 2, wasm);
    harness_compare(wasm, len, fuel, &outcome);
    if (!outcome.compiled) {
        fprintf(stderr, "a generated module is refused: %s\n", outcome.message);
        abort();
    }
    return 0;
}
