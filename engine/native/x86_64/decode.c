/*
 * Enough of the instruction set to find the parts of an instruction: legacy prefixes, REX, the one-byte map, 0F, 0F38 and 0F3A; no VEX, which the stencils are not
 * compiled to. What is not known is refused, and the op has no stencil.
 */
#include "engine/native/x86_64/decode.h"

#include <string.h>

struct cursor {
    const uint8_t *code;
    uint32_t len, at;
    bool operand16;
};

static bool take(struct cursor *c, uint8_t *out)
{
    if (c->at >= c->len)
        return false;
    *out = c->code[c->at++];
    return true;
}

/* Immediate bytes of an opcode of the one-byte map, -1 if it is not known; *modrm if it has one. */
static int one_byte(uint8_t op, bool wide, bool operand16, bool *modrm)
{
    int z = operand16 ? 2 : 4;
    *modrm = false;
    if (op < 0x40) { /* arithmetic */
        *modrm = (op & 7) < 4;
        return (op & 7) < 4 ? 0 : (op & 7) == 4 ? 1 : (op & 7) == 5 ? z : -1;
    }
    if ((op >= 0x70 && op <= 0x7f) || op == 0xeb || op == 0xa8 || (op >= 0xb0 && op <= 0xb7))
        return 1;
    if (op >= 0xb8 && op <= 0xbf)
        return wide ? 8 : z;
    if ((op >= 0x90 && op <= 0x99) || op == 0xc3 || (op >= 0x50 && op <= 0x5f))
        return 0;
    if (op == 0xa9)
        return z;
    if (op == 0xe8 || op == 0xe9)
        return 4;
    *modrm = true;
    switch (op) {
    case 0x63:
    case 0x84:
    case 0x85:
    case 0x86:
    case 0x87:
    case 0x88:
    case 0x89:
    case 0x8a:
    case 0x8b:
    case 0x8d:
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
    case 0xfe:
    case 0xff:
        return 0;
    case 0x6b:
    case 0x80:
    case 0x83:
    case 0xc0:
    case 0xc1:
    case 0xc6:
        return 1;
    case 0x69:
    case 0x81:
    case 0xc7:
        return z;
    default:
        return -1; /* F6 and F7 are looked at apart */
    }
}

static int two_byte(uint8_t op, bool *modrm)
{
    *modrm = true;
    if (op >= 0x80 && op <= 0x8f) {
        *modrm = false;
        return 4;
    }
    if (op == 0x0b) {
        *modrm = false;
        return 0;
    }
    if ((op >= 0x70 && op <= 0x73) || op == 0xa4 || op == 0xac || op == 0xba || op == 0xc2 ||
        op == 0xc4 || op == 0xc5 || op == 0xc6)
        return 1;
    if ((op >= 0x10 && op <= 0x17) || op == 0x1f || (op >= 0x28 && op <= 0x2f) ||
        (op >= 0x40 && op <= 0x6f) || (op >= 0x74 && op <= 0x76) || (op >= 0x7c && op <= 0x7f) ||
        (op >= 0x90 && op <= 0x9f) || op == 0xa3 || op == 0xa5 || op == 0xab || op == 0xad ||
        op == 0xaf || op == 0xb3 || (op >= 0xb6 && op <= 0xb8) || (op >= 0xbb && op <= 0xbf) ||
        (op >= 0xd0 && op <= 0xfe))
        return 0;
    return -1;
}

static bool take_modrm(struct cursor *c, struct insn *out)
{
    uint8_t modrm, sib = 0;
    out->modrm_at = c->at;
    if (!take(c, &modrm))
        return false;
    unsigned mod = modrm >> 6, rm = modrm & 7;
    if (mod != 3 && rm == 4 && !take(c, &sib))
        return false;
    unsigned n = mod == 1 ? 1 : mod == 2 || (mod == 0 && rm == 5) ? 4 : 0;
    if (mod == 0 && rm == 4 && (sib & 7) == 5)
        n = 4;
    out->disp_len = (uint8_t)n;
    out->disp_at = n ? c->at : 0;
    c->at += n;
    return c->at <= c->len;
}

static enum insn_flow flow_of(const struct insn *i, uint8_t modrm)
{
    if (i->opcode == 0xe9 || i->opcode == 0xeb)
        return FLOW_JUMP;
    if ((i->opcode >= 0x70 && i->opcode <= 0x7f) || (i->opcode >= 0x0f80 && i->opcode <= 0x0f8f))
        return FLOW_JCC;
    if (i->opcode == 0xe8)
        return FLOW_CALL;
    if (i->opcode == 0xc3)
        return FLOW_RETURN;
    if (i->opcode == 0xff)
        return (modrm >> 3 & 7) == 4   ? FLOW_JUMP_INDIRECT
               : (modrm >> 3 & 7) == 2 ? FLOW_CALL
                                       : FLOW_ON;
    return FLOW_ON;
}

static bool take_opcode(struct cursor *c, struct insn *out, bool *modrm, int *imm)
{
    uint8_t op;
    out->opcode_at = c->at;
    if (!take(c, &op))
        return false;
    out->opcode = op;
    if (op != 0x0f) {
        *imm = one_byte(op, out->wide, c->operand16, modrm);
        if (op == 0xf6 || op == 0xf7) { /* test has an immediate, the others none */
            bool test = c->at < c->len && (c->code[c->at] >> 3 & 7) < 2;
            *modrm = true;
            *imm = !test ? 0 : op == 0xf6 ? 1 : c->operand16 ? 2 : 4;
        }
        return true;
    }
    if (!take(c, &op))
        return false;
    if (op == 0x38 || op == 0x3a) {
        out->opcode = (uint16_t)(op << 8);
        *imm = op == 0x3a;
        *modrm = true;
        if (!take(c, &op))
            return false;
        out->opcode |= op;
        return true;
    }
    out->opcode = (uint16_t)(0x0f00 | op);
    *imm = two_byte(op, modrm);
    return true;
}

bool insn_decode(const uint8_t *code, uint32_t len, uint32_t at, struct insn *out)
{
    struct cursor c = {code, len, at, false};
    bool modrm = false;
    int imm = -1;
    memset(out, 0, sizeof *out);
    out->at = at;
    while (c.at < len && (code[c.at] == 0x66 || code[c.at] == 0xf2 || code[c.at] == 0xf3))
        c.operand16 |= code[c.at++] == 0x66;
    if (c.at < len && (code[c.at] & 0xf0) == 0x40) {
        out->rex = true;
        out->rex_bits = code[c.at++] & 15;
        out->wide = out->rex_bits & 8;
    }
    if (!take_opcode(&c, out, &modrm, &imm) || imm < 0)
        return false;
    if (modrm && !take_modrm(&c, out))
        return false;
    out->imm_len = (uint8_t)imm;
    out->imm_at = imm ? c.at : 0;
    c.at += (uint32_t)imm;
    out->len = c.at - at;
    out->flow = flow_of(out, modrm ? code[out->modrm_at] : 0);
    return c.at <= len;
}
