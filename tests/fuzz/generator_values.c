/* Expressions: one value of a given type, from constants to nested blocks. */
#include "tests/fuzz/generator_code.h"

/* Code is left out when the module has come so near its largest size. */
#define RESERVE 4096

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
    switch (take_below(body->in, 4)) {
    case 0:
        break;
    case 1:
        generate_value(body, type, depth);
        break;
    case 2:
        put_bare_operation(body, type, false, depth);
        break;
    default:
        put_byte(body->out, 0x1a);
        put_bare_operation(body, type, true, depth);
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
    } else if (choice < 95) {
        put_operation(body, type, depth - 1);
        done = true;
    } else if (choice < 110) {
        put_from_vector(body, type, depth - 1);
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
