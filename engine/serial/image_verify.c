/*
 * Verification of code that was read from an image. It follows from the operand formats of
 * isa/ir.h: one switch over format letters, and special care for the few ops whose operands depend
 * on each other.
 */
#include <string.h>

#include "engine/isa/ir.h"
#include "engine/serial/image.h"

struct verifier {
    const struct code *code;
    const struct module *m;
    struct errinfo *err;
    uint32_t func;
    int64_t lowest, frame; /* slots lie in [lowest, frame) */
    uint32_t start, end;   /* of the function */
    VEC(uint8_t) starts;   /* a bit for each 8 bytes of the function: an op starts here */
    bool guarded;          /* memory 0 has guard pages */
};

static enum status bad(const struct verifier *v, uint32_t at, const char *what)
{
    return errinfo_set(v->err, ERR_IMAGE, NO_OFFSET,
                       "the image is damaged: function %u, code offset %u: %s", v->func, at, what);
}

/* The frame's header, which says where to return to, is out of bounds too. */
static bool slots_ok(const struct verifier *v, int64_t slot, int64_t bytes)
{
    return slot % 8 == 0 && slot >= v->lowest && slot + bytes <= v->frame &&
           (slot + bytes <= 0 || slot >= 8 * FRAME_HEADER_SLOTS);
}

static bool label_ok(const struct verifier *v, uint32_t field, int32_t relative)
{
    int64_t target = (int64_t)field + relative - v->start;
    return target >= 0 && target < (int64_t)v->end - v->start && target % 8 == 0 &&
           (v->starts.data[target / 64] >> (target / 8 % 8) & 1);
}

/* What a branch pays is the charge in front of its label, which it falls back to. */
static bool payment_ok(const struct verifier *v, uint32_t field, int32_t relative, uint32_t cost)
{
    uint32_t charge = field + (uint32_t)relative - IR_CHARGE_BYTES;
    const uint8_t *p = v->code->base + charge;
    return cost == 0 ||
           (label_ok(v, field, relative) && charge >= v->start && label_ok(v, charge, 0) &&
            ir_u64(p, 0) == IR_CHARGE && ir_u32(p, 12) == cost);
}

/* The frame of a call lies `delta` bytes up: the callee's values below it and its header fit. */
static bool delta_ok(const struct verifier *v, uint32_t delta, uint32_t values)
{
    return delta % 8 == 0 && (int64_t)delta - 8 * (int64_t)values >= 8 * FRAME_HEADER_SLOTS &&
           (int64_t)delta + 8 * FRAME_HEADER_SLOTS <= v->frame;
}

static bool global_ok(const struct verifier *v, uint64_t op, uint32_t offset)
{
    const struct layout *l = &v->code->layout;
    bool imported = op == IR_IMPORTED_GLOBAL_SET || op == IR_IMPORTED_GLOBAL_GET_I64 ||
                    op == IR_IMPORTED_GLOBAL_GET_F32 || op == IR_IMPORTED_GLOBAL_GET_F64 ||
                    op == IR_IMPORTED_GLOBAL_SET_V128 || op == IR_IMPORTED_GLOBAL_GET_V128;
    uint32_t from = imported ? l->global_imports : l->globals;
    uint64_t to =
        imported ? (uint64_t)l->global_imports + 8 * (uint64_t)v->m->nimported_globals : l->dropped;
    return offset % 8 == 0 && offset >= from && (uint64_t)offset + 8 <= to;
}

/* A global of two slots is where one is declared. */
static bool vector_global_ok(const struct verifier *v, uint32_t offset)
{
    const struct layout *l = &v->code->layout;
    const struct module *m = v->m;
    uint32_t i = offset >= l->globals
                     ? m->nimported_globals + (offset - l->globals) / l->global_stride
                     : (offset - l->global_imports) / 8;
    uint32_t at = i < m->nimported_globals ? layout_global_import(l, i) : layout_global(l, m, i);
    return i < m->nglobals && at == offset && m->globals[i].type.content == VT_V128;
}

static bool is_table_op(uint64_t op)
{
    return op >= IR_TABLE_GET && op <= IR_ELEM_DROP;
}

static bool object_ok(const struct verifier *v, uint64_t op, uint32_t index)
{
    return index < (is_table_op(op) ? v->m->ntables : v->m->nmemories);
}

