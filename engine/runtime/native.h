/*
 * native.h - the interface between the runtime and the machine code of a module's functions (engine/native/).
 *
 * A function is stitched at its first call: each op becomes a piece of machine code, and the handler of the op, in the module's internal code, becomes that piece. So
 * the internal code stays what it is, places in it mean the same, and whoever dispatches an op of such a function runs machine code. What the
 * machine code cannot do it leaves to the interpreter's handler of the op, which goes on to the next op's machine code.
 *
 * All functions are thread-safe, but while a function of the module is being translated only native_place is to be called.
 */
#ifndef CUPEL_RUNTIME_NATIVE_H
#define CUPEL_RUNTIME_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/cupel.h"

struct code;
struct native;

/* Bytes of machine code that an engine's modules may have together, and have. */
struct native_budget {
    size_t limit;
    _Atomic size_t used;
};

/* Whether there is machine code on this build, dispatch and host. */
bool native_supported(void);

/*
 * For linked code, which must outlive it, as the budget must. `wasm_bytes` are those of all bodies. NULL when memory is exhausted or native_supported() is
 * false: then functions are interpreted.
 */
cupel_own struct native *native_new(const struct code *code, size_t wasm_bytes,
                                    struct native_budget *budget);
/* Nobody may run any of it. */
void native_delete(cupel_own struct native *native);

/* A defined function has been linked: its first call is to stitch it. */
void native_expect(struct native *native, uint32_t func);
/* The first call of the function whose first op is at `ip`: stitches it, or sees to it that it is interpreted from now on. */
void native_first_call(struct native *native, const uint8_t *ip);

/* Whether stitched functions run as machine code, which they do at first, and more are stitched. What runs goes over at its next call, return or slow path. */
void native_set_active(struct native *native, bool active);
/* Between these the internal code has the interpreter's handlers, so that it can be read; functions run on meanwhile, interpreted. */
void native_begin_reading(struct native *native);
void native_end_reading(struct native *native);

/* Of a program counter in machine code: the op in the internal code; NULL if it is elsewhere. Async-signal-safe. */
const uint8_t *native_place(const struct native *native, uintptr_t pc);

/* Bytes of machine code there are, and of what describes it. */
size_t native_code_bytes(const struct native *native);

#endif
