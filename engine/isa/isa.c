/*
 * The constant tables behind isa.h. Everything is initialised by the compiler from wasm_ops.def; the maps from
 * opcode bytes use designated initialisers over a default, hence the range initialiser and its warning.
 */
#include "engine/isa/isa.h"

#include <stdbool.h>

const struct feature_info feature_info[FEATURE_COUNT] = {
#define FEATURE(name, text, on, implemented) [FEATURE_##name] = {text, on, implemented},
#include "engine/base/features.def"
#undef FEATURE
};

const struct wasm_op_info wasm_op_info[OP_COUNT] = {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [OP_##name] = {mnemonic,        sig,  code, prefix, IMM_##imm, FEATURE_##feature,              \
                   FAMILY_##family, align},
#include "engine/isa/wasm_ops.def"
#undef OP
};

/* Rows of another prefix land in a spare element behind the table. */
#define AT(wanted, prefix, code, spare) ((prefix) == (wanted) ? (code) : (spare))

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif

const uint16_t wasm_op_by_code[257] = {
    [0 ... 256] = OP_COUNT,
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [AT(0, prefix, code, 256)] = OP_##name,
#include "engine/isa/wasm_ops.def"
#undef OP
};

const uint16_t wasm_op_by_fc_code[WASM_OP_FC_COUNT + 1] = {
    [0 ... WASM_OP_FC_COUNT] = OP_COUNT,
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [AT(0xfc, prefix, code, WASM_OP_FC_COUNT)] = OP_##name,
#include "engine/isa/wasm_ops.def"
#undef OP
};

const uint16_t wasm_op_by_fd_code[WASM_OP_FD_COUNT + 1] = {
    [0 ... WASM_OP_FD_COUNT] = OP_COUNT,
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [AT(0xfd, prefix, code, WASM_OP_FD_COUNT)] = OP_##name,
#include "engine/isa/wasm_ops.def"
#undef OP
};

#pragma GCC diagnostic pop
