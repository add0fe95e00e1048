/*
 * lower_simd.h - what lowering of vector instructions (lower_simd.c) and fusing them (fuse_simd.c) share.
 */
#ifndef CUPEL_TRANSLATE_LOWER_SIMD_H
#define CUPEL_TRANSLATE_LOWER_SIMD_H

#include "engine/translate/translator.h"

/* Variants of two vectors, in the order of isa/ir.h. */
enum pair { PAIR_ss, PAIR_sa, PAIR_si, PAIR_ai, PAIR_as };

/* Variants of the vector, s or a, and the count, s, a or i. */
enum shift { SHIFT_ss, SHIFT_sa, SHIFT_si, SHIFT_as, SHIFT_aa, SHIFT_ai };

/* Appends an op whose result is a new entry; NULL after a failure. `variant` is the one that keeps its result in the accumulator. */
uint8_t *emit_pushed(struct translator *t, const struct instr *in, uint32_t variant);

/* If the last op made one of the two operands and there is an op for both instructions, takes it back and emits that one. */
bool fuse_vectors(struct translator *t, const struct instr *in);
/* If the last two ops shift the same local and `in` joins what they made, takes them back and rotates. */
bool fuse_rotation(struct translator *t, const struct instr *in);
/* The last op shifts `v` by a constant. */
void note_shift(struct translator *t, const struct entry *v);

#endif