static bool segment_ok(const struct verifier *v, uint64_t op, uint32_t index)
{
    return index < (op == IR_MEMORY_INIT || op == IR_DATA_DROP ? v->m->ndatas : v->m->nelems);
}

/* Loads: forms s and a of the address, then i; vector or not, each with a result a and s. */
#define LOAD_CASES(name)                                                                           \
    case IR_##name##_s_a:                                                                          \
    case IR_##name##_s_s:                                                                          \
    case IR_##name##_a_a:                                                                          \
    case IR_##name##_a_s:                                                                          \
        return v->guarded && guard_covers(offset);                                                 \
    case IR_##name##_i_a:                                                                          \
    case IR_##name##_i_s:                                                                          \
        return v->guarded;
#define SUM_CASES(name)                                                                            \
    case IR_##name##_SUM_ss_a:                                                                     \
    case IR_##name##_SUM_ss_s:                                                                     \
    case IR_##name##_SUM_sa_a:                                                                     \
    case IR_##name##_SUM_sa_s:                                                                     \
    case IR_##name##_SUM_si_a:                                                                     \
    case IR_##name##_SUM_si_s:                                                                     \
    case IR_##name##_SUM_ai_a:                                                                     \
    case IR_##name##_SUM_ai_s:                                                                     \
        return v->guarded && guard_covers(offset);
#define STORE_SUM_CASES(name, value)                                                               \
    case IR_##name##_SUM_ss_##value:                                                               \
    case IR_##name##_SUM_sa_##value:                                                               \
    case IR_##name##_SUM_si_##value:                                                               \
    case IR_##name##_SUM_ai_##value:                                                               \
        return v->guarded && guard_covers(offset);
#define STORE_CASES(name)                                                                          \
    case IR_##name##_ss:                                                                           \
    case IR_##name##_sa:                                                                           \
    case IR_##name##_as:                                                                           \
    case IR_##name##_aa:                                                                           \
        return v->guarded && guard_covers(offset);                                                 \
    case IR_##name##_is:                                                                           \
    case IR_##name##_ia:                                                                           \
        return v->guarded;

/*
 * An access without a check of its own needs guard pages that its static offset cannot jump over; one at a constant address is
 * within the 4 GiB that are reserved. The order of the variants is that of isa/ir.h.
 */
static bool access_ok(const struct verifier *v, uint64_t op, uint32_t offset)
{
    switch (op) {
#define LOAD(name, t, ctype) LOAD_CASES(name) SUM_CASES(name)
#define STORE_SUM_ACC_CASES(name)                                                                  \
    case IR_##name##_SUM_ss_a:                                                                     \
    case IR_##name##_SUM_si_a:                                                                     \
        return v->guarded && guard_covers(offset);
#define STORE_FLOAT(name, t, ctype)                                                                \
    STORE_CASES(name) STORE_SUM_CASES(name, s) STORE_SUM_ACC_CASES(name)
#define STORE_INT(name, t, ctype)                                                                  \
    STORE_CASES(name)                                                                              \
    STORE_SUM_CASES(name, s)                                                                       \
    STORE_SUM_ACC_CASES(name)                                                                      \
    STORE_SUM_CASES(name, i)                                                                       \
    case IR_##name##_si:                                                                           \
    case IR_##name##_ai:                                                                           \
        return v->guarded && guard_covers(offset);                                                 \
    case IR_##name##_ii:                                                                           \
        return v->guarded;
#include "engine/isa/only_accesses.def"
#define EXTRACT(name, t, ctype)
#define V_LOAD(name, raw, fn)      LOAD_CASES(name) SUM_CASES(name)
#define V_LOAD_LANE(name, raw, fn) LOAD_CASES(name)
#define V_STORE(name)              STORE_CASES(name)
#define V_STORE_LANE(name, t, ctype)                                                               \
    case IR_##name##_s:                                                                            \
    case IR_##name##_a:                                                                            \
        return v->guarded && guard_covers(offset);                                                 \
    case IR_##name##_i:                                                                            \
        return v->guarded;
#include "engine/isa/only_vector_parts.def"
    default: /* with a check */
        return true;
    }
}

