/*
 * stitch.h - from the internal code of a function to machine code, for one kind of processor.
 */
#ifndef CUPEL_NATIVE_X86_64_STITCH_H
#define CUPEL_NATIVE_X86_64_STITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of an op: ops of a function one after the other, so that these are its places too. */
struct native_op {
    uint16_t op, len; /* bytes of machine code */
};

struct native_map {
    uint32_t start, len; /* machine code in the region; behind the ops' pieces lie their exits */
    uint32_t nops;
    struct native_op ops[];
};

/* Where machine code is put, and what it refers to: offsets in a region that is written at `write` and runs at `run`. */
struct stitch_place {
    uint8_t *write;
    uintptr_t run;
    uint32_t at, end;      /* what may be written */
    uint32_t leave, slots; /* native_prologue's; the first function's slot */
    uint32_t call;
    uint32_t pool;
};

/* Scratch space that is used again. */
struct stitch_scratch {
    uint32_t *places; /* by 8 bytes of internal code: machine code of the op that begins there */
    struct native_op *ops;
    size_t nplaces, nops; /* room in both; ops in use */
    struct stitch_fix *fixes;
    size_t nfixes, fixes_room;
};
void stitch_scratch_fini(struct stitch_scratch *s);

/* Bytes that stitch_begin writes at place->at. */
#define STITCH_HEADER_BYTES 64
/* Constants that stencils refer to. */
const uint8_t *stitch_pool(uint32_t *size);
/* Writes what all functions of a module share, and notes where it is in `place`. */
void stitch_begin(struct stitch_place *place);
/*
 * Stitches the linked code of a function: bytes `start` to `end` of `code`. NULL if there is no room or memory. Moves place->at behind it.
 */
struct native_map *stitch(struct stitch_place *place, struct stitch_scratch *scratch,
                          const uint8_t *code, uint32_t start, uint32_t end);

#endif
