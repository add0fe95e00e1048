/*
 * Instructions without control: what their operands are is read off the opcode, as the binary format has them in order.
 */
#include "tests/engine/translate/random_body.h"

#include <string.h>

struct signature {
    uint8_t first, last;
    const char *operands;
    char result;
};

static const struct signature signatures[] = {
    {0x45, 0x45, "i", 'i'},
    {0x46, 0x4f, "ii", 'i'},
    {0x50, 0x50, "I", 'i'},
    {0x51, 0x5a, "II", 'i'},
    {0x5b, 0x60, "ff", 'i'},
    {0x61, 0x66, "FF", 'i'},
    {0x67, 0x69, "i", 'i'},
    {0x6a, 0x78, "ii", 'i'},
    {0x79, 0x7b, "I", 'I'},
    {0x7c, 0x8a, "II", 'I'},
    {0x8b, 0x91, "f", 'f'},
    {0x92, 0x97, "ff", 'f'},
    {0x99, 0x9f, "F", 'F'},
    {0xa0, 0xa5, "FF", 'F'},
    {0xa7, 0xa7, "I", 'i'},
    {0xac, 0xad, "i", 'I'},
    {0xb2, 0xb3, "i", 'f'},
    {0xb4, 0xb5, "I", 'f'},
    {0xb6, 0xb6, "F", 'f'},
    {0xb7, 0xb8, "i", 'F'},
    {0xb9, 0xba, "I", 'F'},
    {0xbb, 0xbb, "f", 'F'},
    {0xc0, 0xc1, "i", 'i'},
    {0xc2, 0xc4, "I", 'I'},
    /* commoner than their number says: what fuses */
    {0x45, 0x45, "i", 'i'},
    {0x46, 0x4f, "ii", 'i'},
    {0x6a, 0x6b, "ii", 'i'},
    {0x7c, 0x7d, "II", 'I'},
};
#define SIGNATURES (sizeof signatures / sizeof *signatures)

static void apply(struct body *b, const char *operands, char result)
{
    pop_types(b, strlen(operands));
    push_type(b, result);
}

/* Saturating, and now and then trapping, conversions to integers. */
static void put_truncation(struct body *b)
{
    static const char operands[] = "ffFFffFF", results[] = "iiiiIIII";
    static const uint8_t trapping[] = {0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1};
    uint32_t i = rng_below(b->g, 8);
    const char operand[2] = {operands[i], '\0'};
    need(b, operand);
    if (rng_once_in(b->g, 10)) {
        emit(b, trapping[i]);
    } else {
        emit(b, 0xfc);
        emit(b, i);
    }
    apply(b, operand, results[i]);
}

static void put_copysign(struct body *b, char type)
{
    const char operands[3] = {type, type, '\0'};
    need(b, operands);
    put_canonical(b, type);
    emit(b, type == 'f' ? 0x98 : 0xa6);
    apply(b, operands, type);
}

/* By a constant, or by what lies on the stack made odd: seldom by 0. */
static void put_division(struct body *b, uint32_t op, char type)
{
    const char operands[3] = {type, type, '\0'};
    bool constant = rng_once_in(b->g, 2);
    need(b, operands + constant);
    if (constant || !rng_once_in(b->g, 20)) {
        emit_const(b, type, (type == 'i' ? rng_i32(b->g) : rng_i64(b->g)) | 1);
        if (!constant)
            emit(b, type == 'i' ? 0x72 : 0x84); /* or */
    }
    emit(b, op);
    apply(b, operands + constant, type);
}

void put_numeric(struct body *b)
{
    uint32_t special = rng_below(b->g, 16);
    if (special == 0) {
        put_truncation(b);
        return;
    }
    if (special == 1) {
        put_copysign(b, rng_once_in(b->g, 2) ? 'f' : 'F');
        return;
    }
    const struct signature *s = &signatures[rng_below(b->g, SIGNATURES)];
    for (int tries = 0;
         tries < 5 && top_type(b) && s->operands[strlen(s->operands) - 1] != top_type(b); tries++)
        s = &signatures[rng_below(b->g, SIGNATURES)];
    uint32_t op = s->first + rng_below(b->g, s->last - s->first + 1u);
    bool divides = (op >= 0x6d && op <= 0x70) || (op >= 0x7f && op <= 0x82);
    if (divides) {
        put_division(b, op, s->operands[0]);
        return;
    }
    need(b, s->operands);
    emit(b, op);
    apply(b, s->operands, s->result);
}

