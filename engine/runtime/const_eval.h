/*
 * const_eval.h - the value of an INIT_EXTENDED expression for an instance whose earlier globals are
 * set.
 */
#ifndef CUPEL_RUNTIME_CONST_EVAL_H
#define CUPEL_RUNTIME_CONST_EVAL_H

#include "engine/runtime/instance.h"

uint64_t const_eval(const struct instance *inst, const struct init_expr *expr);

#endif
