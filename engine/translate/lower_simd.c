/*
 * Lowering of vector instructions. Each names a row of ir_simd.def; the row's family says which operands there are, and where these lie chooses the
 * variant.
 *
 * A lane index becomes an address or a mask: a lane is read from its place in the vector's slots, and one is replaced by
 * choosing bits. A shuffle becomes two selections of bytes, one from each operand. A constant stays symbolic until it is known whether the op that takes it
 * has a place for it.
 */
#include "engine/translate/lower_simd.h"

enum kind {
    KIND_UNARY = 1, /* tests and splats too */
    KIND_BINARY,
    KIND_TERNARY,
    KIND_SHIFT,
    KIND_EXTRACT,
    KIND_REPLACE,
    KIND_LOAD,
    KIND_LOAD_LANE,
    KIND_STORE,
    KIND_STORE_LANE,
    KIND_CONST,
    KIND_SHUFFLE
};

struct lowering {
    uint16_t base;    /* first variant */
    uint16_t checked; /* of an access: first variant with an explicit check */
    uint16_t any;     /* the same: for any memory */
    uint8_t kind;
    bool commutes;
};

static const struct lowering lowerings[OP_COUNT] = {
#define ROW(name, form, kind, commutes) [OP_##name] = {IR_##name##form, 0, 0, kind, commutes},
#define ACCESS(name, form, kind)                                                                   \
    [OP_##name] = {IR_##name##form, IR_##name##_CHK##form, IR_##name##_ANY, kind, false},
#define V_MOVE(name)
#define V_CONST(name) ROW(name, _i_a, KIND_CONST, false)
#define V_SELECT(name)
#define V_SHUFFLE(name) ROW(name, _ss_a, KIND_SHUFFLE, false)
#define V_PERMUTE(name)
#define V_UNARY(name, fn)       ROW(name, _s_a, KIND_UNARY, false)
#define V_TEST(name, fn)        ROW(name, _s_a, KIND_UNARY, false)
#define SPLAT(name, t, fn)      ROW(name, _s_a, KIND_UNARY, false)
#define V_BINARY_COMM(name, fn) ROW(name, _ss_a, KIND_BINARY, true)
#define V_BINARY(name, fn)      ROW(name, _ss_a, KIND_BINARY, false)
#define V_TERNARY(name, fn)     ROW(name, _sss_a, KIND_TERNARY, false)
#define V_FUSED(name, first, second, place, fn)
#define V_ROTATE(name, left, right, bits, fn)
#define V_SHIFT(name, fn)            ROW(name, _ss_a, KIND_SHIFT, false)
#define EXTRACT(name, t, ctype)      ROW(name, _s_a, KIND_EXTRACT, false)
#define REPLACE(name, t, fn)         ROW(name, _ss_a, KIND_REPLACE, false)
#define V_LOAD(name, raw, fn)        ACCESS(name, _s_a, KIND_LOAD)
#define V_LOAD_LANE(name, raw, fn)   ACCESS(name, _s_a, KIND_LOAD_LANE)
#define V_STORE(name)                ACCESS(name, _ss, KIND_STORE)
#define V_STORE_LANE(name, t, ctype) ACCESS(name, _s, KIND_STORE_LANE)
#define V_PLAIN(name, len, fmt, flags, synopsis)
#define V_SAME(wasm, name)
#include "engine/isa/ir_simd.def"
#undef V_MOVE
#undef V_CONST
#undef V_SELECT
#undef V_SHUFFLE
#undef V_UNARY
#undef V_TEST
#undef SPLAT
#undef V_BINARY_COMM
#undef V_BINARY
#undef V_TERNARY
#undef V_SHIFT
#undef EXTRACT
#undef REPLACE
#undef V_LOAD
#undef V_LOAD_LANE
#undef V_STORE
#undef V_STORE_LANE
#undef V_SAME
};

/* Instructions that are lowered as another one; 0 for all others. */
static const uint16_t same_as[OP_COUNT] = {
#define V_MOVE(name)
#define V_CONST(name)
#define V_SELECT(name)
#define V_SHUFFLE(name)
#define V_UNARY(name, fn)
#define V_TEST(name, fn)
#define SPLAT(name, t, fn)
#define V_BINARY_COMM(name, fn)
#define V_BINARY(name, fn)
#define V_TERNARY(name, fn)
#define V_SHIFT(name, fn)
#define EXTRACT(name, t, ctype)
#define REPLACE(name, t, fn)
#define V_LOAD(name, raw, fn)
#define V_LOAD_LANE(name, raw, fn)
#define V_STORE(name)
#define V_STORE_LANE(name, t, ctype)
#define V_SAME(wasm, name) [OP_##wasm] = OP_##name,
#include "engine/isa/ir_simd.def"
};

uint8_t *emit_pushed(struct translator *t, const struct instr *in, uint32_t variant)
{
    static const valtype types[] = {[SIG_I32] = VT_I32,
                                    [SIG_I64] = VT_I64,
                                    [SIG_F32] = VT_F32,
                                    [SIG_F64] = VT_F64,
                                    [SIG_V128] = VT_V128};
    struct entry *r = push_temp(t, types[SIG_RESULT(wasm_op_info[in->op].sig)]);
    if (!r)
        return NULL;
    return emit_result(t, (enum ir_op)(variant + 1), r->class, r->own, true);
}

/* Whether e is taken from its accumulator. */
static bool take_if_in_acc(struct translator *t, const struct entry *e)
{
    bool acc = in_acc(t, e);
    if (acc)
        take_acc(t, e);
    return acc;
}

static struct entry pop_settled(struct translator *t)
{
    struct entry e = pop_entry(t);
    settle_const(t, &e);
    return e;
}

static unsigned lane_bytes(const struct instr *in)
{
    return 1u << wasm_op_info[in->op].align;
}

/* ---- Constants ---- */

static void push_vector(struct translator *t, const uint8_t bytes[16])
{
    struct vector_bytes v;
    memcpy(v.bytes, bytes, sizeof v.bytes);
    if (vec_push(&t->vectors, v))
        push_const(t, VT_V128, t->vectors.len - 1);
    else
        translator_fail(t, errinfo_nomem(t->err));
}

/* A splat of a constant is one itself. */
static bool fold_splat(struct translator *t, const struct instr *in)
{
    size_t width;
    switch (in->op) {
    case OP_I8X16_SPLAT:
        width = 1;
        break;
    case OP_I16X8_SPLAT:
        width = 2;
        break;
    case OP_I32X4_SPLAT:
    case OP_F32X4_SPLAT:
        width = 4;
        break;
    case OP_I64X2_SPLAT:
    case OP_F64X2_SPLAT:
        width = 8;
        break;
    default:
        return false;
    }
    if (t->stack.len == 0 || top(t, 0)->kind != ENTRY_CONST)
        return false;
    struct entry e = pop_entry(t);
    uint8_t bytes[16];
    for (size_t i = 0; i < sizeof bytes; i += width)
        memcpy(bytes + i, &e.bits, width);
    push_vector(t, bytes);
    return true;
}

/* ---- Arithmetic ---- */

static void lower_one(struct translator *t, const struct instr *in, const struct lowering *l)
{
    if (fold_splat(t, in))
        return;
    struct entry a = pop_settled(t);
    bool acc = take_if_in_acc(t, &a);
    uint8_t *p = emit_pushed(t, in, l->base + (acc ? 2 : 0));
    if (p && !acc)
        ir_put16(p, 10, a.slot);
}

/* Chooses for a, which is in no immediate, and b. */
static enum pair choose_pair(struct translator *t, bool commutes, struct entry *a, struct entry *b)
{
    if (b->kind == ENTRY_CONST)
        return take_if_in_acc(t, a) ? PAIR_ai : PAIR_si;
    if (take_if_in_acc(t, b))
        return PAIR_sa;
    if (!take_if_in_acc(t, a))
        return PAIR_ss;
    if (!commutes)
        return PAIR_as;
    *a = *b;
    return PAIR_sa;
}

static void put_pair(struct translator *t, uint8_t *p, enum pair pair, const struct entry *a,
                     const struct entry *b)
{
    if (pair != PAIR_ai)
        ir_put16(p, 10, pair == PAIR_as ? b->slot : a->slot);
    if (pair == PAIR_ss)
        ir_put16(p, 12, b->slot);
    if (pair == PAIR_si || pair == PAIR_ai)
        memcpy(p + 16, t->vectors.data[b->bits].bytes, 16);
}

static void lower_two(struct translator *t, const struct instr *in, const struct lowering *l)
{
    if (fuse_vectors(t, in) || fuse_rotation(t, in))
        return;
    struct entry b = pop_entry(t), a = pop_entry(t);
    if (a.kind == ENTRY_CONST && b.kind != ENTRY_CONST && l->commutes) {
        struct entry constant = a;
        a = b;
        b = constant;
    }
    settle_const(t, &a);
    enum pair pair = choose_pair(t, l->commutes, &a, &b);
    uint8_t *p = emit_pushed(t, in, l->base + 2 * (uint32_t)pair);
    if (p)
        put_pair(t, p, pair, &a, &b);
}

/* Variants sss, ssa, ass. */
static void lower_three(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry c = pop_settled(t), b = pop_settled(t), a = pop_settled(t);
    bool acc_c = take_if_in_acc(t, &c), acc_a = !acc_c && take_if_in_acc(t, &a);
    uint8_t *p = emit_pushed(t, in, l->base + (acc_c ? 2 : acc_a ? 4 : 0));
    if (!p)
        return;
    ir_put16(p, 10, acc_a ? b.slot : a.slot);
    ir_put16(p, 12, acc_a ? c.slot : b.slot);
    if (!acc_a && !acc_c)
        ir_put16(p, 14, c.slot);
}

static void lower_shift(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry count = pop_entry(t), v = pop_settled(t);
    bool immediate = count.kind == ENTRY_CONST;
    bool acc = take_if_in_acc(t, &v), count_acc = !immediate && take_if_in_acc(t, &count);
    uint32_t form = (acc ? SHIFT_as : SHIFT_ss) + (immediate ? 2 : count_acc ? 1 : 0);
    uint8_t *p = emit_pushed(t, in, l->base + 2 * form);
    if (!p)
        return;
    if (!acc)
        ir_put16(p, 10, v.slot);
    if (immediate)
        ir_put32(p, 12, (uint32_t)count.bits);
    else if (!count_acc)
        ir_put16(p, 12, count.slot);
    if (immediate)
        note_shift(t, &v);
}

/* ---- Lanes ---- */

/* Ones where the lane is. */
static void put_lane_mask(uint8_t *p, unsigned at, const struct instr *in, uint8_t lane)
{
    memset(p + at + lane * lane_bytes(in), 0xff, lane_bytes(in));
}

static int32_t lane_slot(const struct entry *v, const struct instr *in, uint8_t lane)
{
    return v->slot + (int32_t)(lane * lane_bytes(in));
}

static void lower_extract(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry v = pop_settled(t);
    uint8_t *p = emit_pushed(t, in, l->base);
    if (p)
        ir_put16(p, 10, lane_slot(&v, in, in->of.lane));
}

/* The vector s or a, the number s or a. */
static void lower_replace(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry x = pop_settled(t), v = pop_settled(t);
    bool acc = take_if_in_acc(t, &v), number_acc = take_if_in_acc(t, &x);
    uint8_t *p = emit_pushed(t, in, l->base + (acc ? 4 : 0) + (number_acc ? 2 : 0));
    if (!p)
        return;
    if (!acc)
        ir_put16(p, 10, v.slot);
    if (!number_acc)
        ir_put16(p, 12, x.slot);
    put_lane_mask(p, 16, in, in->of.lane);
}

/* A shuffle that takes lanes of one vector only, or of the same local twice. */
static bool lower_permute(struct translator *t, const struct instr *in)
{
    if (t->stack.len < 2)
        return false;
    const struct entry *a = top(t, 1), *b = top(t, 0);
    bool same = a->kind == ENTRY_LOCAL && b->kind == ENTRY_LOCAL && a->local == b->local;
    unsigned low = 0, high = 0;
    for (unsigned i = 0; i < 16; i++)
        *(in->of.bytes[i] < 16 ? &low : &high) += 1;
    if (!same && low > 0 && high > 0)
        return false;
    struct entry second = pop_entry(t), first = pop_entry(t);
    struct entry *from = low == 0 ? &second : &first;
    settle_const(t, from);
    bool acc = take_if_in_acc(t, from);
    uint8_t *p = emit_pushed(t, in, IR_I8X16_PERMUTE_s_a + (acc ? 2 : 0));
    if (!p)
        return true;
    if (!acc)
        ir_put16(p, 10, from->slot);
    for (unsigned i = 0; i < 16; i++)
        p[16 + i] = in->of.bytes[i] & 15;
    return true;
}

static void lower_shuffle(struct translator *t, const struct instr *in, const struct lowering *l)
{
    if (lower_permute(t, in))
        return;
    struct entry b = pop_settled(t), a = pop_settled(t);
    enum pair pair = choose_pair(t, false, &a, &b);
    uint32_t form = pair == PAIR_as ? 2 : (uint32_t)pair;
    uint8_t *p = emit_pushed(t, in, l->base + 2 * form);
    if (!p)
        return;
    put_pair(t, p, pair, &a, &b);
    for (unsigned i = 0; i < 16; i++) {
        uint8_t from = in->of.bytes[i];
        p[16 + i] = from < 16 ? from : 0x80;
        p[32 + i] = from < 16 ? 0x80 : from - 16;
    }
}

/* ---- Memory ---- */

static uint32_t first_variant(const struct translator *t, const struct instr *in,
                              const struct lowering *l)
{
    return offset_is_guarded(t, in->of.memarg.offset) ? l->base : l->checked;
}

/* Any memory: the address lies in a slot. */
static void put_any(uint8_t *p, unsigned at, const struct instr *in, const struct entry *address)
{
    ir_put16(p, at, address->slot);
    ir_put16(p, 14, (int32_t)in->of.memarg.memory);
    ir_put64(p, 16, in->of.memarg.offset);
}

/* From a load's first variant to the first one at a sum. */
#define FIRST_SUM (IR_V128_LOAD_SUM_ss_a - IR_V128_LOAD_s_a)

/* Where an address lies, by the order of variants. */
enum place { PLACE_s, PLACE_a, PLACE_i };

static enum place take_address(struct translator *t, struct entry *address, uint64_t *offset)
{
    if (fold_address(t, address, offset))
        return PLACE_i;
    return take_if_in_acc(t, address) ? PLACE_a : PLACE_s;
}

static void put_address(uint8_t *p, unsigned at, enum place place, const struct entry *address,
                        uint64_t offset)
{
    if (place == PLACE_s)
        ir_put16(p, at, address->slot);
    ir_put32(p, 12, (uint32_t)offset);
}

static void lower_vector_load(struct translator *t, const struct instr *in,
                              const struct lowering *l)
{
    uint64_t offset = in->of.memarg.offset;
    if (!access_is_common(t, in)) {
        struct entry address = pop_settled(t);
        uint8_t *p = emit_pushed(t, in, l->any - 1u);
        if (p)
            put_any(p, 10, in, &address);
        keep_result(t, CLASS_V128);
        return;
    }
    struct entry address = pop_entry(t);
    uint8_t sum[16];
    if (take_sum(t, &address, offset, sum)) {
        uint32_t form = FIRST_SUM + 2 * sum_form(sum);
        uint8_t *p = emit_pushed(t, in, first_variant(t, in, l) + form);
        if (p)
            put_sum(p, 10, sum, offset);
        return;
    }
    enum place place = take_address(t, &address, &offset);
    uint8_t *p = emit_pushed(t, in, first_variant(t, in, l) + 2 * (uint32_t)place);
    if (p)
        put_address(p, 10, place, &address, offset);
}

/* The vector whose lane is loaded lies in slots. */
static void lower_load_lane(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry v = pop_settled(t);
    uint64_t offset = in->of.memarg.offset;
    if (!access_is_common(t, in)) {
        struct entry address = pop_settled(t);
        uint8_t *p = emit_pushed(t, in, l->any - 1u);
        keep_result(t, CLASS_V128);
        if (!p)
            return;
        put_any(p, 10, in, &address);
        ir_put16(p, 12, v.slot);
        put_lane_mask(p, 32, in, in->of.memarg.lane);
        return;
    }
    struct entry address = pop_entry(t);
    enum place place = take_address(t, &address, &offset);
    uint8_t *p = emit_pushed(t, in, first_variant(t, in, l) + 2 * (uint32_t)place);
    if (!p)
        return;
    put_address(p, 10, place, &address, offset);
    ir_put16(p, 16, v.slot);
    put_lane_mask(p, 24, in, in->of.memarg.lane);
}

static void lower_vector_store(struct translator *t, const struct instr *in,
                               const struct lowering *l)
{
    struct entry value = pop_settled(t);
    uint64_t offset = in->of.memarg.offset;
    if (!access_is_common(t, in)) {
        struct entry address = pop_settled(t);
        uint8_t *p = emit_op(t, (enum ir_op)l->any);
        put_any(p, 8, in, &address);
        ir_put16(p, 10, value.slot);
        return;
    }
    struct entry address = pop_entry(t);
    enum place place = take_address(t, &address, &offset);
    bool acc = take_if_in_acc(t, &value);
    uint32_t form = 2 * (uint32_t)place + (acc ? 1 : 0);
    uint8_t *p = emit_op(t, (enum ir_op)(first_variant(t, in, l) + form));
    put_address(p, 8, place, &address, offset);
    if (!acc)
        ir_put16(p, 10, value.slot);
}

static void lower_store_lane(struct translator *t, const struct instr *in, const struct lowering *l)
{
    struct entry v = pop_settled(t);
    int32_t part = lane_slot(&v, in, in->of.memarg.lane);
    uint64_t offset = in->of.memarg.offset;
    if (!access_is_common(t, in)) {
        struct entry address = pop_settled(t);
        uint8_t *p = emit_op(t, (enum ir_op)l->any);
        put_any(p, 8, in, &address);
        ir_put16(p, 10, part);
        return;
    }
    struct entry address = pop_entry(t);
    enum place place = take_address(t, &address, &offset);
    uint8_t *p = emit_op(t, (enum ir_op)(first_variant(t, in, l) + (uint32_t)place));
    put_address(p, 8, place, &address, offset);
    ir_put16(p, 10, part);
}

void lower_simd(struct translator *t, const struct instr *in)
{
    const struct lowering *l = &lowerings[same_as[in->op] ? same_as[in->op] : in->op];
    switch ((enum kind)l->kind) {
    case KIND_UNARY:
        lower_one(t, in, l);
        break;
    case KIND_BINARY:
        lower_two(t, in, l);
        break;
    case KIND_TERNARY:
        lower_three(t, in, l);
        break;
    case KIND_SHIFT:
        lower_shift(t, in, l);
        break;
    case KIND_EXTRACT:
        lower_extract(t, in, l);
        break;
    case KIND_REPLACE:
        lower_replace(t, in, l);
        break;
    case KIND_LOAD:
        lower_vector_load(t, in, l);
        break;
    case KIND_LOAD_LANE:
        lower_load_lane(t, in, l);
        break;
    case KIND_STORE:
        lower_vector_store(t, in, l);
        break;
    case KIND_STORE_LANE:
        lower_store_lane(t, in, l);
        break;
    case KIND_CONST:
        push_vector(t, in->of.bytes);
        break;
    case KIND_SHUFFLE:
        lower_shuffle(t, in, l);
        break;
    }
}
