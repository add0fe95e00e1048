/*
 * Evaluation of an extended constant expression, which has been validated: a few instructions over
 * a small stack.
 */
#include "engine/runtime/const_eval.h"

#include "engine/isa/isa.h"
#include "engine/module/const_expr.h"
#include "engine/runtime/module_object.h"

/* The value of an instruction without operands. Reading cannot fail: it has succeeded before. */
static uint64_t read_value(struct reader *r, const struct instance *inst, uint16_t op)
{
    uint32_t index = 0;
    int32_t i32 = 0;
    int64_t i64 = 0;
    switch (op) {
    case OP_I32_CONST:
        (void)!reader_s32(r, &i32, "");
        return (uint32_t)i32;
    case OP_I64_CONST:
        (void)!reader_s64(r, &i64, "");
        return (uint64_t)i64;
    default:
        (void)!reader_u32(r, &index, "");
        return *instance_global(inst, index);
    }
}

uint64_t const_eval(const struct instance *inst, const struct init_expr *expr)
{
    const struct module *m = &inst->module->m;
    uint64_t stack[CONST_EXPR_HEIGHT] = {0};
    uint32_t n = 0;
    struct reader r;
    reader_init(&r, m->bytes, m->len, NULL);
    r.p = m->bytes + expr->offset;
    for (;;) {
        uint16_t op = wasm_op_by_code[*r.p++];
        switch (op) {
        case OP_END:
            return stack[0];
        case OP_I32_CONST:
        case OP_I64_CONST:
        case OP_GLOBAL_GET:
            stack[n++] = read_value(&r, inst, op);
            break;
        default:
            n--;
            stack[n - 1] = const_expr_calculate(op, stack[n - 1], stack[n]);
        }
    }
}
