/* Counting and the closing report. */
#include <stdio.h>
#include <stdlib.h>

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

void spec_set_features(cupel_config_t *config, enum spec_class class)
{
    static const struct {
        const char *name;
        enum spec_class since;
    } features[] = {
#define SINCE(name, class) {name, class},
#include "tests/spec/features_since.def"
#undef SINCE
    };
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        cupel_error_t *error =
            cupel_config_set_feature(config, features[i].name, features[i].since <= class);
        if (error != NULL) {
            fprintf(stderr, "spec-runner: %s: %s\n", features[i].name,
                    cupel_error_message(error));
            exit(2);
        }
    }
}
