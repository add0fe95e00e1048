/*
 * The table behind ir.h, made from ir_ops.def by the compiler.
 */
#include "engine/isa/ir.h"

const struct ir_info ir_info[IR_COUNT] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name] = {#name, fmt, synopsis, len, flags},
#include "engine/isa/ir_all.def"
#undef V
};

const struct ir_size ir_size[IR_COUNT] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name] = {len, flags},
#include "engine/isa/ir_all.def"
#undef V
};

uint32_t ir_len(const uint8_t *p)
{
    return ir_len_of((enum ir_op)ir_u64(p, 0), p);
}
