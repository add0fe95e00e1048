/*
 * Lowering of structured control. A label's parameters and results have a fixed place, the slots
 * where they stand on the operand stack; a branch moves its values there. Label fields of forward
 * branches form a chain through themselves until the label is bound.
 */
#include "engine/translate/translator.h"

static struct label *label_at(const struct translator *t, uint32_t depth)
{
    return &t->labels.data[t->labels.len - 1 - depth];
}

const valtype *label_types(const struct translator *t, uint32_t depth, uint32_t *count)
{
    const struct ctrl *c = &t->v.ctrls.data[t->v.ctrls.len - 1 - depth];
    if (c->op == OP_LOOP) {
        *count = c->type.nparams;
        return c->type.params;
    }
    *count = c->type.nresults;
    return blocktype_results(&c->type);
}

/* Makes the label field at `field` point to `l`. */
static void refer(struct translator *t, uint32_t field, struct label *l)
{
    if (t->status != OK)
        return;
    if (l->op == OP_LOOP) {
        ir_put32(code_at(t, field), 0, l->start - field);
        return;
    }
    ir_put32(code_at(t, field), 0, l->pending);
    l->pending = field;
}

/* Binds one field, or a chain of them, to the next op. */
static void bind_field(struct translator *t, uint32_t field)
{
    if (t->status == OK)
        ir_put32(code_at(t, field), 0, here(t) - field);
}

static void bind_pending(struct translator *t, struct label *l)
{
    while (l->pending && t->status == OK) {
        uint32_t field = l->pending;
        l->pending = ir_u32(code_at(t, field), 0);
        bind_field(t, field);
    }
}

static void push_temps(struct translator *t, const valtype *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        push_temp(t, types[i]);
}

enum status lower_block(struct translator *t, const struct instr *in)
{
    struct label l = {.op = (uint8_t)in->op};
    struct entry cond = {0};
    if (in->op == OP_IF)
        cond = pop_entry(t);
    settle_locals(t);
    if (in->op != OP_BLOCK)
        settle_top(t, in->of.block.nparams);
    if (in->op == OP_IF)
        forget_producers_but_last(t, &cond); /* the other arm reads the parameters' slots */
    uint32_t n = in->of.block.nparams;
    l.entries = (uint32_t)t->stack.len - n;
    l.height = t->height;
    for (uint32_t i = 0; i < n; i++)
        l.height -= valtype_slots(in->of.block.params[i]);
    l.base = t->temp_base + 8 * (int32_t)l.height;
    if (in->op == OP_IF) {
        l.else_field = branch_if(t, &cond, false);
        forget_producers(t);
        finish_block(t);
    } else if (in->op == OP_LOOP) {
        finish_block(t);
        forget_all(t);
        l.start = here(t);
    }
    return vec_push(&t->labels, l) ? OK : errinfo_nomem(t->err);
}

/* Values that leave a block at its end lie where the label has its results. */
static void leave_block(struct translator *t, uint32_t nresults)
{
    settle_top(t, nresults);
}

/* Emits an unconditional branch to a label. */
static void jump(struct translator *t, struct label *l)
{
    if (l->op == OP_LOOP)
        branch_ahead(t, l->start);
    if (!branch_with_move(t))
        emit_branch(t, IR_BR);
    refer(t, t->last + 12, l);
}

void lower_else(struct translator *t, bool reachable)
{
    struct label *l = label_at(t, 0);
    const struct ctrl *c = vec_last(&t->v.ctrls);
    if (l->dead)
        return;
    if (reachable) {
        leave_block(t, c->type.nresults);
        jump(t, l);
    }
    finish_block(t);
    l->op = OP_ELSE;
    unwind_entries(t, l->entries, l->height);
    push_temps(t, c->type.params, c->type.nparams);
    bind_field(t, l->else_field);
    l->else_field = 0;
    forget_all(t);
}

void lower_end(struct translator *t, const struct blocktype *type, bool reachable)
{
    struct label l = t->labels.data[--t->labels.len];
    if (l.dead)
        return;
    bool function = t->labels.len == 0;
    bool targeted = l.op != OP_LOOP && (l.pending || l.else_field);
    if (!targeted) {
        /* Nobody comes here but from above: the stack goes on as it is. */
        if (!reachable) {
            finish_block(t);
            unwind_entries(t, l.entries, l.height);
            push_temps(t, blocktype_results(type), type->nresults);
            forget_all(t);
        }
    } else {
        if (reachable)
            leave_block(t, type->nresults);
        finish_block(t);
        unwind_entries(t, l.entries, l.height);
        push_temps(t, blocktype_results(type), type->nresults);
        bind_pending(t, &l);
        if (l.else_field)
            bind_field(t, l.else_field);
        forget_all(t);
    }
    if (function && (reachable || targeted)) {
        lower_return(t);
        finish_block(t);
    }
}

/* ---- Branches ---- */

