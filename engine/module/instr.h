/*
 * instr.h - decoding of one instruction with its immediates.
 */
#ifndef CUPEL_MODULE_INSTR_H
#define CUPEL_MODULE_INSTR_H

#include "engine/isa/isa.h"
#include "engine/module/module.h"

/* A block type: a shorthand result, or a type index. */
struct blocktype {
    const valtype *params, *results; /* `results` NULL: the shorthand, see blocktype_results */
    uint32_t nparams, nresults;
    valtype single;     /* the shorthand's result */
    uint32_t has_index; /* given by a type index */
};
static inline const valtype *blocktype_results(const struct blocktype *b)
{
    return b->results ? b->results : &b->single;
}

struct instr {
    uint16_t op;     /* enum wasm_op */
    uint64_t offset; /* of the opcode, in the module */
    union {
        uint32_t index; /* LABEL FUNC LOCAL GLOBAL TABLE ELEM MEM DATA */
        struct {
            /* CALL_INDIRECT: type, table; TABLE_TABLE, MEM_MEM: destination, source;
             * ELEM_TABLE, DATA_MEM: segment, table or memory */
            uint32_t index, index2;
        } two;
        struct {
            uint64_t offset;
            uint32_t memory;
            uint8_t align; /* log2 */
            uint8_t lane;  /* MEMARG_LANE */
        } memarg;
        struct blocktype block;
        struct {
            uint32_t count; /* targets without the default */
            /* positioned at the first target: read count + 1 labels with reader_u32, which
             * cannot fail, since they were read once already */
            struct reader at;
        } br_table;
        valtype type;      /* SELECT_T (exactly one type), HEAPTYPE */
        uint64_t bits;     /* I32 (zero-extended), I64, F32 (low half), F64 */
        uint8_t lane;      /* LANE */
        uint8_t bytes[16]; /* V128, LANES */
    } of;
};

/* The general case of instr_decode. */
enum status instr_decode_slow(struct reader *r, const struct module *m,
                              const struct decode_config *config, struct instr *in) MUST_CHECK;

/* The commonest instructions, whose immediates take a single byte each: false, with the reader
 * untouched, for all others. */
static inline bool instr_decode_short(struct reader *r, const struct decode_config *config,
                                      struct instr *in)
{
    const uint8_t *p = r->p;
    if (__builtin_expect(r->end - p < 3, 0))
        return false;
    uint16_t op = wasm_op_by_code[p[0]];
    if (__builtin_expect(op == OP_COUNT, 0))
        return false;
    const struct wasm_op_info *info = &wasm_op_info[op];
    if (__builtin_expect(info->feature != FEATURE_MVP && !(config->features >> info->feature & 1),
                         0))
        return false;
    switch (info->imm) {
    case IMM_NONE:
        r->p = p + 1;
        break;
    case IMM_LOCAL:
    case IMM_GLOBAL:
    case IMM_LABEL:
    case IMM_FUNC:
        if (p[1] >= 0x80)
            return false;
        in->of.index = p[1];
        r->p = p + 2;
        break;
    case IMM_I32:
        if (p[1] >= 0x80)
            return false;
        in->of.bits = (uint32_t)((int32_t)((uint32_t)p[1] << 25) >> 25);
        r->p = p + 2;
        break;
    case IMM_MEMARG:
        if (p[1] >= 0x20 || p[2] >= 0x80)
            return false;
        in->of.memarg.offset = p[2];
        in->of.memarg.memory = 0;
        in->of.memarg.align = p[1];
        r->p = p + 3;
        break;
    case IMM_BLOCK:
        if (p[1] != 0x40 && !valtype_is_num(p[1]))
            return false;
        in->of.block = (struct blocktype){
            .single = p[1] == 0x40 ? VT_BOT : p[1],
            .nresults = p[1] != 0x40,
        };
        r->p = p + 2;
        break;
    default:
        return false;
    }
    in->op = op;
    in->offset = (uint64_t)(p - r->start);
    return true;
}

/* Decodes the instruction at the reader and moves behind it. Fails with ERR_MALFORMED for what does
 * not decode (a data segment's index without a data count section included), ERR_UNSUPPORTED,
 * naming the feature, for an instruction of a feature that is off or missing, ERR_INVALID for a
 * type index of a block type that is out of range and for a select with other than one type,
 * ERR_LIMIT for too many br_table targets. Indices are otherwise not checked here. */
static inline enum status MUST_CHECK instr_decode(struct reader *r, const struct module *m,
                                                  const struct decode_config *config,
                                                  struct instr *in)
{
    if (__builtin_expect(instr_decode_short(r, config, in), 1))
        return OK;
    return instr_decode_slow(r, m, config, in);
}

#endif
