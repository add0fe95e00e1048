/*
 * wasm_builder.h - makes WebAssembly binaries for tests, a section at a time.
 *
 * Sections may be filled in any order; indices are returned in the order of definition, so imports of
 * a kind must come before definitions of it. Types are letters: i I f F v for i32 i64 f32 f64 v128, r
 * for funcref, e for externref. A builder that has no memory ends the test program.
 */
#ifndef TESTS_ENGINE_WASM_BUILDER_H
#define TESTS_ENGINE_WASM_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WASM_NO_MAX UINT32_MAX

struct wasm_section {
    uint8_t *data;
    size_t len, cap;
    uint32_t count;
};

struct wasm {
    struct wasm_section types, imports, funcs, tables, memories, globals, exports, elems, code,
        datas, names;
    struct wasm_section out;
    uint32_t nfuncs, ntables, nmemories, nglobals;
    bool has_start;
    uint32_t start;
    bool has_passive_data; /* then the number of data segments must be told before the code */
};

/* Bytes as two arguments: a pointer and their number. */
#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

void wasm_init(struct wasm *w);
void wasm_fini(struct wasm *w);
/* The binary; borrowed until the builder changes. */
const uint8_t *wasm_finish(struct wasm *w, size_t *len);

uint32_t wasm_type(struct wasm *w, const char *params, const char *results);
uint32_t wasm_import_func(struct wasm *w, const char *module, const char *name, uint32_t type);
uint32_t wasm_import_table(struct wasm *w, const char *module, const char *name, char element,
                           uint32_t min, uint32_t max);
uint32_t wasm_import_memory(struct wasm *w, const char *module, const char *name, uint32_t min,
                            uint32_t max);
uint32_t wasm_import_global(struct wasm *w, const char *module, const char *name, char type,
                            bool is_mutable);

/* `body` is the code with its final `end`; `locals` are letters behind the parameters. */
uint32_t wasm_func(struct wasm *w, uint32_t type, const char *locals, const uint8_t *body,
                   size_t len);
uint32_t wasm_table(struct wasm *w, char element, uint32_t min, uint32_t max);
uint32_t wasm_memory(struct wasm *w, uint32_t min, uint32_t max);
/* `init` is a constant expression with its `end`. */
uint32_t wasm_global(struct wasm *w, char type, bool is_mutable, const uint8_t *init, size_t len);
void wasm_export(struct wasm *w, const char *name, int kind, uint32_t index);
void wasm_start(struct wasm *w, uint32_t func);
/* Active segments at a constant offset. */
void wasm_elem(struct wasm *w, uint32_t offset, const uint32_t *funcs, uint32_t count);
void wasm_data(struct wasm *w, uint32_t offset, const uint8_t *bytes, size_t len);
/* Passive segments. */
void wasm_passive_elem(struct wasm *w, const uint32_t *funcs, uint32_t count);
void wasm_passive_data(struct wasm *w, const uint8_t *bytes, size_t len);
/* For the name section, by ascending function index. */
void wasm_name_func(struct wasm *w, uint32_t func, const char *name);

/* Shorthand: the type, the function and its export. */
uint32_t wasm_export_func(struct wasm *w, const char *name, const char *params, const char *results,
                          const uint8_t *body, size_t len);

/* Opcodes that tests use. */
enum {
    W_UNREACHABLE = 0x00,
    W_NOP = 0x01,
    W_BLOCK = 0x02,
    W_LOOP = 0x03,
    W_IF = 0x04,
    W_ELSE = 0x05,
    W_END = 0x0b,
    W_BR = 0x0c,
    W_BR_IF = 0x0d,
    W_RETURN = 0x0f,
    W_CALL = 0x10,
    W_CALL_INDIRECT = 0x11,
    W_DROP = 0x1a,
    W_LOCAL_GET = 0x20,
    W_LOCAL_SET = 0x21,
    W_LOCAL_TEE = 0x22,
    W_GLOBAL_GET = 0x23,
    W_GLOBAL_SET = 0x24,
    W_TABLE_GET = 0x25,
    W_TABLE_SET = 0x26,
    W_I32_LOAD = 0x28,
    W_I64_LOAD = 0x29,
    W_I32_STORE = 0x36,
    W_I64_STORE = 0x37,
    W_MEMORY_SIZE = 0x3f,
    W_MEMORY_GROW = 0x40,
    W_I32_CONST = 0x41,
    W_I64_CONST = 0x42,
    W_I32_EQZ = 0x45,
    W_I32_ADD = 0x6a,
    W_I32_SUB = 0x6b,
    W_I32_MUL = 0x6c,
    W_I32_DIV_S = 0x6d,
    W_I64_ADD = 0x7c,
    W_REF_NULL = 0xd0,
    W_REF_IS_NULL = 0xd1,
    W_REF_FUNC = 0xd2,
    W_FC = 0xfc,
    W_TYPE_EMPTY = 0x40,
    W_TYPE_I32 = 0x7f,
    W_TYPE_I64 = 0x7e,
    W_TYPE_F32 = 0x7d,
    W_TYPE_F64 = 0x7c,
    W_TYPE_V128 = 0x7b,
    W_TYPE_FUNCREF = 0x70,
    W_TYPE_EXTERNREF = 0x6f
};

#endif
