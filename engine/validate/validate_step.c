/*
 * Typing one instruction. Most have a fixed signature in wasm_ops.def and go by a table made from
 * it, without a call: compare the operands on top, overwrite them with the result. The rest is a
 * switch.
 */
#include "engine/validate/value_stack.h"

const struct plain validate_plain[OP_COUNT] = {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [OP_##name] = {(OPERAND_TYPE(sig, 0) != VT_BOT) + (OPERAND_TYPE(sig, 1) != VT_BOT) +           \
                       (OPERAND_TYPE(sig, 2) != VT_BOT),                                           \
                   {OPERAND_TYPE(sig, 0), OPERAND_TYPE(sig, 1), OPERAND_TYPE(sig, 2)},             \
                   RESULT_TYPE(sig),                                                               \
                   align},
#include "engine/isa/wasm_ops.def"
#undef OP
};

/* Operands that are not simply there: unreachable code, or an error. */
static COLD enum status step_plain_slow(struct validator *v, const struct instr *in)
{
    const struct plain *p = &validate_plain[in->op];
    for (uint8_t i = p->count; i > 0; i--)
        TRY(pop(v, in, p->operands[i - 1]));
    return p->result ? push(v, in, p->result) : OK;
}

static inline enum status step_plain(struct validator *v, const struct instr *in)
{
    const struct plain *p = &validate_plain[in->op];
    size_t len = v->operands.len, count = p->count;
    if (count == 0)
        return push(v, in, p->result);
    if (UNLIKELY(len - v->floor < count))
        return step_plain_slow(v, in);
    valtype *base = v->operands.data + (len - count);
    if (UNLIKELY(base[0] != p->operands[0]))
        return step_plain_slow(v, in);
    if (count > 1) {
        if (UNLIKELY(base[1] != p->operands[1] || (count > 2 && base[2] != p->operands[2])))
            return step_plain_slow(v, in);
    }
    base[0] = p->result;
    v->operands.len = len - count + (p->result != VT_BOT);
    return OK;
}

/* Spec 3.3.7: the memory exists; 2^align is at most the width; the offset is an address. */
static inline enum status check_memarg(struct validator *v, const struct instr *in)
{
    if (UNLIKELY(in->of.memarg.memory >= v->m->nmemories))
        return fail_index(v, in, "memory", in->of.memarg.memory, v->m->nmemories);
    if (UNLIKELY(in->of.memarg.align > wasm_op_info[in->op].align))
        return validate_fail(v, in, ERR_INVALID,
                             "alignment must not be larger than natural: 2^%u for %s, whose own is "
                             "2^%u",
                             in->of.memarg.align, wasm_op_info[in->op].mnemonic,
                             wasm_op_info[in->op].align);
    if (UNLIKELY(in->of.memarg.memory > 0))
        v->features_used |= FEATURE_BIT(MULTI_MEMORY);
    if (UNLIKELY(in->of.memarg.offset > UINT32_MAX &&
                 !v->m->memories[in->of.memarg.memory].limits.is_64))
        return validate_fail(v, in, ERR_INVALID, "offset out of range: %llu for a 32-bit memory",
                             (unsigned long long)in->of.memarg.offset);
    return OK;
}

/* Spec 3.3.2: a lane that is there; `align` is the width of one. */
static enum status check_lane(struct validator *v, const struct instr *in, uint8_t lane)
{
    unsigned lanes = 16u >> wasm_op_info[in->op].align;
    if (UNLIKELY(lane >= lanes))
        return validate_fail(v, in, ERR_INVALID, "invalid lane index %u: %s has %u lanes", lane,
                             wasm_op_info[in->op].mnemonic, lanes);
    return OK;
}

static enum status check_lanes(struct validator *v, const struct instr *in)
{
    for (unsigned i = 0; i < sizeof in->of.bytes; i++)
        if (UNLIKELY(in->of.bytes[i] >= 32))
            return validate_fail(v, in, ERR_INVALID,
                                 "invalid lane index %u: %s has 32 lanes to choose from",
                                 in->of.bytes[i], wasm_op_info[in->op].mnemonic);
    return OK;
}

static COLD enum status check_lane_immediates(struct validator *v, const struct instr *in)
{
    switch (wasm_op_info[in->op].imm) {
    case IMM_LANE:
        return check_lane(v, in, in->of.lane);
    case IMM_LANES:
        return check_lanes(v, in);
    case IMM_MEMARG_LANE:
        return check_lane(v, in, in->of.memarg.lane);
    default:
        return OK;
    }
}

/* Spec 3.3.4 */
static enum status step_select(struct validator *v, const struct instr *in)
{
    valtype a = VT_BOT, b = VT_BOT;
    TRY(pop(v, in, VT_I32));
    TRY(pop_any(v, in, &b));
    TRY(pop_any(v, in, &a));
    if (UNLIKELY(valtype_is_ref(a) || valtype_is_ref(b)))
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: select without a type expects numbers, found %s",
                             valtype_name(valtype_is_ref(b) ? b : a));
    if (UNLIKELY(a != b && a != VT_BOT && b != VT_BOT))
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: select expects operands of one type, found %s and %s",
                             valtype_name(a), valtype_name(b));
    return push(v, in, a == VT_BOT ? b : a);
}

static enum status step_select_t(struct validator *v, const struct instr *in)
{
    TRY(pop(v, in, VT_I32));
    TRY(pop(v, in, in->of.type));
    TRY(pop(v, in, in->of.type));
    return push(v, in, in->of.type);
}

/* Spec 3.3.5 */
static inline enum status find_local(struct validator *v, const struct instr *in, valtype *out)
{
    if (UNLIKELY(in->of.index >= v->locals.len))
        return fail_index(v, in, "local", in->of.index, v->locals.len);
    *out = v->locals.data[in->of.index];
    return OK;
}

