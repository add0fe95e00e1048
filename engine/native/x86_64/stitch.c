/*
 * The stitcher: copies the stencil of each op behind that of the one before and fills its holes. One pass; jumps ahead are noted and filled in at the end, where also
 * the exits are written that the function's slow paths go through.
 *
 * An exit loads what the interpreter wants to know (where the op is, and which handler it has) and jumps there. Nothing else of the machine code knows where
 * in the internal code it is. An op without a stencil is an exit itself.
 *
 * The charge of a block is written here rather than copied: the compiler would compare first and subtract then; here the exit adds again what was subtracted.
 */
#include "config.h"

#include "engine/native/x86_64/stitch.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/native/op_numbers.h"
#include "engine/native/x86_64/stencil.h"
#include "engine/runtime/instance.h"
#include "engine/runtime/interp.h"

/* More than any op takes, its exit included. */
#define MOST_OP_BYTES 1200

/* A 32-bit relative field to be filled in. */
struct stitch_fix {
    uint32_t field; /* in the region */
    uint32_t to;    /* offset in the internal code: of an op, or of the op whose exit it is */
    uint32_t give;  /* exits: what is added to the fuel again */
    uint16_t op;    /* exits: its number */
    bool is_exit;
};

struct stitcher {
    struct stitch_place *place;
    struct stitch_scratch *scratch;
    const struct stencil_table *table;
    const uint8_t *code;
    uint32_t start;
    uint32_t out; /* in the region */
    bool failed;
};

void stitch_scratch_fini(struct stitch_scratch *s)
{
    mem_free(s->places);
    mem_free(s->fixes);
    mem_free(s->ops);
    memset(s, 0, sizeof *s);
}

static const struct stencil_table *stencils(void)
{
#ifdef INTERP_HAS_EXTENDED
    if (interp_is_extended())
        return &stencils_extended;
#endif
    return &stencils_baseline;
}

const uint8_t *stitch_pool(uint32_t *size)
{
    const struct stencil_table *t = stencils();
    *size = t->pool_size;
    return t->pool;
}

/* ---- Writing ---- */

static void put8(struct stitcher *s, unsigned byte)
{
    s->place->write[s->out++] = (uint8_t)byte;
}

static void put_bytes(struct stitcher *s, const void *bytes, size_t n)
{
    memcpy(s->place->write + s->out, bytes, n);
    s->out += (uint32_t)n;
}

static void put32(struct stitcher *s, uint32_t v)
{
    put_bytes(s, &v, sizeof v);
}

static void set_rel32(const struct stitch_place *place, uint32_t field, uint32_t to)
{
    ir_put32(place->write, field, to - (field + 4));
}

/* Room for one more. */
static void *grow(struct stitcher *s, void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return items;
    size_t want = *room ? 2 * *room : 256;
    void *more = mem_realloc(items, want * size);
    if (!more) {
        s->failed = true;
        return items;
    }
    *room = want;
    return more;
}

static void note(struct stitcher *s, struct stitch_fix fix)
{
    struct stitch_scratch *k = s->scratch;
    k->fixes = grow(s, k->fixes, k->nfixes, &k->fixes_room, sizeof *k->fixes);
    if (!s->failed)
        k->fixes[k->nfixes++] = fix;
}

/* A field of 32 bits at `out` that leads to the op at an offset of the internal code. */
static void put_target(struct stitcher *s, uint32_t to)
{
    uint32_t place = to >= s->start ? s->scratch->places[(to - s->start) / 8] : 0;
    if (place)
        put32(s, place - (s->out + 4));
    else {
        note(s, (struct stitch_fix){.field = s->out, .to = to});
        put32(s, 0);
    }
}

static void put_exit(struct stitcher *s, uint32_t at, uint16_t op, uint32_t give)
{
    note(s, (struct stitch_fix){s->out, at, give, op, true});
    put32(s, 0);
}

/* mov $at, %r12d; mov $op, %eax; jmp leave */
static void leave_to_interpreter(struct stitcher *s, uint32_t at, uint16_t op)
{
    put8(s, 0x41);
    put8(s, 0xbc);
    put32(s, at);
    put8(s, 0xb8);
    put32(s, op);
    put8(s, 0xe9);
    put32(s, s->place->leave - (s->out + 4));
}

