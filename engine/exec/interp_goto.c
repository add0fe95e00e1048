/*
 * The direct-threaded interpreter in one function: ops hold label addresses and end in an indirect
 * goto. For compilers without tail calls.
 */
#include "config.h"

#include "engine/exec/interp_loop.h"

#define HANDLER(name) op_##name:
#define DISPATCH      goto **(const void *const *)(const void *)ip
#define IS_AT(name)   (*(const void *const *)(const void *)ip == &&op_##name)
#define SLOW(name)                                                                                 \
    do {                                                                                           \
        slow = slow_##name;                                                                        \
        goto run_slow;                                                                             \
    } while (0)

/* Runs until a slow path stops it; without a state it returns the table of labels. */
static HANDLER_SECTION const void *const *loop(struct exec *x)
{
    static const void *const labels[IR_COUNT] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name] = &&op_##name,
#include "engine/isa/ir_all.def"
#undef V
    };
    if (!x)
        return labels;
    INTERP_LOCALS;
    RELOAD(x);
    DISPATCH;
#include "engine/exec/handlers.inc"
#define V(name, len, fmt, flags, synopsis) VECTOR_HANDLER(name)
#include "engine/isa/ir_all_simd.def"
#undef V
run_vector:
    slow = CALL_VECTOR_HANDLER;
    if (slow)
        goto run_slow;
    RELOAD(x);
    DISPATCH;
run_slow:
    SPILL(x);
    if (!slow(x))
        return labels;
    RELOAD(x);
    DISPATCH;
}

const void *const *interp_handlers(void)
{
    return loop(NULL);
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
    return "goto";
}

void interp_enter(struct exec *x)
{
    loop(x);
}

#include "engine/exec/fault_info.inc"
