/*
 * Lowering of memory and table instructions. An access needs no check of its own where the memory
 * has guard pages that its static offset cannot jump over.
 */
#include "engine/translate/emit.h"

struct access {
    uint16_t base;    /* first variant */
    uint16_t checked; /* first variant with an explicit check */
    uint16_t any;     /* for any memory */
    uint16_t sum;     /* first variant at a sum, and with a check */
    uint16_t checked_sum;
    uint8_t class;
    uint8_t type; /* of what is loaded */
};

#define CLASS_I32 CLASS_INT
#define CLASS_I64 CLASS_INT

static const struct access accesses[OP_COUNT] = {
#define MOVE(name, t, fn)
#define UNARY(name, tin, tout, fn)
#define UNARY_TRAPS(name, tin, tout, fn, ok)
#define BINARY_COMM(name, t, fn)
#define BINARY(name, t, fn)
#define BINARY_TRAPS(name, t, fn, ok)
#define COMPARE(name, t, fn, swapped)
#define BRANCH_INT(name, t, fn, inverse)
#define BRANCH_FLOAT(name, t, fn)
#define LOAD(name, t, ctype)                                                                       \
    [OP_##name] = {                                                                                \
        IR_##name##_s_a,          IR_##name##_CHK_s_a, IR_##name##_ANY, IR_##name##_SUM_ss_a,      \
        IR_##name##_CHK_SUM_ss_a, CLASS_##t,           VT_##t},
#define STORE_INT(name, t, ctype)                                                                  \
    [OP_##name] = {                                                                                \
        IR_##name##_ss,           IR_##name##_CHK_ss, IR_##name##_ANY, IR_##name##_SUM_ss_s,       \
        IR_##name##_CHK_SUM_ss_s, CLASS_##t,          VT_BOT},
#define STORE_FLOAT(name, t, ctype) STORE_INT(name, t, ctype)
#define CONST(name, t)
#define SELECT(name, t)
#define PLAIN(name, len, fmt, flags, synopsis)
#include "engine/isa/ir_ops.def"
};

static inline uint32_t first_variant(const struct translator *t, const struct access *access,
                                     uint64_t offset)
{
    return offset_is_guarded(t, offset) ? access->base : access->checked;
}

static inline uint32_t first_sum(const struct translator *t, const struct access *access,
                                 uint64_t offset)
{
    return offset_is_guarded(t, offset) ? access->sum : access->checked_sum;
}

bool fold_address(struct translator *t, struct entry *address, uint64_t *offset)
{
    if (address->kind != ENTRY_CONST)
        return false;
    uint64_t sum = address->bits + *offset;
    if (sum <= UINT32_MAX) {
        *offset = sum;
        return true;
    }
    settle_const(t, address);
    return false;
}

/* An operand that must lie in a slot. */
static struct entry pop_slot(struct translator *t)
{
    struct entry e = pop_entry(t);
    settle_const(t, &e);
    return e;
}

/* Any memory, any address type: address and value in slots. */
static void lower_load_any(struct translator *t, const struct instr *in, valtype type)
{
    struct entry address = pop_slot(t);
    struct entry *r = push_temp(t, type);
    if (!r)
        return;
    uint8_t *p = emit_result(t, accesses[in->op].any, r->class, r->own, false);
    ir_put16(p, 10, address.slot);
    ir_put16(p, 14, (int32_t)in->of.memarg.memory);
    ir_put64(p, 16, in->of.memarg.offset);
}

static void lower_store_any(struct translator *t, const struct instr *in)
{
    struct entry value = pop_slot(t), address = pop_slot(t);
    uint8_t *p = emit_op(t, accesses[in->op].any);
    ir_put16(p, 8, address.slot);
    ir_put16(p, 10, value.slot);
    ir_put16(p, 14, (int32_t)in->of.memarg.memory);
    ir_put64(p, 16, in->of.memarg.offset);
}

/* Stores at a sum, by where the value lies: ss sa si ai, ss si, and for integers again ss sa si ai (isa/ir.h). */
enum { SUM_s = 0, SUM_a = 4, SUM_i = 6 };

uint32_t sum_form(const uint8_t *sum)
{
    return (uint32_t)(ir_u64(sum, 0) - IR_I32_ADD_ss_a) / 2;
}

void put_sum(uint8_t *p, unsigned first, const uint8_t *sum, uint64_t offset)
{
    uint32_t form = sum_form(sum);
    if (form != 3)
        ir_put16(p, first, ir_s16(sum, 10));
    if (form == 0) {
        ir_put16(p, 12, ir_s16(sum, 12));
        ir_put16(p, 14, (int32_t)offset);
    } else if (form == 1) {
        ir_put32(p, 12, (uint32_t)offset);
    } else {
        ir_put32(p, 12, ir_u32(sum, 12));
        ir_put32(p, 16, (uint32_t)offset);
    }
}

/* The topmost entry becomes what is loaded. */
static __attribute__((noinline)) uint8_t *put_load(struct translator *t,
                                                   const struct access *access, uint32_t variant)
{
    struct entry *e = top(t, 0);
    release_local(t, e);
    make_temp(e, access->class, access->type);
    return append_result(t, (enum ir_op)(variant + 1), (enum value_class)access->class, e->own,
                         true);
}

void lower_common_load(struct translator *t, uint16_t op, uint64_t offset)
{
    const struct access *access = &accesses[op];
    struct entry *address = top(t, 0);
    uint8_t sum[16];
    if (take_sum(t, address, offset, sum)) {
        put_sum(put_load(t, access, first_sum(t, access, offset) + 2 * sum_form(sum)), 10, sum,
                offset);
        return;
    }
    uint32_t variant = first_variant(t, access, offset);
    int32_t slot = 0;
    if (fold_address(t, address, &offset)) {
        variant += 4;
    } else if (in_acc(t, address)) {
        take_acc(t, address);
        variant += 2;
    } else {
        slot = address->slot;
    }
    uint8_t *p = put_load(t, access, variant);
    ir_put16(p, 10, slot);
    ir_put32(p, 12, (uint32_t)offset);
}

/* An integer that fits the short immediate of a store. */
static bool is_short(const struct entry *e)
{
    if (e->kind != ENTRY_CONST || e->class != CLASS_INT)
        return false;
    int64_t v = e->type == VT_I32 ? (int32_t)(uint32_t)e->bits : (int64_t)e->bits;
    return v == (int16_t)v;
}

void lower_load(struct translator *t, const struct instr *in)
{
    if (access_is_common(t, in))
        lower_common_load(t, in->op, in->of.memarg.offset);
    else
        lower_load_any(t, in, accesses[in->op].type);
}

void lower_common_store(struct translator *t, uint16_t op, uint64_t offset)
{
    /* By the address's form and the value's, each s, a, i, in the order of isa/ir.h. */
    static const uint8_t forms[3][3] = {{0, 1, 6}, {2, 3, 7}, {4, 5, 8}};
    const struct access *access = &accesses[op];
    struct entry *value = top(t, 0), *address = value - 1;
    drop_numbers(t, 2);
    uint32_t first = first_variant(t, access, offset), first_at_sum = first_sum(t, access, offset);
    bool folded = fold_address(t, address, &offset);
    bool immediate = is_short(value), acc = in_acc(t, value);
    uint8_t sum[16];
    if ((immediate || (value->kind != ENTRY_CONST && !acc)) && take_sum(t, address, offset, sum)) {
        uint32_t variant = sum_form(sum) + (immediate ? SUM_i : SUM_s);
        uint8_t *p = emit_op(t, (enum ir_op)(first_at_sum + variant));
        put_sum(p, 8, sum, offset);
        ir_put16(p, 10, immediate ? (int16_t)value->bits : value->slot);
        return;
    }
    if (acc && take_earlier_sum(t, address, value, offset, sum)) {
        take_acc(t, value);
        uint8_t *p = emit_op(t, (enum ir_op)(first_at_sum + SUM_a + (sum_form(sum) != 0)));
        put_sum(p, 8, sum, offset);
        return;
    }
    if (!immediate)
        settle_const(t, value);
    unsigned address_form = folded ? 2 : in_acc(t, address) ? 1 : 0;
    unsigned value_form = immediate ? 2 : in_acc(t, value) ? 1 : 0;
    /* Both in the accumulators of different classes, or both the same local: either way each may be
     * taken. */
    if (address_form == 1)
        take_acc(t, address);
    if (value_form == 1)
        take_acc(t, value);
    uint8_t *p = append_op(t, (enum ir_op)(first + forms[address_form][value_form]));
    ir_put16(p, 8, address_form == 0 ? address->slot : 0);
    ir_put16(p, 10, value_form == 0 ? value->slot : value_form == 2 ? (int16_t)value->bits : 0);
    ir_put32(p, 12, (uint32_t)offset);
}

void lower_store(struct translator *t, const struct instr *in)
{
    if (access_is_common(t, in))
        lower_common_store(t, in->op, in->of.memarg.offset);
    else
        lower_store_any(t, in);
}

/* ---- Bulk operations: all operands lie in slots ---- */

/* Three operands at 8, 10 and 12, two indices. */
static void lower_bulk(struct translator *t, enum ir_op op, uint32_t index, uint32_t index2)
{
    struct entry z = pop_slot(t), y = pop_slot(t), x = pop_slot(t);
    uint8_t *p = emit_op(t, op);
    ir_put16(p, 8, x.slot);
    ir_put16(p, 10, y.slot);
    ir_put16(p, 12, z.slot);
    ir_put16(p, 14, (int32_t)index);
    if (ir_size[op].len > 16)
        ir_put32(p, 16, index2);
}

static void lower_segment_drop(struct translator *t, enum ir_op op, uint32_t segment)
{
    ir_put32(emit_op(t, op), 16, segment);
}

/* A size, or a growth with one operand. */
static void lower_size(struct translator *t, enum ir_op op, uint32_t index,
                       const struct limits *limits)
{
    struct entry *r = push_temp(t, limits->is_64 ? VT_I64 : VT_I32);
    if (r)
        ir_put16(emit_result(t, op, CLASS_INT, r->own, false), 14, (int32_t)index);
}

void lower_memory(struct translator *t, const struct instr *in)
{
    switch (in->op) {
    case OP_MEMORY_SIZE:
        lower_size(t, IR_MEMORY_SIZE, in->of.index, &t->m->memories[in->of.index].limits);
        break;
    case OP_MEMORY_GROW: {
        struct entry delta = pop_slot(t);
        lower_size(t, IR_MEMORY_GROW, in->of.index, &t->m->memories[in->of.index].limits);
        if (t->status == OK)
            ir_put16(code_at(t, t->last), 10, delta.slot);
        break;
    }
    case OP_MEMORY_FILL:
        lower_bulk(t, IR_MEMORY_FILL, in->of.index, 0);
        break;
    case OP_MEMORY_COPY:
        lower_bulk(t, IR_MEMORY_COPY, in->of.two.index, in->of.two.index2);
        break;
    case OP_MEMORY_INIT:
        lower_bulk(t, IR_MEMORY_INIT, in->of.two.index2, in->of.two.index);
        break;
    default:
        lower_segment_drop(t, IR_DATA_DROP, in->of.index);
    }
}

static void lower_table_grow(struct translator *t, uint32_t table)
{
    struct entry delta = pop_slot(t), init = pop_slot(t);
    lower_size(t, IR_TABLE_GROW, table, &t->m->tables[table].type.limits);
    if (t->status != OK)
        return;
    ir_put16(code_at(t, t->last), 10, init.slot);
    ir_put16(code_at(t, t->last), 12, delta.slot);
}

static void lower_table_get(struct translator *t, uint32_t table)
{
    struct entry index = pop_slot(t);
    struct entry *r = push_temp(t, t->m->tables[table].type.element);
    if (!r)
        return;
    uint8_t *p = emit_result(t, IR_TABLE_GET, CLASS_INT, r->own, false);
    ir_put16(p, 10, index.slot);
    ir_put16(p, 14, (int32_t)table);
}

static void lower_table_set(struct translator *t, uint32_t table)
{
    struct entry value = pop_slot(t), index = pop_slot(t);
    uint8_t *p = emit_op(t, IR_TABLE_SET);
    ir_put16(p, 8, index.slot);
    ir_put16(p, 10, value.slot);
    ir_put16(p, 14, (int32_t)table);
}

void lower_table(struct translator *t, const struct instr *in)
{
    switch (in->op) {
    case OP_TABLE_GET:
        lower_table_get(t, in->of.index);
        break;
    case OP_TABLE_SET:
        lower_table_set(t, in->of.index);
        break;
    case OP_TABLE_SIZE:
        lower_size(t, IR_TABLE_SIZE, in->of.index, &t->m->tables[in->of.index].type.limits);
        break;
    case OP_TABLE_GROW:
        lower_table_grow(t, in->of.index);
        break;
    case OP_TABLE_FILL:
        lower_bulk(t, IR_TABLE_FILL, in->of.index, 0);
        break;
    case OP_TABLE_COPY:
        lower_bulk(t, IR_TABLE_COPY, in->of.two.index, in->of.two.index2);
        break;
    case OP_TABLE_INIT:
        lower_bulk(t, IR_TABLE_INIT, in->of.two.index2, in->of.two.index);
        break;
    default:
        lower_segment_drop(t, IR_ELEM_DROP, in->of.index);
    }
}
