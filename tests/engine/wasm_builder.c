/*
 * Each section is a growing buffer with a count in front, put together in the order that the binary
 * format asks for.
 */
#include "tests/engine/wasm_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct wasm_section *s, const void *bytes, size_t len)
{
    if (s->len + len > s->cap) {
        s->cap = 2 * (s->len + len) + 64;
        s->data = realloc(s->data, s->cap);
        if (!s->data) {
            fputs("wasm_builder: out of memory\n", stderr);
            exit(1);
        }
    }
    if (len)
        memcpy(s->data + s->len, bytes, len);
    s->len += len;
}

static void put_byte(struct wasm_section *s, unsigned byte)
{
    put(s, &(uint8_t){(uint8_t)byte}, 1);
}

static void put_u32(struct wasm_section *s, uint32_t v)
{
    while (v >= 0x80) {
        put_byte(s, (v & 0x7f) | 0x80);
        v >>= 7;
    }
    put_byte(s, v);
}

static void put_s32(struct wasm_section *s, int32_t v)
{
    while (v < -64 || v > 63) {
        put_byte(s, (unsigned)(v & 0x7f) | 0x80);
        v >>= 7;
    }
    put_byte(s, (unsigned)v & 0x7f);
}

static void put_name(struct wasm_section *s, const char *name)
{
    put_u32(s, (uint32_t)strlen(name));
    put(s, name, strlen(name));
}

static uint8_t type_code(char letter)
{
    switch (letter) {
    case 'i':
        return W_TYPE_I32;
    case 'I':
        return W_TYPE_I64;
    case 'f':
        return W_TYPE_F32;
    case 'F':
        return W_TYPE_F64;
    case 'v':
        return W_TYPE_V128;
    case 'r':
        return W_TYPE_FUNCREF;
    case 'e':
        return W_TYPE_EXTERNREF;
    default:
        fprintf(stderr, "wasm_builder: there is no type '%c'\n", letter);
        exit(1);
    }
}

static void put_types(struct wasm_section *s, const char *letters)
{
    put_u32(s, (uint32_t)strlen(letters));
    for (; *letters; letters++)
        put_byte(s, type_code(*letters));
}

static void put_limits(struct wasm_section *s, uint32_t min, uint32_t max)
{
    put_byte(s, max != WASM_NO_MAX);
    put_u32(s, min);
    if (max != WASM_NO_MAX)
        put_u32(s, max);
}

void wasm_init(struct wasm *w)
{
    memset(w, 0, sizeof *w);
}

void wasm_fini(struct wasm *w)
{
    struct wasm_section *sections[] = {&w->types,    &w->imports, &w->funcs,   &w->tables,
                                       &w->memories, &w->globals, &w->exports, &w->elems,
                                       &w->code,     &w->datas,   &w->names,   &w->out};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        free(sections[i]->data);
    memset(w, 0, sizeof *w);
}

static void put_section(struct wasm *w, unsigned id, const struct wasm_section *s)
{
    struct wasm_section head = {0};
    if (s->count == 0)
        return;
    put_u32(&head, s->count);
    put_byte(&w->out, id);
    put_u32(&w->out, (uint32_t)(head.len + s->len));
    put(&w->out, head.data, head.len);
    put(&w->out, s->data, s->len);
    free(head.data);
}

/* The name section with its subsection of function names. */
static void put_names(struct wasm *w)
{
    struct wasm_section map = {0}, section = {0};
    if (w->names.count == 0)
        return;
    put_u32(&map, w->names.count);
    put(&map, w->names.data, w->names.len);
    put_name(&section, "name");
    put_byte(&section, 1);
    put_u32(&section, (uint32_t)map.len);
    put(&section, map.data, map.len);
    put_byte(&w->out, 0);
    put_u32(&w->out, (uint32_t)section.len);
    put(&w->out, section.data, section.len);
    free(map.data);
    free(section.data);
}

const uint8_t *wasm_finish(struct wasm *w, size_t *len)
{
    w->out.len = 0;
    put(&w->out, "\0asm\1\0\0\0", 8);
    put_section(w, 1, &w->types);
    put_section(w, 2, &w->imports);
    put_section(w, 3, &w->funcs);
    put_section(w, 4, &w->tables);
    put_section(w, 5, &w->memories);
    put_section(w, 6, &w->globals);
    put_section(w, 7, &w->exports);
    if (w->has_start) {
        struct wasm_section start = {0};
        put_u32(&start, w->start);
        put_byte(&w->out, 8);
        put_u32(&w->out, (uint32_t)start.len);
        put(&w->out, start.data, start.len);
        free(start.data);
    }
    put_section(w, 9, &w->elems);
    if (w->has_passive_data) {
        struct wasm_section count = {0};
        put_u32(&count, w->datas.count);
        put_byte(&w->out, 12);
        put_u32(&w->out, (uint32_t)count.len);
        put(&w->out, count.data, count.len);
        free(count.data);
    }
    put_section(w, 10, &w->code);
    put_section(w, 11, &w->datas);
    put_names(w);
    *len = w->out.len;
    return w->out.data;
}

