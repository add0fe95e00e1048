/*
 * Fusing a numeric instruction with the one whose result it takes: if the last op made one of the two
 * operands and there is an op for both, it is taken back and that one is emitted (ir_fused.def).
 */
#include "engine/translate/translator.h"

enum { EITHER = 2 };
enum kind { KIND_PLACED, KIND_COMM, KIND_IMM, KIND_THEN_IMM };

/* By row: the first instruction's first variant, the second instruction, the first variant of both. */
struct fusion {
    uint16_t first, second, fused;
    uint8_t place, kind;
};

static const struct fusion fusions[] = {
#define FUSED(name, t, first, second, place, f, g)                                                 \
    {IR_##first##_ss_a, OP_##second, IR_##name##_sss_a, place, KIND_PLACED},
#define FUSED_COMM(name, t, first, second, f, g)                                                   \
    {IR_##first##_ss_a, OP_##second, IR_##name##_sss_a, EITHER, KIND_COMM},
#define FUSED_IMM(name, t, first, second, f, g)                                                    \
    {IR_##first##_ss_a, OP_##second, IR_##name##_sis_a, EITHER, KIND_IMM},
#define THEN_IMM(name, t, first, second, f, g)                                                     \
    {IR_##first##_ss_a, OP_##second, IR_##name##_ssi_a, 0, KIND_THEN_IMM},
#include "engine/isa/ir_fused.def"
};

/* By op number: whether it may be a row's first one. Rows share first ones, and families that commute are shorter than this. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
static const bool may_be_first[IR_COUNT] = {
#define FUSED(name, t, first, second, place, f, g)                                                 \
    [IR_##first##_ss_a... IR_##first##_ss_a + 13] = true,
#define FUSED_COMM(name, t, first, second, f, g) FUSED(name, t, first, second, 0, f, g)
#define FUSED_IMM(name, t, first, second, f, g)  FUSED(name, t, first, second, 0, f, g)
#define THEN_IMM(name, t, first, second, f, g)   FUSED(name, t, first, second, 0, f, g)
#include "engine/isa/ir_fused.def"
};
#pragma GCC diagnostic pop

/* The forms of a binary op, in the order of isa/ir.h, as variants of a fused one; -1: there is none. */
static const int8_t variants[][7] = {
    [KIND_PLACED] = {0, 1, -1, -1, 2, -1, -1},
    [KIND_COMM] = {0, 1, -1, -1, -1, -1, -1},
    [KIND_IMM] = {-1, -1, 0, 1, -1, -1, -1},
    [KIND_THEN_IMM] = {0, 1, -1, -1, -1, -1, -1},
};

static bool is_short(int64_t v)
{
    return v == (int16_t)v;
}

/* Whether the immediates of this pair fit, `p` being the first op and `other` the other operand. */
static bool fits(const struct fusion *f, const uint8_t *p, const struct entry *other)
{
    if (f->kind != KIND_THEN_IMM)
        return other->kind != ENTRY_CONST && (f->kind != KIND_IMM || is_short(ir_s32(p, 12)));
    return other->kind == ENTRY_CONST &&
           is_short(other->type == VT_I32 ? (int32_t)(uint32_t)other->bits : (int64_t)other->bits);
}

static const struct fusion *find(uint16_t second, uint8_t place, const uint8_t *p,
                                 const struct entry *other, int *variant)
{
    uint64_t op = ir_u64(p, 0);
    for (size_t i = 0; i < sizeof fusions / sizeof *fusions; i++) {
        const struct fusion *f = &fusions[i];
        uint64_t form = (op - f->first) / 2;
        if (f->second != second || (f->place != place && f->place != EITHER) || op < f->first ||
            form >= 7)
            continue;
        *variant = variants[f->kind][form];
        /* A family that commutes has four forms, so the number behind them is another's. */
        if (*variant >= 0 && fits(f, p, other))
            return f;
    }
    return NULL;
}

/* `q`'s operands from those of the first op. */
static void put_operands(uint8_t *q, const struct fusion *f, int variant, const uint8_t *first,
                         const struct entry *other)
{
    bool x_in_slot = variant == 0; /* the first variant of each kind */
    switch ((enum kind)f->kind) {
    case KIND_PLACED:
    case KIND_COMM:
        ir_put16(q, 10, ir_s16(first, 10));
        ir_put16(q, 12, x_in_slot ? ir_s16(first, 12) : other->slot);
        if (x_in_slot)
            ir_put16(q, 14, other->slot);
        break;
    case KIND_IMM:
        if (x_in_slot)
            ir_put16(q, 10, ir_s16(first, 10));
        ir_put16(q, 12, other->slot);
        ir_put16(q, 14, ir_s32(first, 12));
        break;
    case KIND_THEN_IMM:
        ir_put16(q, 10, ir_s16(first, 10));
        if (x_in_slot)
            ir_put16(q, 12, ir_s16(first, 12));
        ir_put16(q, 14, (int32_t)(uint32_t)other->bits);
        break;
    }
}

/* There is a last op. */
bool fuse_binary(struct translator *t, uint16_t op)
{
    if (t->how->unfused || t->status != OK || !may_be_first[ir_u64(code_at(t, t->last), 0)])
        return false;
    for (uint8_t place = 0; place < 2; place++) {
        const struct entry *result = top(t, 1u - place), *other = top(t, place);
        const uint8_t *p = producer_of(t, result);
        int variant;
        const struct fusion *f = p ? find(op, place, p, other, &variant) : NULL;
        if (!f)
            continue;
        uint8_t first[16];
        struct entry kept = *other;
        valtype type = result->type;
        memcpy(first, p, sizeof first);
        pop_entry(t);
        pop_entry(t);
        unemit_last(t);
        struct entry *r = push_temp(t, type);
        if (r)
            put_operands(
                emit_result(t, (enum ir_op)(f->fused + 2 * variant + 1), r->class, r->own, true), f,
                variant, first, &kept);
        return true;
    }
    return false;
}
