/*
 * The module around the function bodies: sections in order, each written behind room for its size,
 * which is filled in afterwards as a LEB128 number of fixed width.
 */
#include "tests/fuzz/generator_code.h"

#include <stdio.h>
#include <string.h>

const struct func_type func_types[] = {
    {{0}, {0}, 0, 0},
    {{I32}, {I32}, 1, 1},
    {{I32, I32}, {I32}, 2, 1},
    {{I64, I64}, {I64}, 2, 1},
    {{F64, F64}, {F64}, 2, 1},
    {{F32}, {F32}, 1, 1},
    {{I32, I64, F32, F64}, {I64}, 4, 1},
    {{I64}, {I32, I64}, 1, 2},
    {{F32, I32}, {F64, I32, F32}, 2, 3},
    {{0}, {I32}, 0, 1},
};
const unsigned func_type_count = sizeof func_types / sizeof func_types[0];

uint8_t take(struct input *in)
{
    return in->at < in->len ? in->bytes[in->at++] : 0;
}

unsigned take_below(struct input *in, unsigned limit)
{
    return take(in) % limit;
}

void put_byte(struct output *out, unsigned byte)
{
    if (out->len < out->capacity) {
        out->bytes[out->len++] = (uint8_t)byte;
    }
}

void put_u32(struct output *out, uint32_t value)
{
    for (; value >= 0x80; value >>= 7) {
        put_byte(out, 0x80 | (value & 0x7f));
    }
    put_byte(out, value);
}

void put_s64(struct output *out, int64_t value)
{
    while (value < -64 || value > 63) {
        put_byte(out, 0x80 | (unsigned)(value & 0x7f));
        value >>= 7;
    }
    put_byte(out, (unsigned)(value & 0x7f));
}

void put_bytes(struct output *out, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        put_byte(out, ((const uint8_t *)bytes)[i]);
    }
}

/* Room for a size to come; to be closed. */
static size_t open_size(struct output *out)
{
    put_bytes(out, "\x80\x80\x00", 3);
    return out->len;
}

static void close_size(struct output *out, size_t start)
{
    size_t size = out->len - start;
    out->bytes[start - 3] = (uint8_t)(0x80 | (size & 0x7f));
    out->bytes[start - 2] = (uint8_t)(0x80 | (size >> 7 & 0x7f));
    out->bytes[start - 1] = (uint8_t)(size >> 14);
}

static size_t open_section(struct output *out, unsigned id)
{
    put_byte(out, id);
    return open_size(out);
}

static void put_types(struct output *out)
{
    size_t section = open_section(out, 1);
    put_u32(out, func_type_count);
    for (unsigned i = 0; i < func_type_count; i++) {
        put_byte(out, 0x60);
        put_u32(out, func_types[i].nparams);
        put_bytes(out, func_types[i].params, func_types[i].nparams);
        put_u32(out, func_types[i].nresults);
        put_bytes(out, func_types[i].results, func_types[i].nresults);
    }
    close_size(out, section);
}

static void put_functions(struct output *out, const uint8_t *functions, unsigned count)
{
    size_t section = open_section(out, 3);
    put_u32(out, count);
    put_bytes(out, functions, count);
    close_size(out, section);
}

/* A table of 8..16 elements, a memory of 1..3 pages. */
static void put_table_and_memory(struct output *out)
{
    size_t section = open_section(out, 4);
    put_bytes(out, "\x01\x70\x01\x08\x10", 5);
    close_size(out, section);
    section = open_section(out, 5);
    put_bytes(out, "\x01\x01\x01\x03", 4);
    close_size(out, section);
}

