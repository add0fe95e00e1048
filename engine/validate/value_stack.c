/*
 * The uncommon cases of the operand stack: values that do not match at first sight, many at once,
 * and the sentences that say what is wrong.
 */
#include "engine/validate/value_stack.h"

#include <stdarg.h>

enum status validate_fail(struct validator *v, const struct instr *in, enum status status,
                          const char *format, ...)
{
    va_list args;
    va_start(args, format);
    errinfo_vset(v->err, status, in->offset, format, args);
    va_end(args);
    if (v->err)
        v->err->func = v->func;
    return status;
}

/* What asks for operands. The function's own `end` asks for its results. */
static const char *asker(const struct instr *in)
{
    return wasm_op_info[in->op].mnemonic;
}

enum status fail_mismatch(struct validator *v, const struct instr *in, valtype want, valtype found)
{
    return validate_fail(v, in, ERR_INVALID, "type mismatch: %s expects %s, found %s", asker(in),
                         valtype_name(want), valtype_name(found));
}

enum status fail_underflow(struct validator *v, const struct instr *in, valtype want)
{
    return validate_fail(v, in, ERR_INVALID, "type mismatch: %s expects %s%s, found nothing",
                         asker(in), want == VT_BOT ? "an operand" : valtype_name(want),
                         v->ctrls.len > 1 ? " from within its block" : "");
}

enum status fail_height(struct validator *v, const struct instr *in, uint64_t height)
{
    enum status status =
        errinfo_limit(v->err, "operand_height", in->offset,
                      "limit \"operand_height\" exceeded: %llu operands, at most %u",
                      (unsigned long long)height, v->max_height);
    if (v->err)
        v->err->func = v->func;
    return status;
}

enum status fail_index(struct validator *v, const struct instr *in, const char *space,
                       uint32_t index, size_t count)
{
    return validate_fail(v, in, ERR_INVALID, "unknown %s %u: there are %zu", space, index, count);
}

enum status check_types(struct validator *v, const struct instr *in, const valtype *types,
                        uint32_t count)
{
    size_t len = v->operands.len;
    for (uint32_t i = count; i > 0; i--) {
        if (len <= v->floor)
            return v->unreachable ? OK : fail_underflow(v, in, types[i - 1]);
        valtype found = v->operands.data[--len];
        if (found != types[i - 1] && found != VT_BOT)
            return fail_mismatch(v, in, types[i - 1], found);
    }
    return OK;
}

enum status push_types(struct validator *v, const struct instr *in, const valtype *types,
                       uint32_t count)
{
    size_t len = v->operands.len;
    if (UNLIKELY(count > v->max_height - len))
        return fail_height(v, in, (uint64_t)len + count);
    for (uint32_t i = 0; i < count; i++)
        v->operands.data[len + i] = types[i];
    v->operands.len = len + count;
    return OK;
}
