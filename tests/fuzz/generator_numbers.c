/* Numbers: constants that tell something, and the numeric instructions. */
#include "tests/fuzz/generator_code.h"

static const struct ops {
    uint8_t prefix, first, last, result, a, b;
} ops[] = {
#define OPS(prefix, first, last, result, a, b) {prefix, first, last, result, a, b},
#include "tests/fuzz/generator_ops.def"
#undef OPS
};
#define OPS_COUNT (sizeof ops / sizeof ops[0])

static void put_float_bits(struct output *out, uint64_t bits, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        put_byte(out, (unsigned)(bits >> (8 * i) & 0xff));
    }
}

static void put_integer(struct body *body, uint8_t type)
{
    static const int64_t telling[] = {
        0,          1,       -1,    2,      INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN,
        0xffffffff, 0x10000, 32767, -32768, 255,       1LL << 31, 1LL << 53, 65528};
    uint8_t choice = take(body->in);
    int64_t value = choice < 16 ? telling[choice] : (int8_t)choice;
    if (choice >= 240) {
        value = (int64_t)((uint64_t)take(body->in) << (choice % 8 * 8) | take(body->in));
    }
    put_byte(body->out, type == I32 ? 0x41 : 0x42);
    put_s64(body->out, type == I32 ? (int32_t)(uint32_t)(uint64_t)value : value);
}

static void put_float(struct body *body, uint8_t type)
{
    static const uint32_t singles[] = {0,          0x80000000, 0x3f800000, 0xbf800000,
                                       0x7f800000, 0xff800000, 0x7fc00000, 1,
                                       0x4f000000, 0xcf000000, 0x5f000000, 0x7f7fffff,
                                       0x3f000000, 0x4b7fffff, 0x00800000, 0xdf000000};
    static const uint64_t doubles[] = {0,
                                       0x8000000000000000,
                                       0x3ff0000000000000,
                                       0xbff8000000000000,
                                       0x7ff0000000000000,
                                       0xfff0000000000000,
                                       0x7ff8000000000000,
                                       1,
                                       0x41e0000000000000,
                                       0xc1e0000000000000,
                                       0x43e0000000000000,
                                       0x7fefffffffffffff,
                                       0x3fe0000000000000,
                                       0x433fffffffffffff,
                                       0x41dfffffffc00000,
                                       0xc3e0000000000000};
    uint8_t choice = take(body->in);
    put_byte(body->out, type == F32 ? 0x43 : 0x44);
    if (type == F32) {
        uint32_t other = 0x3f000000u + ((uint32_t)choice << 18);
        put_float_bits(body->out, choice < 16 ? singles[choice] : other, 4);
    } else {
        uint64_t other = 0x3fe0000000000000u + ((uint64_t)choice << 47);
        put_float_bits(body->out, choice < 16 ? doubles[choice] : other, 8);
    }
}

void put_constant(struct body *body, uint8_t type)
{
    if (type == I32 || type == I64) {
        put_integer(body, type);
    } else {
        put_float(body, type);
    }
}

/* Replaces the NaN on the stack, if it is one, by the canonical one. */
void put_same_nan(struct body *body, uint8_t type)
{
    uint8_t local = type == F32 ? body->scratch_f32 : body->scratch_f64;
    put_byte(body->out, 0x22);
    put_u32(body->out, local);
    put_byte(body->out, type == F32 ? 0x43 : 0x44);
    put_float_bits(body->out, type == F32 ? 0x7fc00000 : 0x7ff8000000000000, type == F32 ? 4 : 8);
    put_byte(body->out, 0x20);
    put_u32(body->out, local);
    put_byte(body->out, 0x20);
    put_u32(body->out, local);
    put_byte(body->out, type == F32 ? 0x5b : 0x61);
    put_byte(body->out, 0x1b);
}

static const struct ops *find_operation(unsigned start, uint8_t type)
{
    while (ops[start % OPS_COUNT].result != type) {
        start++;
    }
    return &ops[start % OPS_COUNT];
}

static void put_operator(struct body *body, const struct ops *row)
{
    if (row->prefix != 0) {
        put_byte(body->out, row->prefix);
    }
    put_byte(body->out, row->first + take_below(body->in, row->last - row->first + 1u));
}

void put_operation(struct body *body, uint8_t type, unsigned depth)
{
    const struct ops *row = find_operation(take(body->in), type);
    generate_value(body, row->a, depth);
    if (row->b != NONE) {
        generate_value(body, row->b, depth);
    }
    put_operator(body, row);
}

/* The operations that look at the bits of floats. */
void put_bit_operation(struct body *body, uint8_t type, unsigned depth)
{
    if (type == I32 || type == I64) {
        uint8_t from = type == I32 ? F32 : F64;
        generate_value(body, from, depth);
        put_same_nan(body, from);
        put_byte(body->out, type == I32 ? 0xbc : 0xbd);
    } else {
        generate_value(body, type, depth);
        generate_value(body, type, depth);
        put_same_nan(body, type);
        put_byte(body->out, type == F32 ? 0x98 : 0xa6);
    }
}

void put_bare_operation(struct body *body, uint8_t type, bool with_operand, unsigned depth)
{
    const struct ops *row = find_operation(take(body->in), type);
    if (with_operand) {
        generate_value(body, row->b != NONE ? row->b : row->a, depth);
    }
    put_operator(body, row);
}
