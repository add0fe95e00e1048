/*
 * The fast path of validation alone: what most instructions are (local access, constants,
 * arithmetic, loads and stores) is decoded and typed in one go, with cursor and stack in registers
 * and a single dispatch. It only ever says yes. Whatever is wrong, unreachable, too high or written
 * in an unusual way is left, untouched, to the general path, which knows the rules and the words for
 * breaking them.
 */
#include <string.h>

#include "engine/validate/operands.h"

enum class {
    CLASS_OTHER,
    CLASS_LOCAL_GET,
    CLASS_LOCAL_SET,
    CLASS_LOCAL_TEE,
    CLASS_GLOBAL_GET,
    CLASS_CONST_LEB, /* i32.const, i64.const */
    CLASS_PLAIN,     /* no immediates, one or two operands */
    CLASS_MEMORY     /* alignment and offset, one or two operands */
};

#define CLASS_OF(name, imm, sig, feature)                                                          \
    (FEATURE_##feature != FEATURE_MVP               ? CLASS_OTHER                                  \
     : OP_##name == OP_LOCAL_GET                    ? CLASS_LOCAL_GET                              \
     : OP_##name == OP_LOCAL_SET                    ? CLASS_LOCAL_SET                              \
     : OP_##name == OP_LOCAL_TEE                    ? CLASS_LOCAL_TEE                              \
     : OP_##name == OP_GLOBAL_GET                   ? CLASS_GLOBAL_GET                             \
     : IMM_##imm == IMM_I32 || IMM_##imm == IMM_I64 ? CLASS_CONST_LEB                              \
     : IMM_##imm == IMM_NONE && (sig) != SPECIAL    ? CLASS_PLAIN                                  \
     : IMM_##imm == IMM_MEMARG                      ? CLASS_MEMORY                                 \
                                                    : CLASS_OTHER)

static const uint8_t class_of[OP_COUNT + 1] = {
#define OP(prefix, code, name, mnemonic, imm, sig, feature, family, align)                         \
    [OP_##name] = CLASS_OF(name, imm, sig, feature),
#include "engine/isa/wasm_ops.def"
#undef OP
    [OP_COUNT] = CLASS_OTHER,
};

/* The longest instruction here: an opcode, an alignment, four bytes of an offset. */
#define LOOK_AHEAD 8

/* Bytes of the LEB128 number at `p` if there are at most four, so that any 32-bit number fits;
 * else 0. */
static inline unsigned short_leb(const uint8_t *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    uint32_t ends = ~word & UINT32_C(0x80808080);
    return ends ? (unsigned)__builtin_ctz(ends) / 8 + 1 : 0;
}

/* An index of one or two bytes; UINT32_MAX if it has more. */
static inline uint32_t short_index(const uint8_t *p, unsigned *len)
{
    if (LIKELY(p[0] < 0x80)) {
        *len = 1;
        return p[0];
    }
    *len = 2;
    return p[1] < 0x80 ? (p[0] & 0x7fu) | (uint32_t)p[1] << 7 : UINT32_MAX;
}

/* Replaces the topmost operands by the result; false if they are not what they must be. */
static inline bool apply(const struct plain *s, valtype *data, size_t *len, size_t floor)
{
    size_t count = s->count;
    if (UNLIKELY(*len - floor < count))
        return false;
    valtype *base = data + (*len - count);
    if (UNLIKELY(base[0] != s->operands[0] || base[count - 1] != s->operands[count - 1]))
        return false;
    base[0] = s->result;
    *len -= count - (s->result != VT_BOT);
    return true;
}

void step_common(struct validator *v, struct reader *body)
{
    const uint8_t *p = body->p;
    valtype *const data = v->operands.data;
    const valtype *const locals = v->locals.data;
    const size_t nlocals = v->locals.len, floor = v->floor, max = v->max_height;
    const bool has_memory = v->m->nmemories > 0;
    size_t len = v->operands.len;
    unsigned n;
    uint32_t x;

    while (body->end - p >= LOOK_AHEAD) {
        const uint16_t op = wasm_op_by_code[*p];
        switch (class_of[op]) {
        case CLASS_LOCAL_GET:
            x = short_index(p + 1, &n);
            if (UNLIKELY(x >= nlocals || len >= max))
                goto out;
            data[len++] = locals[x];
            p += 1 + n;
            continue;
        case CLASS_LOCAL_SET:
            x = short_index(p + 1, &n);
            if (UNLIKELY(x >= nlocals || len <= floor || data[len - 1] != locals[x]))
                goto out;
            len--;
            p += 1 + n;
            continue;
        case CLASS_LOCAL_TEE:
            x = short_index(p + 1, &n);
            if (UNLIKELY(x >= nlocals || len <= floor || data[len - 1] != locals[x]))
                goto out;
            p += 1 + n;
            continue;
        case CLASS_GLOBAL_GET:
            x = short_index(p + 1, &n);
            if (UNLIKELY(x >= v->m->nglobals || len >= max))
                goto out;
            data[len++] = v->m->globals[x].type.content;
            p += 1 + n;
            continue;
        case CLASS_CONST_LEB:
            n = short_leb(p + 1);
            if (UNLIKELY(n == 0 || len >= max))
                goto out;
            data[len++] = validate_plain[op].result;
            p += 1 + n;
            continue;
        case CLASS_PLAIN:
            if (UNLIKELY(!apply(&validate_plain[op], data, &len, floor)))
                goto out;
            p++;
            continue;
        case CLASS_MEMORY:
            n = short_leb(p + 2);
            if (UNLIKELY(n == 0 || !has_memory || p[1] > wasm_op_info[op].align ||
                         !apply(&validate_plain[op], data, &len, floor)))
                goto out;
            p += 2 + n;
            continue;
        default:
            goto out;
        }
    }
out:
    v->operands.len = len;
    body->p = p;
}
