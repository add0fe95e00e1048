/*
 * The internal code as text, for people: a line an op, from the formats of isa/ir.h. Slots are
 * named by what the frame keeps there: p for parameters and results, s for locals and temporaries.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/isa/ir.h"
#include "engine/runtime/error.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/module_object.h"

struct line {
    char text[256];
    size_t len;
};

static void add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(l->text + l->len, sizeof l->text - l->len, format, args);
    va_end(args);
    if (n > 0)
        l->len += (size_t)n < sizeof l->text - l->len ? (size_t)n : sizeof l->text - l->len - 1;
}

static void add_slot(struct line *l, char letter, int32_t slot, uint32_t values)
{
    if (slot < 0)
        add(l, " %c=p%d", letter, (slot + 8 * (int32_t)values) / 8);
    else
        add(l, " %c=s%d", letter, slot / 8 - FRAME_HEADER_SLOTS);
}

/* A part of a vector in slots: the slot, and the byte in it. */
static void add_part(struct line *l, int32_t at, uint32_t values)
{
    add_slot(l, 'E', at - (at & 7), values);
    if (at & 7)
        add(l, "+%d", at & 7);
}

static void add_bytes(struct line *l, char letter, const uint8_t *bytes)
{
    add(l, " %c=", letter);
    for (unsigned i = 0; i < 16; i++)
        add(l, "%02x", bytes[i]);
}

static void add_labels(struct line *l, const uint8_t *p, uint32_t at)
{
    uint32_t n = ir_u32(p, 12);
    add(l, " t=[");
    for (uint32_t i = 0; i <= n && i < 16; i++)
        add(l, "%s%d", i ? " " : "", (int32_t)(at + 16 + 4 * i) + ir_s32(p, 16 + 4 * i));
    add(l, "%s]", n >= 16 ? " ..." : "");
}

/* Where an operand's letter has it, by isa/ir.h. */
static unsigned place(char letter)
{
    static const char letters[] = "gXeIYHOUsuPdxpqkNFfaybzoirlntZGCcmMSwvRABKEJVWLj";
    static const uint8_t places[] = {16, 24, 24, 24, 28, 28, 14, 16, 16, 18, 8,  8,
                                     8,  16, 18, 20, 8,  8,  8,  10, 10, 12, 12, 12,
                                     12, 12, 12, 12, 12, 12, 12, 12, 14, 14, 16, 16,
                                     16, 16, 8,  10, 12, 14, 10, 16, 16, 32, 24, 14};
    const char *found = strchr(letters, letter);
    return found ? places[found - letters] : 8;
}

static void add_operand(struct line *l, const uint8_t *p, uint32_t at, char letter, uint32_t values)
{
    unsigned where = place(letter);
    switch (letter) {
    case 'd':
    case 'x':
    case 'a':
    case 'y':
    case 'b':
    case 'z':
    case 'c':
    case 'R':
    case 'A':
    case 'B':
    case 'K':
    case 'J':
    case 'Y':
    case 'e':
        add_slot(l, letter, ir_s16(p, where), values);
        break;
    case 'E':
        add_part(l, ir_s16(p, where), values);
        break;
    case 'V':
    case 'W':
    case 'L':
        add_bytes(l, letter, p + where);
        break;
    case 'h':
        add(l, " h=%d", ir_s16(p, 10));
        break;
    case 'H':
    case 'j':
        add(l, " %c=%d", letter, ir_s16(p, where));
        break;
    case 'm':
        add(l, " m=%u", ir_u16(p, where));
        break;
    case 'i':
    case 'I':
        add(l, " %c=%" PRId32, letter, ir_s32(p, where));
        break;
    case 'w':
    case 'X':
        add(l, " %c=0x%" PRIx64, letter, ir_u64(p, where));
        break;
    case 'p':
    case 'q':
    case 's':
    case 'u':
    case 'O':
        add(l, " %c=%u", letter, ir_u16(p, where));
        break;
    case 'l':
    case 'k':
        add(l, " %c=%" PRId64, letter, (int64_t)at + where + ir_s32(p, where));
        break;
    case 't':
        add_labels(l, p, at);
        break;
    default:
        add(l, " %c=%" PRIu32, letter, ir_u32(p, where));
    }
}

static void add_op(struct line *l, enum ir_op op, const uint8_t *p, uint32_t at, uint32_t values)
{
    const struct ir_info *info = &ir_info[op];
    add(l, "%6u  %-24s", at, info->name);
    if (ir_is_call_indirect(op)) {
        if (*info->format == 'x')
            add_slot(l, 'x', ir_s16(p, 8), values);
        add(l, " T=%u y=%u D=%u", ir_u16(p, 10), ir_u32(p, 12), ir_u32(p, 20));
        return;
    }
    for (const char *letter = info->format; *letter; letter++) {
        if (*letter == 'D')
            add(l, " D=%u", ir_u32(p, 12));
        else
            add_operand(l, p, at, *letter, values);
    }
}

cupel_error_t *cupel_module_dump(const cupel_module_t *module, uint32_t func_index,
                                 void (*write)(void *env, const char *line), void *env)
{
    const struct code *code = &module->code;
    struct errinfo e;
    errinfo_init(&e);
    if (func_index < code->nimported || func_index >= code->nfuncs) {
        (void)errinfo_set(&e, ERR_NOT_FOUND, NO_OFFSET, "function %u %s", func_index,
                          func_index < code->nfuncs ? "is imported: it has no code"
                                                    : "does not exist");
        return error_from(&e);
    }
    if (module_translate_func(module, func_index, &e) != OK)
        return error_from(&e);
    const struct code_range *range = &code->ranges[func_index - code->nimported];
    uint32_t values = frame_values(module->m.funcs[func_index].type);
    module_begin_reading(module);
    for (uint32_t at = range->start; at < range->end;) {
        const uint8_t *p = code->base + at;
        struct line l = {.len = 0};
        enum ir_op op = (enum ir_op)interp_op_of((const void *)(uintptr_t)ir_u64(p, 0));
        add_op(&l, op, p, at - range->start, values);
        /* Labels are shown relative to the function, as the offsets are. */
        write(env, l.text);
        at += ir_len_of(op, p);
    }
    module_end_reading(module);
    return NULL;
}
