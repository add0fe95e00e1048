/*
 * The portable interpreter: one switch in a loop; ops hold their numbers. For debugging and for
 * compilers that have nothing better.
 */
#include "config.h"

#include "engine/exec/interp_loop.h"

#define HANDLER(name) case IR_##name:
#define DISPATCH      goto dispatch
#define IS_AT(name)   (*(const u64_alias *)(const void *)ip == IR_##name)
#define SLOW(name)                                                                                 \
    do {                                                                                           \
        slow = slow_##name;                                                                        \
        goto run_slow;                                                                             \
    } while (0)

static HANDLER_SECTION void loop(struct exec *x)
{
    INTERP_LOCALS;
    RELOAD(x);
dispatch:
    switch (*(const u64_alias *)(const void *)ip) {
#include "engine/exec/handlers.inc"
#define V(name, len, fmt, flags, synopsis) VECTOR_HANDLER(name)
#include "engine/isa/ir_all_simd.def"
#undef V
    default:
        __builtin_unreachable();
    }
run_vector:
    slow = CALL_VECTOR_HANDLER;
    if (slow)
        goto run_slow;
    RELOAD(x);
    goto dispatch;
run_slow:
    SPILL(x);
    if (!slow(x))
        return;
    RELOAD(x);
    goto dispatch;
}

static const void *const handlers[IR_COUNT] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name] = (const void *)IR_##name,
#include "engine/isa/ir_all.def"
#undef V
};

const void *const *interp_handlers(void)
{
    return handlers;
}

/* There are no registers that machine code could rely on. */
const void *interp_first_call_handler(unsigned op)
{
    (void)op;
    return NULL;
}

bool interp_is_extended(void)
{
    return false;
}

const char *interp_dispatch(void)
{
    return "switch";
}

void interp_enter(struct exec *x)
{
    loop(x);
}

#include "engine/exec/fault_info.inc"