/* Where the values of a branch go, and where they are. */
struct carried {
    struct label *label;
    uint32_t count, slots;
};

static struct carried carried_to(const struct translator *t, uint32_t depth)
{
    struct carried c = {.label = label_at(t, depth)};
    const valtype *types = label_types(t, depth, &c.count);
    for (uint32_t i = 0; i < c.count; i++)
        c.slots += valtype_slots(types[i]);
    if (c.count > t->stack.len)
        c.count = 0; /* only after a failure */
    return c;
}

/* Whether all carried values already lie in the label's slots. */
static bool in_place(struct translator *t, const struct carried *c)
{
    if (c->count == 0)
        return true;
    if (top(t, c->count - 1)->own != c->label->base)
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (top(t, i)->kind != ENTRY_TEMP)
            return false;
    return true;
}

/* Copies the carried values; the entries stay. */
static void carry(struct translator *t, const struct carried *c)
{
    if (in_place(t, c))
        return;
    if (c->count == 1) {
        move_to(t, top(t, 0), c->label->base, false);
        return;
    }
    settle_top(t, c->count);
    int32_t from = top(t, c->count - 1)->own;
    if (from == c->label->base)
        return;
    uint8_t *p = emit_op(t, IR_COPY_SPAN);
    ir_put16(p, 8, c->label->base);
    ir_put16(p, 10, from);
    ir_put32(p, 12, c->slots);
    forget_all(t);
}

void lower_br(struct translator *t, uint32_t depth)
{
    struct carried c = carried_to(t, depth);
    if (depth + 1 == t->labels.len) {
        lower_return(t);
    } else {
        carry(t, &c);
        jump(t, c.label);
    }
    finish_block(t);
}

void lower_br_if(struct translator *t, uint32_t depth)
{
    struct entry cond = pop_entry(t);
    struct carried c = carried_to(t, depth);
    if (in_place(t, &c)) {
        /* The values are read from their slots, so their producers must go on writing them. */
        forget_producers_but_last(t, &cond);
        refer(t, branch_if(t, &cond, true), c.label);
    } else {
        if (c.count > 1) {
            /* Settled on both ways, so that the stack is the same behind. */
            settle_const(t, &cond);
            settle_top(t, c.count);
        }
        forget_producers_but_last(t, &cond);
        uint32_t skip = branch_if(t, &cond, false);
        struct mirror mirrors[CLASS_COUNT];
        bool several = t->several;
        memcpy(mirrors, t->mirrors, sizeof mirrors);
        carry(t, &c);
        jump(t, c.label);
        bind_field(t, skip);
        memcpy(t->mirrors, mirrors, sizeof mirrors);
        t->several = several;
        t->last = 0;
    }
    forget_producers(t);
    finish_block(t);
}

/* ---- br_table ---- */

/* A target that needs its values moved gets code behind the table, once for each label. */
static uint32_t pad_for(struct translator *t, uint32_t table, uint32_t depth)
{
    struct carried c = carried_to(t, depth);
    struct label *l = c.label;
    if (l->pad_of == table && l->pad)
        return l->pad;
    l->pad = here(t);
    l->pad_of = table;
    forget_all(t);
    carry(t, &c);
    jump(t, l);
    return l->pad;
}

static void point_entry(struct translator *t, uint32_t table, uint32_t field, uint32_t depth)
{
    struct carried c = carried_to(t, depth);
    if (in_place(t, &c)) {
        refer(t, field, c.label);
        return;
    }
    uint32_t pad = pad_for(t, table, depth);
    if (t->status == OK)
        ir_put32(code_at(t, field), 0, pad - field);
}

void lower_br_table(struct translator *t, const struct instr *in)
{
    struct entry index = pop_entry(t);
    uint32_t n = in->of.br_table.count, values;
    label_types(t, 0, &values);
    settle_const(t, &index);
    bool acc_before = in_acc(t, &index);
    struct reader r = in->of.br_table.at;
    struct reader first = r;
    uint32_t depth;
    /* All targets carry the same number of values: settle them once. */
    if (reader_u32(&first, &depth, "label") == OK) {
        label_types(t, depth, &values);
        settle_top(t, values);
    }
    bool acc = acc_before && in_acc(t, &index);
    if (acc)
        take_acc(t, &index);
    forget_producers(t);
    uint8_t *p = emit_op(t, acc ? IR_BR_TABLE_a : IR_BR_TABLE_s);
    if (!acc)
        ir_put16(p, 8, index.slot);
    ir_put32(p, 12, n);
    uint32_t table = t->last, fields = table + 16;
    if (!emit_extra(t, (n + 2) / 2 * 8))
        return;
    for (uint32_t i = 0; i <= n && t->status == OK; i++) {
        if (reader_u32(&r, &depth, "label") != OK)
            return;
        point_entry(t, table, fields + 4 * i, depth);
    }
    finish_block(t);
}
