/*
 * module_object.h - the public module: a decoded module and its code, reference counted. Shared by
 * threads, and immutable to all who use it: functions that are translated at their first call
 * appear behind `lock`.
 */
#ifndef CUPEL_RUNTIME_MODULE_OBJECT_H
#define CUPEL_RUNTIME_MODULE_OBJECT_H

#include <pthread.h>

#include "engine/runtime/checked_code.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/native.h"

/* Figures that do not follow from the decoded module when it comes from an image. */
struct module_figures {
    uint64_t wasm_bytes; /* of the module as given */
    uint64_t code_bytes; /* of the code section's contents */
    uint64_t features;   /* FEATURE_BIT()s that the module uses */
};

/* Where the functions of a module come from that is read from an image piece by piece. */
struct code_source {
    /* Puts a function that is not there into its place in the module's code, linked, and publishes
     * it. Called with the code locked. */
    enum status (*load)(struct code_source *self, struct cupel_module *module, uint32_t func,
                        struct errinfo *err);
    void (*delete)(cupel_own struct code_source *self);
};

struct cupel_module {
    _Atomic uint32_t refs;
    struct cupel_engine *engine; /* one reference */
    struct module m;
    struct code code; /* linked */
    struct module_figures figures;
    bool lazy;                            /* functions come at their first call, */
    struct code_source *source;           /* from here, or translated if NULL; owned */
    bool validated;                       /* so they have been validated before */
    pthread_mutex_t lock;                 /* lazy: of `code` (see code_init_lazy) and `figures` */
    struct checked_code *_Atomic checked; /* NULL until it is needed */
    struct native *native;                /* NULL: functions are interpreted */
    _Atomic uint32_t instantiations;      /* 0, 1, or more */
    struct memory_image *_Atomic image;   /* of memory 0; NULL until it is needed */
};

/* Links the code if need be. Takes the contents of `m` and `code` over, also on failure (NULL:
 * memory is exhausted). `m` must have been decoded with the engine's type registry. */
cupel_own struct cupel_module *module_object_new(struct cupel_engine *engine, struct module *m,
                                                 struct code *code,
                                                 const struct module_figures *figures);

/* ---- module_code.c ---- */

/* Code is read between these, but for what the interpreter runs. */
void module_lock_code(const struct cupel_module *module);
void module_unlock_code(const struct cupel_module *module);
/* The same, and each op of the code that there is has the interpreter's handler. */
void module_begin_reading(const struct cupel_module *module);
void module_end_reading(const struct cupel_module *module);
/* Sees to it that a defined function, or each of them, is translated. Thread-safe; can be tried
 * again after a failure, which leaves the other functions as they are. */
enum status module_translate_func(const struct cupel_module *module, uint32_t func,
                                  struct errinfo *err) MUST_CHECK;
enum status module_translate_all(const struct cupel_module *module, struct errinfo *err) MUST_CHECK;

#endif
