/*
 * Frames hold no host pointers, so a call is suspended by copying them off the store's stack, and
 * resumed by copying them to wherever that is free then. Compared with a stack of its own for each
 * such call, one that is never suspended costs nothing more, one that is suspended takes as much
 * memory as it uses, and stack limits hold for all activations together.
 *
 * Out of fuel, the op that could not be paid has deducted nothing and runs again. A host function
 * has left its arguments where they were; its results will go there, and the op that called it is
 * completed as if it had just returned (exec/calls.c).
 *
 * How many calls are still allowed stands in every frame. Where a call is resumed at another depth
 * than it was made at, the numbers are put right.
 */
#include "engine/runtime/resumable.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/runtime/activation.h"
#include "engine/runtime/call_hook.h"
#include "engine/runtime/error.h"
#include "engine/runtime/trap.h"

/* ---- Suspending ---- */

/* Bytes of frames from `base` up to the end of the one that stopped. */
static size_t frames_len(const struct exec *x, const uint8_t *base)
{
    const struct cupel_module *module = x->inst->module;
    uint32_t at = (uint32_t)(x->ip - x->inst->code), frame_bytes = 8 * FRAME_HEADER_SLOTS;
    if (!code_is_stub(&module->code, at)) {
        module_lock_code(module);
        uint32_t func = code_func_at(&module->code, at);
        module_unlock_code(module);
        frame_bytes = ir_u32(code_entry(&x->inst->funcs[func]), 8);
    }
    return (size_t)(x->fp - base) + frame_bytes;
}

static void save_registers(struct suspended *at, const struct exec *x, const uint8_t *base)
{
    at->instance = x->inst->id;
    at->ip = (uint32_t)(x->ip - x->inst->code);
    at->fp = (size_t)(x->fp - base);
    at->acc = x->acc;
    memcpy(&at->acc_f64, &x->acc_f64, sizeof at->acc_f64);
    memcpy(&at->acc_f32, &x->acc_f32, sizeof at->acc_f32);
    memcpy(at->acc_v128, x->acc_v128, sizeof at->acc_v128);
}

static void load_registers(const struct suspended *at, struct exec *x, uint8_t *base)
{
    x->inst = store_instance(x->store, at->instance);
    x->ip = x->inst->code + at->ip;
    x->fp = base + at->fp;
    x->acc = at->acc;
    memcpy(&x->acc_f64, &at->acc_f64, sizeof at->acc_f64);
    memcpy(&x->acc_f32, &at->acc_f32, sizeof at->acc_f32);
    memcpy(x->acc_v128, at->acc_v128, sizeof at->acc_v128);
}

static bool reserve_frames(struct cupel_resumable *r, size_t len)
{
    if (len > r->allocated) {
        uint8_t *frames = mem_realloc(r->frames, len);
        if (!frames)
            return false;
        r->frames = frames;
        r->allocated = len;
    }
    r->len = len;
    return true;
}

cupel_error_t *resumable_keep(struct cupel_resumable *r, const uint8_t *base)
{
    struct exec *x = &r->store->exec;
    cupel_trap_t *trap = x->host_trap;
    x->host_trap = NULL;
    if (!reserve_frames(r, frames_len(x, base))) {
        cupel_trap_delete(trap);
        return error_nomem();
    }
    memcpy(r->frames, base, r->len);
    save_registers(&r->at, x, base);
    r->reason = trap ? CUPEL_SUSPENDED_BY_HOST : CUPEL_SUSPENDED_OUT_OF_FUEL;
    r->calls_left = r->store->exec.calls_left;
    r->site = x->host_site;
    r->fuel_needed = x->fuel_needed;
    r->trap = trap;
    r->traced = false;
    return NULL;
}

cupel_error_t *resumable_new(struct cupel_store *store, const struct instance *instance,
                             uint32_t func, const uint8_t *base, cupel_resumable_t **out)
{
    struct cupel_resumable *r = mem_calloc(1, sizeof *r);
    if (!r) {
        cupel_trap_delete(store->exec.host_trap);
        store->exec.host_trap = NULL;
        return error_nomem();
    }
    r->store = store;
    r->instance = instance->id;
    r->func = func;
    r->next = store->resumables;
    r->link = &store->resumables;
    if (r->next)
        r->next->link = &r->next;
    store->resumables = r;
    cupel_error_t *error = resumable_keep(r, base);
    if (error)
        cupel_resumable_delete(r);
    else
        *out = r;
    return error;
}

void resumable_end(struct cupel_resumable *r)
{
    if (!r->store)
        return;
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    cupel_trap_delete(r->trap);
    mem_free(r->frames);
    r->store = NULL;
    r->trap = NULL;
    r->frames = NULL;
    r->reason = CUPEL_NOT_SUSPENDED;
}

void cupel_resumable_delete(cupel_resumable_t *resumable)
{
    if (!resumable)
        return;
    if (resumable->running) {
        resumable->abandoned = true;
        return;
    }
    resumable_end(resumable);
    mem_free(resumable);
}

