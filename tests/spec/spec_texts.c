/*
 * What the suite's texts mean in libcupel's terms. Traps are compared strictly: each text stands for
 * exactly one code.
 */
#include <string.h>

#include "tests/spec/spec.h"

static const struct {
    const char *text; /* the beginning of the suite's text */
    cupel_trapcode_t code;
} traps[] = {
    {"unreachable", CUPEL_TRAP_UNREACHABLE},
    {"out of bounds memory access", CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS},
    {"out of bounds table access", CUPEL_TRAP_TABLE_OUT_OF_BOUNDS},
    {"undefined element", CUPEL_TRAP_TABLE_OUT_OF_BOUNDS},
    {"uninitialized element", CUPEL_TRAP_INDIRECT_CALL_TO_NULL},
    {"indirect call type mismatch", CUPEL_TRAP_BAD_SIGNATURE},
    {"integer divide by zero", CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO},
    {"integer overflow", CUPEL_TRAP_INTEGER_OVERFLOW},
    {"invalid conversion to integer", CUPEL_TRAP_BAD_CONVERSION_TO_INTEGER},
    {"call stack exhausted", CUPEL_TRAP_STACK_OVERFLOW},
};

bool spec_trap_matches(const char *text, cupel_trapcode_t code)
{
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        if (strncmp(text, traps[i].text, strlen(traps[i].text)) == 0) {
            return traps[i].code == code;
        }
    }
    return false;
}

const struct spec_entry *spec_exception(const char *path)
{
    static const struct spec_entry exceptions[] = {
#define NEEDS(path, feature, reason) {path, CLASS_3_0, feature},
#include "tests/spec/exceptions.def"
#undef NEEDS
    };
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(exceptions[i].path, path) == 0) {
            return &exceptions[i];
        }
    }
    return NULL;
}
