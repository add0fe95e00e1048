/* Expressions: one value of a given type, from constants to nested blocks. */
#include "tests/fuzz/generator_code.h"

/* Code is left out when the module has come so near its largest size. */
#define RESERVE 4096

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
    static const int64_t telling[] = {0,          1,          -1,        2,
                                      INT32_MAX,  INT32_MIN,  INT64_MAX, INT64_MIN,
                                      0xffffffff, 0x10000,    32767,     -32768,
                                      255,        1LL << 31,  1LL << 53, 65528};
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

static void put_constant(struct body *body, uint8_t type)
{
    if (type == I32 || type == I64) {
        put_integer(body, type);
    } else {
        put_float(body, type);
    }
}

/* Replaces the NaN on the stack, if it is one, by the canonical one. */
static void put_same_nan(struct body *body, uint8_t type)
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

static void put_operation(struct body *body, uint8_t type, unsigned depth)
{
    const struct ops *row = find_operation(take(body->in), type);
    generate_value(body, row->a, depth);
    if (row->b != NONE) {
        generate_value(body, row->b, depth);
    }
    put_operator(body, row);
}

/* The operations that look at the bits of floats. */
static void put_bit_operation(struct body *body, uint8_t type, unsigned depth)
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

/* A local of the type; false if there is none. */
static bool put_local(struct body *body, uint8_t type, unsigned opcode)
{
    unsigned start = take(body->in);
    for (unsigned i = 0; i < body->local_count; i++) {
        unsigned local = (start + i) % body->local_count;
        if (body->locals[local] == type) {
            put_byte(body->out, opcode);
            put_u32(body->out, local);
            return true;
        }
    }
    return false;
}

static unsigned global_of(uint8_t type)
{
    return type == I32   ? GLOBAL_I32
           : type == I64 ? GLOBAL_I64
           : type == F32 ? GLOBAL_F32
                         : GLOBAL_F64;
}

/* An address, most often within the first page. */
static void put_address(struct body *body, unsigned depth)
{
    generate_value(body, I32, depth);
    if (take_below(body->in, 32) != 0) {
        put_byte(body->out, 0x41);
        put_s64(body->out, 0xfff0);
        put_byte(body->out, 0x71);
    }
}

static void put_memarg(struct body *body, unsigned align)
{
    uint8_t choice = take(body->in);
    put_u32(body->out, align);
    put_u32(body->out, choice < 250 ? choice : choice == 250 ? 0xffffffffu : choice * 256u);
}

static void put_load(struct body *body, uint8_t type, unsigned depth)
{
    static const uint8_t i32_loads[] = {0x28, 0x2c, 0x2d, 0x2e, 0x2f};
    static const uint8_t i64_loads[] = {0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35};
    put_address(body, depth);
    put_byte(body->out, type == I32   ? i32_loads[take_below(body->in, 5)]
                        : type == I64 ? i64_loads[take_below(body->in, 7)]
                        : type == F32 ? 0x2a
                                      : 0x2b);
    put_memarg(body, 0);
}

void generate_store(struct body *body, unsigned depth)
{
    static const uint8_t types[] = {I32, I64, F32, F64, I32, I32, I64, I64, I64};
    unsigned choice = take_below(body->in, 9);
    put_address(body, depth);
    generate_value(body, types[choice], depth);
    if (types[choice] == F32 || types[choice] == F64) {
        put_same_nan(body, types[choice]);
    }
    put_byte(body->out, 0x36 + choice);
    put_memarg(body, 0);
}

static void enter(struct body *body, unsigned opcode, uint8_t type, uint8_t carries)
{
    put_byte(body->out, opcode);
    put_byte(body->out, type);
    body->labels[body->label_count++] = carries;
}

static void leave(struct body *body)
{
    put_byte(body->out, 0x0b);
    body->label_count--;
}

static void put_block(struct body *body, uint8_t type, unsigned depth)
{
    unsigned choice = take_below(body->in, 3);
    if (choice == 2) {
        generate_value(body, I32, depth);
        enter(body, 0x04, type, type);
        generate_statements(body, depth);
        generate_value(body, type, depth);
        put_byte(body->out, 0x05);
    } else {
        enter(body, choice == 0 ? 0x02 : 0x03, type, choice == 0 ? type : NONE);
    }
    if (choice == 1) {
        generate_toll(body);
    }
    generate_statements(body, depth);
    generate_value(body, type, depth);
    leave(body);
}

/* A call whose only result is of the type, direct or through the table. */
static bool put_call(struct body *body, uint8_t type, unsigned depth)
{
    unsigned start = take(body->in);
    for (unsigned i = 0; i < body->function_count; i++) {
        unsigned index = (start + i) % body->function_count;
        const struct func_type *callee = &func_types[body->functions[index]];
        if (callee->nresults != 1 || callee->results[0] != type) {
            continue;
        }
        for (unsigned k = 0; k < callee->nparams; k++) {
            generate_value(body, callee->params[k], depth);
        }
        if (start >= 224) {
            generate_value(body, I32, 0);
            put_bytes(body->out, "\x41\x07\x71\x11", 4);
            put_u32(body->out, body->functions[index]);
            put_byte(body->out, 0);
        } else {
            put_byte(body->out, 0x10);
            put_u32(body->out, index);
        }
        return true;
    }
    return false;
}

