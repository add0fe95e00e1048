/*
 * The generator's frame: numbers, types, the module around the bodies, and how a body holds its stack of types.
 */
#include "tests/engine/translate/random_body.h"

#include <string.h>

/* ---- Numbers ---- */

struct rng rng_new(uint64_t seed)
{
    struct rng g = {(seed + 1) * UINT64_C(0x9e3779b97f4a7c15)};
    for (int i = 0; i < 4; i++)
        rng_u32(&g);
    return g;
}

uint32_t rng_u32(struct rng *g)
{
    g->state ^= g->state >> 12;
    g->state ^= g->state << 25;
    g->state ^= g->state >> 27;
    return (uint32_t)(g->state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

uint32_t rng_below(struct rng *g, uint32_t limit)
{
    return (uint32_t)((uint64_t)rng_u32(g) * limit >> 32);
}

bool rng_once_in(struct rng *g, uint32_t n)
{
    return rng_below(g, n) == 0;
}

static uint64_t rng_64(struct rng *g)
{
    return (uint64_t)rng_u32(g) << 32 | rng_u32(g);
}

uint64_t rng_i64(struct rng *g)
{
    static const uint64_t borders[] = {0x7fff,     0x8000,      0x7fffffff, 0x80000000,
                                       0xffffffff, 0x100000000, INT64_MAX,  (uint64_t)INT64_MIN,
                                       0x7f,       0x80,        0xff,       0x10000};
    uint64_t v = borders[rng_below(g, 12)] + rng_below(g, 3) - 1;
    switch (rng_below(g, 8)) {
    case 0:
        return v;
    case 1:
        return 0 - v;
    case 2:
        return rng_64(g);
    case 3:
        return rng_64(g) >> rng_below(g, 64);
    default:
        return rng_below(g, 12) - UINT64_C(3);
    }
}

uint32_t rng_i32(struct rng *g)
{
    return (uint32_t)rng_i64(g);
}

uint64_t rng_f64(struct rng *g)
{
    static const double values[] = {0.0,          -0.0,         1.0,           -1.0,   0.5,
                                    -0.5,         1.5,          2.5,           1e10,   -1e10,
                                    4294967296.0, 2147483648.0, -2147483649.0, 9.3e18, 1e300,
                                    4e-320,       3.0000000001, -0.1};
    double v = values[rng_below(g, 18)];
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    switch (rng_below(g, 12)) {
    case 0:
        return UINT64_C(0x7ff) << 52 | (uint64_t)rng_below(g, 2) << 63; /* infinity */
    case 1:
        return UINT64_C(0x7ff8) << 48;
    case 2:
        return rng_64(g);
    default:
        return bits;
    }
}

uint32_t rng_f32(struct rng *g)
{
    double v;
    float f;
    uint32_t bits;
    uint64_t wide = rng_f64(g);
    memcpy(&v, &wide, sizeof v);
    f = (float)v;
    memcpy(&bits, &f, sizeof bits);
    return rng_once_in(g, 12) ? rng_u32(g) : bits;
}

/* ---- Bytes ---- */

void emit(struct body *b, unsigned byte)
{
    if (b->len < MAX_BODY)
        b->code[b->len++] = (uint8_t)byte;
}

void emit_u32(struct body *b, uint32_t v)
{
    for (; v >= 0x80; v >>= 7)
        emit(b, (v & 0x7f) | 0x80);
    emit(b, v);
}

void emit_s64(struct body *b, int64_t v)
{
    for (; v < -64 || v > 63; v >>= 7)
        emit(b, (unsigned)(v & 0x7f) | 0x80);
    emit(b, (unsigned)v & 0x7f);
}

void emit_const(struct body *b, char type, uint64_t bits)
{
    switch (type) {
    case 'i':
        emit(b, 0x41);
        emit_s64(b, (int32_t)(uint32_t)bits);
        return;
    case 'I':
        emit(b, 0x42);
        emit_s64(b, (int64_t)bits);
        return;
    default:
        emit(b, type == 'f' ? 0x43 : 0x44);
        for (int i = 0; i < (type == 'f' ? 4 : 8); i++)
            emit(b, (unsigned)(bits >> (8 * i) & 0xff));
    }
}

void emit_local(struct body *b, unsigned op, uint32_t local)
{
    emit(b, op);
    emit_u32(b, local);
}

/* ---- The stack of types ---- */

void push_type(struct body *b, char type)
{
    if (b->height < MAX_HEIGHT)
        b->stack[b->height++] = type;
}

void pop_type(struct body *b)
{
    if (b->height > innermost(b)->base)
        b->height--;
}

void pop_types(struct body *b, size_t n)
{
    while (n-- > 0)
        pop_type(b);
}

char top_type(const struct body *b)
{
    return b->height > b->open[b->depth - 1].base ? b->stack[b->height - 1] : 0;
}

/* Near the first ones, around the border between near and far, and the last ones. */
int find_local(struct body *b, char type)
{
    for (int tries = 0; tries < 8; tries++) {
        uint32_t i = rng_below(b->g, b->nlocals < 10 ? b->nlocals : 10);
        if (b->nlocals > 1000 && rng_once_in(b->g, 2))
            i = rng_once_in(b->g, 2) ? 990 + rng_below(b->g, 16)
                                     : b->nlocals - 1 - rng_below(b->g, 8);
        if (i < b->nlocals && b->locals[i] == type)
            return (int)i;
    }
    return -1;
}

static void put_simple(struct body *b, char type)
{
    int local = find_local(b, type);
    uint32_t choice = rng_below(b->g, 10);
    uint32_t own = (uint32_t)(strchr("iIfF", type) - "iIfF");
    if (local >= 0 && choice < 6) {
        emit_local(b, 0x20, (uint32_t)local);
    } else if (choice == 9) {
        emit(b, 0x23);
        bool other = rng_once_in(b->g, 3);
        emit_u32(b, other && type == 'I'   ? 0
                    : other && type == 'F' ? 1
                    : other && type == 'i' ? 6
                                           : 2 + own);
    } else {
        emit_const(b, type,
                   type == 'i'   ? rng_i32(b->g)
                   : type == 'I' ? rng_i64(b->g)
                   : type == 'f' ? rng_f32(b->g)
                                 : rng_f64(b->g));
    }
    push_type(b, type);
}

/* A value that is computed on the spot, so that it is a temporary in an accumulator. */
static void put_computed(struct body *b, char type)
{
    static const uint8_t ops[4][6] = {{0x6a, 0x6b, 0x73, 0x48, 0x4d, 0x46},
                                      {0x7c, 0x7d, 0x85, 0x7e, 0x88, 0x84},
                                      {0x92, 0x93, 0x94, 0x96, 0x97, 0x92},
                                      {0xa0, 0xa1, 0xa2, 0xa4, 0xa5, 0xa0}};
    put_simple(b, type);
    put_simple(b, type);
    emit(b, ops[strchr("iIfF", type) - "iIfF"][rng_below(b->g, 6)]);
    pop_type(b);
}

void put_value(struct body *b, char type)
{
    if (rng_below(b->g, 5) < 2)
        put_computed(b, type);
    else
        put_simple(b, type);
}

void need(struct body *b, const char *types)
{
    size_t n = strlen(types), there = b->height - innermost(b)->base;
    size_t k = n < there ? n : there;
    while (k > 0 && memcmp(b->stack + b->height - k, types, k) != 0)
        k--;
    if (innermost(b)->unreachable && b->height == innermost(b)->base && rng_once_in(b->g, 2))
        return;
    for (; k < n; k++)
        put_value(b, types[k]);
}

/* Stores local `local` at a place in memory of its own, so that its value is seen. */
static void observe_local(struct body *b, char type, uint32_t local)
{
    emit_const(b, 'i', OBSERVED + 8 * (b->observed++ % OBSERVED_SLOTS));
    emit_local(b, 0x20, local);
    if (type == 'f' || type == 'F')
        put_canonical(b, type);
    emit(b, 0x36 + (unsigned)(strchr("iIfF", type) - "iIfF"));
    emit(b, 0);
    emit_u32(b, 0);
}

void put_observation(struct body *b)
{
    uint32_t local = rng_below(b->g, b->nlocals);
    observe_local(b, b->locals[local], local);
}

void put_away(struct body *b)
{
    char type = top_type(b);
    int local = find_local(b, type);
    if (local < 0) {
        emit(b, 0x1a);
    } else {
        emit_local(b, 0x21, (uint32_t)local);
        if (!rng_once_in(b->g, 3))
            observe_local(b, type, (uint32_t)local);
    }
    pop_type(b);
}

void put_results(struct body *b)
{
    const struct open_block *o = innermost(b);
    size_t n = strlen(o->results), k = 0;
    while (k < n && o->base + k < b->height && b->stack[o->base + k] == o->results[k])
        k++;
    if (o->unreachable && b->height == o->base && rng_once_in(b->g, 2))
        return;
    while (b->height > o->base + k)
        put_away(b);
    for (; k < n; k++)
        put_value(b, o->results[k]);
}

void put_canonical(struct body *b, char type)
{
    uint32_t scratch = type == 'f' ? b->scratch_f32 : b->scratch_f64;
    emit_local(b, 0x22, scratch);
    emit_const(b, type, type == 'f' ? 0x7fc00000 : UINT64_C(0x7ff8) << 48);
    emit_local(b, 0x20, scratch);
    emit_local(b, 0x20, scratch);
    emit(b, type == 'f' ? 0x5b : 0x61);
    emit(b, 0x1b);
}

/* ---- Bodies ---- */

static void choose_locals(struct body *b)
{
    uint32_t extra = 1 + rng_below(b->g, 6);
    if (rng_once_in(b->g, 7))
        extra = 985 + rng_below(b->g, 60);
    else if (rng_once_in(b->g, 12))
        extra = 12 + rng_below(b->g, 30);
    for (uint32_t i = 0; i < extra; i++)
        b->locals[b->nlocals++] = "iiIIfF"[rng_below(b->g, 6)];
    b->scratch_f32 = b->nlocals;
    b->locals[b->nlocals++] = 'f';
    b->scratch_f64 = b->nlocals;
    b->locals[b->nlocals++] = 'F';
    b->locals[b->nlocals] = '\0';
}

static void make_body(struct body *b)
{
    b->nparams = b->nlocals = (uint32_t)strlen(b->type->params);
    memcpy(b->locals, b->type->params, b->nlocals);
    choose_locals(b);
    b->open[0] =
        (struct open_block){.op = 0x02, .params = "", .results = b->type->results, .counter = -1};
    b->depth = 1;
    if (rng_once_in(b->g, 25))
        for (uint32_t n = rng_below(b->g, 400); n > 0; n--)
            put_value(b, "iIfF"[rng_below(b->g, 4)]);
    for (uint32_t n = 5 + rng_below(b->g, 80); n > 0 && b->len < MAX_BODY - 8192; n--)
        put_instruction(b);
    while (b->depth > 0)
        end_block(b);
}

/* ---- The module ---- */

const struct random_type random_types[RANDOM_TYPES] = {
    {"", ""},   {"i", "i"},        {"iI", "I"},  {"fF", "F"},  {"i", "iIfF"}, {"IIii", "ii"},
    {"F", "f"}, {"", "i"},         {"", "II"},   {"iiii", ""}, {"iF", "Fi"},  {"ff", "f"},
    {"I", ""},  {"iIfFiIfF", "I"}, {"", "I"},    {"", "f"},    {"", "F"},     {"I", "I"},
    {"f", "f"}, {"F", "F"},        {"Ff", "fF"},
};

static void add_globals(struct wasm *w)
{
    wasm_global(w, 'i', true, BYTES(0x41, 7, 0x0b));
    wasm_global(w, 'I', true, BYTES(0x42, 0x7d, 0x0b));
    wasm_global(w, 'f', true, BYTES(0x43, 0, 0, 0x80, 0x3f, 0x0b));
    wasm_global(w, 'F', true, BYTES(0x44, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0x0b));
    wasm_global(w, 'i', false, BYTES(0x41, 0x64, 0x0b));
}

static void add_exports(struct wasm *w, uint32_t nfuncs)
{
    char name[4] = "f0";
    for (uint32_t i = 0; i < nfuncs; i++) {
        name[1] = (char)('0' + i);
        wasm_export(w, name, 0, RANDOM_HOST_FUNCS + i);
    }
    name[0] = 'g';
    for (uint32_t i = 0; i < RANDOM_OWN_GLOBALS; i++) {
        name[1] = (char)('0' + i);
        wasm_export(w, name, 3, 2 + i);
    }
    wasm_export(w, "memory", 2, 0);
}

uint32_t random_module(struct rng *g, struct wasm *w, uint32_t *types)
{
    static struct body b;
    uint32_t defined = 1 + rng_below(g, RANDOM_MAX_FUNCS),
             func_types[RANDOM_HOST_FUNCS + RANDOM_MAX_FUNCS];
    uint32_t elements[RANDOM_ELEMENTS];
    uint8_t data[512];
    for (int i = 0; i < RANDOM_TYPES; i++)
        wasm_type(w, random_types[i].params, random_types[i].results);
    func_types[0] = RANDOM_TYPE_F;
    func_types[1] = RANDOM_TYPE_G;
    wasm_import_func(w, "h", "f", RANDOM_TYPE_F);
    wasm_import_func(w, "h", "g", RANDOM_TYPE_G);
    wasm_import_global(w, "h", "i", 'I', true);
    wasm_import_global(w, "h", "d", 'F', true);
    wasm_memory(w, 1, 3);
    add_globals(w);
    for (uint32_t i = 0; i < defined; i++)
        func_types[RANDOM_HOST_FUNCS + i] = types[i] = rng_below(g, RANDOM_TYPES);
    for (int i = 0; i < RANDOM_ELEMENTS; i++)
        elements[i] = rng_below(g, RANDOM_HOST_FUNCS + defined);
    for (uint32_t i = 0; i < defined; i++) {
        memset(&b, 0, sizeof b);
        b.g = g;
        b.type = &random_types[types[i]];
        b.func_types = func_types;
        b.nfuncs = RANDOM_HOST_FUNCS + defined;
        b.func = RANDOM_HOST_FUNCS + i;
        b.elements = elements;
        make_body(&b);
        wasm_func(w, types[i], b.locals + b.nparams, b.code, b.len);
    }
    wasm_table(w, 'r', RANDOM_ELEMENTS + 2, RANDOM_ELEMENTS + 2);
    wasm_elem(w, 1, elements, RANDOM_ELEMENTS);
    add_exports(w, defined);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(rng_once_in(g, 2) ? 0 : rng_u32(g));
    wasm_data(w, 0, data, sizeof data);
    return defined;
}
