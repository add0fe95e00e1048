/*
 * What it costs to begin and to end: `bench-instances [DIR FILE...]` prints, for each module, the
 * least time of a store with an instance, of deleting both, and of loading the module's image, whole
 * and lazily.
 *
 * Modules of its own: empty, and one with a memory of 64 KiB and data in it, once never written and
 * once with each page of it written (so that there is something to restore). Times are the least of
 * many rounds, so they are those of a warm engine; the first instance of a module is listed apart.
 * Function imports get stubs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cupel.h"
#include "tests/bench/cases.h"

#define ROUNDS 2000

static const uint8_t empty_wasm[] = {0, 'a', 's', 'm', 1, 0, 0, 0};

/* (memory (export "m") 1) (data (i32.const 1024) "cupel") and
 * (func (export "touch") writes a byte to each page of 4 KiB). */
static const uint8_t data_wasm[] = {
    0,    'a',  's',  'm',  1,    0,    0,    0,    1,    4,    1,    0x60, 0,    0,
    3,    2,    1,    0,    5,    3,    1,    0,    1,    7,    9,    1,    5,    't',
    'o',  'u',  'c',  'h',  0,    0,    10,   31,   1,    29,   1,    1,    0x7f, 0x03,
    0x40, 0x20, 0,    0x20, 0,    0x3a, 0,    0,    0x20, 0,    0x41, 0x80, 0x20, 0x6a,
    0x22, 0,    0x41, 0x80, 0x80, 4,    0x49, 0x0d, 0,    0x0b, 0x0b, 11,   12,   1,
    0,    0x41, 0x80, 8,    0x0b, 5,    'c',  'u',  'p',  'e',  'l'};

static void must(cupel_error_t *error, cupel_trap_t *trap)
{
    if (error == NULL && trap == NULL) {
        return;
    }
    fprintf(stderr, "bench-instances: %s\n",
            error ? cupel_error_message(error) : cupel_trapcode_name(cupel_trap_code(trap)));
    exit(1);
}

static cupel_trap_t *stub(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return NULL;
}

static cupel_linker_t *linker_for(cupel_engine_t *engine, const cupel_module_t *module)
{
    cupel_linker_t *linker = cupel_linker_new(engine);
    cupel_linker_allow_shadowing(linker, true);
    for (size_t i = 0; i < cupel_module_import_count(module); i++) {
        cupel_importtype_t import;
        if (cupel_module_import(module, i, &import) && import.type.kind == CUPEL_EXTERN_FUNC) {
            must(cupel_linker_func_new(linker, import.module.data, import.module.len,
                                       import.name.data, import.name.len, import.type.of.func, stub,
                                       NULL, NULL),
                 NULL);
        }
    }
    return linker;
}

struct times {
    double first, make, end, load, lazy;
};

static void least(double *best, double value)
{
    if (*best == 0 || value < *best) {
        *best = value;
    }
}

static void touch(cupel_context_t *ctx, const cupel_instance_t *instance)
{
    cupel_extern_t found;
    cupel_trap_t *trap = NULL;
    if (cupel_instance_get_export(ctx, *instance, "touch", 5, &found)) {
        must(cupel_func_call(ctx, found.of.func, NULL, 0, NULL, 0, &trap), trap);
    }
}

static void one_round(cupel_engine_t *engine, const cupel_module_t *module, cupel_linker_t *linker,
                      bool call, struct times *t)
{
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    double start = case_clock_us();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    must(cupel_linker_instantiate(linker, cupel_store_context(store), (cupel_module_t *)module,
                                  &instance, &trap),
         trap);
    double made = case_clock_us();
    if (call) {
        touch(cupel_store_context(store), &instance);
    }
    double called = case_clock_us();
    cupel_store_delete(store);
    double ended = case_clock_us();
    if (t->first == 0) {
        t->first = made - start;
        return;
    }
    least(&t->make, made - start);
    least(&t->end, ended - called);
}

static bool read_image(void *env, uint64_t offset, void *buf, size_t len)
{
    const cupel_bytes_t *image = env;
    memcpy(buf, image->data + offset, len);
    return true;
}

/* Whole, and lazily. */
static void measure_load(cupel_engine_t *engine, cupel_bytes_t *image, struct times *t)
{
    cupel_image_source_t source = {read_image, NULL, image, image->len};
    for (int i = 0; i < 20; i++) {
        cupel_module_t *loaded;
        double start = case_clock_us();
        must(cupel_module_deserialize(engine, image->data, image->len, &loaded), NULL);
        least(&t->load, case_clock_us() - start);
        cupel_module_delete(loaded);
        start = case_clock_us();
        must(cupel_module_deserialize_lazily(engine, &source, &loaded), NULL);
        least(&t->lazy, case_clock_us() - start);
        cupel_module_delete(loaded);
    }
}

static void measure(const char *name, const uint8_t *wasm, size_t len, bool call)
{
    struct times t = {0};
    cupel_engine_t *engine = cupel_engine_new();
    cupel_module_t *module;
    cupel_bytes_t image;
    must(cupel_module_new(engine, wasm, len, &module), NULL);
    must(cupel_module_serialize(module, &image), NULL);
    measure_load(engine, &image, &t);
    cupel_linker_t *linker = linker_for(engine, module);
    for (int i = 0; i < ROUNDS; i++) {
        one_round(engine, module, linker, call, &t);
    }
    printf("| %s | %.1f | %.2f | %.2f | %.2f | %.0f | %.0f |\n", name, t.first, t.make, t.end,
           t.make + t.end, t.load, t.lazy);
    cupel_linker_delete(linker);
    cupel_bytes_delete(&image);
    cupel_module_delete(module);
    cupel_engine_delete(engine);
}

int main(int argc, char **argv)
{
    puts("| module | first instance, us | store and instance, us | deleting them, us | both, us | "
         "loading the image, us | the same lazily, us |\n|---|---:|---:|---:|---:|---:|---:|");
    measure("empty", empty_wasm, sizeof empty_wasm, false);
    measure("64 KiB with data", data_wasm, sizeof data_wasm, false);
    measure("64 KiB with data, all pages written", data_wasm, sizeof data_wasm, true);
    for (int i = 2; i < argc; i++) {
        size_t len;
        uint8_t *wasm = case_file_read(argv[1], argv[i], &len);
        measure(argv[i], wasm, len, false);
        free(wasm);
    }
    return 0;
}
