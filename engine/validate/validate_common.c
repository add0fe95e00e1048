/*
 * The fast path of validation alone: one dispatch an instruction, for as long as validate_fast.h says yes.
 */
#include "engine/validate/validate_fast.h"

#define COMMON_OF(name, imm, sig, feature)                                                         \
    (FEATURE_##feature != FEATURE_MVP               ? COMMON_OTHER                                 \
     : OP_##name == OP_LOCAL_GET                    ? COMMON_LOCAL_GET                             \
     : OP_##name == OP_LOCAL_SET                    ? COMMON_LOCAL_SET                             \
     : OP_##name == OP_LOCAL_TEE                    ? COMMON_LOCAL_TEE                             \
     : OP_##name == OP_GLOBAL_GET                   ? COMMON_GLOBAL_GET                            \
     : OP_##name == OP_DROP                         ? COMMON_DROP                                  \
     : OP_##name == OP_END                          ? COMMON_END                                   \
     : OP_##name == OP_BR                           ? COMMON_BR                                    \
     : OP_##name == OP_BR_IF                        ? COMMON_BR_IF                                 \
     : OP_##name == OP_CALL                         ? COMMON_CALL                                  \
     : IMM_##imm == IMM_BLOCK                       ? COMMON_BLOCK                                 \
     : IMM_##imm == IMM_I32 || IMM_##imm == IMM_I64 ? COMMON_CONST_LEB                             \
     : IMM_##imm == IMM_NONE && (sig) != SPECIAL    ? COMMON_PLAIN                                 \
     : IMM_##imm == IMM_MEMARG                      ? COMMON_MEMORY                                \
                                                    : COMMON_OTHER)

const uint8_t common_classes[OP_COUNT + 1] = {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [OP_##name] = COMMON_OF(name, imm, sig, feature),
#include "engine/isa/wasm_ops.def"
#undef OP
    [OP_COUNT] = COMMON_OTHER,
};

FAST fast_step(struct fast *f)
{
    const uint16_t op = wasm_op_by_code[*f->p];
    switch ((enum common)common_classes[op]) {
    case COMMON_LOCAL_GET:
        return fast_local(f, COMMON_LOCAL_GET);
    case COMMON_LOCAL_SET:
        return fast_local(f, COMMON_LOCAL_SET);
    case COMMON_LOCAL_TEE:
        return fast_local(f, COMMON_LOCAL_TEE);
    case COMMON_GLOBAL_GET:
        return fast_global_get(f);
    case COMMON_CONST_LEB:
        return fast_const(f, validate_plain[op].result);
    case COMMON_PLAIN:
        if (!fast_plain(f, op))
            return false;
        f->p++;
        return true;
    case COMMON_MEMORY:
        return fast_memory(f, op);
    case COMMON_DROP:
        return fast_drop(f);
    case COMMON_BLOCK:
        return fast_block(f, op);
    case COMMON_END:
        return fast_end(f);
    case COMMON_BR:
        return fast_br(f, false);
    case COMMON_BR_IF:
        return fast_br(f, true);
    case COMMON_CALL:
        return fast_call(f);
    case COMMON_OTHER:
        break;
    }
    return false;
}

void step_common(struct validator *v, struct reader *body)
{
    struct fast f = fast_begin(v, body);
    while (body->end - f.p >= LOOK_AHEAD && fast_step(&f))
        continue;
    fast_end_of_run(&f, body);
}
