/*
 * One pass over each body: decode an instruction, validate it, lower it. The validator sees
 * everything; lowering skips what cannot be reached.
 *
 * Fuel: every instruction costs 1 but those of free_of_charge (translator.h); the cost of a straight-line
 * block is charged by one op at its start, whose operand is filled in when the block ends. Blocks
 * end at branches and where a label is bound. A branch to a block pays for it itself and goes behind that op, so that it is
 * executed only where a block is entered from above.
 */
#include "engine/translate/translator.h"

/* ---- Frames ---- */

/* Parameters lie below the frame pointer, locals above the header, what is too many far up. */
static enum status place_locals(struct translator *t)
{
    int32_t near = 8 * FRAME_HEADER_SLOTS, far = FAR_BASE,
            below = -8 * (int32_t)frame_values(t->type);
    int32_t near_end = near + 8 * (int32_t)NEAR_LOCAL_SLOTS;
    size_t n = t->v.locals.len;
    if (!vec_reserve(&t->locals, n + 1))
        return errinfo_nomem(t->err);
    t->locals.data[NO_LOCAL] = (struct local){.read = {.slot = NO_SLOT}};
    for (size_t i = 0; i < n; i++) {
        valtype type = t->v.locals.data[i];
        int32_t bytes = 8 * (int32_t)valtype_slots(type);
        int32_t *next = i < t->type->nparams ? &below : near + bytes <= near_end ? &near : &far;
        t->locals.data[i + 1] = (struct local){
            .read = {.kind = ENTRY_LOCAL,
                     .class = (uint8_t)class_of(type),
                     .type = type,
                     .slot = *next,
                     .local = (uint32_t)i + 1},
            .slots = valtype_slots(type),
        };
        *next += bytes;
    }
    t->temp_base = near;
    t->far_bytes = (uint32_t)(far - FAR_BASE);
    t->frame_bytes = (uint32_t)near + 8 * FRAME_HEADER_SLOTS;
    if (t->far_bytes > 0)
        t->frame_bytes = (uint32_t)far;
    return OK;
}

static void zero_span(struct translator *t, uint32_t at, uint32_t slots)
{
    uint8_t *p = emit_op(t, IR_ZERO_SPAN);
    ir_put32(p, 8, slots);
    ir_put32(p, 12, at);
}

static void zero_locals(struct translator *t)
{
    int32_t at = 8 * FRAME_HEADER_SLOTS;
    uint32_t slots = (uint32_t)(t->temp_base - at) / 8;
    if (slots > 16) {
        zero_span(t, (uint32_t)at, slots);
        slots = 0;
    }
    for (uint32_t n; slots > 0; slots -= n, at += 8 * (int32_t)n) {
        n = slots >= 4 ? 4 : slots >= 2 ? 2 : 1;
        ir_put16(emit_op(t, n == 4 ? IR_ZERO4 : n == 2 ? IR_ZERO2 : IR_ZERO1), 8, at);
    }
    if (t->far_bytes > 0)
        zero_span(t, FAR_BASE, t->far_bytes / 8);
}

/* ---- Instructions ---- */

static void lower_parametric(struct translator *t, const struct instr *in)
{
    if (in->op == OP_DROP)
        pop_entry(t);
    else
        lower_select(t);
}

static enum status lower_control(struct translator *t, const struct instr *in)
{
    switch (in->op) {
    case OP_UNREACHABLE:
        emit_op(t, IR_TRAP_UNREACHABLE);
        finish_block(t);
        break;
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        return lower_block(t, in);
    case OP_BR:
        lower_br(t, in->of.index);
        break;
    case OP_BR_IF:
        lower_br_if(t, in->of.index);
        break;
    case OP_BR_TABLE:
        lower_br_table(t, in);
        break;
    case OP_RETURN:
        lower_return(t);
        finish_block(t);
        break;
    case OP_CALL:
        lower_call(t, in->of.index);
        break;
    case OP_CALL_INDIRECT:
        lower_call_indirect(t, in);
        break;
    case OP_RETURN_CALL:
        lower_return_call(t, in->of.index);
        finish_block(t);
        break;
    case OP_RETURN_CALL_INDIRECT:
        lower_return_call_indirect(t, in);
        finish_block(t);
        break;
    default: /* nop; else and end are not for here */
        break;
    }
    return OK;
}

