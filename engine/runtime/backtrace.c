/*
 * Frames hold no host pointers, so the way back is found in numbers: a frame's return offset names
 * a place in the calling code, and the word in front of that place says how far below the caller's
 * frame lies. Where a call crosses instances, the frame names the caller's instance too. Walking is
 * therefore cheap, and only the frames that are kept are turned into functions and offsets in Wasm.
 *
 * Of a deep stack the innermost and the outermost frames are kept: the former say what went wrong,
 * the latter who asked for it.
 */
#include "engine/runtime/frames.h"
#include "engine/runtime/trap.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/runtime/module_object.h"
#include "engine/runtime/store.h"

bool frames_next(struct frame_walk *w)
{
    uint32_t offset = ir_u32(w->fp, 0);
    if (offset == CODE_EXIT)
        return false;
    if (offset == CODE_CROSS_RETURN || offset == CODE_TAIL_RETURN) {
        bool tail = offset == CODE_TAIL_RETURN;
        offset = ir_u32(w->fp, 8);
        if (offset == CODE_EXIT)
            return false;
        w->at.inst = store_instance(w->at.inst->store, ir_u32(w->fp, 12));
        if (tail)
            w->fp -= ir_s32(w->fp, 16);
    }
    w->at.offset = offset - 1; /* a return address is the end of its call */
    w->fp -= ir_u32(w->at.inst->code + offset - 4, 0);
    return true;
}

static void resolve(const struct code_place *p, struct trap_frame *out)
{
    struct cupel_module *module = p->inst->module;
    module_lock_code(module);
    uint32_t func = code_func_at(&module->code, p->offset);
    out->offset = func == NO_INDEX ? NO_OFFSET : code_position(&module->code, func, p->offset);
    out->func_offset =
        out->offset == NO_OFFSET ? NO_OFFSET : out->offset - code_body(&module->code, func);
    module_unlock_code(module);
    out->func = func;
    out->instance = (cupel_instance_t){p->inst->store->id, p->inst->id};
    out->module = cupel_module_clone(module);
}

/* Adds a frame outside of those that are there; of the outer ones the innermost gives way. */
static void append(cupel_trap_t *trap, const struct code_place *p)
{
    if (trap->nframes == TRAP_FRAMES) {
        struct trap_frame *outer = &trap->frames[TRAP_INNER_FRAMES];
        cupel_module_delete(outer->module);
        memmove(outer, outer + 1, (TRAP_OUTER_FRAMES - 1) * sizeof *outer);
        trap->nframes--;
    }
    resolve(p, &trap->frames[trap->nframes++]);
}

void trap_add_backtrace(cupel_trap_t *trap, struct frame_walk w)
{
    struct code_place inner[TRAP_INNER_FRAMES], outer[TRAP_OUTER_FRAMES];
    size_t n = 0;
    do {
        if (n < TRAP_INNER_FRAMES)
            inner[n] = w.at;
        else
            outer[n % TRAP_OUTER_FRAMES] = w.at;
        n++;
    } while (frames_next(&w));

    trap->depth += n;
    if (!trap->frames)
        trap->frames = mem_alloc(TRAP_FRAMES * sizeof *trap->frames);
    if (!trap->frames)
        return;
    size_t ninner = n < TRAP_INNER_FRAMES ? n : TRAP_INNER_FRAMES;
    for (size_t i = 0; i < ninner; i++)
        append(trap, &inner[i]);
    size_t first = n > TRAP_FRAMES ? n - TRAP_OUTER_FRAMES : ninner;
    for (size_t i = first; i < n; i++)
        append(trap, &outer[i % TRAP_OUTER_FRAMES]);
}
