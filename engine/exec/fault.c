/*
 * From a fault at a guard page to a trap.
 *
 * A guarded access is one instruction that has the machine's state in known registers (guard.h).
 * The handler recognises its own by three things: this thread runs an interpreter, the program
 * counter lies in a handler or in machine code made of them, and the address lies in the reservation of the running instance's
 * memory. It then saves the registers and jumps back into interp_run. Everything else goes to
 * whoever handled the signal before.
 */
#include "config.h"

#include "engine/exec/run.h"

#ifdef __linux__
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

static __thread struct exec *current __attribute__((tls_model("initial-exec")));
static struct sigaction previous[2]; /* SIGSEGV, SIGBUS */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool installed;

#if defined(__x86_64__)
static uint64_t reg(const ucontext_t *u, int index)
{
    return (uint64_t)u->uc_mcontext.gregs[index];
}

/* True if the fault is a guarded access beyond its memory; then the state is spilled. */
static bool take_fault(const siginfo_t *info, const ucontext_t *u)
{
    struct exec *x = current;
    if (!x || !x->fault)
        return false;
    uintptr_t pc = (uintptr_t)reg(u, REG_RIP);
    const uint8_t *op = interp_is_handler(pc) ? NULL : native_op_at(x, pc);
    if (!op && !interp_is_handler(pc))
        return false;
    const struct fault_registers *r = &interp_fault_registers;
    struct instance *inst = (struct instance *)reg(u, r->inst);
    const struct memory *m = inst->memory0;
    uintptr_t at = (uintptr_t)info->si_addr;
    if (!m || at < (uintptr_t)m->base || at - (uintptr_t)m->base >= m->reserved)
        return false;
    x->ip = op ? op : (const uint8_t *)reg(u, r->ip);
    x->fp = (uint8_t *)reg(u, r->fp);
    x->fuel = reg(u, r->fuel);
    x->inst = inst;
    x->trap = TRAP_MEMORY_OUT_OF_BOUNDS;
    x->outcome = OUTCOME_TRAP;
    return true;
}
#else
static bool take_fault(const siginfo_t *info, const ucontext_t *u)
{
    (void)info;
    (void)u;
    return false;
}
#endif

static void on_fault(int number, siginfo_t *info, void *context)
{
    if (take_fault(info, context)) {
        /* Whoever called us may block it: another handler, such as a sanitizer's. */
        sigset_t ours;
        sigemptyset(&ours);
        sigaddset(&ours, number);
        pthread_sigmask(SIG_UNBLOCK, &ours, NULL);
        siglongjmp(*current->fault, 1);
    }
    const struct sigaction *before = &previous[number == SIGBUS];
    if (before->sa_flags & SA_SIGINFO) {
        before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    } else {
        /* Neither ours nor anybody's: the instruction runs again and ends the process. */
        sigaction(number, before, NULL);
    }
}

static void install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    /* The handler leaves by siglongjmp, so the signal must not stay blocked. */
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    installed = sigaction(SIGSEGV, &action, &previous[0]) == 0 &&
                sigaction(SIGBUS, &action, &previous[1]) == 0;
}

bool fault_install(void)
{
    return pthread_once(&once, install) == 0 && installed;
}

struct exec *fault_set_current(struct exec *x)
{
    struct exec *before = current;
    current = x;
    return before;
}
#else
bool fault_install(void)
{
    return false;
}

struct exec *fault_set_current(struct exec *x)
{
    (void)x;
    return NULL;
}
#endif