static void put_select(struct body *body, uint8_t type, unsigned depth)
{
    generate_value(body, type, depth);
    generate_value(body, type, depth);
    generate_value(body, I32, depth);
    if (take_below(body->in, 4) == 0) {
        put_bytes(body->out, "\x1c\x01", 2);
        put_byte(body->out, type);
    } else {
        put_byte(body->out, 0x1b);
    }
}

/* The odd instructions that give an i32. */
static void put_query(struct body *body, unsigned depth)
{
    switch (take_below(body->in, 5)) {
    case 0:
        put_bytes(body->out, "\x3f\x00", 2); /* memory.size */
        return;
    case 1:
        generate_value(body, I32, depth);
        put_bytes(body->out, "\x41\x03\x71\x40\x00", 5); /* memory.grow by 0..3 */
        return;
    case 2:
        put_bytes(body->out, "\xfc\x10\x00", 3); /* table.size */
        return;
    case 3:
        generate_value(body, I32, depth);
        put_bytes(body->out, "\x41\x0f\x71\x25\x00\xd1", 6); /* is table[i & 15] null? */
        return;
    default:
        put_bytes(body->out, "\xd2\x00", 2); /* ref.func 0; table.grow by i & 3 */
        generate_value(body, I32, depth);
        put_bytes(body->out, "\x41\x03\x71\xfc\x0f\x00", 6);
        return;
    }
}

/* A value that also leaves by br_if, if a label carries its type. */
static bool put_br_if(struct body *body, uint8_t type, unsigned depth)
{
    unsigned start = take(body->in);
    for (unsigned i = 0; i < body->label_count; i++) {
        unsigned label = (start + i) % body->label_count;
        if (body->labels[body->label_count - 1 - label] == type) {
            generate_value(body, type, depth);
            generate_value(body, I32, depth);
            put_byte(body->out, 0x0d);
            put_u32(body->out, label);
            return true;
        }
    }
    return false;
}

static bool put_tee(struct body *body, uint8_t type, unsigned depth)
{
    generate_value(body, type, depth);
    put_local(body, type, 0x22);
    return true;
}

/* A block that is left by a branch, with code behind the branch that is never reached and may lack its
 * operands. */
static void put_dead_end(struct body *body, uint8_t type, unsigned depth)
{
    enter(body, 0x02, type, type);
    generate_statements(body, depth);
    unsigned label = take_below(body->in, body->label_count + 1);
    generate_carried(body, label, depth);
    put_byte(body->out, 0x0c);
    put_u32(body->out, label);
    const struct ops *row = find_operation(take(body->in), type);
    switch (take_below(body->in, 4)) {
    case 0:
        break;
    case 1:
        generate_value(body, type, depth);
        break;
    case 2:
        put_operator(body, row);
        break;
    default:
        put_byte(body->out, 0x1a);
        generate_value(body, row->b != NONE ? row->b : row->a, depth);
        put_operator(body, row);
        break;
    }
    leave(body);
}

/* The same under a condition, so that now and then it is passed by. */
static void put_maybe_dead_end(struct body *body, uint8_t type, unsigned depth)
{
    generate_value(body, I32, depth);
    enter(body, 0x04, type, type);
    put_dead_end(body, type, depth);
    put_byte(body->out, 0x05);
    generate_value(body, type, depth);
    leave(body);
}

void generate_value(struct body *body, uint8_t type, unsigned depth)
{
    bool is_full = body->out->len > GENERATED_MAX - RESERVE || body->label_count > MAX_LABELS - 4;
    uint8_t choice = take(body->in);
    bool done = false;
    if (depth == 0 || is_full || body->in->at >= body->in->len) {
        done = choice >= 128 && put_local(body, type, 0x20);
    } else if (choice < 110) {
        put_operation(body, type, depth - 1);
        done = true;
    } else if (choice < 120) {
        put_bit_operation(body, type, depth - 1);
        done = true;
    } else if (choice < 145) {
        put_load(body, type, depth - 1);
        done = true;
    } else if (choice < 156) {
        put_block(body, type, depth - 1);
        done = true;
    } else if (choice < 159) {
        put_maybe_dead_end(body, type, depth - 1);
        done = true;
    } else if (choice < 160) {
        put_dead_end(body, type, depth - 1);
        done = true;
    } else if (choice < 175) {
        done = put_call(body, type, depth - 1);
    } else if (choice < 185) {
        put_select(body, type, depth - 1);
        done = true;
    } else if (choice < 195) {
        done = put_tee(body, type, depth - 1);
    } else if (choice < 205) {
        done = put_br_if(body, type, depth - 1);
    } else if (choice < 212) {
        put_byte(body->out, 0x23);
        put_u32(body->out, global_of(type));
        done = true;
    } else if (choice < 218 && type == I32) {
        put_query(body, depth - 1);
        done = true;
    } else if (choice < 245) {
        done = put_local(body, type, 0x20);
    }
    if (!done) {
        put_constant(body, type);
    }
}
