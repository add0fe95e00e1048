/*
 * interp_level.h - one interpreter, built twice: with the instructions that every host of the kind has, and with more (on x86-64: SSSE3 and SSE4.1, which
 * shuffles, rounding and much else of vectors want). The first asks the processor which of the two runs; results are the same.
 *
 * INTERP_EXTENDED: this is the second build. INTERP_HAS_EXTENDED: there is one.
 */
#ifndef CUPEL_EXEC_INTERP_LEVEL_H
#define CUPEL_EXEC_INTERP_LEVEL_H

#include "engine/exec/run.h"

#if defined(INTERP_EXTENDED) || defined(INTERP_HAS_EXTENDED)
const void *const *interp_extended_handlers(void);
void interp_extended_enter(struct exec *x);
const void *interp_extended_first_call(unsigned op);
#endif

#ifdef INTERP_EXTENDED
#define INTERP_HANDLERS   interp_extended_handlers
#define INTERP_ENTER      interp_extended_enter
#define INTERP_FIRST_CALL interp_extended_first_call
#define IF_EXTENDED(action)
#else
#define INTERP_HANDLERS   interp_handlers
#define INTERP_ENTER      interp_enter
#define INTERP_FIRST_CALL interp_first_call_handler
#ifdef INTERP_HAS_EXTENDED
#define IF_EXTENDED(action)                                                                        \
    if (__builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&                     \
        __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"))                      \
    return action
#else
#define IF_EXTENDED(action)
#endif
#endif

#endif
