/*
 * interp.h - the interface between the runtime and the interpreter in exec/.
 *
 * The runtime places arguments and calls interp_run; handlers that need more than registers spill
 * their state here and call back what this header declares for them.
 */
#ifndef CUPEL_RUNTIME_INTERP_H
#define CUPEL_RUNTIME_INTERP_H

#include <setjmp.h>

#include "engine/runtime/caller.h"
#include "engine/runtime/instance.h"

/* Why the interpreter stopped. */
enum outcome {
    OUTCOME_DONE, /* results lie at the frame's values */
    OUTCOME_TRAP, /* exec.trap says which, unless host_trap is set; ip, fp and inst are those of
                     the trapping op */
    OUTCOME_HOST, /* a host function ended the call: exec.host_trap and host_site are set; ip, fp
                     and inst are those of the op that called it */
    OUTCOME_ERROR /* exec.error is set: a call hook failed, or the translation of a function at its
                     first call */
};

/* A call of a host function, in numbers that mean the same wherever the frames lie. */
struct host_site {
    uint32_t func;   /* in the store */
    uint32_t delta;  /* bytes from the caller's frame up to the callee's; its values lie below */
    uint32_t len;    /* bytes of the op that calls; 0: a tail call, which leaves a function with */
    uint32_t values; /* ... so many of them, in slots */
};

/* How a host function may be called. */
enum host_way {
    HOST_CHECKED,   /* by host_call, which does what this one needs */
    HOST_DIRECT,    /* as it is: it works on slots, and what it leaves there needs no look */
    HOST_DIRECT_I32 /* the same, but above its only result zeros are to be put */
};

/* What calling one directly takes; every struct host_func begins with it. */
struct host_entry {
    cupel_raw_callback_t raw; /* NULL if it takes values */
    void *env;
    uint32_t values; /* slots that arguments and results take: frame_values of its type */
    enum host_way way;
};

struct host_func;

enum trap_code {
#define TRAP(name, number, text, sentence) TRAP_##name = number,
#include "engine/base/traps.def"
#undef TRAP
};

/* The interpreter's state, one for each store. The part up to `stack_end` is spilled and reloaded
 * at exits. */
struct exec {
    const uint8_t *ip; /* the op that is being executed */
    uint8_t *fp;
    struct instance *inst;
    uint64_t fuel; /* left of the running slice */
    uint64_t acc;  /* accumulators */
    double acc_f64;
    float acc_f32;
    uint64_t acc_v128[2];
    uint8_t *stack_end; /* frames end here */

    enum outcome outcome;
    enum trap_code trap;
    const char *trap_limit;  /* which limit a stack overflow or growth met, or NULL */
    cupel_trap_t *host_trap; /* owned; OUTCOME_HOST, or with OUTCOME_TRAP what stands for `trap` */
    cupel_error_t *error;    /* owned; OUTCOME_ERROR */
    struct host_site host_site;
    uint64_t fuel_needed; /* TRAP_OUT_OF_FUEL: what there must be to go on */
    bool suspendable;     /* what stops the running activation may be resumed */
    bool hooked;          /* the store has a call hook */

    /* For host calls. The last two are those of the call that runs; between calls they are stale,
     * but an activation leaves them as it found them. */
    struct host_func *const *host_funcs; /* the store's, by index */
    uint8_t *free_stack; /* where the next activation's values go; NULL before the first call */
    uint32_t calls_left; /* calls that the next activation may still make */

    uint8_t *stack; /* lowest frame; mapped */
    size_t stack_size;
    uint64_t fuel_reserve; /* fuel beyond the slice: what is left in all is fuel + fuel_reserve */
    uint64_t slice;        /* how much a slice gets */
    bool metered;
    bool (*interrupt)(void *env);
    void *interrupt_env;

    struct cupel_store *store;
    uint32_t host_depth; /* activations within one another */
    sigjmp_buf *fault;   /* where a fault in a guarded memory continues; NULL outside interp_run */
};

/*
 * Runs function `func` of `inst` (a defined one) on the frame at `fp`: the caller has put the
 * arguments at fp[-m ..], and allows `depth` calls within. Returns with state spilled. Not
 * re-entrant for one exec except from host calls, which save what they must (the exec's spilled
 * state: ip, fp, inst, acc*).
 */