/* ---- Looking ---- */

const functype *resumable_host_type(const struct cupel_resumable *r)
{
    return r->store->host_funcs.data[r->site.func]->type;
}

uint64_t *resumable_host_values(const struct cupel_resumable *r)
{
    uint8_t *end = r->frames + r->at.fp + r->site.delta;
    return (uint64_t *)(void *)(end - 8 * (size_t)frame_values(resumable_host_type(r)));
}

struct frame_walk resumable_frames(const struct cupel_resumable *r)
{
    return (struct frame_walk){{store_instance(r->store, r->at.instance), r->at.ip},
                               r->frames + r->at.fp};
}

/* ---- Resuming ---- */

/* Whether the frames fit above what is in use now; makes sure that there is a stack. */
static cupel_error_t *check_room(const struct cupel_resumable *r)
{
    struct cupel_store *store = r->store;
    uint32_t used = r->calls_left - ir_u32(r->frames + r->at.fp, 4);
    if (!store_ensure_stack(store))
        return error_nomem();
    if (store->exec.host_depth > store->limits.host_depth)
        return error_limit("host_depth", "the call cannot be resumed within so many others");
    if (used > store->exec.calls_left)
        return error_limit("call_depth", "the call has %u frames, %u calls are still allowed", used,
                           store->exec.calls_left);
    if (store->exec.free_stack > store->exec.stack_end ||
        r->len > (size_t)(store->exec.stack_end - store->exec.free_stack))
        return error_limit("stack_bytes",
                           "the call has %zu bytes of frames, for which the stack "
                           "has no room",
                           r->len);
    return NULL;
}

static void adjust_depths(struct cupel_resumable *r)
{
    uint32_t more = r->store->exec.calls_left - r->calls_left;
    struct frame_walk w = resumable_frames(r);
    if (more == 0)
        return;
    do
        ir_put32(w.fp, 4, ir_u32(w.fp, 4) + more);
    while (frames_next(&w));
    r->calls_left += more;
}

/* From the copied frames to the end of the activation. */
static cupel_error_t *run(struct cupel_resumable *r, cupel_trap_t **trap)
{
    struct cupel_store *store = r->store;
    struct exec *x = &store->exec;
    struct activation a;
    struct host_site site = r->site;
    bool by_host = r->reason == CUPEL_SUSPENDED_BY_HOST;
    uint8_t *base = store->exec.free_stack;
    cupel_error_t *error = NULL;
    cupel_trap_delete(r->trap);
    r->trap = NULL;
    r->reason = CUPEL_NOT_SUSPENDED;
    adjust_depths(r);
    memcpy(base, r->frames, r->len);
    activation_begin(x, &a, true);
    load_registers(&r->at, x, base);
    x->outcome = interp_resume(x, by_host ? &site : NULL);
    if (x->outcome != OUTCOME_DONE) {
        if (resumable_may_keep(x))
            error = resumable_keep(r, base);
        else
            error = activation_failure(x, trap);
    }
    activation_end(x, &a);
    return error;
}

static cupel_error_t *check(const struct cupel_store *store, const struct cupel_resumable *r)
{
    if (r->reason == CUPEL_NOT_SUSPENDED || r->running)
        return error_new(ERR_MISUSE, "there is nothing to resume: the call runs, has ended, or its "
                                     "store is gone");
    if (r->store != store)
        return error_new(ERR_MISUSE, "the call is not one of this store");
    return NULL;
}

/* The call's own type. */
static const functype *type_of(const struct cupel_resumable *r)
{
    return store_instance(r->store, r->instance)->module->m.funcs[r->func].type;
}

/* Frees what is no longer needed, at the end of a resumption. */
static void settle(struct cupel_resumable *r)
{
    r->running = false;
    if (r->reason == CUPEL_NOT_SUSPENDED)
        resumable_end(r);
    if (r->abandoned)
        cupel_resumable_delete(r);
}

cupel_error_t *resumable_resume(struct cupel_store *store, struct cupel_resumable *r,
                                const struct resume_values *values, cupel_trap_t **trap)
{
    cupel_error_t *error = check(store, r);
    if (!error)
        error = values->check(values, r, type_of(r));
    if (!error)
        error = check_room(r);
    if (error)
        return error;
    const functype *type = type_of(r);
    r->running = true;
    if (store->hook.call)
        error = hook_enter_wasm(store, 0, trap);
    if (error || *trap) {
        r->running = false;
        if (r->abandoned)
            cupel_resumable_delete(r);
        return error;
    }
    if (r->reason == CUPEL_SUSPENDED_BY_HOST)
        values->put(values, r);
    error = run(r, trap);
    if (store->hook.call)
        error = hook_leave_wasm(store, 8 * (size_t)frame_values(type), error, trap);
    if (error || *trap)
        r->reason = CUPEL_NOT_SUSPENDED;
    else if (r->reason == CUPEL_NOT_SUSPENDED)
        values->take(values, store, type, (const uint64_t *)(const void *)store->exec.free_stack);
    settle(r);
    return error;
}
