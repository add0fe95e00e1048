/*
 * Calls that the fast handlers leave to others: into other instances and the host, and tail calls.
 * Frames are described in translate/code.h.
 */
#include "engine/exec/run.h"
#include "engine/exec/slow_state.h"

/* ---- Returns ---- */

/* The frame pointer is still the callee's: the word before CODE_CROSS_RETURN is 0. */
bool slow_cross_return(struct exec *x)
{
    uint32_t offset = ir_u32(x->fp, 8), id = ir_u32(x->fp, 12);
    x->inst = store_instance(x->store, id);
    x->ip = x->inst->code + offset;
    x->fp -= ir_u32(x->ip - 4, 0);
    return true;
}

bool slow_tail_return(struct exec *x)
{
    uint32_t offset = ir_u32(x->fp, 8), id = ir_u32(x->fp, 12);
    x->fp -= ir_s32(x->fp, 16);
    if (offset == CODE_EXIT)
        return slow_exit(x);
    x->inst = store_instance(x->store, id);
    x->ip = x->inst->code + offset;
    x->fp -= ir_u32(x->ip - 4, 0);
    return true;
}

/* ---- Calls ---- */

/* A single result is in the accumulator of its class as well; as its class is not known here, in all of them. A vector takes two slots; loading
 * one where the host has just written a half would wait for the store. */
static void load_accumulators(struct exec *x, const uint8_t *value, uint32_t slots)
{
    memcpy(&x->acc, value, sizeof x->acc);
    memcpy(&x->acc_f64, value, sizeof x->acc_f64);
    memcpy(&x->acc_f32, value, sizeof x->acc_f32);
    if (slots >= 2)
        memcpy(x->acc_v128, value, sizeof x->acc_v128);
}

/* Where the arguments of a call are, and its results will be: `n` slots. */
static uint8_t *host_values(const struct exec *x, const struct host_site *site, uint32_t n)
{
    return x->fp + site->delta - 8 * (size_t)n;
}

/* After a tail call the results go where the frame's own belong, and it returns. */
static void return_from_host(struct exec *x, const struct host_site *site, const uint8_t *values,
                             uint32_t n)
{
    memmove(x->fp - 8 * (size_t)site->values, values,
            8 * (size_t)(n < site->values ? n : site->values));
    x->ip = x->inst->code + ir_u32(x->fp, 0);
    x->fp -= ir_u32(x->ip - 4, 0);
}

static void finish_host(struct exec *x, const struct host_site *site, const uint8_t *values,
                        uint32_t n)
{
    load_accumulators(x, values, n);
    if (site->len)
        x->ip += site->len;
    else
        return_from_host(x, site, values, n);
}

void calls_finish_host(struct exec *x, const struct host_site *site)
{
    uint32_t n = store_host_func_values(x->store, site->func);
    finish_host(x, site, host_values(x, site, n), n);
}

/* The function runs above the caller's frame. */
static inline bool call_host(struct exec *x, struct host_site site)
{
    uint32_t depth = ir_u32(x->fp, 4);
    if (depth == 0)
        return slow_depth(x);
    uint32_t n;
    if (!host_call(x, x->inst, site.func, x->fp + site.delta, depth - 1, &n)) {
        x->host_site = site;
        return false;
    }
    finish_host(x, &site, host_values(x, &site, n), n);
    return true;
}

void calls_host_trapped(struct exec *x, cupel_trap_t *trap)
{
    uint64_t handle = instance_func_imports(x->inst)[ir_u32(x->ip, 8)];
    x->host_site = (struct host_site){handle_index(handle), ir_u32(x->ip, 12), 16, 0};
    x->outcome = OUTCOME_HOST;
    x->host_trap = trap;
}

/* Calls the function of a handle from the op at x->ip, which is `len` bytes long and puts the frame
 * `delta` bytes up. */
static inline bool call_handle(struct exec *x, uint64_t handle, uint32_t delta, uint32_t len)
{
    uint32_t depth = ir_u32(x->fp, 4), owner = handle_owner(handle), index = handle_index(handle);
    uint8_t *frame = x->fp + delta;
    if (owner == HOST_OWNER)
        return call_host(x, (struct host_site){index, delta, len, 0});
    if (depth == 0)
        return slow_depth(x);
    struct instance *target = store_instance(x->store, owner);
    ir_put32(frame, 0, CODE_CROSS_RETURN);
    ir_put32(frame, 4, depth - 1);
    ir_put32(frame, 8, (uint32_t)(x->ip + len - x->inst->code));
    ir_put32(frame, 12, x->inst->id);
    x->fp = frame;
    x->inst = target;
    x->ip = code_entry(&target->funcs[index]);
    return true;
}