static enum status lower(struct translator *t, const struct instr *in)
{
    const struct wasm_op_info *info = &wasm_op_info[in->op];
    if (!free_of_charge(in->op))
        t->cost++;
    switch ((enum family)info->family) {
    case FAMILY_CONTROL:
        return lower_control(t, in);
    case FAMILY_PARAMETRIC:
        lower_parametric(t, in);
        break;
    case FAMILY_VARIABLE:
        lower_variable(t, in);
        break;
    case FAMILY_CONST:
        push_const(t,
                   in->op == OP_I32_CONST   ? VT_I32
                   : in->op == OP_I64_CONST ? VT_I64
                   : in->op == OP_F32_CONST ? VT_F32
                                            : VT_F64,
                   in->of.bits);
        break;
    case FAMILY_UNARY:
        lower_unary(t, in);
        break;
    case FAMILY_BINARY:
    case FAMILY_COMPARE:
        lower_binary(t, in);
        break;
    case FAMILY_LOAD:
        lower_load(t, in);
        break;
    case FAMILY_STORE:
        lower_store(t, in);
        break;
    case FAMILY_MEMORY:
        lower_memory(t, in);
        break;
    case FAMILY_TABLE:
        lower_table(t, in);
        break;
    case FAMILY_REF:
        lower_ref(t, in);
        break;
    case FAMILY_WIDE:
        lower_wide(t, in);
        break;
    case FAMILY_SIMD:
        lower_simd(t, in);
        break;
    }
    return OK;
}

static bool is_dead(const struct translator *t)
{
    return vec_last(&t->labels)->dead || vec_last(&t->v.ctrls)->unreachable;
}

static enum status step_end(struct translator *t, const struct instr *in, bool dead)
{
    struct blocktype type = vec_last(&t->v.ctrls)->type;
    TRY(validator_step(&t->v, in));
    t->offset = in->offset;
    lower_end(t, &type, !dead);
    return t->status;
}

/* Validates and lowers one instruction. */
static enum status step(struct translator *t, const struct instr *in)
{
    bool dead = is_dead(t);
    if (in->op == OP_END)
        return step_end(t, in, dead);
    TRY(validator_step(&t->v, in));
    t->offset = in->offset;
    if (in->op == OP_ELSE) {
        lower_else(t, !dead);
    } else if (!dead) {
        TRY(lower(t, in));
    } else if (in->op == OP_BLOCK || in->op == OP_LOOP || in->op == OP_IF) {
        struct label l = {.op = (uint8_t)in->op, .dead = true};
        if (!vec_push(&t->labels, l))
            return errinfo_nomem(t->err);
    }
    return t->status;
}

static void begin(struct translator *t, uint32_t func)
{
    t->func = func;
    t->type = t->m->funcs[func].type;
    t->base = t->code->base;
    t->at = (uint32_t)t->code->len;
    t->room = t->code->mapped;
    t->stack.len = 0;
    t->labels.len = 0;
    t->settled = 0;
    t->height = t->max_height = 0;
    t->cost = 0;
    t->charge = t->how->fuel ? 0 : NO_CHARGE;
    t->branches.len = 0;
    t->vectors.len = 0;
    t->shift = 0;
    t->enter = here(t);
    t->position_code = 0;
    t->position_wasm = 0;
    t->offset = t->body = t->m->funcs[func].body_offset;
    forget_all(t);
}

static enum status enter_function(struct translator *t)
{
    struct label outermost = {.op = OP_BLOCK, .base = t->temp_base};
    emit_op(t, t->how->fuel ? IR_ENTER_FUEL : IR_ENTER);
    t->charge = t->how->fuel ? t->enter : NO_CHARGE;
    zero_locals(t);
    return vec_push(&t->labels, outermost) ? OK : errinfo_nomem(t->err);
}

/* A call's frame header may follow right behind the highest operand. */
static uint32_t frame_bytes(const struct translator *t)
{
    uint32_t end = (uint32_t)t->temp_base + 8 * (t->max_height + FRAME_HEADER_SLOTS);
    return end > t->frame_bytes ? end : t->frame_bytes;
}

static enum status translate_function(struct translator *t, uint32_t func)
{
    struct code *c = t->code;
    struct code_range *range = &c->ranges[func - c->nimported];
    struct reader r;
    struct instr in;
    if (!vec_reserve(&t->stack, TEMP_SLOTS))
        return errinfo_nomem(t->err);
    begin(t, func);
    range->start = here(t);
    range->positions = (uint32_t)c->positions.len;
    range->body = t->m->funcs[func].body_offset;
    func_body_reader(t->m, func, &r, t->err);
    TRY(validator_begin(&t->v, t->m, t->config, func, &r));
    TRY(place_locals(t));
    TRY(enter_function(t));
    while (!validator_done(&t->v)) {
        if (!is_dead(t))
            translate_common(t, &r);
        TRY(t->status);
        TRY(instr_decode(&r, t->m, t->config, &in));
        TRY(step(t, &in));
    }
    if (r.p != r.end)
        return reader_fail(&r, ERR_MALFORMED, "junk after the end of the function");
    TRY(t->status);
    ir_put32(code_at(t, t->enter), 8, frame_bytes(t));
    fold_charges(t);
    c->len = range->end = here(t);
    range->positions_end = (uint32_t)c->positions.len;
    return OK;
}

