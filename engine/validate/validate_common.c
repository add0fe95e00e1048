/*
 * The fast path of validation alone: one dispatch an instruction, for as long as validate_fast.h says yes.
 */
#include "engine/validate/validate_fast.h"

#define COMMON_PLAIN(sig, feature)                                                                 \
    (SIG_OPERAND(sig, 2) != SIG_NO                                       ? COMMON_OTHER            \
     : FEATURE_##feature == FEATURE_MVP && SIG_OPERAND(sig, 1) != SIG_NO ? COMMON_BINARY           \
     : FEATURE_##feature == FEATURE_MVP                                  ? COMMON_UNARY            \
     : SIG_OPERAND(sig, 1) == SIG_NO                                     ? COMMON_FEATURE          \
                                                                         : COMMON_OTHER)
#define COMMON_OF(name, imm, sig, feature, family)                                                 \
    (OP_##name == OP_LOCAL_GET                      ? COMMON_LOCAL_GET                             \
     : OP_##name == OP_LOCAL_SET                    ? COMMON_LOCAL_SET                             \
     : OP_##name == OP_LOCAL_TEE                    ? COMMON_LOCAL_TEE                             \
     : OP_##name == OP_GLOBAL_GET                   ? COMMON_GLOBAL_GET                            \
     : OP_##name == OP_GLOBAL_SET                   ? COMMON_GLOBAL_SET                            \
     : OP_##name == OP_DROP                         ? COMMON_DROP                                  \
     : OP_##name == OP_SELECT                       ? COMMON_SELECT                                \
     : OP_##name == OP_ELSE                         ? COMMON_ELSE                                  \
     : OP_##name == OP_END                          ? COMMON_END                                   \
     : OP_##name == OP_BR                           ? COMMON_BR                                    \
     : OP_##name == OP_BR_IF                        ? COMMON_BR_IF                                 \
     : OP_##name == OP_RETURN                       ? COMMON_RETURN                                \
     : OP_##name == OP_UNREACHABLE                  ? COMMON_UNREACHABLE                           \
     : OP_##name == OP_CALL                         ? COMMON_CALL                                  \
     : OP_##name == OP_CALL_INDIRECT                ? COMMON_CALL_INDIRECT                         \
     : IMM_##imm == IMM_NONE && (sig) != SPECIAL    ? COMMON_PLAIN(sig, feature)                   \
     : FEATURE_##feature != FEATURE_MVP             ? COMMON_OTHER                                 \
     : IMM_##imm == IMM_BLOCK                       ? COMMON_BLOCK                                 \
     : IMM_##imm == IMM_I32 || IMM_##imm == IMM_I64 ? COMMON_CONST_LEB                             \
     : IMM_##imm != IMM_MEMARG                      ? COMMON_OTHER                                 \
     : FAMILY_##family == FAMILY_LOAD               ? COMMON_LOAD                                  \
     : FAMILY_##family == FAMILY_STORE              ? COMMON_STORE                                 \
                                                    : COMMON_OTHER)

/* What another row's instruction leads to behind its prefix is put where nobody looks. */
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
const uint8_t common_classes[257] = {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [(prefix) == 0 ? (code) : 256] = COMMON_OF(name, imm, sig, feature, family),
#include "engine/isa/wasm_ops.def"
#undef OP
};

FAST fast_step(struct fast *f)
{
    const uint8_t code = *f->p;
    switch ((enum common)common_classes[code]) {
    case COMMON_LOCAL_GET:
        return fast_local(f, COMMON_LOCAL_GET);
    case COMMON_LOCAL_SET:
        return fast_local(f, COMMON_LOCAL_SET);
    case COMMON_LOCAL_TEE:
        return fast_local(f, COMMON_LOCAL_TEE);
    case COMMON_GLOBAL_GET:
        return fast_global_get(f);
    case COMMON_GLOBAL_SET:
        return fast_global_set(f);
    case COMMON_CONST_LEB:
        return fast_const(f, validate_plain[wasm_op_by_code[code]].result);
    case COMMON_UNARY:
        return fast_numeric(f, wasm_op_by_code[code], 1);
    case COMMON_BINARY:
        return fast_numeric(f, wasm_op_by_code[code], 2);
    case COMMON_FEATURE:
        return fast_feature(f, wasm_op_by_code[code]);
    case COMMON_LOAD:
        return fast_load(f, wasm_op_by_code[code]);
    case COMMON_STORE:
        return fast_store(f, wasm_op_by_code[code]);
    case COMMON_DROP:
        return fast_drop(f);
    case COMMON_SELECT:
        return fast_select(f);
    case COMMON_BLOCK:
        return fast_block(f, wasm_op_by_code[code]);
    case COMMON_ELSE:
        return fast_else(f);
    case COMMON_END:
        return fast_end(f);
    case COMMON_BR:
        return fast_br(f, false);
    case COMMON_BR_IF:
        return fast_br(f, true);
    case COMMON_RETURN:
        return fast_return(f);
    case COMMON_UNREACHABLE:
        return fast_unreachable(f);
    case COMMON_CALL:
        return fast_call(f);
    case COMMON_CALL_INDIRECT:
        return fast_call_indirect(f);
    case COMMON_OTHER:
        return false;
    }
    __builtin_unreachable();
}

void step_common(struct validator *v, struct reader *body)
{
    struct fast f = fast_begin(v, body);
    while (body->end - f.p >= LOOK_AHEAD && fast_step(&f))
        continue;
    fast_end_of_run(&f, body);
}
