/*
 * Constant expressions (spec 3.3.10). Without the extended-const feature a valid one is a single
 * instruction and `end`, so it is evaluated while it is read: what comes out is a constant, a
 * function, or a global to be read at instantiation. Instructions that another feature would make
 * constant are told apart from those that never are.
 */
#include "engine/module/feature_gate.h"
#include "engine/module/instr.h"
#include "engine/module/section.h"

static enum status global_get(struct decoder *d, const struct instr *in, struct init_expr *out)
{
    const struct module *m = d->m;
    uint32_t x = in->of.index;
    if (x >= m->nglobals)
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "unknown global %u: there are %u so far", x, m->nglobals);
    if (m->globals[x].type.is_mutable)
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "constant expression required: global %u is mutable", x);
    if (x >= m->nimported_globals)
        return feature_missing(&d->r, d->config, FEATURE_GC, in->offset,
                               "global.get of a global that is not imported in a constant "
                               "expression");
    out->kind = INIT_GLOBAL_GET;
    out->type = m->globals[x].type.content;
    out->index = x;
    return OK;
}

static enum status ref_func(struct decoder *d, const struct instr *in, struct init_expr *out)
{
    if (in->of.index >= d->m->nfuncs)
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "unknown function %u: the module has %u", in->of.index, d->m->nfuncs);
    declare_func(d, in->of.index);
    out->kind = INIT_REF_FUNC;
    out->type = VT_FUNCREF;
    out->index = in->of.index;
    return OK;
}

/* One instruction before the `end`. */
static enum status constant(struct decoder *d, const struct instr *in, struct init_expr *out)
{
    const struct wasm_op_info *info = &wasm_op_info[in->op];
    static const valtype result[] = {
        [SIG_I32] = VT_I32, [SIG_I64] = VT_I64, [SIG_F32] = VT_F32, [SIG_F64] = VT_F64};
    *out = (struct init_expr){.kind = INIT_CONST, .offset = in->offset};
    d->m->features_used |= UINT64_C(1) << info->feature;
    switch (in->op) {
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_F32_CONST:
    case OP_F64_CONST:
        out->type = result[SIG_RESULT(info->sig)];
        out->bits = in->of.bits;
        return OK;
    case OP_REF_NULL:
        out->type = in->of.type;
        return OK;
    case OP_REF_FUNC:
        return ref_func(d, in, out);
    case OP_GLOBAL_GET:
        return global_get(d, in, out);
    case OP_I32_ADD:
    case OP_I32_SUB:
    case OP_I32_MUL:
    case OP_I64_ADD:
    case OP_I64_SUB:
    case OP_I64_MUL:
        return feature_missing(&d->r, d->config, FEATURE_EXTENDED_CONST, in->offset,
                               "arithmetic in a constant expression");
    default:
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "constant expression required: %s is not constant", info->mnemonic);
    }
}

enum status read_const_expr(struct decoder *d, valtype type, struct init_expr *out)
{
    uint32_t values = 0;
    struct instr in;
    *out = (struct init_expr){.kind = INIT_CONST, .offset = reader_offset(&d->r)};
    for (;;) {
        struct init_expr value;
        TRY(instr_decode(&d->r, d->m, d->config, &in));
        if (in.op == OP_END)
            break;
        TRY(constant(d, &in, &value));
        /* A second value is an error, but only once it is known that nothing adds them up. */
        if (values++ == 0)
            *out = value;
    }
    if (values != 1)
        return reader_fail_at(
            &d->r, ERR_INVALID, in.offset,
            "type mismatch: a constant expression must give one %s, found %u values",
            valtype_name(type), values);
    if (out->type != type)
        return reader_fail_at(&d->r, ERR_INVALID, out->offset,
                              "type mismatch: a constant expression must give %s, found %s",
                              valtype_name(type), valtype_name(out->type));
    return OK;
}