bool slow_call_import(struct exec *x)
{
    uint64_t handle = instance_func_imports(x->inst)[ir_u32(x->ip, 8)];
    return call_handle(x, handle, ir_u32(x->ip, 12), 16);
}

/* The function that an indirect call at x->ip means, 0 if it traps. */
static uint64_t find_callee(struct exec *x, uint64_t i)
{
    const struct table_object *table = x->inst->tables[ir_u16(x->ip, 10)];
    uint64_t handle = 0;
    if (i >= table->size)
        slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    else if ((handle = table->elems[i]) == 0)
        slow_trap(x, TRAP_INDIRECT_CALL_TO_NULL);
    else if (store_func_type_id(x->store, handle) != ir_u32(x->ip, 16)) {
        slow_trap(x, TRAP_BAD_SIGNATURE);
        handle = 0;
    }
    return handle;
}

static bool call_indirect(struct exec *x, uint64_t i)
{
    uint64_t handle = find_callee(x, i);
    return handle != 0 && call_handle(x, handle, ir_u32(x->ip, 20), 24);
}

bool slow_call_indirect_s(struct exec *x)
{
    return call_indirect(x, ir_u64(slow_slot(x, 8), 0));
}

bool slow_call_indirect_a(struct exec *x)
{
    return call_indirect(x, x->acc);
}

/* ---- Tail calls ---- */

/* Where a frame returns to in the end. */
struct way_back {
    uint32_t offset, id; /* CODE_EXIT, or a place in the code of instance `id` */
    int32_t distance;    /* from the frame that is expected there up to this one */
};

static struct way_back way_back_of(const struct exec *x)
{
    uint32_t offset = ir_u32(x->fp, 0);
    struct way_back w = {ir_u32(x->fp, 8), ir_u32(x->fp, 12), 0};
    if (offset == CODE_TAIL_RETURN)
        w.distance = ir_s32(x->fp, 16);
    else if (offset != CODE_CROSS_RETURN)
        w = (struct way_back){offset, x->inst->id, 0};
    return w;
}

/* Replaces the frame of a function with `values` by that of the function of a handle, whose
 * arguments lie below fp + delta. */
static bool tail_call_handle(struct exec *x, uint64_t handle, uint32_t delta, uint32_t values)
{
    uint32_t owner = handle_owner(handle), index = handle_index(handle);
    if (owner == HOST_OWNER)
        return call_host(x, (struct host_site){index, delta, 0, values});
    struct instance *target = store_instance(x->store, owner);
    uint32_t callee_values = target->funcs[index].values, depth = ir_u32(x->fp, 4);
    struct way_back back = way_back_of(x);
    uint8_t *base = x->fp - 8 * (size_t)values, *frame = base + 8 * (size_t)callee_values;
    bool in_place = target == x->inst && callee_values == values;
    uint64_t header = ir_u64(x->fp, 0);
    memmove(base, x->fp + delta - 8 * (size_t)callee_values, 8 * (size_t)callee_values);
    if (in_place) {
        ir_put64(frame, 0, header);
    } else {
        ir_put32(frame, 0, CODE_TAIL_RETURN);
        ir_put32(frame, 4, depth);
        ir_put32(frame, 8, back.offset);
        ir_put32(frame, 12, back.id);
        ir_put32(frame, 16,
                 (uint32_t)(back.distance + 8 * ((int32_t)callee_values - (int32_t)values)));
    }
    x->fp = frame;
    x->inst = target;
    x->ip = code_entry(&target->funcs[index]);
    return true;
}

bool slow_return_call(struct exec *x)
{
    uint64_t handle = instance_func_handle(x->inst, ir_u32(x->ip, 8));
    return tail_call_handle(x, handle, ir_u32(x->ip, 12), ir_u32(x->ip, 16));
}

static bool return_call_indirect(struct exec *x, uint64_t i)
{
    uint64_t handle = find_callee(x, i);
    return handle != 0 && tail_call_handle(x, handle, ir_u32(x->ip, 20), ir_u32(x->ip, 24));
}

bool slow_return_call_indirect_s(struct exec *x)
{
    return return_call_indirect(x, ir_u64(slow_slot(x, 8), 0));
}

bool slow_return_call_indirect_a(struct exec *x)
{
    return return_call_indirect(x, x->acc);
}
