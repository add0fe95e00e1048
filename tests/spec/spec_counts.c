/* Counting and the closing report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec.h"

static const char *const reasons[SKIP_COUNT] = {
#define SKIP(name, text) text,
#include "tests/spec/skip_reasons.def"
#undef SKIP
};

void spec_counts_add(struct spec_counts *sum, const struct spec_counts *counts)
{
    sum->passed += counts->passed;
    sum->failed += counts->failed;
    for (int i = 0; i < SKIP_COUNT; i++) {
        sum->skipped[i] += counts->skipped[i];
    }
}

void spec_counts_print(const struct spec_counts *counts)
{
    unsigned long skipped = 0;
    for (int i = 0; i < SKIP_COUNT; i++) {
        skipped += counts->skipped[i];
        if (counts->skipped[i] > 0) {
            printf("skipped %lu: %s\n", counts->skipped[i], reasons[i]);
        }
    }
    printf("%lu passed, %lu failed, %lu skipped\n", counts->passed, counts->failed, skipped);
}
