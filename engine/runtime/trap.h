/*
 * trap.h - the public trap object and its backtrace.
 *
 * A trap keeps a reference to the module of each frame, so that function names stay valid when the
 * store is gone.
 */
#ifndef CUPEL_RUNTIME_TRAP_H
#define CUPEL_RUNTIME_TRAP_H

#include <stddef.h>
#include <stdint.h>

#include "engine/cupel.h"
#include "engine/runtime/frames.h"
#include "engine/runtime/interp.h"

/* Kept of a deep stack: the innermost and the outermost frames. */
#define TRAP_INNER_FRAMES 48
#define TRAP_OUTER_FRAMES 16
#define TRAP_FRAMES       (TRAP_INNER_FRAMES + TRAP_OUTER_FRAMES)

struct trap_frame {
    cupel_instance_t instance;
    uint32_t func;
    uint64_t offset;      /* in the module, or NO_OFFSET */
    uint64_t func_offset; /* in the function's body, or NO_OFFSET */
    struct cupel_module *module;
};

struct cupel_trap {
    enum trap_code code;
    const char *limit; /* static storage */
    bool has_exit_status;
    int32_t exit_status;
    void *host_data;
    void (*finalize)(void *data); /* of host_data, or NULL */
    char *message;                /* NULL: the sentence of the code */
    size_t depth;                 /* frames that there were */
    size_t nframes;               /* frames that are kept */
    struct trap_frame *frames;
};

/* Without frames; `limit` (static storage) may be NULL. NULL when memory is exhausted. */
cupel_own cupel_trap_t *trap_new(enum trap_code code, const char *limit);
/* With a message of its own (copied) in place of the code's sentence. */
cupel_own cupel_trap_t *trap_new_with_message(enum trap_code code, const char *message);

/* Appends the frames of an activation, innermost first. Without memory for them only their number
 * is added. */
void trap_add_backtrace(cupel_trap_t *trap, struct frame_walk innermost);

#endif
