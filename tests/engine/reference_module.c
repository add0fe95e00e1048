/*
 * The binary format, read section by section without a doubt: what arrives here has been validated, or was generated.
 */
#include "tests/engine/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_CELLS (1u << 20)
#define LABELS      (1u << 17)
#define PAGE        65536

void *reference_alloc(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p) {
        fputs("reference: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

uint64_t reference_u(const struct reference *r, size_t *at)
{
    uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = r->bytes[(*at)++];
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return v;
    }
}

int64_t reference_s(const struct reference *r, size_t *at)
{
    uint64_t v = 0;
    for (unsigned shift = 0;;) {
        uint8_t byte = r->bytes[(*at)++];
        v |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if (byte >= 0x80)
            continue;
        if (shift < 64 && byte & 0x40)
            v |= ~UINT64_C(0) << shift;
        return (int64_t)v;
    }
}

static uint32_t u32(const struct reference *r, size_t *at)
{
    return (uint32_t)reference_u(r, at);
}

static uint32_t read_types(const struct reference *r, size_t *at, uint8_t *out)
{
    uint32_t n = u32(r, at);
    if (n > REFERENCE_MAX_VALUES) {
        fputs("reference: too many values\n", stderr);
        exit(1);
    }
    for (uint32_t i = 0; i < n; i++)
        out[i] = r->bytes[(*at)++];
    return n;
}

static void read_type_section(struct reference *r, size_t at)
{
    r->ntypes = u32(r, &at);
    r->types = reference_alloc(r->ntypes, sizeof *r->types);
    for (uint32_t i = 0; i < r->ntypes; i++) {
        at++; /* 0x60 */
        r->types[i].nparams = read_types(r, &at, r->types[i].params);
        r->types[i].nresults = read_types(r, &at, r->types[i].results);
    }
}

static void add_func(struct reference *r, uint32_t type, bool imported)
{
    r->funcs = realloc(r->funcs, (r->nfuncs + 1) * sizeof *r->funcs);
    if (!r->funcs)
        abort();
    r->funcs[r->nfuncs++] = (struct reference_func){.type = type, .imported = imported};
}

static void add_global(struct reference *r, uint8_t type, uint64_t value)
{
    r->globals = realloc(r->globals, (r->nglobals + 1) * sizeof *r->globals);
    r->global_types = realloc(r->global_types, r->nglobals + 1);
    if (!r->globals || !r->global_types)
        abort();
    r->globals[r->nglobals] = value;
    r->global_types[r->nglobals++] = type;
}

static uint64_t read_limits(const struct reference *r, size_t *at, uint64_t *max, uint64_t most)
{
    uint8_t flags = r->bytes[(*at)++];
    uint64_t min = reference_u(r, at);
    *max = flags & 1 ? reference_u(r, at) : most;
    return min;
}

static void add_table(struct reference *r, size_t *at)
{
    uint64_t max;
    (*at)++; /* element type */
    r->tables = realloc(r->tables, (r->ntables + 1) * sizeof *r->tables);
    if (!r->tables)
        abort();
    struct reference_table *t = &r->tables[r->ntables++];
    t->size = (uint32_t)read_limits(r, at, &max, 10000000);
    t->max = max < 10000000 ? (uint32_t)max : 10000000;
    t->elems = reference_alloc(t->size, sizeof *t->elems);
}

static void add_memory(struct reference *r, size_t *at)
{
    uint64_t max, min = read_limits(r, at, &max, PAGE);
    r->has_memory = true;
    r->memory_size = min * PAGE;
    r->memory_max = max * PAGE;
    r->memory = reference_alloc(r->memory_size, 1);
}

static void read_import_section(struct reference *r, size_t at)
{
    for (uint32_t n = u32(r, &at); n > 0; n--) {
        for (int names = 0; names < 2; names++) {
            uint32_t len = u32(r, &at);
            at += len;
        }
        switch (r->bytes[at++]) {
        case 0:
            add_func(r, u32(r, &at), true);
            break;
        case 1:
            add_table(r, &at);
            break;
        case 2:
            add_memory(r, &at);
            break;
        default:
            add_global(r, r->bytes[at], 0);
            at += 2;
            r->nimported_globals++;
        }
    }
}

/* A constant expression with its end. */
static uint64_t evaluate(const struct reference *r, size_t *at)
{
    uint64_t v = 0;
    for (;;) {
        uint8_t op = r->bytes[(*at)++];
        switch (op) {
        case 0x0b:
            return v;
        case 0x41:
            v = (uint32_t)reference_s(r, at);
            break;
        case 0x42:
            v = (uint64_t)reference_s(r, at);
            break;
        case 0x43:
        case 0x44:
            memcpy(&v, r->bytes + *at, op == 0x43 ? 4 : 8);
            *at += op == 0x43 ? 4 : 8;
            break;
        case 0x23:
            v = r->globals[u32(r, at)];
            break;
        case 0xd2:
            v = (uint64_t)u32(r, at) + 1;
            break;
        default: /* ref.null */
            (*at)++;
            v = 0;
        }
    }
}

static void read_global_section(struct reference *r, size_t at)
{
    for (uint32_t n = u32(r, &at); n > 0; n--) {
        uint8_t type = r->bytes[at];
        at += 2;
        add_global(r, type, evaluate(r, &at));
    }
}

static void read_export_section(struct reference *r, size_t at)
{
    r->nexports = u32(r, &at);
    r->exports = reference_alloc(r->nexports, sizeof *r->exports);
    for (uint32_t i = 0; i < r->nexports; i++) {
        struct reference_export *e = &r->exports[i];
        e->len = u32(r, &at);
        e->name = r->bytes + at;
        at += e->len;
        e->kind = r->bytes[at++];
        e->index = u32(r, &at);
    }
}

/* Active segments act when they are met: their sections follow each other in the order that instantiation asks for. */
static bool read_elem(struct reference *r, size_t *at, struct reference_segment *s)
{
    uint32_t flags = u32(r, at), table = 0, offset = 0;
    bool active = !(flags & 1), exprs = flags & 4;
    if (active && flags & 2)
        table = u32(r, at);
    if (active)
        offset = (uint32_t)evaluate(r, at);
    if (flags & 3)
        (*at)++; /* element kind or type */
    s->count = u32(r, at);
    s->elems = reference_alloc(s->count, sizeof *s->elems);
    for (uint32_t i = 0; i < s->count; i++)
        s->elems[i] = exprs ? evaluate(r, at) : (uint64_t)u32(r, at) + 1;
    s->dropped = active || flags & 2;
    if (!active)
        return true;
    if ((uint64_t)offset + s->count > r->tables[table].size)
        return reference_trap(r, "table_out_of_bounds");
    memcpy(r->tables[table].elems + offset, s->elems, s->count * sizeof *s->elems);
    return true;
}

static bool read_data(struct reference *r, size_t *at, struct reference_segment *s)
{
    uint32_t flags = u32(r, at), offset = 0;
    if (flags == 2)
        (*at)++; /* memory 0 */
    if (flags != 1)
        offset = (uint32_t)evaluate(r, at);
    s->count = u32(r, at);
    s->bytes = r->bytes + *at;
    *at += s->count;
    s->dropped = flags != 1;
    if (flags == 1)
        return true;
    if ((uint64_t)offset + s->count > r->memory_size)
        return reference_trap(r, "memory_out_of_bounds");
    memcpy(r->memory + offset, s->bytes, s->count);
    return true;
}

static void read_code_section(struct reference *r, size_t at)
{
    uint32_t n = u32(r, &at), first = r->nfuncs - n;
    for (uint32_t i = first; i < r->nfuncs; i++) {
        struct reference_func *f = &r->funcs[i];
        uint32_t len = u32(r, &at);
        f->end = at + len;
        for (uint32_t runs = u32(r, &at); runs > 0; runs--) {
            f->nlocals += u32(r, &at);
            at++;
        }
        f->start = at;
        reference_scan(r, f);
        at = f->end;
    }
}

static void read_section(struct reference *r, uint8_t id, size_t at)
{
    switch (id) {
    case 1:
        read_type_section(r, at);
        break;
    case 2:
        read_import_section(r, at);
        break;
    case 3:
        for (uint32_t n = u32(r, &at); n > 0; n--)
            add_func(r, u32(r, &at), false);
        break;
    case 4:
        for (uint32_t n = u32(r, &at); n > 0; n--)
            add_table(r, &at);
        break;
    case 5:
        for (uint32_t n = u32(r, &at); n > 0; n--)
            add_memory(r, &at);
        break;
    case 7:
        read_export_section(r, at);
        break;
    case 8:
        r->has_start = true;
        r->start = u32(r, &at);
        break;
    case 10:
        read_code_section(r, at);
        break;
    default: /* globals and segments need values of imports; custom sections nothing */
        break;
    }
}

/* Where section `id` has its contents, 0 if there is none. */
static size_t find_section(const struct reference *r, uint8_t id)
{
    for (size_t at = 8; at < r->len;) {
        uint8_t found = r->bytes[at++];
        uint64_t len = reference_u(r, &at);
        if (found == id)
            return at;
        at += len;
    }
    return 0;
}

struct reference *reference_new(const uint8_t *bytes, size_t len)
{
    struct reference *r = reference_alloc(1, sizeof *r);
    r->bytes = bytes;
    r->len = len;
    r->stack = reference_alloc(STACK_CELLS, sizeof *r->stack);
    r->labels = reference_alloc(LABELS, sizeof *r->labels);
    r->call_depth = 1024;
    r->fuel = UINT64_MAX;
    for (size_t at = 8; at < len;) {
        uint8_t id = bytes[at++];
        uint64_t size = reference_u(r, &at);
        read_section(r, id, at);
        at += size;
    }
    return r;
}

bool reference_instantiate(struct reference *r)
{
    size_t at = find_section(r, 6);
    if (at)
        read_global_section(r, at);
    if ((at = find_section(r, 9)) != 0) {
        r->nelems = u32(r, &at);
        r->elems = reference_alloc(r->nelems, sizeof *r->elems);
        for (uint32_t i = 0; i < r->nelems; i++)
            if (!read_elem(r, &at, &r->elems[i]))
                return false;
    }
    if ((at = find_section(r, 11)) != 0) {
        r->ndatas = u32(r, &at);
        r->datas = reference_alloc(r->ndatas, sizeof *r->datas);
        for (uint32_t i = 0; i < r->ndatas; i++)
            if (!read_data(r, &at, &r->datas[i]))
                return false;
    }
    uint64_t none[1];
    return !r->has_start || reference_call(r, r->start, none);
}

void reference_delete(struct reference *r)
{
    for (uint32_t i = 0; i < r->nfuncs; i++)
        free(r->funcs[i].sites);
    for (uint32_t i = 0; i < r->ntables; i++)
        free(r->tables[i].elems);
    for (uint32_t i = 0; i < r->nelems; i++)
        free(r->elems[i].elems);
    free(r->types);
    free(r->funcs);
    free(r->tables);
    free(r->elems);
    free(r->datas);
    free(r->exports);
    free(r->globals);
    free(r->global_types);
    free(r->memory);
    free(r->stack);
    free(r->labels);
    free(r);
}

uint32_t reference_export(const struct reference *r, const char *name, uint8_t kind)
{
    for (uint32_t i = 0; i < r->nexports; i++) {
        const struct reference_export *e = &r->exports[i];
        if (e->kind == kind && e->len == strlen(name) && memcmp(e->name, name, e->len) == 0)
            return e->index;
    }
    return UINT32_MAX;
}