enum outcome interp_run(struct exec *x, struct instance *inst, uint32_t func, uint8_t *fp,
                        uint32_t depth);
/*
 * Goes on from spilled state that such a run stopped with: OUTCOME_HOST, then `site` is where, and
 * the function's results lie in its values; or TRAP_OUT_OF_FUEL (`site` is NULL), which deducted
 * nothing and runs its op again.
 */
enum outcome interp_resume(struct exec *x, const struct host_site *site);
/* Handlers by op number, for code_link, and their number. */
const void *const *interp_handlers(void);
/* The handler that stands for that of IR_ENTER or IR_ENTER_FUEL as a function's first op until the first call, which it reports to
 * first_called; NULL in a dispatch build that machine code does not go with. */
const void *interp_first_call_handler(unsigned op);
/* Whether the extended build of the interpreter runs (interp_level.h). */
bool interp_is_extended(void);
/* "tail", "goto", "switch". */
const char *interp_dispatch(void);
/* Whether this build can turn a fault at a guard page into a trap. */
bool interp_has_fault_handling(void);
/* Op number of a linked op's handler; for disassembly and images. IR_COUNT if it is none. */
unsigned interp_op_of(const void *handler);

/* ---- For the interpreter, implemented by the runtime ---- */

/* The slice cannot pay `cost`: takes more from the reserve and asks the interrupt callback. True:
 * x->fuel now pays it. False: x->trap is TRAP_OUT_OF_FUEL (nothing was deducted) or
 * TRAP_INTERRUPTED. */
bool fuel_refill(struct exec *x, uint64_t cost);

/* Asks the interrupt callback, if there is one; true: x->trap is TRAP_INTERRUPTED. */
bool fuel_interrupted(struct exec *x);

/* Charges `cost` for work that depends on operands. Same result. */
static inline bool fuel_charge(struct exec *x, uint64_t cost)
{
    if (!x->metered)
        return true;
    if (x->fuel < cost && !fuel_refill(x, cost))
        return false;
    x->fuel -= cost;
    return true;
}

/* Undoes a charge for work that could not be done. */
static inline void fuel_give_back(struct exec *x, uint64_t cost)
{
    if (x->metered)
        x->fuel += cost;
}

/* Translates the function whose stub is at x->ip, and moves x->ip to its first op. False: x->outcome
 * is OUTCOME_ERROR with its field set, or OUTCOME_TRAP if that was to be paid and cannot be. */
bool translate_called(struct exec *x);

/* A host function by its handle. */
static inline const struct host_entry *host_entry(const struct exec *x, uint64_t handle)
{
    return (const struct host_entry *)(const void *)x->host_funcs[handle_index(handle)];
}
/* Whether it may be called directly now. */
static inline bool host_is_direct(const struct exec *x, const struct host_entry *f)
{
    return !((f->way == HOST_CHECKED) | x->suspendable | x->hooked);
}

/* While a host function runs whose frame would be at `frame`, calls back go on behind that frame's
 * header; `depth` calls are still allowed. */
static inline void host_enter(struct exec *x, uint8_t *frame, uint32_t depth)
{
    x->free_stack = frame + 8 * FRAME_HEADER_SLOTS;
    x->calls_left = depth;
}

/* The function whose first op is at x->ip is called for the first time: it may become machine code; that op no longer is interp_first_call_handler's. */
void first_called(struct exec *x);
/* Of a program counter in machine code of the store's instances: the op; NULL if it is elsewhere. Async-signal-safe. */
const uint8_t *native_op_at(const struct exec *x, uintptr_t pc);

/* Calls host function `index` of the store, from instance `caller`: arguments and results lie right
 * below `frame`, in `*slots` slots. True if it returned results; else x->outcome is OUTCOME_HOST or
 * OUTCOME_TRAP with its fields set. `depth` are the calls still allowed. */
bool host_call(struct exec *x, struct instance *caller, uint32_t index, uint8_t *frame,
               uint32_t depth, uint32_t *slots);
/* The instance of that id; ids are valid where they come from code, frames and tables. */
struct instance *store_instance(struct cupel_store *store, uint32_t id);
/* Canonical type id of a function by handle (not null). */
uint32_t store_func_type_id(struct cupel_store *store, uint64_t handle);
/* frame_values of a host function by index. */
uint32_t store_host_func_values(struct cupel_store *store, uint32_t index);

#endif