/* add or sub (`reg` 0 or 5) $n, %r14: the fuel */
static void change_fuel(struct stitcher *s, unsigned reg, uint32_t n)
{
    bool is_short = n < 128;
    put8(s, 0x49);
    put8(s, is_short ? 0x83 : 0x81);
    put8(s, 0xc6 | reg << 3);
    if (is_short)
        put8(s, n);
    else
        put32(s, n);
}

/* ---- Holes ---- */

/* The number that a hole takes; false if it does not fit. */
static bool hole_value(const struct stitcher *s, const struct hole *h, uint32_t at, int64_t *out)
{
    const uint8_t *p = s->code + at;
    switch (h->kind) {
    case HOLE_s16:
        *out = ir_s16(p, h->arg);
        break;
    case HOLE_u16:
        *out = ir_u16(p, h->arg);
        break;
    case HOLE_s32:
        *out = ir_s32(p, h->arg);
        break;
    case HOLE_u32:
        *out = ir_s32(p, h->arg); /* the field has 32 bits */
        break;
    case HOLE_d32:
        *out = ir_u32(p, h->arg);
        break;
    case HOLE_offset:
        *out = (int64_t)at + h->arg;
        break;
    case HOLE_u64:
        *out = (int64_t)ir_u64(p, h->arg);
        return true;
    case HOLE_address:
        *out = (int64_t)(uintptr_t)(p + h->arg) + h->addend;
        return true;
    default:
        return false;
    }
    *out += h->addend;
    return *out <= INT32_MAX;
}

static bool fits_byte(int64_t v)
{
    return v >= -128 && v <= 127;
}

/* The field of a number; returns how many bytes of the stencil it stands for, 0 if the number does not fit. */
static unsigned put_number(struct stitcher *s, const struct hole *h, uint32_t at)
{
    int64_t v;
    uint8_t *out = s->place->write + s->out;
    if (!hole_value(s, h, at, &v))
        return 0;
    if (h->kind == HOLE_u64 || h->kind == HOLE_address) {
        put_bytes(s, &v, 8);
        return 8;
    }
    if (h->shrink == SHRINK_NOT || !fits_byte(v)) {
        put32(s, (uint32_t)v);
        return 4;
    }
    out[-(int)h->back] = h->shrink == SHRINK_ALU ? 0x83 : (out[-(int)h->back] & 0x3f) | 0x40;
    put8(s, (unsigned)v & 0xff);
    return 4;
}

/* The charge that the target of a branch begins with is in front of its label. */
static uint32_t label_of(const uint8_t *p, uint32_t at, uint16_t op, bool pays)
{
    uint32_t price = op == IR_BR_PAY ? ir_u32(p, 8) : ir_u16(p, 16);
    uint32_t label = at + 12 + (uint32_t)ir_s32(p, 12);
    return pays && price > 0 ? label - IR_CHARGE_BYTES : label;
}

static unsigned put_way(struct stitcher *s, const struct hole *h, uint32_t at, uint16_t op)
{
    const uint8_t *p = s->code + at;
    uint32_t run = (uint32_t)h->addend - s->out;
    switch (h->kind) {
    case HOLE_exit:
        put_exit(s, at, op, 0);
        break;
    case HOLE_target:
    case HOLE_target_paid:
        put_target(s, label_of(p, at, op, h->kind == HOLE_target_paid));
        break;
    case HOLE_callee:
        put32(s, s->place->slots + 8 * ir_u32(p, 8) + run);
        break;
    case HOLE_pool:
        put32(s, s->place->pool + run);
        break;
    default:
        return put_number(s, h, at);
    }
    return 4;
}

/* Most pieces are shorter than a vector: whole ones are copied, over what is yet to be written. */
static inline void copy_piece(uint8_t *out, const uint8_t *from, uint32_t n)
{
    memcpy(out, from, STENCIL_MARGIN);
    for (uint32_t i = STENCIL_MARGIN; i < n; i += STENCIL_MARGIN)
        memcpy(out + i, from + i, STENCIL_MARGIN);
}

