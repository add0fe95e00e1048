/*
 * guard.h - loads and stores in a memory with guard pages.
 *
 * An access beyond the memory faults, and the signal handler must find the machine's state: so the
 * access is one instruction of inline assembly that has the interpreter's registers as inputs in
 * the places where the handlers keep them (no move is needed there). It is volatile: a load whose
 * result is not used still traps.
 */
#ifndef CUPEL_EXEC_GUARD_H
#define CUPEL_EXEC_GUARD_H

#include "engine/exec/machine.h"

#define GUARD_PARAMS                                                                               \
    const uint8_t *ip_, uint8_t *fp_, uint64_t fuel_, struct instance *inst_, uint8_t *mem,        \
        uint64_t ea
#define GUARD_INLINE static inline __attribute__((always_inline, unused))

#if FAULT_HANDLING && !defined(STENCILS)
#define GUARD_ASSEMBLY 1
#else
#define GUARD_ASSEMBLY 0
#endif
#if GUARD_ASSEMBLY
#define GUARD_PIN                                                                                  \
    register const uint8_t *ip __asm__(REG_IP_) = ip_;                                             \
    register uint8_t *fp __asm__(REG_FP_) = fp_;                                                   \
    register uint64_t fuel __asm__(REG_FUEL_) = fuel_;                                             \
    register struct instance *inst __asm__(REG_INST_) = inst_
#define GUARD_PINNED "r"(ip), "r"(fp), "r"(fuel), "r"(inst)

/* GUARD_LOAD(name, C type that the instruction produces, register class, instruction) */
#define GUARD_LOAD(name, ctype, reg, insn)                                                         \
    GUARD_INLINE ctype guard_load_##name(GUARD_PARAMS)                                             \
    {                                                                                              \
        GUARD_PIN;                                                                                 \
        ctype v;                                                                                   \
        __asm__ volatile(insn : "=" reg(v) : "r"(mem), "r"(ea), GUARD_PINNED : "memory");          \
        return v;                                                                                  \
    }
#define GUARD_STORE(name, ctype, reg, insn)                                                        \
    GUARD_INLINE void guard_store_##name(GUARD_PARAMS, ctype v)                                    \
    {                                                                                              \
        GUARD_PIN;                                                                                 \
        __asm__ volatile(insn : : reg(v), "r"(mem), "r"(ea), GUARD_PINNED : "memory");             \
    }
#else
/* Hosts without fault handling never run these; the checked handlers serve there. Stencils have no ip to keep, and nothing that changes the other registers: the
 * compiler may choose the instruction, with the offset in it. */
#define GUARD_LOAD_PLAIN(name, ctype, from)                                                        \
    GUARD_INLINE ctype guard_load_##name(GUARD_PARAMS)                                             \
    {                                                                                              \
        (void)ip_, (void)fp_, (void)fuel_, (void)inst_;                                            \
        typedef from __attribute__((aligned(1), may_alias)) unaligned;                             \
        return (ctype) * (volatile unaligned *)(mem + ea);                                         \
    }
#define GUARD_STORE_PLAIN(name, ctype, to)                                                         \
    GUARD_INLINE void guard_store_##name(GUARD_PARAMS, ctype v)                                    \
    {                                                                                              \
        (void)ip_, (void)fp_, (void)fuel_, (void)inst_;                                            \
        typedef to __attribute__((aligned(1), may_alias)) unaligned;                               \
        *(volatile unaligned *)(mem + ea) = (to)v;                                                 \
    }
#endif