/* ---- Modules ---- */

/* The header: what return addresses may name, each behind a word that says "no distance". */
static enum status emit_header(struct translator *t)
{
    t->base = t->code->base;
    t->room = t->code->mapped;
    uint8_t *p = emit_extra(t, CODE_HEADER);
    if (!p)
        return t->status;
    ir_put64(p, CODE_EXIT, IR_EXIT);
    ir_put64(p, CODE_CROSS_RETURN, IR_CROSS_RETURN);
    ir_put64(p, CODE_TAIL_RETURN, IR_TAIL_RETURN);
    t->code->len = t->at;
    return OK;
}

/* A byte of a body becomes 2.5 to 4 bytes in modules that compilers make. */
static enum status reserve_at_once(struct translator *t)
{
    uint64_t limit = limit_code_bytes(t->config), n = (uint64_t)t->m->code_len * 4 + 4096;
    t->code->spare = t->how->spare;
    return code_reserve_first(t->code, (size_t)(n < limit ? n : limit), limit, t->err);
}

/* Each function is linked while the processor still has it in its cache. */
static enum status translate_all(struct translator *t, const void *const *handlers)
{
    struct code *c = t->code;
    TRY(reserve_at_once(t));
    TRY(emit_header(t));
    for (uint32_t f = c->nimported; f < c->nfuncs; f++) {
        TRY(translate_function(t, f));
        code_link_func(c, t->m, handlers, f);
    }
    code_link_header(c, handlers);
    c->linked = true;
    /* What was reserved too much goes back. */
    uint8_t *base = c->mapped - c->len > c->len / 4 ? mem_realloc(c->base, c->len) : NULL;
    if (base) {
        c->base = base;
        c->mapped = c->len;
    }
    return OK;
}

static struct translator *translator_new(struct code *code, const struct module *m,
                                         const struct decode_config *config,
                                         const struct translate_config *how, struct errinfo *err)
{
    struct translator *t = mem_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->m = m;
    t->config = config;
    t->how = how;
    t->code = code;
    t->err = err;
    const struct memtype *memory = m->nmemories > 0 ? &m->memories[0] : NULL;
    t->memory_is_common = memory && !memory->limits.is_64;
    if (how->guard_pages && memory && memory->page_log2 == 16)
        t->unchecked_offsets = GUARDED_OFFSETS;
    return t;
}

static void translator_delete(struct translator *t)
{
    validator_fini(&t->v);
    vec_fini(&t->stack);
    vec_fini(&t->labels);
    vec_fini(&t->branches);
    vec_fini(&t->vectors);
    vec_fini(&t->locals);
    mem_free(t);
}

enum status code_translate(struct code *code, const struct module *m,
                           const struct decode_config *config, const struct translate_config *how,
                           const void *const *handlers, uint64_t *features_used,
                           struct errinfo *err)
{
    struct translator *t = translator_new(code, m, config, how, err);
    memset(code, 0, sizeof *code);
    if (!t)
        return errinfo_nomem(err);
    enum status status = code_init(code, m, err);
    if (status == OK)
        status = translate_all(t, handlers);
    if (status == OK)
        status = code_index(code, m, err);
    *features_used = t->v.features_used;
    translator_delete(t);
    if (status != OK)
        code_fini(code);
    return status;
}

enum status code_translate_func(struct code *code, const struct module *m,
                                const struct decode_config *config,
                                const struct translate_config *how, const void *const *handlers,
                                uint32_t func, uint64_t *features_used, struct errinfo *err)
{
    struct code_range *range = &code->ranges[func - code->nimported];
    struct code_range before = *range;
    size_t len = code->len, positions = code->positions.len;
    struct translator *t = translator_new(code, m, config, how, err);
    if (!t)
        return errinfo_nomem(err);
    enum status status = translate_function(t, func);
    if (status == OK) {
        *features_used |= t->v.features_used;
        code->order[code->ntranslated++] = func - code->nimported;
        code_link_func(code, m, handlers, func);
        code_publish(code, func);
    } else {
        *range = before;
        code->len = len;
        code->positions.len = positions;
    }
    translator_delete(t);
    return status;
}