uint32_t wasm_type(struct wasm *w, const char *params, const char *results)
{
    put_byte(&w->types, 0x60);
    put_types(&w->types, params);
    put_types(&w->types, results);
    return w->types.count++;
}

static struct wasm_section *begin_import(struct wasm *w, const char *module, const char *name,
                                         unsigned kind)
{
    put_name(&w->imports, module);
    put_name(&w->imports, name);
    put_byte(&w->imports, kind);
    w->imports.count++;
    return &w->imports;
}

uint32_t wasm_import_func(struct wasm *w, const char *module, const char *name, uint32_t type)
{
    put_u32(begin_import(w, module, name, 0), type);
    return w->nfuncs++;
}

uint32_t wasm_import_table(struct wasm *w, const char *module, const char *name, char element,
                           uint32_t min, uint32_t max)
{
    struct wasm_section *s = begin_import(w, module, name, 1);
    put_byte(s, type_code(element));
    put_limits(s, min, max);
    return w->ntables++;
}

uint32_t wasm_import_memory(struct wasm *w, const char *module, const char *name, uint32_t min,
                            uint32_t max)
{
    put_limits(begin_import(w, module, name, 2), min, max);
    return w->nmemories++;
}

uint32_t wasm_import_global(struct wasm *w, const char *module, const char *name, char type,
                            bool is_mutable)
{
    struct wasm_section *s = begin_import(w, module, name, 3);
    put_byte(s, type_code(type));
    put_byte(s, is_mutable);
    return w->nglobals++;
}

uint32_t wasm_func(struct wasm *w, uint32_t type, const char *locals, const uint8_t *body,
                   size_t len)
{
    struct wasm_section code = {0};
    put_u32(&w->funcs, type);
    w->funcs.count++;
    put_u32(&code, (uint32_t)strlen(locals));
    for (; *locals; locals++) {
        put_u32(&code, 1);
        put_byte(&code, type_code(*locals));
    }
    put(&code, body, len);
    put_u32(&w->code, (uint32_t)code.len);
    put(&w->code, code.data, code.len);
    w->code.count++;
    free(code.data);
    return w->nfuncs++;
}

uint32_t wasm_table(struct wasm *w, char element, uint32_t min, uint32_t max)
{
    put_byte(&w->tables, type_code(element));
    put_limits(&w->tables, min, max);
    w->tables.count++;
    return w->ntables++;
}

uint32_t wasm_memory(struct wasm *w, uint32_t min, uint32_t max)
{
    put_limits(&w->memories, min, max);
    w->memories.count++;
    return w->nmemories++;
}

uint32_t wasm_global(struct wasm *w, char type, bool is_mutable, const uint8_t *init, size_t len)
{
    put_byte(&w->globals, type_code(type));
    put_byte(&w->globals, is_mutable);
    put(&w->globals, init, len);
    w->globals.count++;
    return w->nglobals++;
}

void wasm_export(struct wasm *w, const char *name, int kind, uint32_t index)
{
    put_name(&w->exports, name);
    put_byte(&w->exports, (unsigned)kind);
    put_u32(&w->exports, index);
    w->exports.count++;
}

void wasm_start(struct wasm *w, uint32_t func)
{
    w->has_start = true;
    w->start = func;
}

static void put_offset(struct wasm_section *s, uint32_t offset)
{
    put_byte(s, W_I32_CONST);
    put_s32(s, (int32_t)offset);
    put_byte(s, W_END);
}

void wasm_elem(struct wasm *w, uint32_t offset, const uint32_t *funcs, uint32_t count)
{
    put_u32(&w->elems, 0);
    put_offset(&w->elems, offset);
    put_u32(&w->elems, count);
    for (uint32_t i = 0; i < count; i++)
        put_u32(&w->elems, funcs[i]);
    w->elems.count++;
}

void wasm_data(struct wasm *w, uint32_t offset, const uint8_t *bytes, size_t len)
{
    put_u32(&w->datas, 0);
    put_offset(&w->datas, offset);
    put_u32(&w->datas, (uint32_t)len);
    put(&w->datas, bytes, len);
    w->datas.count++;
}

void wasm_passive_elem(struct wasm *w, const uint32_t *funcs, uint32_t count)
{
    put_u32(&w->elems, 1);
    put_byte(&w->elems, 0); /* functions */
    put_u32(&w->elems, count);
    for (uint32_t i = 0; i < count; i++)
        put_u32(&w->elems, funcs[i]);
    w->elems.count++;
}

void wasm_passive_data(struct wasm *w, const uint8_t *bytes, size_t len)
{
    put_u32(&w->datas, 1);
    put_u32(&w->datas, (uint32_t)len);
    put(&w->datas, bytes, len);
    w->datas.count++;
    w->has_passive_data = true;
}

void wasm_name_func(struct wasm *w, uint32_t func, const char *name)
{
    put_u32(&w->names, func);
    put_name(&w->names, name);
    w->names.count++;
}

uint32_t wasm_export_func(struct wasm *w, const char *name, const char *params, const char *results,
                          const uint8_t *body, size_t len)
{
    uint32_t func = wasm_func(w, wasm_type(w, params, results), "", body, len);
    wasm_export(w, name, 0, func);
    return func;
}