/* Named by result type and the type in memory. */
#if GUARD_ASSEMBLY
GUARD_LOAD(I32_uint32_t, uint32_t, "r", "movl (%1,%2), %0")
GUARD_LOAD(I32_int8_t, uint32_t, "r", "movsbl (%1,%2), %0")
GUARD_LOAD(I32_uint8_t, uint32_t, "r", "movzbl (%1,%2), %0")
GUARD_LOAD(I32_int16_t, uint32_t, "r", "movswl (%1,%2), %0")
GUARD_LOAD(I32_uint16_t, uint32_t, "r", "movzwl (%1,%2), %0")
GUARD_LOAD(I64_uint64_t, uint64_t, "r", "movq (%1,%2), %0")
GUARD_LOAD(I64_int8_t, uint64_t, "r", "movsbq (%1,%2), %0")
GUARD_LOAD(I64_uint8_t, uint64_t, "r", "movzbl (%1,%2), %k0")
GUARD_LOAD(I64_int16_t, uint64_t, "r", "movswq (%1,%2), %0")
GUARD_LOAD(I64_uint16_t, uint64_t, "r", "movzwl (%1,%2), %k0")
GUARD_LOAD(I64_int32_t, uint64_t, "r", "movslq (%1,%2), %0")
GUARD_LOAD(I64_uint32_t, uint64_t, "r", "movl (%1,%2), %k0")
GUARD_LOAD(F32_float, float, "x", "movss (%1,%2), %0")
GUARD_LOAD(F64_double, double, "x", "movsd (%1,%2), %0")
GUARD_STORE(I32_uint32_t, uint32_t, "r", "movl %0, (%1,%2)")
GUARD_STORE(I32_uint8_t, uint32_t, "r", "movb %b0, (%1,%2)")
GUARD_STORE(I32_uint16_t, uint32_t, "r", "movw %w0, (%1,%2)")
GUARD_STORE(I64_uint64_t, uint64_t, "r", "movq %0, (%1,%2)")
GUARD_STORE(I64_uint8_t, uint64_t, "r", "movb %b0, (%1,%2)")
GUARD_STORE(I64_uint16_t, uint64_t, "r", "movw %w0, (%1,%2)")
GUARD_STORE(I64_uint32_t, uint64_t, "r", "movl %k0, (%1,%2)")
GUARD_STORE(F32_float, float, "x", "movss %0, (%1,%2)")
GUARD_STORE(F64_double, double, "x", "movsd %0, (%1,%2)")
GUARD_LOAD(V128_v128, v128, "x", "movdqu (%1,%2), %0")
GUARD_LOAD(V128_uint64_t, v128, "x", "movq (%1,%2), %0")
GUARD_LOAD(V128_uint32_t, v128, "x", "movd (%1,%2), %0")
GUARD_STORE(V128_v128, v128, "x", "movdqu %0, (%1,%2)")
#else
GUARD_LOAD_PLAIN(I32_uint32_t, uint32_t, uint32_t)
GUARD_LOAD_PLAIN(I32_int8_t, uint32_t, int8_t)
GUARD_LOAD_PLAIN(I32_uint8_t, uint32_t, uint8_t)
GUARD_LOAD_PLAIN(I32_int16_t, uint32_t, int16_t)
GUARD_LOAD_PLAIN(I32_uint16_t, uint32_t, uint16_t)
GUARD_LOAD_PLAIN(I64_uint64_t, uint64_t, uint64_t)
GUARD_LOAD_PLAIN(I64_int8_t, uint64_t, int8_t)
GUARD_LOAD_PLAIN(I64_uint8_t, uint64_t, uint8_t)
GUARD_LOAD_PLAIN(I64_int16_t, uint64_t, int16_t)
GUARD_LOAD_PLAIN(I64_uint16_t, uint64_t, uint16_t)
GUARD_LOAD_PLAIN(I64_int32_t, uint64_t, int32_t)
GUARD_LOAD_PLAIN(I64_uint32_t, uint64_t, uint32_t)
GUARD_LOAD_PLAIN(F32_float, float, float)
GUARD_LOAD_PLAIN(F64_double, double, double)
GUARD_STORE_PLAIN(I32_uint32_t, uint32_t, uint32_t)
GUARD_STORE_PLAIN(I32_uint8_t, uint32_t, uint8_t)
GUARD_STORE_PLAIN(I32_uint16_t, uint32_t, uint16_t)
GUARD_STORE_PLAIN(I64_uint64_t, uint64_t, uint64_t)
GUARD_STORE_PLAIN(I64_uint8_t, uint64_t, uint8_t)
GUARD_STORE_PLAIN(I64_uint16_t, uint64_t, uint16_t)
GUARD_STORE_PLAIN(I64_uint32_t, uint64_t, uint32_t)
GUARD_STORE_PLAIN(F32_float, float, float)
GUARD_STORE_PLAIN(F64_double, double, double)
GUARD_LOAD_PLAIN(V128_v128, v128, v128)
GUARD_STORE_PLAIN(V128_v128, v128, v128)
#endif

/* The low part of a vector, the rest 0. */
#define GUARD_LOAD_LOW(ctype, from)                                                                \
    GUARD_INLINE v128 guard_load_V128_##ctype(GUARD_PARAMS)                                        \
    {                                                                                              \
        return v128_low_##ctype(                                                                   \
            (ctype)guard_load_##from##_##ctype(ip_, fp_, fuel_, inst_, mem, ea));                  \
    }
GUARD_LOAD_LOW(uint8_t, I32)
GUARD_LOAD_LOW(uint16_t, I32)
#if !GUARD_ASSEMBLY
GUARD_LOAD_LOW(uint32_t, I32)
GUARD_LOAD_LOW(uint64_t, I64)
#endif

#undef GUARD_LOAD
#undef GUARD_LOAD_LOW
#undef GUARD_STORE

#endif
