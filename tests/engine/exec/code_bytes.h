/*
 * code_bytes.h - writes a function body byte by byte. A body that does not fit ends the test.
 */
#ifndef TESTS_ENGINE_EXEC_CODE_BYTES_H
#define TESTS_ENGINE_EXEC_CODE_BYTES_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

struct code_bytes {
    uint8_t bytes[512];
    size_t len;
};

static inline void code_put(struct code_bytes *c, unsigned byte)
{
    ck_assert_uint_lt(c->len, sizeof c->bytes);
    c->bytes[c->len++] = (uint8_t)byte;
}

static inline void code_u(struct code_bytes *c, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        code_put(c, (v & 0x7f) | 0x80);
    code_put(c, (unsigned)v);
}

static inline void code_s(struct code_bytes *c, int64_t v)
{
    for (; v < -64 || v > 63; v >>= 7)
        code_put(c, (unsigned)(v & 0x7f) | 0x80);
    code_put(c, (unsigned)v & 0x7f);
}

/* An opcode, 0xfc00 + code behind that prefix. */
static inline void code_op(struct code_bytes *c, uint32_t op)
{
    if (op > 0xff)
        code_put(c, 0xfc);
    code_put(c, op & 0xff);
}

/* An opcode with an index. */
static inline void code_op_u(struct code_bytes *c, uint32_t op, uint64_t index)
{
    code_op(c, op);
    code_u(c, index);
}

static inline void code_const(struct code_bytes *c, char type, uint64_t bits)
{
    switch (type) {
    case 'i':
        code_put(c, 0x41);
        code_s(c, (int32_t)(uint32_t)bits);
        return;
    case 'I':
        code_put(c, 0x42);
        code_s(c, (int64_t)bits);
        return;
    default:
        code_put(c, type == 'f' ? 0x43 : 0x44);
        for (int i = 0; i < (type == 'f' ? 4 : 8); i++)
            code_put(c, (unsigned)(bits >> (8 * i) & 0xff));
    }
}

/* A local's value as a temporary, which will be in an accumulator: with 0 added, or negated twice. */
static inline void code_temporary(struct code_bytes *c, char type, uint32_t local)
{
    code_op_u(c, 0x20, local);
    if (type == 'i' || type == 'I') {
        code_const(c, type, 0);
        code_put(c, type == 'i' ? 0x6a : 0x7c);
    } else {
        code_put(c, type == 'f' ? 0x8c : 0x9a);
        code_put(c, type == 'f' ? 0x8c : 0x9a);
    }
}

#endif
