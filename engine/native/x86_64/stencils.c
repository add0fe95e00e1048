/*
 * The stencils: every handler of the interpreter once more, with holes for its operands and its ways out. Nothing of this is linked; make has the object read by
 * extract.c, which turns it into a table.
 *
 * What a handler does is the interpreter's own source. Differences are in how it goes on:
 *   - the next op is the code behind; a branch goes to the code of its target. The stitcher lets a branch that pays go to the CHARGE in front of its label, which
 *     is two instructions here, so no branch pays itself, and the ops that take two branches at once have nothing to do: what follows them does the same.
 *   - a slow path is the interpreter's: stencil_exit leads to the interpreter's handler of this very op, with all registers as they were.
 *   - what goes to an address in the internal code (returns, indirect calls, br_table) dispatches as the interpreter does: ops of stitched functions
 *     have their machine code as handler.
 */
#include "config.h"

#define STENCILS    1
#define INTERP_TAIL 1
#include "engine/native/x86_64/holes.h"

#include "engine/exec/guard.h"
#include "engine/exec/machine.h"

#ifdef HAVE_PRESERVE_NONE
#define HANDLER_CALL __attribute__((preserve_none))
#else
#define HANDLER_CALL
#endif
#define TAIL __attribute__((musttail))

#define REGISTERS                                                                                  \
    const uint8_t *ip, uint8_t *fp, uint64_t fuel, struct instance *inst, uint8_t *mem,            \
        uint64_t acc, float acc_f32, double acc_f64, v128 acc_v128
#define PASS ip, fp, fuel, inst, mem, acc, acc_f32, acc_f64, acc_v128

typedef HANDLER_CALL void (*handler)(REGISTERS);

/* Ways out. The targets are those of the label at byte 12: of a branch that does not pay, and of one that does. */
HANDLER_CALL void stencil_next(REGISTERS);
HANDLER_CALL void stencil_exit(REGISTERS);
HANDLER_CALL void stencil_target(REGISTERS);
HANDLER_CALL void stencil_target_paid(REGISTERS);
/* The slot of the function whose index is at byte 8: where its code is. */
extern const handler stencil_callee;

#define HANDLER(name)                                                                              \
    HANDLER_CALL void op_##name(REGISTERS);                                                        \
    HANDLER_CALL void op_##name(REGISTERS)
#define DISPATCH                    TAIL return (*(const handler *)(const void *)ip)(PASS)
#define NEXT(len)                   TAIL return stencil_next(PASS)
#define SLOW(name)                  TAIL return stencil_exit(PASS)
#define SLOW_WITH(set, name)        SLOW(name)
#define DECIDED_BY(v)               __asm__("" : "+r"(v))
#define GO(at)                      TAIL return stencil_target(PASS)
#define PAY_AND_GO(at, price)       TAIL return stencil_target_paid(PASS)
#define PAY_AND_FALL(len)           NEXT(len)
#define PAY_OR_NEXT(at, price, len) NEXT(len)

#define ENTER_FUNCTION(f, nfp, len)                                                                \
    do {                                                                                           \
        PUSH_FRAME(nfp, len);                                                                      \
        ip = code_entry(f);                                                                        \
        DISPATCH;                                                                                  \
    } while (0)
/* What is not stitched yet is told its index in the place of ip. */
#define ENTER_BY_INDEX(index, nfp, len)                                                            \
    do {                                                                                           \
        PUSH_FRAME(nfp, len);                                                                      \
        ip = (const uint8_t *)(uintptr_t)(index);                                                  \
        TAIL return stencil_callee(PASS);                                                          \
    } while (0)

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "engine/exec/handlers.inc"
#include "engine/exec/handlers_simd.inc"