/* A lane does not cross its slot. */
static bool part_ok(const struct verifier *v, uint64_t op, int32_t at)
{
    int32_t width = 8;
    switch (op) {
#define EXTRACT(name, t, ctype)                                                                    \
    case IR_##name##_s_a:                                                                          \
    case IR_##name##_s_s:                                                                          \
        width = sizeof(ctype);                                                                     \
        break;
#define V_LOAD(name, raw, fn)
#define V_LOAD_LANE(name, raw, fn)
#define V_STORE(name)
#define V_STORE_LANE(name, t, ctype)                                                               \
    case IR_##name##_s:                                                                            \
    case IR_##name##_a:                                                                            \
    case IR_##name##_i:                                                                            \
    case IR_##name##_CHK_s:                                                                        \
    case IR_##name##_CHK_a:                                                                        \
    case IR_##name##_CHK_i:                                                                        \
    case IR_##name##_ANY:                                                                          \
        width = sizeof(ctype);                                                                     \
        break;
#include "engine/isa/only_vector_parts.def"
    default:
        break;
    }
    return at % width == 0 && slots_ok(v, at - (at & 7), 8);
}

/* One operand by its format letter. */
static bool operand_ok(const struct verifier *v, uint64_t op, const uint8_t *p, uint32_t at,
                       char letter)
{
    switch (letter) {
    case 'd':
    case 'x':
        return slots_ok(v, ir_s16(p, 8), 8);
    case 'a':
    case 'y':
        return slots_ok(v, ir_s16(p, 10), 8);
    case 'b':
    case 'z':
        return slots_ok(v, ir_s16(p, 12), 8);
    case 'c':
        return slots_ok(v, ir_s16(p, 14), 8);
    case 'R':
        return slots_ok(v, ir_s16(p, 8), 16);
    case 'A':
        return slots_ok(v, ir_s16(p, 10), 16);
    case 'B':
        return slots_ok(v, ir_s16(p, 12), 16);
    case 'K':
        return slots_ok(v, ir_s16(p, 14), 16);
    case 'J':
        return slots_ok(v, ir_s16(p, 16), 16);
    case 'E':
        return part_ok(v, op, ir_s16(p, 10));
    case 'l':
        return label_ok(v, at + 12, ir_s32(p, 12));
    case 'k':
        return label_ok(v, at + 20, ir_s32(p, 20));
    case 'p':
        return payment_ok(v, at + 12, ir_s32(p, 12), ir_u16(p, 16));
    case 'q':
        return payment_ok(v, at, (int32_t)ir_size[op].len + IR_CHARGE_BYTES, ir_u16(p, 18)) &&
               label_ok(v, at + ir_size[op].len, 0);
    case 'P':
        return payment_ok(v, at + 12, ir_s32(p, 12), ir_u32(p, 8));
    case 'e':
        return slots_ok(v, ir_s16(p, 24), 8);
    case 'Y':
        return slots_ok(v, ir_s16(p, 28), 8);
    case 'O':
        return access_ok(v, op, ir_u16(p, 14));
    case 'U':
        return access_ok(v, op, ir_u32(p, 16));
    case 's': /* falls back to the next op */
        return label_ok(v, at + ir_size[op].len, 0);
    case 'o':
        return access_ok(v, op, ir_u32(p, 12));
    case 'r':
        return ir_u32(p, 12) < v->code->nfuncs;
    case 'm':
        return object_ok(v, op, ir_u16(p, 14));
    case 'M':
        return object_ok(v, op, ir_u32(p, 16));
    case 'S':
        return segment_ok(v, op, ir_u32(p, 16));
    case 'G':
        return global_ok(v, op, ir_u32(p, 12));
    case 'Z':
        return ir_u32(p, 12) % 8 == 0 && (uint64_t)ir_u32(p, 12) + 8 <= (uint64_t)v->frame;
    default: /* numbers of any value; or checked by op_ok */
        return true;
    }
}

static bool table_labels_ok(const struct verifier *v, const uint8_t *p, uint32_t at)
{
    uint32_t n = ir_u32(p, 12);
    for (uint32_t i = 0; i <= n; i++)
        if (!label_ok(v, at + 16 + 4 * i, ir_s32(p, 16 + 4 * i)))
            return false;
    return true;
}

static bool values_ok(const struct verifier *v, uint32_t values)
{
    return 8 * (int64_t)values == -v->lowest;
}