static inline enum status find_global(struct validator *v, const struct instr *in,
                                      const struct globaltype **out)
{
    if (UNLIKELY(in->of.index >= v->m->nglobals))
        return fail_index(v, in, "global", in->of.index, v->m->nglobals);
    *out = &v->m->globals[in->of.index].type;
    return OK;
}

static enum status step_global_set(struct validator *v, const struct instr *in)
{
    const struct globaltype *g = NULL;
    TRY(find_global(v, in, &g));
    if (UNLIKELY(!g->is_mutable))
        return validate_fail(v, in, ERR_INVALID, "global is immutable: global.set of global %u",
                             in->of.index);
    return pop(v, in, g->content);
}

/* Spec 3.3.3 */
static enum status step_ref_is_null(struct validator *v, const struct instr *in)
{
    valtype t = VT_BOT;
    TRY(pop_any(v, in, &t));
    if (t != VT_BOT && !valtype_is_ref(t))
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: ref.is_null expects a reference, found %s",
                             valtype_name(t));
    return push(v, in, VT_I32);
}

static enum status step_ref_func(struct validator *v, const struct instr *in)
{
    if (in->of.index >= v->m->nfuncs)
        return fail_index(v, in, "function", in->of.index, v->m->nfuncs);
    if (!module_func_is_declared(v->m, in->of.index))
        return validate_fail(v, in, ERR_INVALID,
                             "undeclared function reference: ref.func of function %u, which is "
                             "neither exported nor in an element segment or global",
                             in->of.index);
    return push(v, in, VT_FUNCREF);
}

/* Two or four i64 for two. */
static enum status step_wide(struct validator *v, const struct instr *in)
{
    unsigned operands = in->op == OP_I64_ADD128 || in->op == OP_I64_SUB128 ? 4 : 2;
    for (unsigned i = 0; i < operands; i++)
        TRY(pop(v, in, VT_I64));
    TRY(push(v, in, VT_I64));
    return push(v, in, VT_I64);
}

static inline enum status step_special(struct validator *v, const struct instr *in)
{
    const struct globaltype *g = NULL;
    valtype t = VT_BOT;
    switch (in->op) {
    case OP_LOCAL_GET:
        TRY(find_local(v, in, &t));
        return push(v, in, t);
    case OP_LOCAL_SET:
        TRY(find_local(v, in, &t));
        return pop(v, in, t);
    case OP_LOCAL_TEE:
        TRY(find_local(v, in, &t));
        TRY(pop(v, in, t));
        return push(v, in, t);
    case OP_GLOBAL_GET:
        TRY(find_global(v, in, &g));
        return push(v, in, g->content);
    case OP_GLOBAL_SET:
        return step_global_set(v, in);
    case OP_DROP:
        return pop_any(v, in, &t);
    case OP_SELECT:
        return step_select(v, in);
    case OP_SELECT_T:
        return step_select_t(v, in);
    case OP_REF_NULL:
        return push(v, in, in->of.type);
    case OP_REF_IS_NULL:
        return step_ref_is_null(v, in);
    case OP_REF_FUNC:
        return step_ref_func(v, in);
    case OP_UNREACHABLE:
        set_unreachable(v);
        return OK;
    case OP_NOP:
        return OK;
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        return step_block(v, in);
    case OP_ELSE:
        return step_else(v, in);
    case OP_END:
        return step_end(v, in);
    case OP_BR:
        return step_br(v, in);
    case OP_BR_IF:
        return step_br_if(v, in);
    case OP_BR_TABLE:
        return step_br_table(v, in);
    case OP_RETURN:
        return step_return(v, in);
    case OP_CALL:
        return step_call(v, in);
    case OP_CALL_INDIRECT:
        return step_call_indirect(v, in);
    case OP_RETURN_CALL:
        return step_return_call(v, in);
    case OP_RETURN_CALL_INDIRECT:
        return step_return_call_indirect(v, in);
    case OP_I64_ADD128:
    case OP_I64_SUB128:
    case OP_I64_MUL_WIDE_S:
    case OP_I64_MUL_WIDE_U:
        return step_wide(v, in);
    default:
        return step_bulk(v, in);
    }
}

/* A load or store in a 64-bit memory. */
static COLD enum status step_access_64(struct validator *v, const struct instr *in)
{
    const struct plain *p = &validate_plain[in->op];
    for (uint8_t i = p->count; i > 1; i--)
        TRY(pop(v, in, p->operands[i - 1]));
    TRY(pop(v, in, VT_I64));
    return p->result ? push(v, in, p->result) : OK;
}

static inline enum status step(struct validator *v, const struct instr *in)
{
    const struct wasm_op_info *info = &wasm_op_info[in->op];
    v->features_used |= UINT64_C(1) << info->feature;
    if (info->sig == SPECIAL)
        return step_special(v, in);
    if (info->family == FAMILY_SIMD)
        TRY(check_lane_immediates(v, in));
    if (info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE) {
        TRY(check_memarg(v, in));
        if (UNLIKELY(v->m->memories[in->of.memarg.memory].limits.is_64))
            return step_access_64(v, in);
    }
    return step_plain(v, in);
}

enum status validator_step(struct validator *v, const struct instr *in)
{
    return step(v, in);
}

enum status validate_func(struct validator *v, const struct module *m,
                          const struct decode_config *config, uint32_t func, struct errinfo *err)
{
    struct reader body;
    struct instr in;
    func_body_reader(m, func, &body, err);
    TRY(validator_begin(v, m, config, func, &body));
    do {
        step_common(v, &body);
        TRY(instr_decode(&body, m, config, &in));
        TRY(step(v, &in));
    } while (!validator_done(v));
    return validator_finish(v, &body);
}
