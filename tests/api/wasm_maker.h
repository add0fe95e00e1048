/*
 * wasm_maker.h - puts small WebAssembly modules together, for the tests.
 *
 * Signatures are texts such as "ii:i": i32 i, i64 l, f32 f, f64 d, funcref F, externref E. A body is
 * raw code without locals and without the final `end`. Running out of memory fails the test.
 */
#ifndef CUPEL_TESTS_API_WASM_MAKER_H
#define CUPEL_TESTS_API_WASM_MAKER_H

#include "api/strbuf.h"

#include <stddef.h>
#include <stdint.h>

struct wasm_maker {
    struct strbuf types, imports, functions, tables, memories, globals, exports, elements, codes,
        datas, names, customs;
    unsigned type_count, import_count, function_count, table_count, memory_count, global_count,
        export_count, element_count, data_count, name_count;
    int start; /* -1: none */
};

void maker_init(struct wasm_maker *m);

/* Imports come before functions. Each returns the index in its space. */
unsigned maker_import_func(struct wasm_maker *m, const char *module, const char *name,
                           const char *signature);
unsigned maker_func(struct wasm_maker *m, const char *export, const char *signature,
                    unsigned i32_locals, const void *body, size_t len);
void maker_memory(struct wasm_maker *m, const char *export, unsigned min, int max);
void maker_table(struct wasm_maker *m, unsigned min);
void maker_global(struct wasm_maker *m, const char *export, int value);
/* The name section's entry of a function. */
void maker_name(struct wasm_maker *m, unsigned function, const char *name);
void maker_custom(struct wasm_maker *m, const char *name, const char *data);

/* Writes the module and releases the maker. */
void maker_finish(struct wasm_maker *m, struct strbuf *module);

#define MAKER_BODY(text) (text), (sizeof(text) - 1)

/*
 * The module that most tests use. Exports: add (i32 i32), add64, id32, id64, idf, idd (identities),
 * swap (i32 f64 -> f64 i32), loop (never ends), recurse (without end), spin (n: that many turns),
 * trap, div, grow (pages), peek (address), null (-> externref), self (-> funcref), idref, noop;
 * memory "memory" of 1 page (at most 100), global "answer". Imports nothing.
 */
void maker_kit(struct strbuf *module);
/* (i32) -> i32 doubled; different bytes for each `salt`. */
void maker_double(struct strbuf *module, unsigned salt);
/* Imports env.log (i32) and env.now () -> i64; exports run. */
void maker_importer(struct strbuf *module);
/* A start function that burns `turns` turns of a loop; exports noop. */
void maker_starter(struct strbuf *module, unsigned turns);

#endif