static bool call_ok(const struct verifier *v, uint64_t op, const uint8_t *p)
{
    uint32_t f = ir_u32(p, 8);
    if (f >= v->code->nfuncs ||
        (op != IR_RETURN_CALL && (op == IR_CALL_IMPORT) != (f < v->code->nimported)))
        return false;
    bool same = op == IR_RETURN_CALL_SAME;
    if ((op == IR_RETURN_CALL || same) && !values_ok(v, ir_u32(p, 16)))
        return false;
    if (same && ir_u32(p, 16) != frame_values(v->m->funcs[f].type))
        return false;
    return delta_ok(v, ir_u32(p, 12), frame_values(v->m->funcs[f].type));
}

static bool call_indirect_ok(const struct verifier *v, uint64_t op, const uint8_t *p)
{
    uint32_t type = ir_u32(p, 12);
    if (type >= v->m->ntypes || ir_u16(p, 10) >= v->m->ntables)
        return false;
    bool by_slot = op == IR_CALL_INDIRECT_s || op == IR_RETURN_CALL_INDIRECT_s;
    bool tail = op == IR_RETURN_CALL_INDIRECT_s || op == IR_RETURN_CALL_INDIRECT_a;
    if (by_slot && !slots_ok(v, ir_s16(p, 8), 8))
        return false;
    if (tail && !values_ok(v, ir_u32(p, 24)))
        return false;
    return delta_ok(v, ir_u32(p, 20), frame_values(v->m->types[type]));
}

/* What one operand alone does not show. */
static bool op_ok(const struct verifier *v, uint64_t op, const uint8_t *p, uint32_t at)
{
    switch (op) {
    case IR_CALL:
    case IR_CALL_IMPORT:
    case IR_RETURN_CALL:
    case IR_RETURN_CALL_SAME:
        return call_ok(v, op, p);
    case IR_BR_TABLE_s:
    case IR_BR_TABLE_a:
        return table_labels_ok(v, p, at);
    case IR_ZERO2:
        return slots_ok(v, ir_s16(p, 8), 16);
    case IR_ZERO4:
        return slots_ok(v, ir_s16(p, 8), 32);
    case IR_ZERO_SPAN:
        return slots_ok(v, ir_u32(p, 12), 8 * (int64_t)ir_u32(p, 8));
    case IR_COPY_SPAN:
        return slots_ok(v, ir_s16(p, 8), 8 * (int64_t)ir_u32(p, 12)) &&
               slots_ok(v, ir_s16(p, 10), 8 * (int64_t)ir_u32(p, 12));
    case IR_FAR_GET_V128:
    case IR_FAR_SET_V128:
        return slots_ok(v, ir_u32(p, 12), 16);
    case IR_GLOBAL_GET_V128:
    case IR_GLOBAL_SET_V128_s:
    case IR_GLOBAL_SET_V128_a:
    case IR_IMPORTED_GLOBAL_GET_V128:
    case IR_IMPORTED_GLOBAL_SET_V128:
        return vector_global_ok(v, ir_u32(p, 12));
    case IR_ENTER:
    case IR_ENTER_FUEL:
        return at == v->start;
    case IR_EXIT:
    case IR_CROSS_RETURN:
    case IR_TAIL_RETURN:
    case IR_TRANSLATE:
        return false;
    default:
        return true;
    }
}

static enum status verify_op(const struct verifier *v, uint32_t at)
{
    const uint8_t *p = v->code->base + at;
    uint64_t op = ir_u64(p, 0);
    if (ir_is_call_indirect(op))
        return call_indirect_ok(v, op, p) ? OK : bad(v, at, "a call names what does not exist");
    for (const char *letter = ir_info[op].format; *letter; letter++)
        if (!operand_ok(v, op, p, at, *letter))
            return bad(v, at, "an operand is out of range");
    return op_ok(v, op, p, at) ? OK : bad(v, at, "an op does not fit its place");
}

