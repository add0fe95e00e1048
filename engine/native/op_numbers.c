/*
 * A hash table over the handlers' addresses, made at its first use and kept: stitching asks it once for each op.
 */
#include "engine/native/op_numbers.h"

#include <pthread.h>

#include "engine/isa/ir.h"
#include "engine/runtime/interp.h"

#define PLACES 16384 /* a power of two, several times IR_COUNT */
_Static_assert(IR_COUNT * 2 < PLACES, "the table would be crowded");

static struct {
    uintptr_t handler; /* 0: free */
    uint32_t op;
} table[PLACES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t place_of(uintptr_t handler)
{
    return (uint32_t)((handler * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & (PLACES - 1);
}

static void add(const void *handler, unsigned op)
{
    uint32_t i = place_of((uintptr_t)handler);
    while (table[i].handler && table[i].handler != (uintptr_t)handler)
        i = (i + 1) & (PLACES - 1);
    table[i].handler = (uintptr_t)handler;
    table[i].op = op;
}

static void fill(void)
{
    const void *const *handlers = interp_handlers();
    for (unsigned op = 0; op < IR_COUNT; op++)
        add(handlers[op], op);
    add(interp_first_call_handler(IR_ENTER), IR_ENTER);
    add(interp_first_call_handler(IR_ENTER_FUEL), IR_ENTER_FUEL);
}

unsigned op_number_at(const uint8_t *p)
{
    uintptr_t handler = (uintptr_t)ir_u64(p, 0);
    pthread_once(&once, fill);
    uint32_t i = place_of(handler);
    while (table[i].handler != handler)
        i = (i + 1) & (PLACES - 1);
    return table[i].op;
}
