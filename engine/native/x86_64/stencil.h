/*
 * stencil.h - the table that extract.c makes of the stencils' object file and the stitcher reads.
 */
#ifndef CUPEL_NATIVE_X86_64_STENCIL_H
#define CUPEL_NATIVE_X86_64_STENCIL_H

#include <stdint.h>

enum hole_kind {
#define HOLE_KIND(name, bits, is_signed, what) HOLE_##name,
#include "engine/native/x86_64/holes.def"
#undef HOLE_KIND
    HOLE_next,        /* rel32 to what follows */
    HOLE_exit,        /* rel32 to the exit of this op */
    HOLE_target,      /* rel32 to the op at the label */
    HOLE_target_paid, /* rel32 to the op at the label, or the charge in front of it */
    HOLE_callee,      /* rel32 to the slot of the function */
    HOLE_pool,        /* rel32 to a constant: its place is in the addend */
};

/* What a hole may shrink to if its value is that of a signed byte. */
enum hole_shrink {
    SHRINK_NOT,
    SHRINK_DISP, /* a displacement: the ModRM byte stands `back` bytes before */
    SHRINK_ALU   /* the immediate of an instruction with opcode 81, `back` bytes before */
};

struct hole {
    uint16_t at;    /* byte in the stencil */
    uint8_t kind;   /* enum hole_kind */
    uint8_t arg;    /* byte of the operand in the op */
    uint8_t shrink; /* enum hole_shrink */
    uint8_t back;
    int16_t addend;
};

struct stencil {
    uint32_t code;  /* place in `bytes` */
    uint32_t holes; /* the first one's number */
    uint16_t len;
    uint8_t nholes;
    uint8_t present; /* 0: the op has none, and all else is 0 */
};

/* Behind the last stencil there are as many zeros, so that copies may be of whole vectors. */
#define STENCIL_MARGIN 16

struct stencil_table {
    const struct stencil *stencils; /* by op */
    const struct hole *holes;
    const uint8_t *bytes;
    const uint8_t *pool; /* constants, of alignment 16 */
    uint32_t pool_size;
};

extern const struct stencil_table stencils_baseline, stencils_extended;

#endif
