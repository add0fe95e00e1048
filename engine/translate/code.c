/*
 * The code object: linking, and finding places in it again.
 *
 * Linking overwrites each op's number by its handler, in place, so that dispatch is one jump;
 * everything else in an op is position-independent already.
 */
#include "engine/isa/ir.h"
#include "engine/translate/code.h"

enum status code_init(struct code *code, const struct module *m, struct errinfo *err)
{
    memset(code, 0, sizeof *code);
    code->nfuncs = m->nfuncs;
    code->nimported = m->nimported_funcs;
    code->funcs = mem_calloc((size_t)m->nfuncs + 1, sizeof *code->funcs);
    code->ranges = mem_calloc((size_t)(m->nfuncs - m->nimported_funcs) + 1, sizeof *code->ranges);
    if (!code->funcs || !code->ranges) {
        code_fini(code);
        return errinfo_nomem(err);
    }
    enum status status = layout_init(&code->layout, m, err);
    if (status != OK)
        code_fini(code);
    return status;
}

void code_fini(struct code *code)
{
    if (code->reserved)
        mem_unmap(code->base, code->reserved);
    else
        code_release(code);
    mem_free(code->order);
    mem_free(code->funcs);
    mem_free(code->ranges);
    vec_fini(&code->positions);
    memset(code, 0, sizeof *code);
}

enum status code_index(struct code *code, const struct module *m, struct errinfo *err)
{
    (void)err;
    for (uint32_t f = 0; f < code->nfuncs; f++) {
        struct code_func *entry = &code->funcs[f];
        entry->type_id = m->funcs[f].type->id;
        entry->values = frame_values(m->funcs[f].type);
        entry->entry =
            f < code->nimported ? NULL : code->base + code->ranges[f - code->nimported].start;
    }
    return OK;
}

static void link_op(uint8_t *p, const void *const *handlers)
{
    ir_put64(p, 0, (uint64_t)(uintptr_t)handlers[ir_u64(p, 0)]);
}

void code_link_func(struct code *code, const struct module *m, const void *const *handlers,
                    uint32_t func)
{
    const struct code_range *range = &code->ranges[func - code->nimported];
    const uint8_t *end = code->base + range->end;
    uint32_t len;
    for (uint8_t *p = code->base + range->start; p < end; p += len) {
        uint64_t op = ir_u64(p, 0);
        struct ir_size size = ir_size[op];
        len = size.len;
        if (size.flags & (IR_BRANCH | IR_CALLS)) {
            len = ir_len_of((enum ir_op)op, p);
            if (ir_is_call_indirect(op))
                ir_put32(p, 16, m->types[ir_u32(p, 12)]->id);
        }
        ir_put64(p, 0, (uint64_t)(uintptr_t)handlers[op]);
    }
}

void code_link_header(struct code *code, const void *const *handlers)
{
    link_op(code->base + CODE_EXIT, handlers);
    link_op(code->base + CODE_CROSS_RETURN, handlers);
    link_op(code->base + CODE_TAIL_RETURN, handlers);
}

void code_link(struct code *code, const struct module *m, const void *const *handlers)
{
    code_link_header(code, handlers);
    for (uint32_t f = code->nimported; f < code->nfuncs; f++)
        code_link_func(code, m, handlers, f);
    code->linked = true;
}

void code_publish(struct code *code, uint32_t func)
{
    const uint8_t *entry = code->base + code->ranges[func - code->nimported].start;
    __atomic_store_n(&code->funcs[func].entry, entry, __ATOMIC_RELEASE);
}

/* The `i`-th function in the order of their places, less nimported. */
static uint32_t nth_func(const struct code *code, uint32_t i)
{
    return code->order ? code->order[i] : i;
}

uint32_t code_func_at(const struct code *code, uint32_t offset)
{
    uint32_t count = code->order ? code->ntranslated : code->nfuncs - code->nimported;
    uint32_t low = 0, high = count;
    if (code_is_stub(code, offset))
        return code_stub_func(code, offset);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (offset >= code->ranges[nth_func(code, middle)].end)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || offset < code->ranges[nth_func(code, low)].start)
        return NO_INDEX;
    return nth_func(code, low) + code->nimported;
}

/* False at the end of the table. */
static bool read_leb(const struct code *code, size_t *at, uint32_t *out)
{
    uint32_t v = 0;
    for (unsigned shift = 0; shift < 35 && *at < code->positions.len; shift += 7) {
        uint8_t byte = code->positions.data[(*at)++];
        v |= (uint32_t)(byte & 0x7f) << (shift < 32 ? shift : 31);
        if (!(byte & 0x80)) {
            *out = v;
            return true;
        }
    }
    return false;
}

uint64_t code_body(const struct code *code, uint32_t func)
{
    return code->ranges[func - code->nimported].body;
}

uint64_t code_position(const struct code *code, uint32_t func, uint32_t offset)
{
    if (func < code->nimported || func >= code->nfuncs)
        return NO_OFFSET;
    if (code_is_stub(code, offset)) /* nothing of it has run */
        return code->ranges[func - code->nimported].body;
    const struct code_range *range = &code->ranges[func - code->nimported];
    size_t at = range->positions, end = range->positions_end;
    uint32_t code_at = range->start, wasm = 0, delta, zigzag;
    uint64_t found = NO_OFFSET;
    while (at < end && read_leb(code, &at, &delta) && read_leb(code, &at, &zigzag)) {
        code_at += delta;
        wasm += zigzag >> 1 ^ -(zigzag & 1);
        if (code_at > offset)
            break;
        found = (uint64_t)range->body + wasm;
    }
    return found;
}
