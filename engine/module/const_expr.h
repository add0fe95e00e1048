/*
 * const_expr.h - constant expressions whose value an instance's globals decide.
 */
#ifndef CUPEL_MODULE_CONST_EXPR_H
#define CUPEL_MODULE_CONST_EXPR_H

#include <stdint.h>

/* Values that an expression may hold at once. */
#define CONST_EXPR_HEIGHT 64

/* i32.add, i64.mul and their like, of operands whose upper bits are 0 if they are i32; so is the
 * result. */
uint64_t const_expr_calculate(uint16_t op, uint64_t a, uint64_t b);

#endif
