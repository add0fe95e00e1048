/*
 * Fusing vector instructions: a product and the sum that it goes into, and shifts both ways that make a rotation. As in fuse.c, what has been emitted is
 * taken back once the instruction that consumes it shows what it was good for.
 */
#include "engine/translate/lower_simd.h"

/* Which operand of the second instruction the first one's result is. Where it may be either, the first one commutes too and has no variants `as`. */
enum { EITHER = 2 };

/* By row: the first instruction's first variant, the second instruction, the first variant of both in one. */
struct fusion {
    uint16_t first, second, fused;
    uint8_t place;
};

static const struct fusion fusions[] = {
#define V_MOVE(name)
#define V_CONST(name)
#define V_SELECT(name)
#define V_SHUFFLE(name)
#define V_PERMUTE(name)
#define V_UNARY(name, fn)
#define V_TEST(name, fn)
#define SPLAT(name, t, fn)
#define V_BINARY_COMM(name, fn)
#define V_BINARY(name, fn)
#define V_TERNARY(name, fn)
#define V_ROTATE(name, left, right, bits, fn)
#define V_SHIFT(name, fn)
#define EXTRACT(name, t, ctype)
#define REPLACE(name, t, fn)
#define V_LOAD(name, raw, fn)
#define V_LOAD_LANE(name, raw, fn)
#define V_STORE(name)
#define V_STORE_LANE(name, t, ctype)
#define V_PLAIN(name, len, fmt, flags, synopsis)
#define V_SAME(wasm, name)
#define V_FUSED(name, first, second, place, fn)                                                    \
    {IR_##first##_ss_a, OP_##second, IR_##name##_sss_a, place},
#include "engine/isa/ir_simd.def"
};

static const struct fusion *find_fusion(uint16_t second, uint8_t place, uint64_t first)
{
    for (size_t i = 0; i < sizeof fusions / sizeof *fusions; i++) {
        const struct fusion *f = &fusions[i];
        uint64_t pair = (first - f->first) / 2;
        bool fits = pair <= PAIR_sa || (pair == PAIR_as && f->place != EITHER);
        if (f->second == second && (f->place == place || f->place == EITHER) && fits)
            return f;
    }
    return NULL;
}

bool fuse_vectors(struct translator *t, const struct instr *in)
{
    for (uint8_t place = 0; place < 2; place++) {
        if (t->stack.len < 2)
            return false;
        const uint8_t *p = producer_of(t, top(t, 1u - place));
        bool constant = top(t, place)->kind == ENTRY_CONST;
        const struct fusion *f = p && !constant ? find_fusion(in->op, place, ir_u64(p, 0)) : NULL;
        if (!f)
            continue;
        enum pair pair = (enum pair)((ir_u64(p, 0) - f->first) / 2);
        int32_t x = ir_s16(p, 10), y = ir_s16(p, 12);
        struct entry b = pop_entry(t), a = pop_entry(t);
        int32_t other = place == 0 ? b.slot : a.slot;
        unemit_last(t);
        uint32_t form = pair == PAIR_as ? 2 : (uint32_t)pair;
        uint8_t *q = emit_pushed(t, in, f->fused + 2 * form);
        if (!q)
            return true;
        ir_put16(q, 10, x);
        ir_put16(q, 12, pair == PAIR_ss ? y : other);
        if (pair == PAIR_ss)
            ir_put16(q, 14, other);
        return true;
    }
    return false;
}

/* Lanes shifted both ways by constants, their widths in sum, and joined. */
static const struct rotation {
    uint16_t left, right, rotate; /* first variants */
    uint8_t bits;
} rotations[] = {
#undef V_FUSED
#undef V_ROTATE
#define V_FUSED(name, first, second, place, fn)
#define V_ROTATE(name, left, right, bits, fn)                                                      \
    {IR_##left##_ss_a, IR_##right##_ss_a, IR_##name##_s_a, bits},
#include "engine/isa/ir_simd.def"
};

/* By a constant, of a vector in a slot or in the accumulator. */
static bool is_shift(uint64_t op, uint16_t base)
{
    return op == base + 2u * SHIFT_si + 1 || op == base + 2u * SHIFT_ai + 1;
}

static const struct rotation *find_rotation(const uint8_t *first, const uint8_t *last)
{
    for (size_t i = 0; i < sizeof rotations / sizeof *rotations; i++) {
        const struct rotation *r = &rotations[i];
        uint64_t a = ir_u64(first, 0), b = ir_u64(last, 0);
        bool both = (is_shift(a, r->left) && b == r->right + 2u * SHIFT_si + 1) ||
                    (is_shift(a, r->right) && b == r->left + 2u * SHIFT_si + 1);
        if (both && ir_u32(first, 12) % r->bits + ir_u32(last, 12) % r->bits == r->bits)
            return r;
    }
    return NULL;
}

/* The second of two is not noted: the first one is. The place of any other may be that of one that was noted and taken back. */
void note_shift(struct translator *t, const struct entry *v)
{
    if (t->previous != 0 && t->previous == t->shift && t->shift_slot == v->slot)
        return;
    t->shift = v->kind == ENTRY_LOCAL ? t->last : 0;
    t->shift_slot = v->slot;
}

bool fuse_rotation(struct translator *t, const struct instr *in)
{
    if (in->op != OP_V128_OR || t->stack.len < 2 || t->previous == 0 || t->previous != t->shift)
        return false;
    const struct entry *a = top(t, 1), *b = top(t, 0);
    const uint8_t *last = producer_of(t, a), *first = code_at(t, t->previous);
    const struct entry *other = last ? b : a;
    if (!last)
        last = producer_of(t, b);
    if (!last || other->kind != ENTRY_TEMP || other->slot != ir_s16(first, 8) ||
        t->shift_slot != ir_s16(last, 10))
        return false;
    const struct rotation *r = find_rotation(first, last);
    if (!r)
        return false;
    bool acc = ir_u64(first, 0) == r->left + 2u * SHIFT_ai + 1 ||
               ir_u64(first, 0) == r->right + 2u * SHIFT_ai + 1;
    bool left_first = is_shift(ir_u64(first, 0), r->left);
    uint32_t count = ir_u32(left_first ? first : last, 12) % r->bits;
    int32_t slot = ir_s16(last, 10);
    unemit_last(t);
    unemit_last(t);
    t->shift = 0;
    pop_entry(t);
    pop_entry(t);
    uint8_t *p = emit_pushed(t, in, r->rotate + (acc ? 2u : 0u));
    if (!p)
        return true;
    if (!acc)
        ir_put16(p, 10, slot);
    ir_put32(p, 12, count);
    return true;
}