/* A slot, which most holes are: nearly all lie near the frame pointer. Returns where it ends. */
static inline uint8_t *fill_slot(uint8_t *out, const struct hole *h, int32_t v)
{
    bool is_short = h->shrink == SHRINK_DISP && fits_byte(v);
    uint8_t *modrm = out - h->back, before = *modrm;
    *modrm = is_short ? (before & 0x3f) | 0x40 : before;
    memcpy(out, &v, sizeof v);
    return out + (is_short ? 1 : 4);
}

/* Ways out to what follows, in one stencil. */
struct onward {
    uint32_t fields[16];
    unsigned n;
};

/* A hole that is no slot; returns how many bytes of the stencil it stands for, 0 if it cannot be filled. */
static unsigned put_other(struct stitcher *s, const struct hole *h, uint32_t at, uint16_t op,
                          struct onward *onward)
{
    if (h->kind != HOLE_next)
        return put_way(s, h, at, op);
    if (onward->n == sizeof onward->fields / sizeof *onward->fields)
        return 0;
    onward->fields[onward->n++] = s->out;
    put32(s, 0);
    return 4;
}

/* False if the op cannot be stitched; then nothing is written. */
static bool put_stencil(struct stitcher *s, const struct stencil *st, uint32_t at, uint16_t op)
{
    const uint8_t *from = s->table->bytes + st->code, *begin = from, *p = s->code + at;
    const struct hole *h = s->table->holes + st->holes, *end = h + st->nholes;
    uint8_t *write = s->place->write, *out = write + s->out;
    uint32_t start = s->out;
    struct onward onward = {.n = 0};
    size_t nfixes = s->scratch->nfixes;
    for (; h < end; h++) {
        uint32_t n = (uint32_t)(begin + h->at - from);
        copy_piece(out, from, n);
        out += n;
        from += n;
        if (h->kind == HOLE_s16 && h->shrink != SHRINK_ALU) {
            out = fill_slot(out, h, ir_s16(p, h->arg) + h->addend);
            from += 4;
            continue;
        }
        s->out = (uint32_t)(out - write);
        n = put_other(s, h, at, op, &onward);
        if (n == 0) {
            s->out = start;
            s->scratch->nfixes = nfixes;
            return false;
        }
        from += n;
        out = write + s->out;
    }
    copy_piece(out, from, (uint32_t)(begin + st->len - from));
    s->out = (uint32_t)(out - write) + (uint32_t)(begin + st->len - from);
    while (onward.n > 0)
        set_rel32(s->place, onward.fields[--onward.n], s->out);
    return true;
}

/* ---- Ops ---- */

static void put_charge(struct stitcher *s, uint32_t at, uint16_t op, uint32_t cost)
{
    change_fuel(s, 5, cost);
    put8(s, 0x0f);
    put8(s, 0x82); /* jb */
    put_exit(s, at, op, cost);
}

static void put_op(struct stitcher *s, uint32_t at, uint16_t op)
{
    const struct stencil *st = &s->table->stencils[op == IR_ENTER_FUEL ? IR_ENTER : op];
    uint32_t cost = op == IR_CHARGE || op == IR_ENTER_FUEL ? ir_u32(s->code + at, 12) : 0;
    bool done = cost <= INT32_MAX && st->present;
    if (done && op != IR_CHARGE)
        done = put_stencil(s, st, at, op);
    if (done && (op == IR_CHARGE || op == IR_ENTER_FUEL))
        put_charge(s, at, op, cost);
    if (!done)
        leave_to_interpreter(s, at, op);
}

/* What ops there are, so that what they need can be fetched before it is their turn. */
static void read_ops(struct stitcher *s, uint32_t end)
{
    struct stitch_scratch *k = s->scratch;
    for (uint32_t at = s->start; at < end;) {
        uint16_t op = (uint16_t)op_number_at(s->code + at);
        k->ops[k->nops++].op = op;
        at += ir_len_of((enum ir_op)op, s->code + at);
    }
}

#define AHEAD 6
static void prefetch(const struct stitcher *s, size_t i)
{
    const struct stitch_scratch *k = s->scratch;
    if (i + 2 * AHEAD >= k->nops)
        return;
    const struct stencil *st = &s->table->stencils[k->ops[i + AHEAD].op];
    __builtin_prefetch(&s->table->stencils[k->ops[i + 2 * AHEAD].op]);
    __builtin_prefetch(s->table->bytes + st->code);
    __builtin_prefetch(s->table->holes + st->holes);
}

