/*
 * A validator's life: the memory that it keeps from one function to the next, the local
 * declarations that open a body, and the frame of the function itself.
 *
 * Declarations are run-length encoded, so ten bytes can ask for four thousand million locals. They
 * are therefore read twice: once to add them up, and again to write them down once the sum is known
 * to be within the limit.
 */
#include "engine/module/valtypes.h"
#include "engine/validate/value_stack.h"

void validator_fini(struct validator *v)
{
    vec_fini(&v->operands);
    vec_fini(&v->ctrls);
    vec_fini(&v->locals);
}

void func_body_reader(const struct module *m, uint32_t func, struct reader *r, struct errinfo *err)
{
    const struct func *f = &m->funcs[func];
    reader_init(r, m->bytes, m->len, err);
    r->p = m->bytes + f->body_offset;
    r->end = r->p + f->body_len;
    r->func = func;
}

/* The sum of all declarations. Spec 5.5.13: at most 2^32 - 1 locals. */
static enum status count_locals(struct validator *v, struct reader *r, uint64_t *total)
{
    uint64_t offset = reader_offset(r);
    uint32_t groups, count;
    valtype type;
    /* A number and a type. */
    TRY(reader_count(r, 2, "", UINT32_MAX, &groups, "the number of local declarations"));
    for (uint32_t i = 0; i < groups; i++) {
        TRY(reader_u32(r, &count, "a number of locals"));
        TRY(read_valtype(r, v->config, &type));
        *total += count;
        v->features_used |= valtype_features(type);
    }
    if (*total > UINT32_MAX)
        return reader_fail_at(r, ERR_MALFORMED, offset, "too many locals: %llu, at most 4294967295",
                              (unsigned long long)*total);
    return OK;
}

static enum status read_locals(struct validator *v, struct reader *r)
{
    struct reader again = *r;
    uint32_t groups, count, most = limit_locals(v->config);
    uint64_t total = v->type->nparams;
    valtype type;
    TRY(count_locals(v, r, &total));
    if (total > most)
        return reader_limit(&again, "locals", total, most);
    /* One at least, for step_common to look at. */
    if (!vec_reserve(&v->locals, total + 1))
        return errinfo_nomem(v->err);
    v->locals.data[0] = VT_BOT;
    for (uint32_t i = 0; i < v->type->nparams; i++)
        v->locals.data[i] = v->type->params[i];
    size_t len = v->type->nparams;
    TRY(reader_u32(&again, &groups, "the number of local declarations"));
    for (uint32_t i = 0; i < groups; i++) {
        TRY(reader_u32(&again, &count, "a number of locals"));
        TRY(read_valtype(&again, v->config, &type));
        valtype *at = v->locals.data + len;
        for (uint32_t j = 0; j < count; j++)
            at[j] = type;
        len += count;
    }
    v->locals.len = len;
    return OK;
}

enum status validator_begin(struct validator *v, const struct module *m,
                            const struct decode_config *config, uint32_t func, struct reader *body)
{
    v->m = m;
    v->config = config;
    v->err = body->err;
    v->func = func;
    v->type = m->funcs[func].type;
    v->max_height = limit_operand_height(config);
    v->max_nesting = limit_nesting(config);
    v->features_used |= FEATURE_BIT(MVP);
    v->operands.len = v->ctrls.len = v->locals.len = 0;
    struct instr start = {.op = OP_BLOCK, .offset = reader_offset(body)};
    TRY(read_locals(v, body));
    if (!vec_reserve(&v->operands, v->max_height))
        return errinfo_nomem(v->err);
    struct blocktype type = {.results = v->type->results, .nresults = v->type->nresults};
    return push_ctrl(v, &start, OP_BLOCK, &type);
}

enum status validator_finish(struct validator *v, const struct reader *body)
{
    struct instr at = {.op = OP_END, .offset = reader_offset(body)};
    if (reader_left(body) == 0)
        return OK;
    return validate_fail(v, &at, ERR_MALFORMED,
                         "section size mismatch: %zu bytes behind the end of the function",
                         reader_left(body));
}
