/*
 * Decoding, validating and translating any bytes. Validation alone must come to the same verdict as the
 * whole way, and a module that is accepted must survive being looked at and being written as an image.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/harness.h"

static void check_verdicts(cupel_error_t *validated, cupel_error_t *made)
{
    bool agree = (validated == NULL) == (made == NULL);
    if (agree && made != NULL) {
        agree = cupel_error_kind(validated) == cupel_error_kind(made) &&
                cupel_error_offset(validated) == cupel_error_offset(made);
    }
    /* What only translation can find out: a limit on code, or no memory. */
    if (!agree && validated == NULL &&
        (cupel_error_kind(made) == CUPEL_ERROR_LIMIT ||
         cupel_error_kind(made) == CUPEL_ERROR_OUT_OF_MEMORY)) {
        agree = true;
    }
    if (!agree) {
        fprintf(stderr, "validate: %s\nnew: %s\n",
                validated != NULL ? cupel_error_message(validated) : "valid",
                made != NULL ? cupel_error_message(made) : "valid");
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cupel_engine_t *engine = harness_engine(true);
    cupel_module_t *module = NULL;
    cupel_error_t *validated = cupel_module_validate(engine, data, size);
    cupel_error_t *made = cupel_module_new(engine, data, size, &module);
    check_verdicts(validated, made);
    if (made == NULL) {
        cupel_bytes_t image = {0};
        harness_visit(module);
        cupel_error_t *error = cupel_module_serialize(module, &image);
        if (error != NULL) {
            fprintf(stderr, "serialize: %s\n", cupel_error_message(error));
            abort();
        }
        cupel_bytes_delete(&image);
    }
    cupel_error_delete(validated);
    cupel_error_delete(made);
    cupel_module_delete(module);
    return 0;
}
