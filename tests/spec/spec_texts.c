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

#define CHANGES(path, name, reason)
enum spec_class spec_later_class(const char *path)
{
    static const struct spec_entry later[] = {
#define LATER(path, class, reason) {path, class},
#include "tests/spec/exceptions.def"
#undef LATER
    };
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        if (strcmp(later[i].path, path) == 0) {
            return later[i].class;
        }
    }
    return CLASS_1_0;
}
#undef CHANGES

#define LATER(path, class, reason)
const char *spec_changed_instance(const char *path)
{
    static const struct {
        const char *path, *name;
    } changes[] = {
#define CHANGES(path, name, reason) {path, name},
#include "tests/spec/exceptions.def"
#undef CHANGES
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (strcmp(changes[i].path, path) == 0) {
            return changes[i].name;
        }
    }
    return NULL;
}
#undef LATER
