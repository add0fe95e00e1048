/*
 * holes.h - how handlers (engine/exec/handlers.inc) see operands and ways out when they are compiled as stencils: as addresses of symbols that
 * nobody defines. Their relocations are the holes that extract.c finds and the stitcher fills.
 *
 * The names tell what a hole wants, hole_KIND_AT, for the operand at byte AT of the op; kinds are rows of holes.def. Ways out are tail calls to stencil_*.
 */
#ifndef CUPEL_NATIVE_X86_64_HOLES_H
#define CUPEL_NATIVE_X86_64_HOLES_H

#include <stdint.h>

#define HOLES_AT(kind)                                                                             \
    extern const char hole_##kind##_8[], hole_##kind##_10[], hole_##kind##_12[],                   \
        hole_##kind##_14[], hole_##kind##_16[], hole_##kind##_18[], hole_##kind##_20[],            \
        hole_##kind##_24[], hole_##kind##_28[], hole_##kind##_32[];
#define HOLE_KIND(name, bits, is_signed, what) HOLES_AT(name)
#include "engine/native/x86_64/holes.def"
#undef HOLE_KIND

#define HOLE_(kind, at) ((intptr_t)hole_##kind##_##at)
#define HOLE(kind, at)  HOLE_(kind, at)

/* A number that may have more than 31 bits is an immediate of its own. */
#define WIDE_HOLE_(kind, at)                                                                       \
    __extension__({                                                                                \
        uint64_t wide_;                                                                            \
        __asm__("movabsq $hole_" #kind "_" #at ", %0" : "=r"(wide_));                              \
        wide_;                                                                                     \
    })
#define WIDE_HOLE(kind, at) WIDE_HOLE_(kind, at)

#define IMM_S16(at)   HOLE(s16, at)
#define IMM_U16(at)   ((uint64_t)HOLE(u16, at))
#define IMM_U32(at)   ((uint32_t)HOLE(u32, at))
#define IMM_EXT32(at) ((uint64_t)HOLE(s32, at))
/* Displacements of instructions. */
#define IMM_DISP(at)   ((uint64_t)HOLE(d32, at))
#define IMM_DISP16(at) ((uint64_t)HOLE(u16, at))
#define IMM_U64(at)    WIDE_HOLE(u64, at)
#define IMM_FLOAT(at)                                                                              \
    __extension__({                                                                                \
        uint32_t bits_ = IMM_U32(at);                                                              \
        float float_;                                                                              \
        memcpy(&float_, &bits_, sizeof float_);                                                    \
        float_;                                                                                    \
    })
#define IMM_DOUBLE(at)                                                                             \
    __extension__({                                                                                \
        uint64_t bits_ = IMM_U64(at);                                                              \
        double double_;                                                                            \
        memcpy(&double_, &bits_, sizeof double_);                                                  \
        double_;                                                                                   \
    })
/* Lies in the internal code, which does not move. */
#define IMM_V128(at)   (*(const v128_alias *)(const void *)WIDE_HOLE(address, at))
#define OP_ADDRESS(at) (inst->code + OP_OFFSET(at))
#define OP_OFFSET(at)  ((uint64_t)HOLE(offset, at))

#endif
