/*
 * ir.h - the internal code: its ops, their formats, and access to their operands.
 *
 * An op is a 64-bit word, the handler (its address once linked, its number in an image), followed
 * by packed operands at fixed places. Code is position-independent but for that word: labels are
 * relative to their own field.
 *
 * Format letters, the place of each operand in bytes from the op, and its meaning:
 *   d  8  s16  result slot            x  8  s16  source slot
 *   a 10  s16  source slot            y 10  s16  source slot; in xTyD and TyD: 12 u32 type index
 *   b 12  s16  source slot            z 12  s16  source slot
 *   c 14  s16  source slot            h 10  s16  immediate
 *   i 12  32   immediate (sign-extended for i64)      w 16 64  immediate
 *   o 12  u32  memory offset          l 12  s32  label, relative to the field
 *   t 12  u32  n; then n + 1 labels from 16
 *   f  8  u32  function               r 12  u32  function
 *   D last four bytes: u32, bytes from the caller's to the callee's frame
 *   T 10  u16  table                  m 14  u16  memory or table      M 16 u32 memory or table
 *   S 16  u32  segment                F  8  u32  bytes of a frame     C 12 u32 fuel
 *   N  8  u32  slots                  n 12  u32  slots
 *   Z 12  u32  far slot, in bytes     G 12  u32  byte offset in the instance
 *   p 16  u16  fuel that the branch pays   q 18  u16  fuel that is paid if it is not taken
 *   k 20  s32  label to go on at if not, relative to the field            P  8  u32  fuel that the branch pays
 *   s 16  u16  fuel                        u 18  u16  fuel
 *   I 24  s32  immediate                   Y 28  s16  source slot               H 28  s16  immediate
 *   g 16  u32  mask
 *   e 24  s16  source slot                 X 24  64   immediate
 *   O 14  u16  memory offset               U 16  u32  memory offset              j 14  s16  immediate
 *   v 16  u32  values (in slots) of the function that is left by a tail call; in RETURN_CALL_INDIRECT at 24
 * A v128 takes two slots:
 *   R  8  s16  result slots           A 10  s16  source slots
 *   B 12  s16  source slots           K 14  s16  source slots
 *   E 10  s16  any part of a v128 that lies in slots
 *   V 16  16 bytes, immediate         W 32  16 bytes, immediate
 *   J 16  s16  source slots           L 24  16 bytes, immediate
 * RETURN_CALL has D at 12, RETURN_CALL_INDIRECT at 20.
 * CALL_INDIRECT also holds the type's canonical id (16 u32), which linking fills in.
 * Slots are byte offsets from the frame pointer, in steps of 8. An i32 in a slot has zeros above
 * it, so that 64-bit reads serve for 32-bit addresses too.
 */
#ifndef CUPEL_ISA_IR_H
#define CUPEL_ISA_IR_H

#include <stdint.h>
#include <string.h>

/* Immediates of a type: how many bytes an op with one takes, and the format letter. */
#define IR_LEN_I32        16
#define IR_LEN_I64        16
#define IR_LEN_F32        16
#define IR_LEN_F64        24
#define IR_FMT_I32        "i"
#define IR_FMT_I64        "i"
#define IR_FMT_F32        "i"
#define IR_FMT_F64        "w"
#define IR_BRANCH_FMT_F32 "I"
#define IR_BRANCH_FMT_F64 "X"
#define IR_CONST_LEN_I32  16
#define IR_CONST_LEN_I64  24
#define IR_CONST_LEN_F32  16
#define IR_CONST_LEN_F64  24
#define IR_CONST_FMT_I32  "i"
#define IR_CONST_FMT_I64  "w"
#define IR_CONST_FMT_F32  "i"
#define IR_CONST_FMT_F64  "w"

/*
 * The variants of each family, in the order of their numbers: V(op, bytes, format, flags,
 * synopsis). Each operand form has its `a` result first and its `s` result next, so that the low
 * bit of (number - first number) says where the result goes.
 */
