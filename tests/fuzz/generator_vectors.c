/*
 * Expressions over vectors. A vector is made from numbers, constants and memory, goes through a few instructions, and is read out as a number again.
 *
 * NaNs that arithmetic makes are replaced by the canonical one at once, so that their bits do not become visible. Relaxed instructions
 * are left out: engines may differ in them.
 */
#include "tests/fuzz/generator_code.h"

enum kind { UNARY, BINARY, TERNARY, SHIFT };

/* Instructions by code behind the prefix; `nan`: the lanes of the result that may be NaNs. */
static const struct vector_ops {
    uint8_t first, last, kind, nan;
} vector_ops[] = {
    {0x0e, 0x0e, BINARY, 0}, /* swizzle */
    {0x23, 0x4c, BINARY, 0}, /* comparisons */
    {0x4d, 0x4d, UNARY, 0},   {0x4e, 0x51, BINARY, 0},
    {0x52, 0x52, TERNARY, 0}, {0x5e, 0x5e, UNARY, F32}, /* demotion, promotion */
    {0x5f, 0x5f, UNARY, F64}, {0x60, 0x62, UNARY, 0},   /* i8x16 */
    {0x65, 0x66, BINARY, 0},  {0x67, 0x6a, UNARY, F32}, /* f32x4 rounding */
    {0x6b, 0x6d, SHIFT, 0},   {0x6e, 0x73, BINARY, 0},
    {0x74, 0x75, UNARY, F64}, /* f64x2 rounding */
    {0x76, 0x79, BINARY, 0},  {0x7a, 0x7a, UNARY, F64},
    {0x7b, 0x7b, BINARY, 0},  {0x7c, 0x81, UNARY, 0}, /* i16x8 */
    {0x82, 0x82, BINARY, 0},  {0x85, 0x86, BINARY, 0},
    {0x87, 0x8a, UNARY, 0},   {0x8b, 0x8d, SHIFT, 0},
    {0x8e, 0x93, BINARY, 0},  {0x94, 0x94, UNARY, F64},
    {0x95, 0x99, BINARY, 0},  {0x9b, 0x9f, BINARY, 0},
    {0xa0, 0xa1, UNARY, 0}, /* i32x4 */
    {0xa7, 0xaa, UNARY, 0},   {0xab, 0xad, SHIFT, 0},
    {0xae, 0xae, BINARY, 0},  {0xb1, 0xb1, BINARY, 0},
    {0xb5, 0xba, BINARY, 0},  {0xbc, 0xbf, BINARY, 0},
    {0xc0, 0xc1, UNARY, 0}, /* i64x2 */
    {0xc7, 0xca, UNARY, 0},   {0xcb, 0xcd, SHIFT, 0},
    {0xce, 0xce, BINARY, 0},  {0xd1, 0xd1, BINARY, 0},
    {0xd5, 0xdf, BINARY, 0},  {0xe0, 0xe1, UNARY, F32}, /* f32x4 */
    {0xe3, 0xe3, UNARY, F32}, {0xe4, 0xeb, BINARY, F32},
    {0xec, 0xed, UNARY, F64}, /* f64x2 */
    {0xef, 0xef, UNARY, F64}, {0xf0, 0xf7, BINARY, F64},
    {0xf8, 0xf9, UNARY, 0}, /* conversions */
    {0xfa, 0xfb, UNARY, F32}, {0xfc, 0xfd, UNARY, 0},
    {0xfe, 0xff, UNARY, F64},
};
#define VECTOR_OPS (sizeof vector_ops / sizeof vector_ops[0])

/* Lane types in the order of their splats and lane instructions. */
static const struct shape {
    uint8_t type, lanes, splat, extract, extracts, replace;
} shapes[] = {
    {I32, 16, 0x0f, 0x15, 2, 0x17}, {I32, 8, 0x10, 0x18, 2, 0x1a}, {I32, 4, 0x11, 0x1b, 1, 0x1c},
    {I64, 2, 0x12, 0x1d, 1, 0x1e},  {F32, 4, 0x13, 0x1f, 1, 0x20}, {F64, 2, 0x14, 0x21, 1, 0x22},
};

static void generate_vector(struct body *body, unsigned depth);

static void put_vector_op(struct body *body, unsigned code)
{
    put_byte(body->out, 0xfd);
    put_u32(body->out, code);
}

static void put_vector_local(struct body *body, uint8_t op, unsigned i)
{
    put_byte(body->out, op);
    put_u32(body->out, body->vectors + i);
}

/* Replaces lanes that are NaNs by the canonical one. */
static void put_same_nans(struct body *body, uint8_t type)
{
    put_vector_local(body, 0x22, 0);
    put_vector_op(body, 0x0c);
    for (unsigned i = 0; i < 16; i++) {
        static const uint8_t f32[] = {0, 0, 0xc0, 0x7f}, f64[] = {0, 0, 0, 0, 0, 0, 0xf8, 0x7f};
        put_byte(body->out, type == F32 ? f32[i % 4] : f64[i % 8]);
    }
    put_vector_local(body, 0x20, 0);
    put_vector_local(body, 0x20, 0);
    put_vector_op(body, type == F32 ? 0x41 : 0x47);
    put_vector_op(body, 0x52);
}

