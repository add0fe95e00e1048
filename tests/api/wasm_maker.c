/*
 * Sections are collected one by one and joined at the end, in the order the binary format wants.
 */
#include "tests/api/wasm_maker.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void put_u32(struct strbuf *out, uint32_t value)
{
    do {
        strbuf_putc(out, (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0)));
        value >>= 7;
    } while (value > 0);
}

static void put_s32(struct strbuf *out, int32_t value)
{
    bool more = true;

    while (more) {
        unsigned low = (unsigned)value & 0x7f;

        value >>= 7;
        more = !((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0));
        strbuf_putc(out, (char)(low | (more ? 0x80 : 0)));
    }
}

static void put_name(struct strbuf *out, const char *name)
{
    put_u32(out, (uint32_t)strlen(name));
    strbuf_puts(out, name);
}

static void put_section(struct strbuf *out, int id, unsigned count, struct strbuf *content)
{
    struct strbuf body;

    if (count > 0) {
        strbuf_init(&body);
        put_u32(&body, count);
        strbuf_put(&body, content->data, content->len);
        strbuf_putc(out, (char)id);
        put_u32(out, (uint32_t)body.len);
        strbuf_put(out, body.data, body.len);
        strbuf_fini(&body);
    }
    strbuf_fini(content);
}

void maker_init(struct wasm_maker *m)
{
    memset(m, 0, sizeof *m);
    m->start = -1;
}

static char kind_code(char letter)
{
    static const char codes[] = "i\x7fl\x7e"
                                "f\x7d"
                                "d\x7c"
                                "F\x70"
                                "E\x6f";
    const char *p = codes;

    while (*p != letter) {
        p += 2;
        assert(*p != '\0');
    }
    return p[1];
}

static unsigned put_type(struct wasm_maker *m, const char *signature)
{
    const char *colon = strchr(signature, ':'), *p;

    strbuf_putc(&m->types, 0x60);
    put_u32(&m->types, (uint32_t)(colon - signature));
    for (p = signature; *p != '\0'; p++) {
        if (p == colon) {
            put_u32(&m->types, (uint32_t)strlen(colon + 1));
        } else {
            strbuf_putc(&m->types, kind_code(*p));
        }
    }
    return m->type_count++;
}

static void put_export(struct wasm_maker *m, const char *name, int kind, unsigned index)
{
    if (name != NULL) {
        put_name(&m->exports, name);
        strbuf_putc(&m->exports, (char)kind);
        put_u32(&m->exports, index);
        m->export_count++;
    }
}

unsigned maker_import_func(struct wasm_maker *m, const char *module, const char *name,
                           const char *signature)
{
    unsigned type = put_type(m, signature);

    put_name(&m->imports, module);
    put_name(&m->imports, name);
    strbuf_putc(&m->imports, 0);
    put_u32(&m->imports, type);
    return m->import_count++;
}

unsigned maker_func(struct wasm_maker *m, const char *export, const char *signature,
                    unsigned i32_locals, const void *body, size_t len)
{
    unsigned index = m->import_count + m->function_count++;
    struct strbuf code;

    put_u32(&m->functions, put_type(m, signature));
    put_export(m, export, 0, index);
    strbuf_init(&code);
    put_u32(&code, i32_locals > 0);
    if (i32_locals > 0) {
        put_u32(&code, i32_locals);
        strbuf_putc(&code, 0x7f);
    }
    strbuf_put(&code, body, len);
    strbuf_putc(&code, 0x0b);
    put_u32(&m->codes, (uint32_t)code.len);
    strbuf_put(&m->codes, code.data, code.len);
    strbuf_fini(&code);
    return index;
}

void maker_memory(struct wasm_maker *m, const char *export, unsigned min, int max)
{
    strbuf_putc(&m->memories, max >= 0);
    put_u32(&m->memories, min);
    if (max >= 0) {
        put_u32(&m->memories, (uint32_t)max);
    }
    put_export(m, export, 2, m->memory_count++);
}

void maker_table(struct wasm_maker *m, unsigned min)
{
    strbuf_put(&m->tables, "\x70\x00", 2);
    put_u32(&m->tables, min);
    m->table_count++;
}

void maker_global(struct wasm_maker *m, const char *export, int value)
{
    strbuf_put(&m->globals, "\x7f\x00\x41", 3);
    put_s32(&m->globals, value);
    strbuf_putc(&m->globals, 0x0b);
    put_export(m, export, 3, m->global_count++);
}

void maker_name(struct wasm_maker *m, unsigned function, const char *name)
{
    put_u32(&m->names, function);
    put_name(&m->names, name);
    m->name_count++;
}

void maker_custom(struct wasm_maker *m, const char *name, const char *data)
{
    struct strbuf body;

    strbuf_init(&body);
    put_name(&body, name);
    strbuf_puts(&body, data);
    strbuf_putc(&m->customs, 0);
    put_u32(&m->customs, (uint32_t)body.len);
    strbuf_put(&m->customs, body.data, body.len);
    strbuf_fini(&body);
}

static void put_name_section(struct wasm_maker *m, struct strbuf *out)
{
    struct strbuf map, body;

    if (m->name_count > 0) {
        strbuf_init(&map);
        strbuf_init(&body);
        put_u32(&map, m->name_count);
        strbuf_put(&map, m->names.data, m->names.len);
        put_name(&body, "name");
        strbuf_putc(&body, 1);
        put_u32(&body, (uint32_t)map.len);
        strbuf_put(&body, map.data, map.len);
        strbuf_putc(out, 0);
        put_u32(out, (uint32_t)body.len);
        strbuf_put(out, body.data, body.len);
        strbuf_fini(&map);
        strbuf_fini(&body);
    }
    strbuf_fini(&m->names);
}

void maker_finish(struct wasm_maker *m, struct strbuf *module)
{
    strbuf_init(module);
    strbuf_put(module, "\0asm\1\0\0\0", 8);
    put_section(module, 1, m->type_count, &m->types);
    put_section(module, 2, m->import_count, &m->imports);
    put_section(module, 3, m->function_count, &m->functions);
    put_section(module, 4, m->table_count, &m->tables);
    put_section(module, 5, m->memory_count, &m->memories);
    put_section(module, 6, m->global_count, &m->globals);
    put_section(module, 7, m->export_count, &m->exports);
    if (m->start >= 0) {
        strbuf_put(module, "\x08\x01", 2);
        strbuf_putc(module, (char)m->start); /* tests keep it below 128 */
    }
    put_section(module, 9, m->element_count, &m->elements);
    put_section(module, 10, m->function_count, &m->codes);
    put_section(module, 11, m->data_count, &m->datas);
    put_name_section(m, module);
    strbuf_put(module, m->customs.data, m->customs.len);
    strbuf_fini(&m->customs);
    assert(!module->failed);
}