#define IR_RESULTS_(V, name, form, len, fmt, flags)                                                \
    V(name##_##form##_a, len, fmt, flags, "acc = " #name)                                          \
    V(name##_##form##_s, len, "d" fmt, flags, "d = acc = " #name)

#define IR_VARIANTS_UNARY(V, name, tin, tout, flags)                                               \
    IR_RESULTS_(V, name, s, 16, "a", flags)                                                        \
    IR_RESULTS_(V, name, a, 16, "", flags)

#define IR_VARIANTS_BINARY_COMM(V, name, t, flags)                                                 \
    IR_RESULTS_(V, name, ss, 16, "ab", flags)                                                      \
    IR_RESULTS_(V, name, sa, 16, "a", flags)                                                       \
    IR_RESULTS_(V, name, si, IR_LEN_##t, "a" IR_FMT_##t, flags)                                    \
    IR_RESULTS_(V, name, ai, IR_LEN_##t, IR_FMT_##t, flags)

#define IR_VARIANTS_BINARY(V, name, t, flags)                                                      \
    IR_VARIANTS_BINARY_COMM(V, name, t, flags)                                                     \
    IR_RESULTS_(V, name, as, 16, "a", flags)                                                       \
    IR_RESULTS_(V, name, is, IR_LEN_##t, "a" IR_FMT_##t, flags)                                    \
    IR_RESULTS_(V, name, ia, IR_LEN_##t, IR_FMT_##t, flags)

/* Two instructions in one: the first one's operands, then the other one of the second. */
#define IR_VARIANTS_FUSED_COMM(V, name)                                                            \
    IR_RESULTS_(V, name, sss, 16, "abc", 0)                                                        \
    IR_RESULTS_(V, name, sas, 16, "ab", 0)
#define IR_VARIANTS_FUSED(V, name)                                                                 \
    IR_VARIANTS_FUSED_COMM(V, name)                                                                \
    IR_RESULTS_(V, name, ass, 16, "ab", 0)
#define IR_VARIANTS_FUSED_IMM(V, name)                                                             \
    IR_RESULTS_(V, name, sis, 16, "abj", 0)                                                        \
    IR_RESULTS_(V, name, ais, 16, "bj", 0)
#define IR_VARIANTS_THEN_IMM(V, name)                                                              \
    IR_RESULTS_(V, name, ssi, 16, "abj", 0)                                                        \
    IR_RESULTS_(V, name, sai, 16, "aj", 0)

/*
 * A branch that pays has the fuel charge of the block it goes to folded in: with p above 0 its label is right behind the CHARGE of that block, which
 * is where it goes if that cannot be paid; with q above 0 the next op is a CHARGE, which it goes behind if it is not taken. It stands four numbers behind
 * the one that does not pay.
 *
 * BR_INC and BR_ADD are an addition and a branch on its result. BR_AHEAD stands before the branch back to a loop that begins with a conditional branch, and
 * does both at once; if it cannot pay, it does nothing, and the branch back follows. BR_INC_AHEAD and BR_ADD_AHEAD add first.
 */
#define IR_VARIANTS_BRANCH_INT(V, name)                                                            \
    V(BR_##name##_ss, 16, "xyl", IR_BRANCH, "if x " #name " y go to l")                            \
    V(BR_##name##_sa, 16, "xl", IR_BRANCH, "if x " #name " acc go to l")                           \
    V(BR_##name##_si, 16, "xhl", IR_BRANCH, "if x " #name " h go to l")                            \
    V(BR_##name##_ai, 16, "hl", IR_BRANCH, "if acc " #name " h go to l")                           \
    V(BR_PAY_##name##_ss, 24, "xylpq", IR_BRANCH, "pay, if x " #name " y go to l")                 \
    V(BR_PAY_##name##_sa, 24, "xlpq", IR_BRANCH, "pay, if x " #name " acc go to l")                \
    V(BR_PAY_##name##_si, 24, "xhlpq", IR_BRANCH, "pay, if x " #name " h go to l")                 \
    V(BR_PAY_##name##_ai, 24, "hlpq", IR_BRANCH, "pay, if acc " #name " h go to l")                \
    V(BR_INC_##name##_s, 32, "dalpqIY", IR_BRANCH, "d = a + I; pay, if d " #name " Y go to l")     \
    V(BR_INC_##name##_i, 32, "dalpqIH", IR_BRANCH, "d = a + I; pay, if d " #name " H go to l")     \
    V(BR_AHEAD_##name##_ss, 24, "xylsuk", IR_BRANCH, "what follows leads to x " #name " y")        \
    V(BR_AHEAD_##name##_si, 24, "xhlsuk", IR_BRANCH, "what follows leads to x " #name " h")        \
    V(BR_ADD_##name##_s, 32, "dalpqeY", IR_BRANCH, "d = a + e; pay, if d " #name " Y go to l")     \
    V(BR_ADD_##name##_i, 32, "dalpqeH", IR_BRANCH, "d = a + e; pay, if d " #name " H go to l")     \
    V(BR_INC_AHEAD_##name##_s, 32, "dalsukIY", IR_BRANCH, "d = a + I; leads to d " #name " Y")     \
    V(BR_INC_AHEAD_##name##_i, 32, "dalsukIH", IR_BRANCH, "d = a + I; leads to d " #name " H")     \
    V(BR_ADD_AHEAD_##name##_s, 32, "dalsukeY", IR_BRANCH, "d = a + e; leads to d " #name " Y")     \
    V(BR_ADD_AHEAD_##name##_i, 32, "dalsukeH", IR_BRANCH, "d = a + e; leads to d " #name " H")

#define IR_VARIANTS_BRANCH_FLOAT(V, name, t)                                                       \
    V(BR_##name##_ss, 16, "xyl", IR_BRANCH, "if x " #name " y go to l")                            \
    V(BR_##name##_sa, 16, "xl", IR_BRANCH, "if x " #name " acc go to l")                           \
    V(BRN_##name##_ss, 16, "xyl", IR_BRANCH, "unless x " #name " y go to l")                       \
    V(BRN_##name##_sa, 16, "xl", IR_BRANCH, "unless x " #name " acc go to l")                      \
    V(BR_PAY_##name##_ss, 24, "xylpq", IR_BRANCH, "pay, if x " #name " y go to l")                 \
    V(BR_PAY_##name##_sa, 24, "xlpq", IR_BRANCH, "pay, if x " #name " acc go to l")                \
    V(BRN_PAY_##name##_ss, 24, "xylpq", IR_BRANCH, "pay, unless x " #name " y go to l")            \
    V(BRN_PAY_##name##_sa, 24, "xlpq", IR_BRANCH, "pay, unless x " #name " acc go to l")           \
    V(BR_AHEAD_##name##_ss, 24, "xylsuk", IR_BRANCH, "what follows leads to x " #name " y")        \
    V(BRN_AHEAD_##name##_ss, 24, "xylsuk", IR_BRANCH, "what follows leads to not x " #name " y")   \
    V(BR_IMM_##name##_s, 32, "xlpq" IR_BRANCH_FMT_##t, IR_BRANCH, "pay, if x " #name " X go to l") \
    V(BR_IMM_##name##_a, 32, "lpq" IR_BRANCH_FMT_##t, IR_BRANCH,                                   \
      "pay, if acc " #name " X go to l")                                                           \
    V(BRN_IMM_##name##_s, 32, "xlpq" IR_BRANCH_FMT_##t, IR_BRANCH, "pay, unless x " #name " X")    \
    V(BRN_IMM_##name##_a, 32, "lpq" IR_BRANCH_FMT_##t, IR_BRANCH, "pay, unless acc " #name " X")

#define IR_VARIANTS_LOAD_(V, name, flags)                                                          \
    IR_RESULTS_(V, name, s, 16, "ao", flags)                                                       \
    IR_RESULTS_(V, name, a, 16, "o", flags)                                                        \
    IR_RESULTS_(V, name, i, 16, "o", flags)
/* SUM: at an address that is the 32-bit sum of two operands, in the order of the forms of an addition. */
#define IR_VARIANTS_LOAD_SUM_(V, name)                                                             \
    IR_RESULTS_(V, name, ss, 16, "abO", IR_TRAPS)                                                  \
    IR_RESULTS_(V, name, sa, 16, "ao", IR_TRAPS)                                                   \
    IR_RESULTS_(V, name, si, 24, "aiU", IR_TRAPS)                                                  \
    IR_RESULTS_(V, name, ai, 24, "iU", IR_TRAPS)
#define IR_VARIANTS_LOAD(V, name)                                                                  \
    IR_VARIANTS_LOAD_(V, name, IR_TRAPS)                                                           \
    IR_VARIANTS_LOAD_SUM_(V, name##_SUM)                                                           \
    IR_VARIANTS_LOAD_(V, name##_CHK, IR_TRAPS)                                                     \
    IR_VARIANTS_LOAD_SUM_(V, name##_CHK_SUM)                                                       \
    V(name##_ANY, 24, "damw", IR_TRAPS, "d = acc = " #name " of memory m at a + w")

/* Address form first, then the value's. */
#define IR_VARIANTS_STORE_FLOAT_(V, name)                                                          \
    V(name##_ss, 16, "xyo", IR_TRAPS, #name " y")                                                  \
    V(name##_sa, 16, "xo", IR_TRAPS, #name " acc")                                                 \
    V(name##_as, 16, "yo", IR_TRAPS, #name " y at acc")                                            \
    V(name##_aa, 16, "o", IR_TRAPS, #name " acc at acc")                                           \
    V(name##_is, 16, "yo", IR_TRAPS, #name " y at o")                                              \
    V(name##_ia, 16, "o", IR_TRAPS, #name " acc at o")
#define IR_VARIANTS_STORE_INT_(V, name)                                                            \
    IR_VARIANTS_STORE_FLOAT_(V, name)                                                              \
    V(name##_si, 16, "xho", IR_TRAPS, #name " h")                                                  \
    V(name##_ai, 16, "ho", IR_TRAPS, #name " h at acc")                                            \
    V(name##_ii, 16, "ho", IR_TRAPS, #name " h at o")
#define IR_VARIANTS_STORE_SUM_(V, name, value, letter)                                             \
    V(name##_ss_##value, 16, "x" letter "bO", IR_TRAPS, #name " " letter " at x + b")              \
    V(name##_sa_##value, 16, "x" letter "o", IR_TRAPS, #name " " letter " at x + acc")             \
    V(name##_si_##value, 24, "x" letter "iU", IR_TRAPS, #name " " letter " at x + i")              \
    V(name##_ai_##value, 24, letter "iU", IR_TRAPS, #name " " letter " at acc + i")
/* The sum of slots, the value in the accumulator. */
#define IR_VARIANTS_STORE_SUM_ACC_(V, name)                                                        \
    V(name##_ss_a, 16, "xbO", IR_TRAPS, #name " acc at x + b")                                     \
    V(name##_si_a, 24, "xiU", IR_TRAPS, #name " acc at x + i")
#define IR_VARIANTS_STORE_INT(V, name)                                                             \
    IR_VARIANTS_STORE_INT_(V, name)                                                                \
    IR_VARIANTS_STORE_SUM_(V, name##_SUM, s, "y")                                                  \
    IR_VARIANTS_STORE_SUM_ACC_(V, name##_SUM)                                                      \
    IR_VARIANTS_STORE_SUM_(V, name##_SUM, i, "h")                                                  \
    IR_VARIANTS_STORE_INT_(V, name##_CHK)                                                          \
    IR_VARIANTS_STORE_SUM_(V, name##_CHK_SUM, s, "y")                                              \
    IR_VARIANTS_STORE_SUM_ACC_(V, name##_CHK_SUM)                                                  \
    IR_VARIANTS_STORE_SUM_(V, name##_CHK_SUM, i, "h")                                              \
    V(name##_ANY, 24, "xymw", IR_TRAPS, #name " y to memory m at x + w")
#define IR_VARIANTS_STORE_FLOAT(V, name)                                                           \
    IR_VARIANTS_STORE_FLOAT_(V, name)                                                              \
    IR_VARIANTS_STORE_SUM_(V, name##_SUM, s, "y")                                                  \
    IR_VARIANTS_STORE_SUM_ACC_(V, name##_SUM)                                                      \
    IR_VARIANTS_STORE_FLOAT_(V, name##_CHK)                                                        \
    IR_VARIANTS_STORE_SUM_(V, name##_CHK_SUM, s, "y")                                              \
    IR_VARIANTS_STORE_SUM_ACC_(V, name##_CHK_SUM)                                                  \
    V(name##_ANY, 24, "xymw", IR_TRAPS, #name " y to memory m at x + w")

#define IR_VARIANTS_CONST(V, name, t)                                                              \
    V(name##_a, IR_CONST_LEN_##t, IR_CONST_FMT_##t, 0, "acc = " #name)                             \
    V(name##_s, IR_CONST_LEN_##t, "d" IR_CONST_FMT_##t, 0, "d = acc = " #name)

#define IR_VARIANTS_SELECT(V, name)                                                                \
    V(name##_s, 16, "dabc", 0, "d = acc = c ? a : b")                                              \
    V(name##_a, 16, "dab", 0, "d = acc = acc ? a : b")

/* ---- Vectors ---- */

#define IR_RESULTS_V_(V, name, form, len, fmt, flags)                                              \
    V(name##_##form##_a, len, fmt, flags, "acc = " #name)                                          \
    V(name##_##form##_s, len, "R" fmt, flags, "d = acc = " #name)

#define IR_VARIANTS_V_UNARY(V, name)                                                               \
    IR_RESULTS_V_(V, name, s, 16, "A", 0)                                                          \
    IR_RESULTS_V_(V, name, a, 16, "", 0)
#define IR_VARIANTS_V_TEST(V, name)                                                                \
    IR_RESULTS_(V, name, s, 16, "A", 0)                                                            \
    IR_RESULTS_(V, name, a, 16, "", 0)
#define IR_VARIANTS_SPLAT(V, name)                                                                 \
    IR_RESULTS_V_(V, name, s, 16, "a", 0)                                                          \
    IR_RESULTS_V_(V, name, a, 16, "", 0)
#define IR_VARIANTS_V_BINARY_COMM(V, name)                                                         \
    IR_RESULTS_V_(V, name, ss, 16, "AB", 0)                                                        \
    IR_RESULTS_V_(V, name, sa, 16, "A", 0)                                                         \
    IR_RESULTS_V_(V, name, si, 32, "AV", 0)                                                        \
    IR_RESULTS_V_(V, name, ai, 32, "V", 0)
#define IR_VARIANTS_V_BINARY(V, name)                                                              \
    IR_VARIANTS_V_BINARY_COMM(V, name)                                                             \
    IR_RESULTS_V_(V, name, as, 16, "A", 0)
#define IR_VARIANTS_V_TERNARY(V, name)                                                             \
    IR_RESULTS_V_(V, name, sss, 16, "ABK", 0)                                                      \
    IR_RESULTS_V_(V, name, ssa, 16, "AB", 0)                                                       \
    IR_RESULTS_V_(V, name, ass, 16, "AB", 0)
#define IR_VARIANTS_V_FUSED(V, name)                                                               \
    IR_RESULTS_V_(V, name, sss, 16, "ABK", 0)                                                      \
    IR_RESULTS_V_(V, name, sas, 16, "AB", 0)                                                       \
    IR_RESULTS_V_(V, name, ass, 16, "AB", 0)
#define IR_VARIANTS_V_ROTATE(V, name)                                                              \
    IR_RESULTS_V_(V, name, s, 16, "Ai", 0)                                                         \
    IR_RESULTS_V_(V, name, a, 16, "i", 0)
#define IR_VARIANTS_V_SHIFT(V, name)                                                               \
    IR_RESULTS_V_(V, name, ss, 16, "Ab", 0)                                                        \
    IR_RESULTS_V_(V, name, sa, 16, "A", 0)                                                         \
    IR_RESULTS_V_(V, name, si, 16, "Ai", 0)                                                        \
    IR_RESULTS_V_(V, name, as, 16, "b", 0)                                                         \
    IR_RESULTS_V_(V, name, aa, 16, "", 0)                                                          \
    IR_RESULTS_V_(V, name, ai, 16, "i", 0)
#define IR_VARIANTS_REPLACE(V, name)                                                               \
    IR_RESULTS_V_(V, name, ss, 32, "AbV", 0)                                                       \
    IR_RESULTS_V_(V, name, sa, 32, "AV", 0)                                                        \
    IR_RESULTS_V_(V, name, as, 32, "bV", 0)                                                        \
    IR_RESULTS_V_(V, name, aa, 32, "V", 0)
#define IR_VARIANTS_V_SHUFFLE(V, name)                                                             \
    IR_RESULTS_V_(V, name, ss, 48, "ABVW", 0)                                                      \
    IR_RESULTS_V_(V, name, sa, 48, "AVW", 0)                                                       \
    IR_RESULTS_V_(V, name, as, 48, "AVW", 0)
#define IR_VARIANTS_V_PERMUTE(V, name)                                                             \
    IR_RESULTS_V_(V, name, s, 32, "AV", 0)                                                         \
    IR_RESULTS_V_(V, name, a, 32, "V", 0)
#define IR_VARIANTS_V_SELECT(V, name)                                                              \
    V(name##_s, 16, "RABc", 0, "d = acc = c ? a : b")                                              \
    V(name##_a, 16, "RAB", 0, "d = acc = acc ? a : b")

#define IR_VARIANTS_V_LOAD_(V, name, len, vector)                                                  \
    IR_RESULTS_V_(V, name, s, len, "ao" vector, IR_TRAPS)                                          \
    IR_RESULTS_V_(V, name, a, len, "o" vector, IR_TRAPS)                                           \
    IR_RESULTS_V_(V, name, i, len, "o" vector, IR_TRAPS)
#define IR_VARIANTS_V_LOAD_SUM_(V, name)                                                           \
    IR_RESULTS_V_(V, name, ss, 16, "abO", IR_TRAPS)                                                \
    IR_RESULTS_V_(V, name, sa, 16, "ao", IR_TRAPS)                                                 \
    IR_RESULTS_V_(V, name, si, 24, "aiU", IR_TRAPS)                                                \
    IR_RESULTS_V_(V, name, ai, 24, "iU", IR_TRAPS)
#define IR_VARIANTS_V_LOAD(V, name)                                                                \
    IR_VARIANTS_V_LOAD_(V, name, 16, "")                                                           \
    IR_VARIANTS_V_LOAD_SUM_(V, name##_SUM)                                                         \
    IR_VARIANTS_V_LOAD_(V, name##_CHK, 16, "")                                                     \
    IR_VARIANTS_V_LOAD_SUM_(V, name##_CHK_SUM)                                                     \
    V(name##_ANY, 24, "Ramw", IR_TRAPS, "d = acc = " #name " of memory m at a + w")
#define IR_VARIANTS_V_LOAD_LANE(V, name)                                                           \
    IR_VARIANTS_V_LOAD_(V, name, 40, "JL")                                                         \
    IR_VARIANTS_V_LOAD_(V, name##_CHK, 40, "JL")                                                   \
    V(name##_ANY, 48, "RaBmwW", IR_TRAPS, "d = acc = " #name " into b of memory m at a + w")
#define IR_VARIANTS_V_STORE_(V, name)                                                              \
    V(name##_ss, 16, "xAo", IR_TRAPS, #name " a")                                                  \
    V(name##_sa, 16, "xo", IR_TRAPS, #name " acc")                                                 \
    V(name##_as, 16, "Ao", IR_TRAPS, #name " a at acc")                                            \
    V(name##_aa, 16, "o", IR_TRAPS, #name " acc at acc")                                           \
    V(name##_is, 16, "Ao", IR_TRAPS, #name " a at o")                                              \
    V(name##_ia, 16, "o", IR_TRAPS, #name " acc at o")
#define IR_VARIANTS_V_STORE(V, name)                                                               \
    IR_VARIANTS_V_STORE_(V, name)                                                                  \
    IR_VARIANTS_V_STORE_(V, name##_CHK)                                                            \
    V(name##_ANY, 24, "xAmw", IR_TRAPS, #name " a in memory m at x + w")
#define IR_VARIANTS_V_STORE_LANE_(V, name)                                                         \
    V(name##_s, 16, "xEo", IR_TRAPS, #name " e")                                                   \
    V(name##_a, 16, "Eo", IR_TRAPS, #name " e at acc")                                             \
    V(name##_i, 16, "Eo", IR_TRAPS, #name " e at o")
#define IR_VARIANTS_V_STORE_LANE(V, name)                                                          \
    IR_VARIANTS_V_STORE_LANE_(V, name)                                                             \
    IR_VARIANTS_V_STORE_LANE_(V, name##_CHK)                                                       \
    V(name##_ANY, 24, "xEmw", IR_TRAPS, #name " e in memory m at x + w")

/* Flags */
#define IR_TRAPS  1 /* may trap: its place in the Wasm is recorded */
#define IR_BRANCH 2 /* has a label */
#define IR_CALLS  4 /* may call: its place is recorded, and it ends with D */

enum ir_op {
#define V(name, len, fmt, flags, synopsis) IR_##name,
#include "engine/isa/ir_all.def"
#undef V
    IR_COUNT
};

struct ir_info {
    const char *name;
    const char *format;
    const char *synopsis;
    uint8_t len; /* bytes; BR_TABLE's labels come on top */
    uint8_t flags;
};
extern const struct ir_info ir_info[IR_COUNT];
/* Lengths and flags once more, close together for who looks them up with every op. */
struct ir_size {
    uint8_t len, flags;
};
extern const struct ir_size ir_size[IR_COUNT];

/* Access to operands of an op at `p`. */
static inline uint32_t ir_u32(const uint8_t *p, unsigned at)
{
    uint32_t v;
    memcpy(&v, p + at, sizeof v);
    return v;
}
static inline int32_t ir_s32(const uint8_t *p, unsigned at)
{
    return (int32_t)ir_u32(p, at);
}
static inline int16_t ir_s16(const uint8_t *p, unsigned at)
{
    int16_t v;
    memcpy(&v, p + at, sizeof v);
    return v;
}
static inline uint16_t ir_u16(const uint8_t *p, unsigned at)
{
    return (uint16_t)ir_s16(p, at);
}
static inline uint64_t ir_u64(const uint8_t *p, unsigned at)
{
    uint64_t v;
    memcpy(&v, p + at, sizeof v);
    return v;
}
static inline void ir_put16(uint8_t *p, unsigned at, int32_t v)
{
    int16_t s = (int16_t)v;
    memcpy(p + at, &s, sizeof s);
}
static inline void ir_put32(uint8_t *p, unsigned at, uint32_t v)
{
    memcpy(p + at, &v, sizeof v);
}
static inline void ir_put64(uint8_t *p, unsigned at, uint64_t v)
{
    memcpy(p + at, &v, sizeof v);
}

/* From a conditional branch to the one that pays; and where the charge lies that a label with a cost is behind. */
#define IR_BRANCH_PAYS  4
#define IR_CHARGE_BYTES 16

/* Vector ops have the highest numbers, from this one on. */
#define IR_FIRST_VECTOR IR_V128_MOVE_s_a

/* Indirect calls, tail calls included: those that hold a canonical type id at 16. */
static inline int ir_is_call_indirect(uint64_t op)
{
    return op >= IR_CALL_INDIRECT_s && op <= IR_RETURN_CALL_INDIRECT_a;
}

/* The op that does the same with a check of its own, for an access that relies on guard pages;
 * else `op`. It has the same format. */
unsigned ir_checked(unsigned op);

/* Bytes of the unlinked op at `p` (its first word is a number), labels of a br_table included. */
uint32_t ir_len(const uint8_t *p);
/* The same for a known op, which also serves linked code. */
static inline uint32_t ir_len_of(enum ir_op op, const uint8_t *p)
{
    if (op == IR_BR_TABLE_s || op == IR_BR_TABLE_a)
        return 16 + ((ir_u32(p, 12) + 2) / 2 * 8);
    return ir_size[op].len;
}

#endif
