/*
 * handler_table.h - from handlers, which linked code holds, back to op numbers.
 */
#ifndef CUPEL_RUNTIME_HANDLER_TABLE_H
#define CUPEL_RUNTIME_HANDLER_TABLE_H

#include <stdint.h>

struct op_of_handler {
    uintptr_t handler;
    uint32_t op;
};

/* All of them, to be freed by mem_free; NULL when memory is exhausted. */
struct op_of_handler *ops_by_handler(void);
/* Number of the linked op at `p`. */
uint32_t op_number(const struct op_of_handler *table, const uint8_t *p);

#endif
