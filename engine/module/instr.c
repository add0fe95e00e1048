/*
 * Decoding by the kind of immediate that an instruction's row in wasm_ops.def names: one function
 * each, so that a new instruction needs nothing here unless its immediates are of a new kind. The
 * inline path of the header has taken the short forms away, so speed matters little here, br_table
 * excepted.
 */
#include "engine/module/instr.h"

#include <string.h>

#include "engine/module/feature_gate.h"
#include "engine/module/valtypes.h"

struct decode {
    struct reader *r;
    const struct module *m;
    const struct decode_config *config;
    struct instr *in;
};

static enum status read_op(struct decode *d)
{
    struct reader *r = d->r;
    uint64_t offset = reader_offset(r);
    uint16_t op;
    uint8_t byte;
    uint32_t code;
    TRY(reader_u8(r, &byte, "an instruction"));
    code = byte;
    switch (byte) {
    case 0xfc:
        TRY(reader_u32(r, &code, "an opcode"));
        op = code < WASM_OP_FC_COUNT ? wasm_op_by_fc_code[code] : OP_COUNT;
        break;
    case 0xfd:
        TRY(reader_u32(r, &code, "an opcode"));
        op = code < WASM_OP_FD_COUNT ? wasm_op_by_fd_code[code] : OP_COUNT;
        break;
    case 0xfb:
    case 0xfe:
        TRY(reader_u32(r, &code, "an opcode"));
        op = OP_COUNT;
        break;
    default:
        op = wasm_op_by_code[byte];
        break;
    }
    if (op == OP_COUNT)
        return feature_refuse_opcode(r, d->config, byte >= 0xfb && byte != 0xff ? byte : 0, code,
                                     offset);
    d->in->op = op;
    d->in->offset = offset;
    return feature_require(r, d->config, wasm_op_info[op].feature, offset,
                           wasm_op_info[op].mnemonic);
}

/* Spec 5.4.1: an empty type, a value type, or a type index as a positive 33-bit integer. */
static enum status read_blocktype(struct decode *d, struct blocktype *out)
{
    struct reader *r = d->r;
    uint64_t offset = reader_offset(r);
    int64_t index = 0;
    *out = (struct blocktype){0};
    const uint8_t byte = reader_left(r) ? *r->p : 0;
    if (byte == 0x40) {
        r->p++;
        return OK;
    }
    if (byte > 0x40 && byte < 0x80) {
        TRY(read_valtype(r, d->config, &out->single));
        out->nresults = 1;
        return OK;
    }
    TRY(reader_s33(r, &index, "a block type"));
    if (index < 0)
        return reader_fail_at(r, ERR_MALFORMED, offset, "malformed block type %lld",
                              (long long)index);
    TRY(feature_require(r, d->config, FEATURE_MULTI_VALUE, offset,
                        "a block type that is a type index"));
    if (index >= d->m->ntypes) /* spec 3.2.2 */
        return reader_fail_at(r, ERR_INVALID, offset,
                              "unknown type %lld of a block: the module has %u", (long long)index,
                              d->m->ntypes);
    const functype *t = d->m->types[index];
    out->has_index = true;
    out->params = t->params;
    out->results = t->results;
    out->nparams = t->nparams;
    out->nresults = t->nresults;
    return OK;
}

/* Walks over count + 1 labels without keeping them. */
static enum status read_br_table(struct decode *d)
{
    struct reader *r = d->r;
    uint32_t count, label;
    TRY(reader_count(r, 1, "br_table_targets", limit_br_table_targets(d->config), &count,
                     "the number of br_table's targets"));
    d->in->of.br_table.count = count;
    d->in->of.br_table.at = *r;
    for (uint64_t i = 0; i <= count; i++)
        TRY(reader_u32(r, &label, "a label"));
    return OK;
}

static enum status read_select_types(struct decode *d)
{
    struct reader *r = d->r;
    uint64_t offset = reader_offset(r);
    uint32_t count;
    TRY(reader_count(r, 1, "", UINT32_MAX, &count, "the number of select's types"));
    for (uint32_t i = 0; i < count; i++)
        TRY(read_valtype(r, d->config, &d->in->of.type));
    if (count != 1) /* spec 3.3.4.3 */
        return reader_fail_at(r, ERR_INVALID, offset,
                              "invalid result arity: select takes 1 type, not %u", count);
    return OK;
}

/* Spec 5.4.6. Bit 6 announces a memory index. */
enum { MEMARG_MEMORY = 0x40 };

static enum status read_memarg(struct decode *d)
{
    struct reader *r = d->r;
    uint64_t offset = reader_offset(r);
    bool several = d->config->features & FEATURE_BIT(MULTI_MEMORY);
    uint32_t flags;
    TRY(reader_u32(r, &flags, "an alignment"));
    if (flags >= 2 * MEMARG_MEMORY)
        return reader_fail_at(r, ERR_MALFORMED, offset, "malformed memop flags %u", flags);
    d->in->of.memarg.memory = 0;
    if (flags & MEMARG_MEMORY && several) {
        TRY(reader_u32(r, &d->in->of.memarg.memory, "a memory index"));
        flags &= ~(uint32_t)MEMARG_MEMORY;
    }
    d->in->of.memarg.align = (uint8_t)flags;
    return reader_u64(r, &d->in->of.memarg.offset, "an offset");
}

