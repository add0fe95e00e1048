/* Which features a version of the specification has, and which of them this build has. */
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec.h"

static const struct {
    const char *name;
    enum spec_class since;
} features[] = {
#define SINCE(name, class) {name, class},
#include "tests/spec/features_since.def"
#undef SINCE
};
#define FEATURES (sizeof features / sizeof features[0])

/* Switches a feature; false if this build does not have it. */
static bool switch_feature(cupel_config_t *config, const char *name, bool on)
{
    cupel_error_t *error = cupel_config_set_feature(config, name, on);
    if (error != NULL && cupel_error_kind(error) != CUPEL_ERROR_UNSUPPORTED) {
        fprintf(stderr, "spec-runner: %s: %s\n", name, cupel_error_message(error));
        exit(2);
    }
    cupel_error_delete(error);
    return error == NULL;
}

void spec_set_features(cupel_config_t *config, enum spec_class class)
{
    for (size_t i = 0; i < FEATURES; i++) {
        (void)switch_feature(config, features[i].name, features[i].since <= class);
    }
}

static bool has(const char *name, size_t len, enum spec_class class)
{
    for (size_t i = 0; i < FEATURES; i++) {
        if (strlen(features[i].name) == len && memcmp(features[i].name, name, len) == 0) {
            cupel_config_t *config = cupel_config_new();
            bool on = features[i].since <= class && config != NULL &&
                      switch_feature(config, features[i].name, true);
            cupel_config_delete(config);
            return on;
        }
    }
    return false;
}

bool spec_is_available(const struct spec_entry *entry, enum spec_class class)
{
    if (entry->class > class) {
        return false;
    }
    for (const char *name = entry->needs; *name != '\0' && *name != '-';) {
        size_t len = strcspn(name, ",");
        if (!has(name, len, class)) {
            return false;
        }
        name += len + (name[len] == ',');
    }
    return true;
}
