/*
 * Instructions that touch many bytes or elements: bounds first, then the price, then the deed, byte by byte.
 */
#include "tests/engine/reference.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT64_C(0xffffffff)

static bool out_of_bounds(uint64_t start, uint64_t n, uint64_t size)
{
    return start + n > size;
}

static bool copy(struct reference *r, uint8_t *dst, uint64_t dst_size, const uint8_t *src,
                 uint64_t src_size, unsigned width, const char *trap)
{
    uint64_t n = reference_pop(r), s = reference_pop(r), d = reference_pop(r);
    if (out_of_bounds(s, n, src_size) || out_of_bounds(d, n, dst_size))
        return reference_trap(r, trap);
    if (!reference_pay(r, n / (width == 1 ? 64 : 16)))
        return false;
    if (n > 0)
        memmove(dst + d * width, src + s * width, n * width);
    return true;
}

static bool memory_fill(struct reference *r)
{
    uint64_t n = reference_pop(r), value = reference_pop(r), d = reference_pop(r);
    if (out_of_bounds(d, n, r->memory_size))
        return reference_trap(r, "memory_out_of_bounds");
    if (!reference_pay(r, n / 64))
        return false;
    for (uint64_t i = 0; i < n; i++)
        r->memory[d + i] = (uint8_t)value;
    return true;
}

static bool table_fill(struct reference *r, struct reference_table *t)
{
    uint64_t n = reference_pop(r), value = reference_pop(r), d = reference_pop(r);
    if (out_of_bounds(d, n, t->size))
        return reference_trap(r, "table_out_of_bounds");
    if (!reference_pay(r, n / 16))
        return false;
    for (uint64_t i = 0; i < n; i++)
        t->elems[d + i] = value;
    return true;
}

static bool table_grow(struct reference *r, struct reference_table *t)
{
    uint64_t n = reference_pop(r), value = reference_pop(r), before = t->size;
    if (n > t->max - t->size) {
        reference_push(r, NONE);
        return true;
    }
    if (!reference_pay(r, n / 16))
        return false;
    t->elems = realloc(t->elems, (before + n + 1) * sizeof *t->elems);
    if (!t->elems)
        abort();
    for (uint64_t i = 0; i < n; i++)
        t->elems[before + i] = value;
    t->size += (uint32_t)n;
    reference_push(r, before);
    return true;
}

static bool table_op(struct reference *r, uint32_t op, size_t *at)
{
    uint32_t x = (uint32_t)reference_u(r, at), y = 0;
    if (op == 12 || op == 14)
        y = (uint32_t)reference_u(r, at);
    struct reference_table *t = &r->tables[op == 12 ? y : op == 13 ? 0 : x], *from = &r->tables[y];
    struct reference_segment *s = &r->elems[op == 12 || op == 13 ? x : 0];
    switch (op) {
    case 12: /* table.init */
        return copy(r, (uint8_t *)t->elems, t->size, (const uint8_t *)s->elems,
                    s->dropped ? 0 : s->count, 8, "table_out_of_bounds");
    case 13: /* elem.drop */
        s->dropped = true;
        return true;
    case 14: /* table.copy */
        return copy(r, (uint8_t *)t->elems, t->size, (const uint8_t *)from->elems, from->size, 8,
                    "table_out_of_bounds");
    case 15:
        return table_grow(r, t);
    case 16:
        reference_push(r, t->size);
        return true;
    default:
        return table_fill(r, t);
    }
}

bool reference_bulk(struct reference *r, uint32_t op, size_t *at)
{
    op -= 0xfc00;
    if (op >= 12)
        return table_op(r, op, at);
    uint32_t x = (uint32_t)reference_u(r, at);
    if (op == 8 || op == 10)
        (*at)++; /* memory 0 */
    switch (op) {
    case 8: /* memory.init */
        return copy(r, r->memory, r->memory_size, r->datas[x].bytes,
                    r->datas[x].dropped ? 0 : r->datas[x].count, 1, "memory_out_of_bounds");
    case 9: /* data.drop */
        r->datas[x].dropped = true;
        return true;
    case 10:
        return copy(r, r->memory, r->memory_size, r->memory, r->memory_size, 1,
                    "memory_out_of_bounds");
    default:
        return memory_fill(r);
    }
}