static enum status read_two(struct decode *d, const char *first, const char *second)
{
    TRY(reader_u32(d->r, &d->in->of.two.index, first));
    return reader_u32(d->r, &d->in->of.two.index2, second);
}

static enum status read_call_indirect(struct decode *d)
{
    uint64_t offset;
    TRY(reader_u32(d->r, &d->in->of.two.index, "a type index"));
    offset = reader_offset(d->r);
    TRY(reader_u32(d->r, &d->in->of.two.index2, "a table index"));
    if (d->in->of.two.index2 == 0)
        return OK;
    return feature_require(d->r, d->config, FEATURE_REFERENCE_TYPES, offset,
                           "a table index of call_indirect");
}

/* Spec 5.5.15: a data index in code needs the data count section before it. */
static enum status check_data_count(struct decode *d)
{
    if (d->m->has_data_count)
        return OK;
    return reader_fail_at(d->r, ERR_MALFORMED, d->in->offset,
                          "data count section required: %s names a data segment",
                          wasm_op_info[d->in->op].mnemonic);
}

static enum status read_number(struct decode *d, enum imm_kind kind)
{
    struct reader *r = d->r;
    int32_t i32;
    int64_t i64;
    uint32_t f32;
    switch (kind) {
    case IMM_I32:
        TRY(reader_s32(r, &i32, "an i32 constant"));
        d->in->of.bits = (uint32_t)i32;
        return OK;
    case IMM_I64:
        TRY(reader_s64(r, &i64, "an i64 constant"));
        d->in->of.bits = (uint64_t)i64;
        return OK;
    case IMM_F32:
        TRY(reader_f32(r, &f32, "an f32 constant"));
        d->in->of.bits = f32;
        return OK;
    default:
        return reader_f64(r, &d->in->of.bits, "an f64 constant");
    }
}

static enum status read_16_bytes(struct decode *d, const char *what)
{
    const uint8_t *bytes;
    TRY(reader_bytes(d->r, sizeof d->in->of.bytes, &bytes, what));
    memcpy(d->in->of.bytes, bytes, sizeof d->in->of.bytes);
    return OK;
}

static enum status read_immediates(struct decode *d)
{
    struct reader *r = d->r;
    uint32_t *index = &d->in->of.index;
    enum imm_kind kind = wasm_op_info[d->in->op].imm;
    switch (kind) {
    case IMM_NONE:
        return OK;
    case IMM_BLOCK:
        return read_blocktype(d, &d->in->of.block);
    case IMM_LABEL:
        return reader_u32(r, index, "a label");
    case IMM_BR_TABLE:
        return read_br_table(d);
    case IMM_FUNC:
        return reader_u32(r, index, "a function index");
    case IMM_CALL_INDIRECT:
        return read_call_indirect(d);
    case IMM_SELECT_T:
        return read_select_types(d);
    case IMM_LOCAL:
        return reader_u32(r, index, "a local index");
    case IMM_GLOBAL:
        return reader_u32(r, index, "a global index");
    case IMM_TABLE:
        return reader_u32(r, index, "a table index");
    case IMM_TABLE_TABLE:
        return read_two(d, "a table index", "a table index");
    case IMM_ELEM:
        return reader_u32(r, index, "an element segment's index");
    case IMM_ELEM_TABLE:
        return read_two(d, "an element segment's index", "a table index");
    case IMM_MEMARG:
        return read_memarg(d);
    case IMM_MEM:
        return reader_u32(r, index, "a memory index");
    case IMM_MEM_MEM:
        return read_two(d, "a memory index", "a memory index");
    case IMM_DATA:
        TRY(reader_u32(r, index, "a data segment's index"));
        return check_data_count(d);
    case IMM_DATA_MEM:
        TRY(read_two(d, "a data segment's index", "a memory index"));
        return check_data_count(d);
    case IMM_HEAPTYPE:
        return read_heaptype(r, d->config, &d->in->of.type);
    case IMM_I32:
    case IMM_I64:
    case IMM_F32:
    case IMM_F64:
        return read_number(d, kind);
    case IMM_V128:
        return read_16_bytes(d, "a v128 constant");
    case IMM_LANES:
        return read_16_bytes(d, "lane indices");
    case IMM_LANE:
        return reader_u8(r, &d->in->of.lane, "a lane index");
    case IMM_MEMARG_LANE:
        TRY(read_memarg(d));
        return reader_u8(r, &d->in->of.memarg.lane, "a lane index");
    }
    return OK;
}

enum status instr_decode_slow(struct reader *r, const struct module *m,
                              const struct decode_config *config, struct instr *in)
{
    struct decode d = {r, m, config, in};
    TRY(read_op(&d));
    return read_immediates(&d);
}
