/*
 * Bulk operations on memories and tables (spec 4.4.6, 4.4.7).
 *
 * The order is always: check the bounds, charge, act; so what traps has changed nothing. What moves
 * many megabytes goes in pieces and asks the interrupt callback in between, since a deadline must
 * hold here too.
 */
#include "engine/exec/slow_state.h"

static bool interrupted(struct exec *x)
{
    if (!fuel_interrupted(x))
        return false;
    x->outcome = OUTCOME_TRAP;
    return true;
}

struct span {
    uint64_t dst, src, n;
};

/* Operands x, y, z; 32-bit ones have zeros above them. */
static struct span operands(const struct exec *x)
{
    return (struct span){ir_u64(slow_slot(x, 8), 0), ir_u64(slow_slot(x, 10), 0),
                         ir_u64(slow_slot(x, 12), 0)};
}

static bool fits(uint64_t start, uint64_t n, uint64_t size)
{
    return n <= size && start <= size - n;
}

/* ---- Memories ---- */

/* Gives the result of a growth. */
static bool grown(struct exec *x, uint64_t result)
{
    ir_put64(slow_slot(x, 8), 0, result);
    x->acc = result;
    x->ip += 16;
    return true;
}

/* The limiter and all limits come before the charge, so that what they deny costs nothing; what
 * fails after it is given back. */
bool slow_memory_grow(struct exec *x)
{
    struct memory *m = x->inst->memories[ir_u16(x->ip, 14)];
    uint64_t delta = ir_u64(slow_slot(x, 10), 0), previous = memory_pages(m);
    if (delta == 0)
        return grown(x, previous);
    enum room room = memory_may_grow(m, delta);
    if (room == ROOM_OK) {
        uint64_t cost = (delta << m->type.page_log2) / BULK_BYTES_PER_FUEL;
        if (!slow_pay(x, cost)) {
            memory_grow_failed(m, ROOM_FUEL);
            return false;
        }
        room = memory_enlarge(m, delta);
        if (room == ROOM_OK)
            return grown(x, previous);
        fuel_give_back(x, cost);
    }
    if (grow_traps(x->store, room, "memory_bytes"))
        return slow_trap(x, TRAP_GROWTH_OPERATION_LIMITED);
    return grown(x, m->type.limits.is_64 ? UINT64_MAX : UINT32_MAX);
}

bool slow_memory_fill(struct exec *x)
{
    struct memory *m = x->inst->memories[ir_u16(x->ip, 14)];
    struct span s = operands(x);
    if (!fits(s.dst, s.n, m->size))
        return slow_trap(x, TRAP_MEMORY_OUT_OF_BOUNDS);
    if (!slow_pay(x, s.n / BULK_BYTES_PER_FUEL))
        return false;
    uint64_t done = 0;
    for (; s.n - done > BULK_PIECE; done += BULK_PIECE) {
        memset(m->base + s.dst + done, (int)(s.src & 0xff), BULK_PIECE);
        if (interrupted(x))
            return false;
    }
    if (s.n > done)
        memset(m->base + s.dst + done, (int)(s.src & 0xff), s.n - done);
    x->ip += 16;
    return true;
}

/* memmove in pieces, from the end that keeps overlapping sources intact. */
static bool move_pieces(struct exec *x, uint8_t *dst, const uint8_t *src, uint64_t n)
{
    bool up = dst <= src;
    for (uint64_t left = n; left > 0;) {
        uint64_t piece = left < BULK_PIECE ? left : BULK_PIECE;
        uint64_t at = up ? n - left : left - piece;
        memmove(dst + at, src + at, piece);
        left -= piece;
        if (left > 0 && interrupted(x))
            return false;
    }
    return true;
}

bool slow_memory_copy(struct exec *x)
{
    struct memory *to = x->inst->memories[ir_u16(x->ip, 14)];
    struct memory *from = x->inst->memories[ir_u32(x->ip, 16)];
    struct span s = operands(x);
    if (!fits(s.dst, s.n, to->size) || !fits(s.src, s.n, from->size))
        return slow_trap(x, TRAP_MEMORY_OUT_OF_BOUNDS);
    if (!slow_pay(x, s.n / BULK_BYTES_PER_FUEL))
        return false;
    if (!move_pieces(x, to->base + s.dst, from->base + s.src, s.n))
        return false;
    x->ip += 24;
    return true;
}

