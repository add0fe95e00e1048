/*
 * machine.h - the interpreter's registers and how handlers use them.
 *
 * A handler sees these names, which are arguments of a tail call or locals of one loop, as the build
 * has it:
 *   ip    the op being executed; never changed but by NEXT and the control ops
 *   fp    frame pointer; slots are s16 byte offsets from it
 *   fuel  left of the running slice
 *   inst  the instance; everything that is not a register is reached from it
 *   mem   base of memory 0
 *   acc, acc_f32, acc_f64, acc_v128   accumulators; an i32 in `acc` is zero-extended
 *
 * IS_AT(op) says whether that is the op at ip. Only NEXT, DISPATCH and SLOW hide control flow. SLOW(name) goes to slow_name() of slow.def with
 * all registers as they are, so the slow path either re-executes the op, moves `ip` on itself, or
 * stops. SLOW_WITH(set, name) sets first what the slow path wants to know and nobody reads after.
 *
 * With STENCILS the same handlers are compiled for engine/native: operands are holes then, and there is
 * no ip; what goes somewhere is defined there.
 */
#ifndef CUPEL_EXEC_MACHINE_H
#define CUPEL_EXEC_MACHINE_H

#include "engine/exec/simd.h"
#include "engine/exec/slow.h"
#include "engine/isa/ir.h"
#include "engine/runtime/interp.h"

#define LIKELY(c)   __builtin_expect(!!(c), 1)
#define UNLIKELY(c) __builtin_expect(!!(c), 0)

/* Handlers lie in a section of their own, so that a fault in one is told from any other. */
#define HANDLER_SECTION __attribute__((section("cupel_handlers")))

typedef uint64_t u64_alias __attribute__((may_alias));
typedef uint32_t u32_alias __attribute__((may_alias));
typedef int32_t s32_alias __attribute__((may_alias));
typedef uint16_t u16_alias __attribute__((may_alias));
typedef int16_t s16_alias __attribute__((may_alias));
typedef float f32_alias __attribute__((may_alias));
typedef double f64_alias __attribute__((may_alias));
/* Parts of a vector in a slot. */
typedef int8_t int8_t_part __attribute__((may_alias));
typedef uint8_t uint8_t_part __attribute__((may_alias));
typedef int16_t int16_t_part __attribute__((may_alias));
typedef uint16_t uint16_t_part __attribute__((may_alias));
typedef uint32_t uint32_t_part __attribute__((may_alias));
typedef uint64_t uint64_t_part __attribute__((may_alias));
typedef float float_part __attribute__((may_alias));
typedef double double_part __attribute__((may_alias));

/* Immediates, by byte offset in the op. IMM_EXT32: of 32 bits, extended to 64 bits by its sign. IMM_DISP, IMM_DISP16: what is added to an address. */
#ifndef STENCILS
#define IMM_S16(at)    (*(const s16_alias *)(ip + (at)))
#define IMM_U16(at)    (*(const u16_alias *)(ip + (at)))
#define IMM_U32(at)    (*(const u32_alias *)(ip + (at)))
#define IMM_DISP(at)   IMM_U32(at)
#define IMM_DISP16(at) IMM_U16(at)
#define IMM_U64(at)    (*(const u64_alias *)(ip + (at)))
#define IMM_EXT32(at)  ((uint64_t)(int64_t) * (const s32_alias *)(ip + (at)))
#define IMM_FLOAT(at)  (*(const f32_alias *)(ip + (at)))
#define IMM_DOUBLE(at) (*(const f64_alias *)(ip + (at)))
#define IMM_V128(at)   (*(const v128_alias *)(const void *)(ip + (at)))
#endif

/* The slot that the operand at `at` names. */
#define SLOT(at) (fp + IMM_S16(at))

/* Reading and writing values by type. */
#define READ_I32(p)  (*(u32_alias *)(p))
#define READ_I64(p)  (*(u64_alias *)(p))
#define READ_F32(p)  (*(f32_alias *)(p))
#define READ_F64(p)  (*(f64_alias *)(p))
#define READ_V128(p) (*(v128_alias *)(void *)(p))
#define ACC_I32      ((uint32_t)acc)
#define ACC_I64      acc
#define ACC_F32      acc_f32
#define ACC_F64      acc_f64
#define ACC_V128     acc_v128
#define SET_I32(v)   (acc = (uint32_t)(v))
#define SET_I64(v)   (acc = (v))
#define SET_F32(v)   (acc_f32 = (v))
#define SET_F64(v)   (acc_f64 = (v))
#define SET_V128(v)  (acc_v128 = (v))
/* Writes the accumulator to a slot. */
#define KEEP_I32(p)  (*(u64_alias *)(p) = acc)
#define KEEP_I64(p)  (*(u64_alias *)(p) = acc)
#define KEEP_F32(p)  (*(f32_alias *)(p) = acc_f32)
#define KEEP_F64(p)  (*(f64_alias *)(p) = acc_f64)
#define KEEP_V128(p) (*(v128_alias *)(void *)(p) = acc_v128)
/* The immediate of a binary op or a comparison, and of a constant. */
#define IMM_I32   IMM_U32(12)
#define IMM_I64   IMM_EXT32(12)
#define IMM_F32   IMM_FLOAT(12)
#define IMM_F64   IMM_DOUBLE(16)
#define CONST_I32 IMM_U32(12)
#define CONST_I64 IMM_U64(16)
#define CONST_F32 IMM_F32
#define CONST_F64 IMM_F64
/* The immediate that a float is compared with by a branch. */
#define LAST_IMM_F32 IMM_FLOAT(24)
#define LAST_IMM_F64 IMM_DOUBLE(24)
/* The 16-bit immediate of a fused branch or a store. */
#define SHORT_I32 ((uint32_t)(int32_t)IMM_S16(10))
#define SHORT_I64 ((uint64_t)(int64_t)IMM_S16(10))
/* C types of values. */
#define C_I32  uint32_t
#define C_I64  uint64_t
#define C_F32  float
#define C_F64  double
#define C_V128 v128