static void put_ops(struct stitcher *s, uint32_t end)
{
    struct stitch_scratch *k = s->scratch;
    uint32_t at = s->start;
    read_ops(s, end);
    for (size_t i = 0; i < k->nops && !s->failed; i++) {
        uint16_t op = k->ops[i].op;
        uint32_t begin = s->out;
        if (s->place->end - s->out < MOST_OP_BYTES) {
            s->failed = true;
            return;
        }
        prefetch(s, i);
        k->places[(at - s->start) / 8] = begin;
        put_op(s, at, op);
        k->ops[i].len = (uint16_t)(s->out - begin);
        at += ir_len_of((enum ir_op)op, s->code + at);
    }
}

/* What jumps ahead leads to; and the exits, of which those of one op are one. */
static void put_ends(struct stitcher *s)
{
    struct stitch_scratch *k = s->scratch;
    const struct stitch_fix *before = NULL;
    uint32_t exit = 0;
    for (size_t i = 0; i < k->nfixes && !s->failed; i++) {
        const struct stitch_fix *f = &k->fixes[i];
        if (!f->is_exit) {
            set_rel32(s->place, f->field, k->places[(f->to - s->start) / 8]);
            continue;
        }
        if (s->place->end - s->out < MOST_OP_BYTES) {
            s->failed = true;
            return;
        }
        if (!before || before->to != f->to || before->give != f->give) {
            exit = s->out;
            if (f->give)
                change_fuel(s, 0, f->give);
            leave_to_interpreter(s, f->to, f->op);
        }
        set_rel32(s->place, f->field, exit);
        before = f;
    }
}

static bool make_room(struct stitch_scratch *k, size_t n)
{
    k->nfixes = k->nops = 0;
    if (n > k->nplaces) {
        uint32_t *places = mem_realloc(k->places, n * sizeof *places);
        k->places = places ? places : k->places;
        struct native_op *ops = mem_realloc(k->ops, n * sizeof *ops);
        k->ops = ops ? ops : k->ops;
        if (!places || !ops)
            return false;
        k->nplaces = n;
    }
    memset(k->places, 0, n * sizeof *k->places);
    return true;
}

struct native_map *stitch(struct stitch_place *place, struct stitch_scratch *scratch,
                          const uint8_t *code, uint32_t start, uint32_t end)
{
    struct stitcher s = {place, scratch, stencils(), code, start, place->at, false};
    if (!make_room(scratch, (end - start) / 8 + 1))
        return NULL;
    put_ops(&s, end);
    put_ends(&s);
    if (s.failed)
        return NULL;
    struct native_map *map = mem_alloc(sizeof *map + scratch->nops * sizeof *map->ops);
    if (!map)
        return NULL;
    map->start = place->at;
    map->len = s.out - place->at;
    map->nops = (uint32_t)scratch->nops;
    memcpy(map->ops, scratch->ops, scratch->nops * sizeof *map->ops);
    place->at = (s.out + 15) & ~15U;
    return map;
}

void stitch_begin(struct stitch_place *place)
{
    struct stitcher s = {.place = place, .out = place->at};
    const void *const *handlers = interp_handlers();
    place->leave = s.out;
    /* add code(%r15), %r12; movabs $handlers, %rcx; jmp *(%rcx,%rax,8) */
    put_bytes(&s, "\x4d\x03\xa7", 3);
    put32(&s, offsetof(struct instance, code));
    put_bytes(&s, "\x48\xb9", 2);
    put_bytes(&s, &handlers, 8);
    put_bytes(&s, "\xff\x24\xc1", 3);
    place->call = s.out;
    /* A function that is not stitched, of index r12: its first op is dispatched.
     * shl $4, %r12; add funcs(%r15), %r12; mov entry(%r12), %r12; jmp *(%r12) */
    _Static_assert(sizeof(struct code_func) == 16 && offsetof(struct code_func, entry) == 0,
                   "the code below knows a code_func");
    put_bytes(&s, "\x49\xc1\xe4\x04\x4d\x03\xa7", 7);
    put32(&s, offsetof(struct instance, funcs));
    put_bytes(&s, "\x4d\x8b\x24\x24\x41\xff\x24\x24", 8);
    place->at = (s.out + 15) & ~15U;
}
