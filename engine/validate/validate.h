/*
 * validate.h - the specification's validation algorithm for function bodies (appendix "Validation
 * Algorithm"), driven one instruction at a time, so that translation can walk along and see the
 * types.
 */
#ifndef CUPEL_VALIDATE_VALIDATE_H
#define CUPEL_VALIDATE_VALIDATE_H

#include "engine/module/instr.h"

struct ctrl {
    uint8_t op; /* OP_BLOCK, OP_LOOP, OP_IF, OP_ELSE; the function's own frame is OP_BLOCK */
    bool unreachable;
    uint32_t height; /* operand stack at entry, without the parameters */
    struct blocktype type;
};

/* What a branch to the frame takes: a loop's parameters, else the results. */
static inline const valtype *ctrl_label_types(const struct ctrl *c, uint32_t *count)
{
    *count = c->op == OP_LOOP ? c->type.nparams : c->type.nresults;
    return c->op == OP_LOOP ? c->type.params : blocktype_results(&c->type);
}

struct validator {
    const struct module *m;
    const struct decode_config *config;
    struct errinfo *err;
    uint32_t func;
    const functype *type;
    VEC(valtype) operands;
    VEC(struct ctrl) ctrls;
    VEC(valtype) locals; /* parameters first */
    /* FEATURE_BIT()s that bodies used since the validator was zeroed; whoever validates all bodies
     * adds them to the module's. */
    uint64_t features_used;

    /* Internal: the innermost frame's height and unreachable, and the limits in force. */
    uint32_t floor;
    bool unreachable;
    uint32_t max_height, max_nesting;
};

/* Zeroed, a validator is ready for use; it keeps its memory between functions. */
void validator_fini(struct validator *v);
/* Starts function `func`: reads the local declarations at `body` (a reader over exactly the body)
 * and pushes the function's frame. Errors go to body->err. */
enum status validator_begin(struct validator *v, const struct module *m,
                            const struct decode_config *config, uint32_t func,
                            struct reader *body) MUST_CHECK;
/* Types one instruction. After the `end` of the function `ctrls` is empty; no further step may
 * follow. */
enum status validator_step(struct validator *v, const struct instr *in) MUST_CHECK;
static inline bool validator_done(const struct validator *v)
{
    return v->ctrls.len == 0;
}
/* Whether the body ends where its last `end` is, to be asked when validator_done: ERR_MALFORMED if
 * bytes are left. */
enum status validator_finish(struct validator *v, const struct reader *body) MUST_CHECK;
/* Validates a whole body, from its local declarations to exactly its end. */
enum status validate_func(struct validator *v, const struct module *m,
                          const struct decode_config *config, uint32_t func,
                          struct errinfo *err) MUST_CHECK;
/* A reader over a function's body in m->bytes. */
void func_body_reader(const struct module *m, uint32_t func, struct reader *r, struct errinfo *err);

#endif