bool slow_memory_init(struct exec *x)
{
    struct memory *m = x->inst->memories[ir_u16(x->ip, 14)];
    uint32_t segment = ir_u32(x->ip, 16);
    const struct data_segment *data = &instance_module(x->inst)->datas[segment];
    uint64_t len = instance_data_dropped(x->inst, segment) ? 0 : data->len;
    struct span s = operands(x);
    if (!fits(s.dst, s.n, m->size) || !fits(s.src, s.n, len))
        return slow_trap(x, TRAP_MEMORY_OUT_OF_BOUNDS);
    if (!slow_pay(x, s.n / BULK_BYTES_PER_FUEL))
        return false;
    if (!move_pieces(x, m->base + s.dst, data->bytes + s.src, s.n))
        return false;
    x->ip += 24;
    return true;
}

bool slow_data_drop(struct exec *x)
{
    instance_drop_data(x->inst, ir_u32(x->ip, 16));
    x->ip += 24;
    return true;
}

/* ---- Tables ---- */

bool slow_table_grow(struct exec *x)
{
    struct table_object *t = x->inst->tables[ir_u16(x->ip, 14)];
    uint64_t init = ir_u64(slow_slot(x, 10), 0), delta = ir_u64(slow_slot(x, 12), 0);
    uint64_t previous = t->size;
    if (delta == 0)
        return grown(x, previous);
    enum room room = table_may_grow(t, delta);
    if (room == ROOM_OK) {
        uint64_t cost = delta / BULK_ELEMENTS_PER_FUEL;
        if (!slow_pay(x, cost)) {
            table_grow_failed(t, ROOM_FUEL);
            return false;
        }
        room = table_enlarge(t, delta, init);
        if (room == ROOM_OK)
            return grown(x, previous);
        fuel_give_back(x, cost);
    }
    if (grow_traps(x->store, room, "table_elements"))
        return slow_trap(x, TRAP_GROWTH_OPERATION_LIMITED);
    return grown(x, t->type.limits.is_64 ? UINT64_MAX : UINT32_MAX);
}

bool slow_table_fill(struct exec *x)
{
    struct table_object *t = x->inst->tables[ir_u16(x->ip, 14)];
    uint64_t dst = ir_u64(slow_slot(x, 8), 0), value = ir_u64(slow_slot(x, 10), 0);
    uint64_t n = ir_u64(slow_slot(x, 12), 0);
    if (!fits(dst, n, t->size))
        return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    if (!slow_pay(x, n / BULK_ELEMENTS_PER_FUEL))
        return false;
    for (uint64_t i = 0; i < n; i++)
        t->elems[dst + i] = value;
    x->ip += 16;
    return true;
}

bool slow_table_copy(struct exec *x)
{
    struct table_object *to = x->inst->tables[ir_u16(x->ip, 14)];
    struct table_object *from = x->inst->tables[ir_u32(x->ip, 16)];
    struct span s = operands(x);
    if (!fits(s.dst, s.n, to->size) || !fits(s.src, s.n, from->size))
        return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    if (!slow_pay(x, s.n / BULK_ELEMENTS_PER_FUEL))
        return false;
    if (s.n > 0)
        memmove(to->elems + s.dst, from->elems + s.src, s.n * sizeof *to->elems);
    x->ip += 24;
    return true;
}

bool slow_table_init(struct exec *x)
{
    struct table_object *t = x->inst->tables[ir_u16(x->ip, 14)];
    uint32_t segment = ir_u32(x->ip, 16);
    const struct elem_segment *elem = &instance_module(x->inst)->elems[segment];
    uint64_t len = instance_elem_dropped(x->inst, segment) ? 0 : elem->count;
    struct span s = operands(x);
    if (!fits(s.dst, s.n, t->size) || !fits(s.src, s.n, len))
        return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    if (!slow_pay(x, s.n / BULK_ELEMENTS_PER_FUEL))
        return false;
    if (!table_init(x->inst, t, segment, s.dst, s.src, s.n))
        return slow_trap(x, TRAP_TABLE_OUT_OF_BOUNDS);
    x->ip += 24;
    return true;
}

bool slow_elem_drop(struct exec *x)
{
    instance_drop_elem(x->inst, ir_u32(x->ip, 16));
    x->ip += 24;
    return true;
}
