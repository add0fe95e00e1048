/*
 * Control instructions (spec 3.3.8). The innermost frame's height and reachability are kept in the
 * validator, where every pop looks; each push and pop of a frame brings them up to date.
 */
#include "engine/validate/value_stack.h"

enum status push_ctrl(struct validator *v, const struct instr *in, uint8_t op,
                      const struct blocktype *type)
{
    struct ctrl c = {.op = op, .height = (uint32_t)v->operands.len, .type = *type};
    if (UNLIKELY(v->ctrls.len > v->max_nesting)) {
        (void)errinfo_limit(v->err, "nesting", in->offset,
                            "limit \"nesting\" exceeded: %zu blocks within one another, at most %u",
                            v->ctrls.len, v->max_nesting);
        if (v->err)
            v->err->func = v->func;
        return ERR_LIMIT;
    }
    if (UNLIKELY(!vec_push(&v->ctrls, c)))
        return errinfo_nomem(v->err);
    v->floor = c.height;
    v->unreachable = false;
    if (type->nparams == 0)
        return OK;
    return push_types(v, in, type->params, type->nparams);
}

/* What follows in the innermost frame is never reached (spec: stack-polymorphic). */
void set_unreachable(struct validator *v)
{
    v->operands.len = v->floor;
    v->unreachable = true;
    vec_last(&v->ctrls)->unreachable = true;
}

/* Takes the results of the innermost frame, above which nothing may be left. */
static enum status pop_results(struct validator *v, const struct instr *in)
{
    const struct blocktype *t = &vec_last(&v->ctrls)->type;
    TRY(pop_types(v, in, blocktype_results(t), t->nresults));
    if (UNLIKELY(v->operands.len != v->floor))
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: %zu values too many at the %s of a block with %u "
                             "results",
                             v->operands.len - v->floor, wasm_op_info[in->op].mnemonic,
                             t->nresults);
    return OK;
}

enum status step_block(struct validator *v, const struct instr *in)
{
    const struct blocktype *t = &in->of.block;
    if (in->op == OP_IF)
        TRY(pop(v, in, VT_I32));
    if (t->has_index)
        v->features_used |= FEATURE_BIT(MULTI_VALUE);
    else if (valtype_is_ref(t->single))
        v->features_used |= FEATURE_BIT(REFERENCE_TYPES);
    if (t->nparams > 0)
        TRY(pop_types(v, in, t->params, t->nparams));
    return push_ctrl(v, in, (uint8_t)in->op, t);
}

enum status step_else(struct validator *v, const struct instr *in)
{
    struct ctrl *c = vec_last(&v->ctrls);
    if (c->op != OP_IF) /* spec 5.4.1: else stands only within an if */
        return validate_fail(v, in, ERR_MALFORMED,
                             "END opcode expected: else without an if that it belongs to");
    TRY(pop_results(v, in));
    c->op = OP_ELSE;
    c->unreachable = v->unreachable = false;
    return push_types(v, in, c->type.params, c->type.nparams);
}

/* An if without else passes its parameters on as its results (spec 3.3.8.5). */
static enum status check_missing_else(struct validator *v, const struct instr *in,
                                      const struct blocktype *t)
{
    const valtype *results = blocktype_results(t);
    bool same = t->nparams == t->nresults;
    for (uint32_t i = 0; same && i < t->nparams; i++)
        same = t->params[i] == results[i];
    if (same)
        return OK;
    return validate_fail(v, in, ERR_INVALID,
                         "type mismatch: an if without else must give what it takes, but it takes "
                         "%u values and gives %u",
                         t->nparams, t->nresults);
}

enum status step_end(struct validator *v, const struct instr *in)
{
    struct ctrl *c = vec_last(&v->ctrls);
    TRY(pop_results(v, in));
    if (c->op == OP_IF)
        TRY(check_missing_else(v, in, &c->type));
    v->ctrls.len--;
    if (v->ctrls.len == 0)
        return OK;
    v->floor = c[-1].height;
    v->unreachable = c[-1].unreachable;
    /* The popped frame's storage stays untouched until the next push. */
    return push_types(v, in, blocktype_results(&c->type), c->type.nresults);
}

static enum status find_label(struct validator *v, const struct instr *in, uint32_t label,
                              const struct ctrl **out)
{
    if (UNLIKELY(label >= v->ctrls.len)) /* spec 3.3.8.6 */
        return fail_index(v, in, "label", label, v->ctrls.len);
    *out = &v->ctrls.data[v->ctrls.len - 1 - label];
    return OK;
}

enum status step_br(struct validator *v, const struct instr *in)
{
    const struct ctrl *c = NULL;
    uint32_t count;
    TRY(find_label(v, in, in->of.index, &c));
    const valtype *types = ctrl_label_types(c, &count);
    TRY(pop_types(v, in, types, count));
    set_unreachable(v);
    return OK;
}

