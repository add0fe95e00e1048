/*
 * handlers.h - from handlers in linked code to op numbers, quickly.
 */
#ifndef CUPEL_NATIVE_HANDLERS_H
#define CUPEL_NATIVE_HANDLERS_H

#include "engine/isa/ir.h"

/* A hash table over the handlers, which lie close together: their distances from the first one tell them apart. */
#define OP_NUMBERS_PLACES 16384 /* a power of two, several times IR_COUNT */
struct op_numbers {
    struct {
        uint32_t distance;
        uint16_t op;
        uint16_t taken;
    } places[OP_NUMBERS_PLACES];
    uintptr_t first;
};
extern struct op_numbers op_numbers;

/* Fills it, once for the process; to be called before op_number_at. */
void op_numbers_init(void);

static inline uint32_t op_numbers_place(uint32_t distance)
{
    return (distance * UINT32_C(0x9e3779b1)) >> 18;
}

/* The number of the linked op at `p`, which has the interpreter's handler; that of an entry that waits for its first call too. */
static inline unsigned op_number_at(const uint8_t *p)
{
    uint32_t distance = (uint32_t)(ir_u64(p, 0) - op_numbers.first);
    uint32_t i = op_numbers_place(distance);
    while (op_numbers.places[i].distance != distance || !op_numbers.places[i].taken)
        i = (i + 1) & (OP_NUMBERS_PLACES - 1);
    return op_numbers.places[i].op;
}

#endif