/* Handlers that registers hold when a guarded access faults; see fault.c. */
#if defined(__x86_64__) && defined(__linux__)
#define FAULT_HANDLING 1
#if defined(INTERP_TAIL) && !defined(HAVE_PRESERVE_NONE)
#define REG_IP_   "rdi"
#define REG_FP_   "rsi"
#define REG_FUEL_ "rdx"
#define REG_INST_ "rcx"
#else
#define REG_IP_   "r12"
#define REG_FP_   "r13"
#define REG_FUEL_ "r14"
#define REG_INST_ "r15"
#endif
#else
#define FAULT_HANDLING 0
#endif

/* State to and from `struct exec`; where accumulators are dead, without them. */
#define SPILL_FRAME(x)                                                                             \
    do {                                                                                           \
        (x)->ip = ip;                                                                              \
        (x)->fp = fp;                                                                              \
        (x)->inst = inst;                                                                          \
        (x)->fuel = fuel;                                                                          \
    } while (0)
#define SPILL(x)                                                                                   \
    do {                                                                                           \
        SPILL_FRAME(x);                                                                            \
        (x)->acc = acc;                                                                            \
        (x)->acc_f32 = acc_f32;                                                                    \
        (x)->acc_f64 = acc_f64;                                                                    \
        memcpy((x)->acc_v128, &acc_v128, sizeof acc_v128);                                         \
    } while (0)
#define RELOAD(x)                                                                                  \
    do {                                                                                           \
        ip = (x)->ip;                                                                              \
        fp = (x)->fp;                                                                              \
        inst = (x)->inst;                                                                          \
        fuel = (x)->fuel;                                                                          \
        acc = (x)->acc;                                                                            \
        acc_f32 = (x)->acc_f32;                                                                    \
        acc_f64 = (x)->acc_f64;                                                                    \
        memcpy(&acc_v128, (x)->acc_v128, sizeof acc_v128);                                         \
        RELOAD_MEMORY;                                                                             \
    } while (0)
#define RELOAD_MEMORY (mem = inst->memory0 ? inst->memory0->base : NULL)

#ifndef STENCILS
#define NEXT(len)                                                                                  \
    do {                                                                                           \
        ip += (len);                                                                               \
        DISPATCH;                                                                                  \
    } while (0)
#define SLOW_WITH(set, name)                                                                       \
    do {                                                                                           \
        set;                                                                                       \
        SLOW(name);                                                                                \
    } while (0)
/* By the label at byte `at`. */
#define GO(at)                                                                                     \
    do {                                                                                           \
        ip += (at) + (int64_t) * (const s32_alias *)(ip + (at));                                   \
        DISPATCH;                                                                                  \
    } while (0)
/* The same with the charge of the block it goes to. What cannot be paid is left to the CHARGE in front of the label, with nothing deducted. */
#define PAY_AND_GO(at, price)                                                                      \
    do {                                                                                           \
        uint64_t cost = (price);                                                                   \
        ip += (at) + (int64_t) * (const s32_alias *)(ip + (at));                                   \
        if (UNLIKELY(fuel < cost)) {                                                               \
            ip -= IR_CHARGE_BYTES;                                                                 \
            DISPATCH;                                                                              \
        }                                                                                          \
        fuel -= cost;                                                                              \
        DISPATCH;                                                                                  \
    } while (0)
/* Goes on behind an op that is `len` bytes long; with a price, behind the CHARGE there. Where it goes does not hang on what is loaded, but for a branch that the
 * processor foresees: so the next op need not wait for the load. No price is the highest one, less 1. */
#define PAY_AND_FALL(len)                                                                          \
    do {                                                                                           \
        uint64_t cost = IMM_U16(18);                                                               \
        if (cost - 1 >= fuel)                                                                      \
            NEXT(len);                                                                             \
        fuel -= cost;                                                                              \
        NEXT((len) + IR_CHARGE_BYTES);                                                             \
    } while (0)
/* Two branches at once, or neither. */
#define PAY_OR_NEXT(at, price, len)                                                                \
    do {                                                                                           \
        uint64_t cost = (price);                                                                   \
        if (UNLIKELY(fuel < cost))                                                                 \
            NEXT(len);                                                                             \
        fuel -= cost;                                                                              \
        GO(at);                                                                                    \
    } while (0)
/* What follows decides by `v`, which may be an operand in the op: of a hole's address compilers believe to know something. */
#define DECIDED_BY(v) ((void)0)
/* Where byte `at` of the op lies: its address, and from the instance's code. */
#define OP_ADDRESS(at) (ip + (at))
#define OP_OFFSET(at)  ((uint32_t)(ip + (at)-inst->code))
#endif

#endif