static void put_vector_constant(struct body *body)
{
    static const uint8_t telling[] = {0, 0xff, 0x80, 0x7f, 0x01, 0x3f, 0x4f, 0xc1};
    uint8_t choice = take(body->in), other = take(body->in);
    put_vector_op(body, 0x0c);
    for (unsigned i = 0; i < 16; i++) {
        uint8_t byte = telling[(choice + i * (choice >> 5)) % 8];
        put_byte(body->out, i % 4 == choice % 4 ? other : byte);
    }
}

/* Operands of the kind, and the instruction. */
static void put_vector_operation(struct body *body, unsigned depth)
{
    const struct vector_ops *row = &vector_ops[take(body->in) % VECTOR_OPS];
    generate_vector(body, depth);
    if (row->kind == BINARY || row->kind == TERNARY) {
        generate_vector(body, depth);
    }
    if (row->kind == TERNARY) {
        generate_vector(body, depth);
    }
    if (row->kind == SHIFT) {
        generate_value(body, I32, depth);
    }
    put_vector_op(body, row->first + take_below(body->in, row->last - row->first + 1u));
    if (row->nan != 0) {
        put_same_nans(body, row->nan);
    }
}

static void put_address(struct body *body, unsigned depth)
{
    generate_value(body, I32, depth);
    if (take_below(body->in, 32) != 0) {
        put_bytes(body->out, "\x41\xff\x1f\x71", 4);
    }
}

static void put_memarg(struct body *body)
{
    put_byte(body->out, 0);
    put_u32(body->out, take(body->in));
}

static void put_vector_load(struct body *body, unsigned depth)
{
    unsigned code = take_below(body->in, 17);
    put_address(body, depth);
    if (code < 13) {
        put_vector_op(body, code < 11 ? code : 0x5c + code - 11);
        put_memarg(body);
    } else {
        generate_vector(body, depth);
        put_vector_op(body, 0x54 + code - 13);
        put_memarg(body);
        put_byte(body->out, take_below(body->in, 16u >> (code - 13)));
    }
}

static void put_shuffle(struct body *body, unsigned depth)
{
    uint8_t start = take(body->in), step = take(body->in);
    generate_vector(body, depth);
    generate_vector(body, depth);
    put_vector_op(body, 0x0d);
    for (unsigned i = 0; i < 16; i++) {
        put_byte(body->out, (start + i * step) % 32u);
    }
}

static void generate_vector(struct body *body, unsigned depth)
{
    uint8_t choice = take(body->in);
    if (depth == 0 || body->out->len > GENERATED_MAX - 8192 || body->in->at >= body->in->len) {
        choice = choice < 128 ? 255 : 254;
    }
    const struct shape *shape = &shapes[choice % 6];
    if (choice < 120) {
        put_vector_operation(body, depth - 1);
    } else if (choice < 150) {
        generate_value(body, shape->type, depth - 1);
        put_vector_op(body, shape->splat);
    } else if (choice < 180) {
        generate_vector(body, depth - 1);
        generate_value(body, shape->type, depth - 1);
        put_vector_op(body, shape->replace);
        put_byte(body->out, take_below(body->in, shape->lanes));
    } else if (choice < 205) {
        put_vector_load(body, depth - 1);
    } else if (choice < 220) {
        put_shuffle(body, depth - 1);
    } else if (choice < 235) {
        generate_vector(body, depth - 1);
        put_vector_local(body, choice % 2 ? 0x22 : 0x21, 1 + choice % 3);
        if (choice % 2 == 0) {
            put_vector_local(body, 0x20, 1 + take_below(body->in, 3));
        }
    } else if (choice < 240) {
        generate_vector(body, depth - 1);
        generate_vector(body, depth - 1);
        generate_value(body, I32, depth - 1);
        put_byte(body->out, 0x1b);
    } else if (choice < 255) {
        put_vector_local(body, 0x20, 1 + choice % 3);
    } else {
        put_vector_constant(body);
    }
}

void put_from_vector(struct body *body, uint8_t type, unsigned depth)
{
    static const uint8_t tests[] = {0x53, 0x63, 0x64, 0x83, 0x84, 0xa3, 0xa4, 0xc3, 0xc4};
    unsigned choice = take(body->in);
    const struct shape *shape = &shapes[choice % 6];
    generate_vector(body, depth);
    if (type == I32 && choice >= 128) {
        put_vector_op(body, tests[choice % sizeof tests]);
        return;
    }
    while (shape->type != type) {
        shape = &shapes[++choice % 6];
    }
    put_vector_op(body, shape->extract + take_below(body->in, shape->extracts));
    put_byte(body->out, take_below(body->in, shape->lanes));
    if (type == F32 || type == F64) {
        put_same_nan(body, type);
    }
}

void put_vector_store(struct body *body, unsigned depth)
{
    unsigned code = take_below(body->in, 8);
    put_address(body, depth);
    generate_vector(body, depth);
    if (code < 4) {
        put_vector_op(body, 0x58 + code);
        put_memarg(body);
        put_byte(body->out, take_below(body->in, 16u >> code));
    } else {
        put_vector_op(body, 0x0b);
        put_memarg(body);
    }
}
