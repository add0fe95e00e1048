/*
 * value_stack.h - the operand stack of the validator; for the files of validate/ only.
 *
 * The stack has room for the highest that is allowed from the start, so that pushing is a
 * comparison and a store. Below `floor`, the height of the innermost block, unreachable code finds
 * VT_BOT.
 */
#ifndef CUPEL_VALIDATE_VALUE_STACK_H
#define CUPEL_VALIDATE_VALUE_STACK_H

#include "engine/validate/validate.h"

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COLD        __attribute__((cold, noinline))

/* Failures; they return the status that they fill in. */
COLD enum status validate_fail(struct validator *v, const struct instr *in, enum status status,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));
COLD enum status fail_mismatch(struct validator *v, const struct instr *in, valtype want,
                               valtype found);
COLD enum status fail_underflow(struct validator *v, const struct instr *in, valtype want);
COLD enum status fail_height(struct validator *v, const struct instr *in, uint64_t height);
COLD enum status fail_index(struct validator *v, const struct instr *in, const char *space,
                            uint32_t index, size_t count);

static inline enum status MUST_CHECK push(struct validator *v, const struct instr *in, valtype t)
{
    size_t len = v->operands.len;
    if (UNLIKELY(len >= v->max_height))
        return fail_height(v, in, len + 1);
    v->operands.data[len] = t;
    v->operands.len = len + 1;
    return OK;
}

static inline enum status MUST_CHECK pop_any(struct validator *v, const struct instr *in,
                                             valtype *out)
{
    if (LIKELY(v->operands.len > v->floor)) {
        *out = v->operands.data[--v->operands.len];
        return OK;
    }
    *out = VT_BOT;
    return LIKELY(v->unreachable) ? OK : fail_underflow(v, in, VT_BOT);
}

static inline enum status MUST_CHECK pop(struct validator *v, const struct instr *in, valtype want)
{
    if (LIKELY(v->operands.len > v->floor)) {
        valtype found = v->operands.data[v->operands.len - 1];
        if (UNLIKELY(found != want && found != VT_BOT))
            return fail_mismatch(v, in, want, found);
        v->operands.len--;
        return OK;
    }
    return LIKELY(v->unreachable) ? OK : fail_underflow(v, in, want);
}

/* Whether the topmost values are of these types, and nothing else could be. */
static inline bool top_is(const struct validator *v, const valtype *types, uint32_t count)
{
    size_t len = v->operands.len;
    if (UNLIKELY(len - v->floor < count))
        return false;
    const valtype *top = v->operands.data + (len - count);
    for (uint32_t i = 0; i < count; i++) {
        if (UNLIKELY(top[i] != types[i]))
            return false;
    }
    return true;
}

/* Fails unless the topmost values can be taken for these types. */
enum status check_types(struct validator *v, const struct instr *in, const valtype *types,
                        uint32_t count) MUST_CHECK;
enum status push_types(struct validator *v, const struct instr *in, const valtype *types,
                       uint32_t count) MUST_CHECK;

static inline enum status MUST_CHECK pop_types(struct validator *v, const struct instr *in,
                                               const valtype *types, uint32_t count)
{
    if (UNLIKELY(!top_is(v, types, count))) {
        TRY(check_types(v, in, types, count));
        if (v->operands.len - v->floor < count) {
            v->operands.len = v->floor;
            return OK;
        }
    }
    v->operands.len -= count;
    return OK;
}

/* The types of a signature's operands and result, VT_BOT for none; the address type of 32-bit
 * memories is filled in. */
#define CLASS_TYPE(c)                                                                              \
    ((c) == SIG_I32 || (c) == SIG_PTR ? VT_I32                                                     \
     : (c) == SIG_I64                 ? VT_I64                                                     \
     : (c) == SIG_F32                 ? VT_F32                                                     \
     : (c) == SIG_F64                 ? VT_F64                                                     \
     : (c) == SIG_V128                ? VT_V128                                                    \
                                      : VT_BOT)
#define OPERAND_TYPE(sig, i) CLASS_TYPE(SIG_OPERAND(sig, i))
#define RESULT_TYPE(sig)     CLASS_TYPE(SIG_RESULT(sig))

/* Fixed signatures from wasm_ops.def. */
struct plain {
    uint8_t count; /* operands */
    uint8_t operands[3];
    uint8_t result; /* VT_BOT: none */
    uint8_t align;  /* natural, of an access; log2 */
};
extern const struct plain validate_plain[OP_COUNT];

/* Types the common instructions at the reader as long as they are valid and reachable, and stops
 * before the first that takes a closer look; that one is for instr_decode and validator_step. */
void step_common(struct validator *v, struct reader *body);

/* Control instructions, in validate_control.c. */
void set_unreachable(struct validator *v);
enum status step_block(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_else(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_end(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_br(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_br_if(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_br_table(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_return(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_call(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_call_indirect(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_return_call(struct validator *v, const struct instr *in) MUST_CHECK;
enum status step_return_call_indirect(struct validator *v, const struct instr *in) MUST_CHECK;
/* Table and memory instructions, in validate_bulk.c. */
enum status step_bulk(struct validator *v, const struct instr *in) MUST_CHECK;
/* Pushes a frame whose parameters have been popped, and the parameters. */
enum status push_ctrl(struct validator *v, const struct instr *in, uint8_t op,
                      const struct blocktype *type) MUST_CHECK;

#endif
