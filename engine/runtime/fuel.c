/*
 * Fuel is handed out in slices: the interpreter counts down one number, and comes here when it
 * cannot pay. With an interrupt callback a slice ends early, so that the callback is asked in time;
 * without one the slice is all there is.
 *
 * What is left in all is always fuel + fuel_reserve, and only a charge that can be paid is deducted
 * (by the caller), so how the fuel is sliced never shows in its use.
 */
#include "engine/runtime/error.h"
#include "engine/runtime/store.h"

/* Moves at least `need` (which there is) into the running slice. */
static void begin_slice(struct exec *x, uint64_t total, uint64_t need)
{
    uint64_t slice = total;
    if (x->interrupt && x->slice < total)
        slice = x->slice > need ? x->slice : need;
    x->fuel = slice;
    x->fuel_reserve = total - slice;
}

bool fuel_interrupted(struct exec *x)
{
    if (!x->interrupt)
        return false;
    struct callback_guard guard = store_enter_callback(x->store);
    bool stop = x->interrupt(x->interrupt_env);
    store_leave_callback(x->store, guard);
    if (stop)
        x->trap = TRAP_INTERRUPTED;
    return stop;
}

bool fuel_refill(struct exec *x, uint64_t cost)
{
    uint64_t total = x->fuel + x->fuel_reserve;
    if (total < cost) {
        x->trap = TRAP_OUT_OF_FUEL;
        x->fuel_needed = cost;
        return false;
    }
    if (fuel_interrupted(x))
        return false;
    begin_slice(x, total, cost);
    return true;
}

static cupel_error_t *not_metered(void)
{
    return error_new(ERR_MISUSE, "the engine does not meter fuel");
}

cupel_error_t *cupel_context_set_fuel(cupel_context_t *ctx, uint64_t fuel)
{
    struct exec *x = &context_store(ctx)->exec;
    if (!x->metered)
        return not_metered();
    begin_slice(x, fuel, 0);
    return NULL;
}

cupel_error_t *cupel_context_get_fuel(const cupel_context_t *ctx, uint64_t *fuel)
{
    const struct exec *x = &context_store(ctx)->exec;
    if (!x->metered)
        return not_metered();
    *fuel = x->fuel + x->fuel_reserve;
    return NULL;
}

cupel_error_t *cupel_store_set_interrupt(cupel_store_t *store, cupel_interrupt_t interrupt,
                                         void *env, uint64_t slice)
{
    struct exec *x = &store->exec;
    if (!x->metered)
        return not_metered();
    if (interrupt && slice == 0)
        return error_new(ERR_MISUSE, "a slice must be at least one unit of fuel");
    x->interrupt = interrupt;
    x->interrupt_env = env;
    x->slice = slice;
    begin_slice(x, x->fuel + x->fuel_reserve, 0);
    return NULL;
}