/* ---- Memory ---- */

/* The address on the stack becomes a likely one. */
static void mask_address(struct body *b)
{
    if (rng_once_in(b->g, 40))
        return;
    emit_const(b, 'i', rng_once_in(b->g, 8) ? 0xffff : 0x3ff);
    emit(b, 0x71);
}

static void emit_memarg(struct body *b)
{
    static const uint32_t offsets[] = {0x7fffffff, 0xffffffff, 65528,     65530,
                                       131072,     0x2000000,  0x1fffff0, 4294900000u};
    emit(b, 0);
    emit_u32(b, rng_once_in(b->g, 60) ? offsets[rng_below(b->g, 8)] : rng_below(b->g, 64));
}

static void put_address(struct body *b)
{
    if (rng_once_in(b->g, 4)) {
        emit_const(b, 'i', rng_once_in(b->g, 40) ? rng_i32(b->g) : rng_below(b->g, 256));
        push_type(b, 'i');
        return;
    }
    if (innermost(b)->unreachable)
        put_value(b, 'i');
    else
        need(b, "i");
    mask_address(b);
}

void put_load(struct body *b)
{
    uint32_t i = rng_below(b->g, 14);
    put_address(b);
    emit(b, 0x28 + i);
    emit_memarg(b);
    apply(b, "i", "iIfFiiiiIIIIII"[i]);
}

void put_store(struct body *b)
{
    uint32_t i = rng_below(b->g, 9);
    char type = "iIfFiiIII"[i];
    const char both[3] = {'i', type, '\0'};
    if (b->height >= innermost(b)->base + 2 && memcmp(b->stack + b->height - 2, both, 2) == 0 &&
        rng_once_in(b->g, 12)) {
        /* a computed address, rarely in bounds */
    } else {
        put_address(b);
        put_value(b, type);
    }
    if (type == 'f' || type == 'F')
        put_canonical(b, type);
    emit(b, 0x36 + i);
    emit_memarg(b);
    pop_types(b, 2);
}

void put_reinterpret(struct body *b)
{
    uint32_t i = rng_below(b->g, 4);
    const char operand[2] = {"fFiI"[i], '\0'};
    need(b, operand);
    if (i < 2)
        put_canonical(b, operand[0]);
    emit(b, 0xbc + i);
    apply(b, operand, "iIfF"[i]);
}

void put_select(struct body *b)
{
    char type = top_type(b) && !rng_once_in(b->g, 3) ? top_type(b) : "iIfF"[rng_below(b->g, 4)];
    const char operands[4] = {type, type, 'i', '\0'};
    need(b, operands);
    if (innermost(b)->unreachable && b->height < innermost(b)->base + 3) {
        /* of unknown operands only the form with a type says what comes out */
        emit(b, 0x1c);
        emit(b, 1);
        emit(b, 0x7f - (unsigned)(strchr("iIfF", type) - "iIfF"));
    } else {
        emit(b, 0x1b);
    }
    apply(b, operands, type);
}

/* Size, growth, fill and copy. */
void put_memory(struct body *b)
{
    switch (rng_below(b->g, 6)) {
    case 0:
        emit(b, 0x3f);
        emit(b, 0);
        push_type(b, 'i');
        return;
    case 1:
        need(b, "i");
        emit_const(b, 'i', rng_once_in(b->g, 4) ? 3 : 1);
        emit(b, 0x71);
        emit(b, 0x40);
        emit(b, 0);
        apply(b, "i", 'i');
        return;
    default:
        break;
    }
    for (int i = 0; i < 3; i++) {
        put_value(b, 'i');
        if (i < 2 || !rng_once_in(b->g, 20)) {
            emit_const(b, 'i', i < 2 ? 0x3ff : 0x1ff);
            emit(b, 0x71);
        }
    }
    bool fill = rng_once_in(b->g, 2);
    emit(b, 0xfc);
    emit(b, fill ? 0x0b : 0x0a);
    emit(b, 0);
    if (!fill)
        emit(b, 0);
    pop_types(b, 3);
}
