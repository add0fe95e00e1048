/*
 * A sorted table made when it is needed, for the rare times when linked code is read.
 */
#include "engine/runtime/handler_table.h"

#include <stdlib.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/runtime/interp.h"

static int by_handler(const void *a, const void *b)
{
    const struct op_of_handler *x = a, *y = b;
    return x->handler < y->handler ? -1 : x->handler > y->handler;
}

struct op_of_handler *ops_by_handler(void)
{
    const void *const *handlers = interp_handlers();
    struct op_of_handler *table = mem_alloc(IR_COUNT * sizeof *table);
    if (!table)
        return NULL;
    for (uint32_t op = 0; op < IR_COUNT; op++)
        table[op] = (struct op_of_handler){(uintptr_t)handlers[op], op};
    qsort(table, IR_COUNT, sizeof *table, by_handler);
    return table;
}

uint32_t op_number(const struct op_of_handler *table, const uint8_t *p)
{
    struct op_of_handler key = {(uintptr_t)ir_u64(p, 0), 0};
    const struct op_of_handler *found = bsearch(&key, table, IR_COUNT, sizeof *table, by_handler);
    return found->op; /* linked code holds handlers only */
}
