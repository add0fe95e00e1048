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

/* The variants with a check follow those without, in the same order. */
struct access_ops {
    uint16_t first, checked;
};

static const struct access_ops accesses[] = {
#define LOAD(name, t, ctype)        {IR_##name##_s_a, IR_##name##_CHK_s_a},
#define STORE_INT(name, t, ctype)   {IR_##name##_ss, IR_##name##_CHK_ss},
#define STORE_FLOAT(name, t, ctype) {IR_##name##_ss, IR_##name##_CHK_ss},
#include "engine/isa/only_accesses.def"
#define EXTRACT(name, t, ctype)
#define V_LOAD(name, raw, fn)        {IR_##name##_s_a, IR_##name##_CHK_s_a},
#define V_LOAD_LANE(name, raw, fn)   {IR_##name##_s_a, IR_##name##_CHK_s_a},
#define V_STORE(name)                {IR_##name##_ss, IR_##name##_CHK_ss},
#define V_STORE_LANE(name, t, ctype) {IR_##name##_s, IR_##name##_CHK_s},
#include "engine/isa/only_vector_parts.def"
};

unsigned ir_checked(unsigned op)
{
    for (size_t i = 0; i < sizeof accesses / sizeof accesses[0]; i++)
        if (op >= accesses[i].first && op < accesses[i].checked)
            return op + (accesses[i].checked - accesses[i].first);
    return op;
}
