/*
 * A hook is the embedder's code, so it may do what a host function may: call functions, grow
 * memories, even change the hook. Hence it runs with the stack free above what is in use, and
 * counts as one more activation, or a hook that calls would be a recursion without bound.
 */
#include "engine/runtime/call_hook.h"

#include "engine/runtime/error.h"

void cupel_store_set_call_hook(cupel_store_t *store, cupel_call_hook_t hook, void *env)
{
    store->hook = (struct call_hook){hook, env};
    store->exec.hooked = hook != NULL;
}

static cupel_error_t *fire(struct cupel_store *store, cupel_call_event_t event, cupel_trap_t **trap)
{
    struct call_hook hook = store->hook;
    *trap = NULL;
    if (!hook.call) /* removed between two events of a call */
        return NULL;
    store->exec.host_depth++;
    cupel_error_t *error = hook.call(hook.env, store_context(store), event, trap);
    store->exec.host_depth--;
    if (error && *trap) {
        cupel_trap_delete(*trap);
        *trap = NULL;
    }
    return error;
}

static cupel_error_t *fire_above(struct cupel_store *store, size_t bytes, cupel_call_event_t event,
                                 cupel_trap_t **trap)
{
    uint8_t *free_stack = store->exec.free_stack;
    store->exec.free_stack += bytes;
    cupel_error_t *error = fire(store, event, trap);
    store->exec.free_stack = free_stack;
    return error;
}

cupel_error_t *hook_enter_wasm(struct cupel_store *store, size_t bytes, cupel_trap_t **trap)
{
    return fire_above(store, bytes, CUPEL_CALLING_WASM, trap);
}

cupel_error_t *hook_leave_wasm(struct cupel_store *store, size_t bytes, cupel_error_t *error,
                               cupel_trap_t **trap)
{
    cupel_trap_t *own_trap;
    cupel_error_t *own_error = fire_above(store, bytes, CUPEL_RETURNING_FROM_WASM, &own_trap);
    if (!own_error && !own_trap)
        return error;
    cupel_error_delete(error);
    cupel_trap_delete(*trap);
    *trap = own_trap;
    return own_error;
}

static bool fire_for_host(struct exec *x, cupel_call_event_t event)
{
    cupel_trap_t *trap;
    cupel_error_t *error = fire(x->store, event, &trap);
    if (!error && !trap)
        return true;
    x->outcome = error ? OUTCOME_ERROR : OUTCOME_TRAP;
    x->error = error;
    x->host_trap = trap;
    return false;
}

bool hook_enter_host(struct exec *x)
{
    return fire_for_host(x, CUPEL_CALLING_HOST);
}

bool hook_leave_host(struct exec *x)
{
    return fire_for_host(x, CUPEL_RETURNING_FROM_HOST);
}
