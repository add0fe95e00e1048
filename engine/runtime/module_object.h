/*
 * module_object.h - the public module: a decoded module and its code, immutable and reference
 * counted. Shared by threads.
 */
#ifndef CUPEL_RUNTIME_MODULE_OBJECT_H
#define CUPEL_RUNTIME_MODULE_OBJECT_H

#include "engine/runtime/engine.h"

/* Figures that do not follow from the decoded module when it comes from an image. */
struct module_figures {
    uint64_t wasm_bytes; /* of the module as given */
    uint64_t code_bytes; /* of the code section's contents */
    uint64_t features;   /* FEATURE_BIT()s that the module uses */
};

struct cupel_module {
    _Atomic uint32_t refs;
    struct cupel_engine *engine; /* one reference */
    struct module m;
    struct code code; /* linked */
    struct module_figures figures;
};

/* Links the code if need be. Takes the contents of `m` and `code` over, also on failure (NULL:
 * memory is exhausted). `m` must have been decoded with the engine's type registry. */
cupel_own struct cupel_module *module_object_new(struct cupel_engine *engine, struct module *m,
                                                 struct code *code,
                                                 const struct module_figures *figures);

#endif
