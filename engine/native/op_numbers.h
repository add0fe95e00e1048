/*
 * handlers.h - from handlers in linked code to op numbers, quickly.
 */
#ifndef CUPEL_NATIVE_HANDLERS_H
#define CUPEL_NATIVE_HANDLERS_H

#include <stdint.h>

/* The number of the linked op at `p`, which has the interpreter's handler; that of an entry that waits for its first call too. */
unsigned op_number_at(const uint8_t *p);

#endif