static void put_globals(struct output *out, struct input *in)
{
    size_t section = open_section(out, 6);
    put_u32(out, GLOBAL_COUNT);
    put_bytes(out, "\x7f\x01\x41", 3);
    put_s64(out, 400);
    put_bytes(out, "\x0b\x7f\x01\x41", 4);
    put_s64(out, (int8_t)take(in));
    put_bytes(out, "\x0b\x7e\x01\x42", 4);
    put_s64(out, (int64_t)((uint64_t)take(in) << 40));
    put_bytes(out, "\x0b\x7d\x01\x43\0\0", 6);
    put_byte(out, take(in));
    put_bytes(out, "\x3f\x0b\x7c\x01\x44\0\0\0\0\0", 10);
    put_byte(out, take(in));
    put_bytes(out, "\x40\xc0\x0b", 3);
    close_size(out, section);
}

static void put_export(struct output *out, const char *name, unsigned kind, unsigned index)
{
    put_u32(out, (uint32_t)strlen(name));
    put_bytes(out, name, strlen(name));
    put_byte(out, kind);
    put_u32(out, index);
}

static void put_exports(struct output *out, unsigned function_count)
{
    char name[16];
    size_t section = open_section(out, 7);
    put_u32(out, function_count + GLOBAL_COUNT + 2);
    for (unsigned i = 0; i < function_count; i++) {
        snprintf(name, sizeof name, "f%u", i);
        put_export(out, name, 0, i);
    }
    put_export(out, "table", 1, 0);
    put_export(out, "memory", 2, 0);
    for (unsigned i = 0; i < GLOBAL_COUNT; i++) {
        snprintf(name, sizeof name, "g%u", i);
        put_export(out, name, 3, i);
    }
    close_size(out, section);
}

/* Segment 0 fills some of the table, segment 1 is passive. */
static void put_elements(struct output *out, struct input *in, unsigned function_count)
{
    size_t section = open_section(out, 9);
    put_bytes(out, "\x02\x00\x41\x01\x0b\x05", 6);
    for (unsigned i = 0; i < 5; i++) {
        put_u32(out, take_below(in, function_count));
    }
    put_bytes(out, "\x05\x70\x03\xd0\x70\x0b", 6);
    for (unsigned i = 0; i < PASSIVE_ELEMS - 1; i++) {
        put_byte(out, 0xd2);
        put_u32(out, take_below(in, function_count));
        put_byte(out, 0x0b);
    }
    close_size(out, section);
}

static void put_code(struct output *out, struct input *in, const uint8_t *functions, unsigned count)
{
    size_t section = open_section(out, 10);
    put_u32(out, count);
    for (unsigned i = 0; i < count; i++) {
        size_t body = open_size(out);
        generate_body(in, out, functions, count, &func_types[functions[i]]);
        close_size(out, body);
    }
    close_size(out, section);
}

static void put_data(struct output *out)
{
    size_t section = open_section(out, 11);
    put_bytes(out, "\x02\x00\x41\x08\x0b\x10", 6);
    put_bytes(out, "active segment..", 16);
    put_byte(out, 1);
    put_u32(out, PASSIVE_BYTES);
    put_bytes(out, "a passive data segment.!", PASSIVE_BYTES);
    close_size(out, section);
}

size_t generate_module(const uint8_t *input, size_t len, uint8_t *bytes)
{
    struct input in = {input, len, 0};
    struct output out = {bytes, 0, GENERATED_MAX};
    uint8_t functions[MAX_FUNCTIONS];
    unsigned count = 1 + take_below(&in, MAX_FUNCTIONS);
    for (unsigned i = 0; i < count; i++) {
        functions[i] = (uint8_t)take_below(&in, func_type_count);
    }
    put_bytes(&out, "\0asm\x01\0\0\0", 8);
    put_types(&out);
    put_functions(&out, functions, count);
    put_table_and_memory(&out);
    put_globals(&out, &in);
    put_exports(&out, count);
    put_elements(&out, &in, count);
    put_bytes(&out, "\x0c\x01\x02", 3); /* data count */
    put_code(&out, &in, functions, count);
    put_data(&out);
    return out.len;
}
