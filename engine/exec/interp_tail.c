/*
 * The tail-call interpreter: every op is a function that ends in a jump to the next one, with the
 * machine's state in argument registers.
 *
 * With clang's preserve_none and musttail there are ten integer argument registers and no
 * callee-saved one to restore; with gcc the same source makes sibling calls in the six registers of
 * the System V convention. Slow paths are tail calls too, so that handlers save nothing.
 */
#include "config.h"

#define INTERP_TAIL 1
#include "engine/exec/guard.h"
#include "engine/exec/interp_level.h"
#include "engine/exec/machine.h"
#include "engine/exec/run.h"

#ifdef HAVE_PRESERVE_NONE
#define HANDLER_CALL __attribute__((preserve_none))
#else
#define HANDLER_CALL
#endif
#ifdef HAVE_MUSTTAIL
#define TAIL __attribute__((musttail))
#else
#define TAIL
#endif

#define REGISTERS                                                                                  \
    const uint8_t *ip, uint8_t *fp, uint64_t fuel, struct instance *inst, uint8_t *mem,            \
        uint64_t acc, float acc_f32, double acc_f64, v128 acc_v128
#define PASS ip, fp, fuel, inst, mem, acc, acc_f32, acc_f64, acc_v128

typedef HANDLER_CALL void (*handler)(REGISTERS);

#define HANDLER(name) static HANDLER_CALL HANDLER_SECTION void op_##name(REGISTERS)
/* Another thread may be writing machine code's address there (engine/native/): one aligned word, old or new. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HANDLER_HERE __atomic_load_n((const handler *)(const void *)ip, __ATOMIC_ACQUIRE)
#endif
#endif
#ifndef HANDLER_HERE
#define HANDLER_HERE (*(const handler *)(const void *)ip)
#endif
#define DISPATCH    TAIL return HANDLER_HERE(PASS)
#define IS_AT(name) (HANDLER_HERE == op_##name)
#define SLOW(name)  TAIL return tail_##name(PASS)

#define LONG_PATH(name, slow)                                                                      \
    static HANDLER_CALL __attribute__((noinline, cold)) void name(REGISTERS)                       \
    {                                                                                              \
        struct exec *x = inst->exec;                                                               \
        SPILL(x);                                                                                  \
        (void)mem;                                                                                 \
        if (!slow(x))                                                                              \
            return;                                                                                \
        RELOAD(x);                                                                                 \
        DISPATCH;                                                                                  \
    }
#define SLOW_PATH(name, what)  LONG_PATH(tail_##name, slow_##name)
#define SHORT_PATH(name, what) LONG_PATH(long_##name, slow_##name)
#include "engine/exec/slow.def"
#undef SLOW_PATH

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "engine/exec/short_paths.inc"
#include "engine/exec/handlers.inc"
#include "engine/exec/handlers_simd.inc"

HANDLER(first_call_enter)
{
    SLOW(first_call);
}

HANDLER(first_call_enter_fuel)
{
    SLOW(first_call);
}

static const void *const handlers[IR_COUNT] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name] = (const void *)op_##name,
#include "engine/isa/ir_all.def"
#undef V
};

const void *const *INTERP_HANDLERS(void)
{
    IF_EXTENDED(interp_extended_handlers());
    return handlers;
}

const void *INTERP_FIRST_CALL(unsigned op)
{
    IF_EXTENDED(interp_extended_first_call(op));
#ifdef HAVE_PRESERVE_NONE
    return op == IR_ENTER_FUEL ? (const void *)op_first_call_enter_fuel
                               : (const void *)op_first_call_enter;
#else
    (void)op;
    (void)op_first_call_enter_fuel;
    (void)op_first_call_enter;
    return NULL;
#endif
}

#ifndef INTERP_EXTENDED
bool interp_is_extended(void)
{
    IF_EXTENDED(true);
    return false;
}

const char *interp_dispatch(void)
{
    return "tail";
}
#endif

void INTERP_ENTER(struct exec *x)
{
    const uint8_t *ip;
    uint8_t *fp, *mem;
    uint64_t fuel, acc;
    struct instance *inst;
    float acc_f32;
    double acc_f64;
    v128 acc_v128;
    IF_EXTENDED(interp_extended_enter(x));
    RELOAD(x);
    (*(const handler *)(const void *)ip)(PASS);
}

#ifndef INTERP_EXTENDED
#include "engine/exec/fault_info.inc"
#endif
