/*
 * checked_code.h - a module's code for a memory 0 without guard pages, on an engine that has them.
 */
#ifndef CUPEL_RUNTIME_CHECKED_CODE_H
#define CUPEL_RUNTIME_CHECKED_CODE_H

#include "engine/base/status.h"
#include "engine/translate/code.h"

struct cupel_module;

/* In place of the module's own; all else (ranges, positions, layout) is the same for both. */
struct checked_code {
    uint8_t *base;
    struct code_func *funcs;
};

/* Made at the first call for a module, and kept with it. Fails as translating does: a lazy module may
 * turn out to be invalid. Thread-safe. */
enum status module_checked_code(struct cupel_module *module, const struct checked_code **out,
                                struct errinfo *err) MUST_CHECK;
/* Accepts NULL. */
void checked_code_delete(struct checked_code *checked);

#endif
