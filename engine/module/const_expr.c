/*
 * Constant expressions (spec 3.3.10, 3.0: 3.4.17). They are evaluated while they are read, as far
 * as that goes: what comes out is a constant, a function, a global to be read at instantiation, or,
 * where arithmetic meets such a global, the place of the expression, to be evaluated then.
 */
#include "engine/module/const_expr.h"

#include <string.h>

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
    if (x >= m->nimported_globals) {
        TRY(feature_require(&d->r, d->config, FEATURE_EXTENDED_CONST, in->offset,
                            "global.get of a global that is not imported in a constant "
                            "expression"));
        d->m->features_used |= FEATURE_BIT(EXTENDED_CONST);
        if (m->globals[x].init.kind == INIT_CONST) {
            *out = m->globals[x].init;
            out->offset = in->offset;
            return OK;
        }
    }
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

/* The values of the expression so far. */
struct const_stack {
    struct init_expr values[CONST_EXPR_HEIGHT];
    uint32_t count;
    uint64_t start; /* of the expression, in the module */
};

uint64_t const_expr_calculate(uint16_t op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OP_I32_ADD:
        return (uint32_t)(a + b);
    case OP_I32_SUB:
        return (uint32_t)(a - b);
    case OP_I32_MUL:
        return (uint32_t)(a * b);
    case OP_I64_ADD:
        return a + b;
    case OP_I64_SUB:
        return a - b;
    default:
        return a * b;
    }
}

/* Extended-const: addition, subtraction, multiplication. */
static enum status arithmetic(struct decoder *d, const struct instr *in, struct const_stack *s)
{
    valtype type = SIG_RESULT(wasm_op_info[in->op].sig) == SIG_I32 ? VT_I32 : VT_I64;
    TRY(feature_require(&d->r, d->config, FEATURE_EXTENDED_CONST, in->offset,
                        "arithmetic in a constant expression"));
    d->m->features_used |= FEATURE_BIT(EXTENDED_CONST);
    if (s->count < 2 || s->values[s->count - 1].type != type ||
        s->values[s->count - 2].type != type)
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "type mismatch: %s in a constant expression expects two %s",
                              wasm_op_info[in->op].mnemonic, valtype_name(type));
    const struct init_expr *b = &s->values[--s->count];
    struct init_expr *a = &s->values[s->count - 1];
    if (a->kind == INIT_CONST && b->kind == INIT_CONST)
        a->bits = const_expr_calculate(in->op, a->bits, b->bits);
    else
        *a = (struct init_expr){.kind = INIT_EXTENDED, .type = type, .offset = s->start};
    return OK;
}

static enum status push_value(struct decoder *d, const struct instr *in, struct const_stack *s,
                              const struct init_expr *value)
{
    if (s->count == CONST_EXPR_HEIGHT)
        return errinfo_limit(d->r.err, "operand_height", in->offset,
                             "a constant expression may hold %d values at once", CONST_EXPR_HEIGHT);
    s->values[s->count++] = *value;
    return OK;
}

/* One instruction before the `end`. */
static enum status constant(struct decoder *d, const struct instr *in, struct const_stack *s)
{
    const struct wasm_op_info *info = &wasm_op_info[in->op];
    static const valtype result[] = {
        [SIG_I32] = VT_I32, [SIG_I64] = VT_I64, [SIG_F32] = VT_F32, [SIG_F64] = VT_F64};
    struct init_expr value = {.kind = INIT_CONST, .offset = in->offset};
    d->m->features_used |= UINT64_C(1) << info->feature;
    switch (in->op) {
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_F32_CONST:
    case OP_F64_CONST:
        value.type = result[SIG_RESULT(info->sig)];
        value.bits = in->of.bits;
        break;
    case OP_V128_CONST:
        value.type = VT_V128;
        memcpy(&value.bits, in->of.bytes, 8);
        memcpy(&value.high, in->of.bytes + 8, 8);
        break;
    case OP_REF_NULL:
        value.type = in->of.type;
        break;
    case OP_REF_FUNC:
        TRY(ref_func(d, in, &value));
        break;
    case OP_GLOBAL_GET:
        TRY(global_get(d, in, &value));
        break;
    case OP_I32_ADD:
    case OP_I32_SUB:
    case OP_I32_MUL:
    case OP_I64_ADD:
    case OP_I64_SUB:
    case OP_I64_MUL:
        return arithmetic(d, in, s);
    default:
        return reader_fail_at(&d->r, ERR_INVALID, in->offset,
                              "constant expression required: %s is not constant", info->mnemonic);
    }
    return push_value(d, in, s, &value);
}

enum status read_const_expr(struct decoder *d, valtype type, struct init_expr *out)
{
    struct const_stack s = {.start = reader_offset(&d->r)};
    struct instr in;
    for (;;) {
        TRY(instr_decode(&d->r, d->m, d->config, &in));
        if (in.op == OP_END)
            break;
        TRY(constant(d, &in, &s));
    }
    if (s.count != 1)
        return reader_fail_at(
            &d->r, ERR_INVALID, in.offset,
            "type mismatch: a constant expression must give one %s, found %u values",
            valtype_name(type), s.count);
    *out = s.values[0];
    if (out->type != type)
        return reader_fail_at(&d->r, ERR_INVALID, out->offset,
                              "type mismatch: a constant expression must give %s, found %s",
                              valtype_name(type), valtype_name(out->type));
    return OK;
}