/* Marks where ops start; the last one must not run on. */
static enum status mark_ops(struct verifier *v)
{
    uint64_t op = IR_COUNT;
    size_t bytes = (v->end - v->start) / 64 + 1;
    if (!vec_reserve(&v->starts, bytes))
        return errinfo_nomem(v->err);
    memset(v->starts.data, 0, bytes);
    for (uint32_t at = v->start, len; at < v->end; at += len) {
        const uint8_t *p = v->code->base + at;
        op = ir_u64(p, 0);
        if (op >= IR_COUNT || v->end - at < ir_info[op].len)
            return bad(v, at, "no such op");
        if ((op == IR_BR_TABLE_s || op == IR_BR_TABLE_a) && ir_u32(p, 12) > (v->end - at) / 4)
            return bad(v, at, "a branch table is cut off");
        len = ir_len(p);
        if (len > v->end - at)
            return bad(v, at, "an op is cut off");
        uint32_t word = (at - v->start) / 8;
        v->starts.data[word / 8] |= (uint8_t)(1u << (word % 8));
    }
    bool ends = op == IR_BR || op == IR_BR_PAY || op == IR_BR_TABLE_s || op == IR_BR_TABLE_a ||
                op == IR_TRAP_UNREACHABLE ||
                (op >= IR_RETURN_CALL_INDIRECT_s && op <= IR_RETURN_F64_a) ||
                op == IR_RETURN_V128_s || op == IR_RETURN_V128_a;
    return ends ? OK : bad(v, v->start, "the function runs on");
}

static enum status verify_function(struct verifier *v)
{
    const functype *type = v->m->funcs[v->func].type;
    const struct code_range *range = &v->code->ranges[v->func - v->code->nimported];
    v->start = range->start;
    v->end = range->end;
    TRY(mark_ops(v));
    const uint8_t *enter = v->code->base + v->start;
    uint64_t op = ir_u64(enter, 0);
    v->lowest = -8 * (int64_t)frame_values(type);
    v->frame = ir_u32(enter, 8);
    if ((op != IR_ENTER && op != IR_ENTER_FUEL) || v->frame < 8 * FRAME_HEADER_SLOTS)
        return bad(v, v->start, "the function does not enter its frame");
    for (uint32_t at = v->start; at < v->end; at += ir_len(v->code->base + at))
        TRY(verify_op(v, at));
    return OK;
}

enum status image_verify_ranges(const struct code *code, struct errinfo *err)
{
    struct verifier v = {.code = code, .err = err};
    uint32_t end = CODE_HEADER, positions = 0;
    for (v.func = code->nimported; v.func < code->nfuncs; v.func++) {
        const struct code_range *range = &code->ranges[v.func - code->nimported];
        if (range->start != end || range->end <= range->start || range->end > code->len ||
            range->start % 8 != 0 || range->end % 8 != 0 || range->positions != positions ||
            range->positions_end > code->positions.len || range->positions > range->positions_end)
            return bad(&v, range->start, "the function's range is out of bounds");
        end = range->end;
        positions = range->positions_end;
    }
    return OK;
}

static struct verifier verifier_for(const struct code *code, const struct module *m,
                                    bool guard_pages, struct errinfo *err)
{
    return (struct verifier){
        .code = code,
        .m = m,
        .err = err,
        .guarded = guard_pages && m->nmemories > 0 && m->memories[0].page_log2 == 16,
    };
}

enum status image_verify_func(const struct code *code, const struct module *m, bool guard_pages,
                              uint32_t func, struct errinfo *err)
{
    struct verifier v = verifier_for(code, m, guard_pages, err);
    v.func = func;
    enum status status = verify_function(&v);
    vec_fini(&v.starts);
    return status;
}

enum status image_verify(const struct code *code, const struct module *m, bool guard_pages,
                         struct errinfo *err)
{
    struct verifier v = verifier_for(code, m, guard_pages, err);
    enum status status = OK;
    if (ir_u64(code->base, CODE_EXIT) != IR_EXIT ||
        ir_u64(code->base, CODE_TAIL_RETURN) != IR_TAIL_RETURN ||
        ir_u64(code->base, CODE_TAIL_RETURN - 8) != 0 ||
        ir_u64(code->base, CODE_CROSS_RETURN) != IR_CROSS_RETURN || ir_u64(code->base, 0) != 0 ||
        ir_u64(code->base, CODE_CROSS_RETURN - 8) != 0)
        return bad(&v, 0, "the code has no header");
    TRY(image_verify_ranges(code, err));
    for (v.func = code->nimported; v.func < code->nfuncs && status == OK; v.func++)
        status = verify_function(&v);
    vec_fini(&v.starts);
    return status;
}
