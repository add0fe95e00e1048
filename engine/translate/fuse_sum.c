/*
 * Sums as addresses: an addition whose result is only an address goes into the access. It is the last
 * op where nothing came between; a store's address is often made before its value is loaded, then it
 * is the one before that load.
 */
#include "engine/translate/translator.h"

bool take_sum(struct translator *t, const struct entry *address, uint64_t offset, uint8_t sum[16])
{
    const uint8_t *p = producer_of(t, address);
    if (!p)
        return false;
    uint64_t op = ir_u64(p, 0);
    if (op != IR_I32_ADD_ss_s && op != IR_I32_ADD_sa_s && op != IR_I32_ADD_si_s &&
        op != IR_I32_ADD_ai_s)
        return false;
    if (op == IR_I32_ADD_ss_s && offset > UINT16_MAX)
        return false;
    memcpy(sum, p, 16);
    unemit_last(t);
    return true;
}

/* A load whose address does not come from the accumulator; `b`: it has a second slot. */
static bool is_load_from_slots(uint64_t op, bool *b)
{
    switch (op) {
#define LOAD(name, t, ctype)                                                                       \
    case IR_##name##_SUM_ss_a:                                                                     \
    case IR_##name##_SUM_ss_s:                                                                     \
    case IR_##name##_CHK_SUM_ss_a:                                                                 \
    case IR_##name##_CHK_SUM_ss_s:                                                                 \
        *b = true;                                                                                 \
        return true;                                                                               \
    case IR_##name##_s_a:                                                                          \
    case IR_##name##_s_s:                                                                          \
    case IR_##name##_SUM_si_a:                                                                     \
    case IR_##name##_SUM_si_s:                                                                     \
    case IR_##name##_CHK_s_a:                                                                      \
    case IR_##name##_CHK_s_s:                                                                      \
    case IR_##name##_CHK_SUM_si_a:                                                                 \
    case IR_##name##_CHK_SUM_si_s:                                                                 \
        *b = false;                                                                                \
        return true;
#define STORE_INT(name, t, ctype)
#define STORE_FLOAT(name, t, ctype)
#include "engine/isa/only_accesses.def"
    default:
        return false;
    }
}

/* Whether the load `p` neither reads what the addition `sum` writes nor writes what it reads. */
static bool is_independent(const uint8_t *sum, const uint8_t *p)
{
    int32_t d = ir_s16(sum, 8), a = ir_s16(sum, 10), result = ir_s16(p, 8);
    bool two = ir_u64(sum, 0) == IR_I32_ADD_ss_s, second;
    return is_load_from_slots(ir_u64(p, 0), &second) && ir_s16(p, 10) != d &&
           !(second && ir_s16(p, 12) == d) && result != a && !(two && result == ir_s16(sum, 12));
}

bool take_earlier_sum(struct translator *t, const struct entry *address, const struct entry *value,
                      uint64_t offset, uint8_t sum[16])
{
    const struct mirror *m = &t->mirrors[value->class];
    if (t->how->unfused || t->status != OK || address->kind != ENTRY_TEMP ||
        value->kind != ENTRY_TEMP || t->last == 0 || t->previous == 0 || m->producer != t->last ||
        m->slot != value->slot)
        return false;
    const uint8_t *q = code_at(t, t->previous);
    bool two = ir_u64(q, 0) == IR_I32_ADD_ss_s;
    if ((!two && ir_u64(q, 0) != IR_I32_ADD_si_s) || ir_s16(q, 8) != address->slot ||
        (two && offset > UINT16_MAX) || !is_independent(q, code_at(t, t->last)))
        return false;
    memcpy(sum, q, 16);
    unemit_previous(t);
    return true;
}
