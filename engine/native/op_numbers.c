/*
 * Made at its first use and kept: stitching asks it once for each op.
 */
#include "engine/native/op_numbers.h"

#include <pthread.h>

#include "engine/runtime/interp.h"

_Static_assert(IR_COUNT * 2 < OP_NUMBERS_PLACES, "the table would be crowded");

struct op_numbers op_numbers;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void add(const void *handler, unsigned op)
{
    uint32_t distance = (uint32_t)((uintptr_t)handler - op_numbers.first);
    uint32_t i = op_numbers_place(distance);
    while (op_numbers.places[i].taken && op_numbers.places[i].distance != distance)
        i = (i + 1) & (OP_NUMBERS_PLACES - 1);
    op_numbers.places[i].distance = distance;
    op_numbers.places[i].op = (uint16_t)op;
    op_numbers.places[i].taken = 1;
}

static void fill(void)
{
    const void *const *handlers = interp_handlers();
    op_numbers.first = (uintptr_t)handlers[0];
    for (unsigned op = 0; op < IR_COUNT; op++)
        add(handlers[op], op);
    add(interp_first_call_handler(IR_ENTER), IR_ENTER);
    add(interp_first_call_handler(IR_ENTER_FUEL), IR_ENTER_FUEL);
}

void op_numbers_init(void)
{
    pthread_once(&once, fill);
}
