/*
 * decode.h - lengths and parts of the x86-64 instructions that compilers make of handlers.
 */
#ifndef CUPEL_NATIVE_X86_64_DECODE_H
#define CUPEL_NATIVE_X86_64_DECODE_H

#include <stdbool.h>
#include <stdint.h>

enum insn_flow { FLOW_ON, FLOW_JUMP, FLOW_JCC, FLOW_JUMP_INDIRECT, FLOW_CALL, FLOW_RETURN };

struct insn {
    uint32_t at, len;
    uint16_t opcode; /* 0x0fXX, or 0x38XX and 0x3aXX of the longer maps */
    bool wide;       /* REX.W */
    bool rex;
    uint8_t rex_bits;
    uint32_t opcode_at, modrm_at, disp_at, imm_at; /* 0: none, but for opcode_at */
    uint8_t disp_len, imm_len;
    enum insn_flow flow;
};

/* The instruction at `at` of `code`; false if it is not one that is known. */
bool insn_decode(const uint8_t *code, uint32_t len, uint32_t at, struct insn *out);

#endif
