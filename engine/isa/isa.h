/*
 * isa.h - the instruction table of WebAssembly, as enums and a constant array made from
 * wasm_ops.def.
 */
#ifndef CUPEL_ISA_ISA_H
#define CUPEL_ISA_ISA_H

#include <stdint.h>

enum wasm_op {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align) OP_##name,
#include "engine/isa/wasm_ops.def"
#undef OP
    OP_COUNT
};

enum feature {
#define FEATURE(name, text, on, implemented) FEATURE_##name,
#include "engine/base/features.def"
#undef FEATURE
    FEATURE_COUNT
};

#define FEATURE_BIT(name) (UINT64_C(1) << FEATURE_##name)

struct feature_info {
    const char *name;
    uint8_t on;          /* by default */
    uint8_t implemented; /* in this build */
};
extern const struct feature_info feature_info[FEATURE_COUNT];

/* What follows an opcode. */
enum imm_kind {
    IMM_NONE,
    IMM_BLOCK,         /* block type */
    IMM_LABEL,         /* label index */
    IMM_BR_TABLE,      /* vector of labels, default label */
    IMM_FUNC,          /* function index */
    IMM_CALL_INDIRECT, /* type index, table index */
    IMM_SELECT_T,      /* vector of value types */
    IMM_LOCAL,
    IMM_GLOBAL,
    IMM_TABLE,
    IMM_TABLE_TABLE, /* table.copy: destination, source */
    IMM_ELEM,
    IMM_ELEM_TABLE, /* table.init: element segment, table */
    IMM_MEMARG,     /* align, offset (and memory) */
    IMM_MEM,
    IMM_MEM_MEM, /* memory.copy: destination, source */
    IMM_DATA,
    IMM_DATA_MEM, /* memory.init: data segment, memory */
    IMM_HEAPTYPE,
    IMM_I32,
    IMM_I64,
    IMM_F32,
    IMM_F64,
    IMM_V128,       /* 16 bytes */
    IMM_LANE,       /* lane index */
    IMM_LANES,      /* 16 lane indices below 32 */
    IMM_MEMARG_LANE /* align, offset, lane index */
};

enum family {
    FAMILY_CONTROL,
    FAMILY_PARAMETRIC,
    FAMILY_VARIABLE,
    FAMILY_CONST,
    FAMILY_UNARY,   /* one operand, one result; an ir_ops.def row of the same name */
    FAMILY_BINARY,  /* two operands of the result's type */
    FAMILY_COMPARE, /* two operands, i32 result */
    FAMILY_LOAD,
    FAMILY_STORE,
    FAMILY_MEMORY,
    FAMILY_TABLE,
    FAMILY_REF,
    FAMILY_WIDE, /* 64-bit halves in, two out; an ir_ops.def row of the same name */
    FAMILY_SIMD  /* lowered as the row of the same name in ir_simd.def says */
};

/* Classes of operands and results in a signature. PTR is the address type of the memory that is
 * accessed. */
enum sig_class { SIG_NO, SIG_I32, SIG_I64, SIG_F32, SIG_F64, SIG_V128, SIG_PTR };

/* Four classes in nibbles: operands 0-2 (in stack order, deepest first) and the result. */
#define SIG(a, b, c, r)     (SIG_##a | SIG_##b << 4 | SIG_##c << 8 | SIG_##r << 12)
#define SPECIAL             0xffff /* typing depends on more than the opcode */
#define SIG_OPERAND(sig, i) (((sig) >> (4 * (i))) & 15)
#define SIG_RESULT(sig)     (((sig) >> 12) & 15)

struct wasm_op_info {
    const char *mnemonic;
    uint16_t sig;
    uint16_t code;
    uint8_t prefix;
    uint8_t imm;     /* enum imm_kind */
    uint8_t feature; /* enum feature */
    uint8_t family;  /* enum family */
    uint8_t align;   /* log2 */
};
extern const struct wasm_op_info wasm_op_info[OP_COUNT];

/* Opcode byte to enum wasm_op; OP_COUNT where there is none. */
extern const uint16_t wasm_op_by_code[257];
/* The same for the codes behind prefix 0xfc. */
#define WASM_OP_FC_COUNT 32
extern const uint16_t wasm_op_by_fc_code[WASM_OP_FC_COUNT + 1];
/* The same for the codes behind prefix 0xfd. */
#define WASM_OP_FD_COUNT 0x114
extern const uint16_t wasm_op_by_fd_code[WASM_OP_FD_COUNT + 1];

#endif
