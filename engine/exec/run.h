/*
 * run.h - between the dispatch builds (interp_*.c) and what they share (run.c, fault.c).
 */
#ifndef CUPEL_EXEC_RUN_H
#define CUPEL_EXEC_RUN_H

#include "engine/runtime/interp.h"

/* Executes from the spilled state of `x` until a slow path stops. */
void interp_enter(struct exec *x);

/* Completes the call at x->ip of a host function that has returned: its results lie in its values. */
void calls_finish_host(struct exec *x, const struct host_site *site);

/* The host function that the op at x->ip, a CALL_IMPORT, called directly has ended in `trap`, which
 * is taken over: stops. */
void calls_host_trapped(struct exec *x, cupel_trap_t *trap);

/* The registers of the build's handlers, as indices into a ucontext's general registers; filled in
 * by the dispatch build. */
struct fault_registers {
    int ip, fp, fuel, inst;
};
extern const struct fault_registers interp_fault_registers;
/* Bounds of the handlers' code. */
bool interp_is_handler(uintptr_t pc);

/* Installs the signal handler, once for the process. False where the host cannot. */
bool fault_install(void);
/* The state that a fault on this thread belongs to; returns the one before. */
struct exec *fault_set_current(struct exec *x);

#endif