enum status step_br_if(struct validator *v, const struct instr *in)
{
    const struct ctrl *c = NULL;
    uint32_t count;
    TRY(find_label(v, in, in->of.index, &c));
    const valtype *types = ctrl_label_types(c, &count);
    TRY(pop(v, in, VT_I32));
    if (LIKELY(top_is(v, types, count)))
        return OK;
    /* In unreachable code what was any type has the label's types from here on. */
    TRY(pop_types(v, in, types, count));
    return push_types(v, in, types, count);
}

enum status step_br_table(struct validator *v, const struct instr *in)
{
    struct reader targets = in->of.br_table.at;
    uint32_t arity = 0, last_label = NO_INDEX;
    targets.err = v->err;
    TRY(pop(v, in, VT_I32));
    for (uint64_t i = 0; i <= in->of.br_table.count; i++) {
        const struct ctrl *c = NULL;
        uint32_t label, count;
        TRY(reader_u32(&targets, &label, "a label"));
        if (label == last_label)
            continue;
        last_label = label;
        TRY(find_label(v, in, label, &c));
        const valtype *types = ctrl_label_types(c, &count);
        if (i == 0)
            arity = count;
        if (UNLIKELY(count != arity)) /* spec 3.3.8.8 */
            return validate_fail(v, in, ERR_INVALID,
                                 "type mismatch: target %llu of br_table takes %u values, the "
                                 "first %u",
                                 (unsigned long long)i, count, arity);
        if (!top_is(v, types, count))
            TRY(check_types(v, in, types, count));
    }
    set_unreachable(v);
    return OK;
}

enum status step_return(struct validator *v, const struct instr *in)
{
    TRY(pop_types(v, in, v->type->results, v->type->nresults));
    set_unreachable(v);
    return OK;
}

static enum status call_type(struct validator *v, const struct instr *in, const functype *t)
{
    TRY(pop_types(v, in, t->params, t->nparams));
    return push_types(v, in, t->results, t->nresults);
}

enum status step_call(struct validator *v, const struct instr *in)
{
    if (UNLIKELY(in->of.index >= v->m->nfuncs)) /* spec 3.3.8.10 */
        return fail_index(v, in, "function", in->of.index, v->m->nfuncs);
    return call_type(v, in, v->m->funcs[in->of.index].type);
}

/* What both indirect calls demand (spec 3.3.8.11): a table of funcref, a type, an i32 on top. */
static enum status pop_callee(struct validator *v, const struct instr *in, const functype **out)
{
    const struct module *m = v->m;
    uint32_t type = in->of.two.index, table = in->of.two.index2;
    if (table >= m->ntables)
        return fail_index(v, in, "table", table, m->ntables);
    if (table != 0)
        v->features_used |= FEATURE_BIT(REFERENCE_TYPES);
    if (m->tables[table].type.element != VT_FUNCREF)
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: %s expects a table of funcref, but table "
                             "%u holds %s",
                             wasm_op_info[in->op].mnemonic, table,
                             valtype_name(m->tables[table].type.element));
    if (type >= m->ntypes)
        return fail_index(v, in, "type", type, m->ntypes);
    *out = m->types[type];
    return pop(v, in, m->tables[table].type.limits.is_64 ? VT_I64 : VT_I32);
}

enum status step_call_indirect(struct validator *v, const struct instr *in)
{
    const functype *type = NULL;
    TRY(pop_callee(v, in, &type));
    return call_type(v, in, type);
}

/* The callee's results are the function's own (release 3.0, 3.4.13.17 and 18). */
static enum status return_call_type(struct validator *v, const struct instr *in, const functype *t)
{
    bool same = t->nresults == v->type->nresults;
    for (uint32_t i = 0; same && i < t->nresults; i++)
        same = t->results[i] == v->type->results[i];
    if (!same)
        return validate_fail(v, in, ERR_INVALID,
                             "type mismatch: %s of a function whose results are not the caller's",
                             wasm_op_info[in->op].mnemonic);
    TRY(pop_types(v, in, t->params, t->nparams));
    set_unreachable(v);
    return OK;
}

enum status step_return_call(struct validator *v, const struct instr *in)
{
    if (in->of.index >= v->m->nfuncs)
        return fail_index(v, in, "function", in->of.index, v->m->nfuncs);
    return return_call_type(v, in, v->m->funcs[in->of.index].type);
}

enum status step_return_call_indirect(struct validator *v, const struct instr *in)
{
    const functype *type = NULL;
    TRY(pop_callee(v, in, &type));
    return return_call_type(v, in, type);
}
