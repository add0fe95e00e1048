/*
 * Table and memory instructions but loads and stores (spec 3.3.6, 3.3.7): indices first, then
 * operands from the top of the stack down.
 */
#include "engine/validate/value_stack.h"

static enum status find_table(struct validator *v, const struct instr *in, uint32_t index,
                              valtype *element)
{
    if (index >= v->m->ntables)
        return fail_index(v, in, "table", index, v->m->ntables);
    *element = v->m->tables[index].type.element;
    return OK;
}

static enum status find_elem(struct validator *v, const struct instr *in, uint32_t index,
                             valtype *type)
{
    if (index >= v->m->nelems)
        return fail_index(v, in, "element segment", index, v->m->nelems);
    *type = v->m->elems[index].type;
    return OK;
}

static enum status find_memory(struct validator *v, const struct instr *in, uint32_t index)
{
    return index < v->m->nmemories ? OK : fail_index(v, in, "memory", index, v->m->nmemories);
}

static enum status find_data(struct validator *v, const struct instr *in, uint32_t index)
{
    return index < v->m->ndatas ? OK : fail_index(v, in, "data segment", index, v->m->ndatas);
}

/* The type of addresses and sizes (spec 3.0, 3.2.15). */
static valtype address_type(const struct limits *l)
{
    return l->is_64 ? VT_I64 : VT_I32;
}

static valtype table_address(const struct validator *v, uint32_t table)
{
    return address_type(&v->m->tables[table].type.limits);
}

static valtype memory_address(const struct validator *v, uint32_t memory)
{
    return address_type(&v->m->memories[memory].limits);
}

static enum status pop_3(struct validator *v, const struct instr *in, valtype a, valtype b,
                         valtype c)
{
    TRY(pop(v, in, c));
    TRY(pop(v, in, b));
    return pop(v, in, a);
}

/* Copying counts in the smaller of both address types. */
static enum status pop_copy(struct validator *v, const struct instr *in, valtype to, valtype from)
{
    return pop_3(v, in, to, from, to == VT_I64 ? from : to);
}

/* Elements that go from one place to another are of one type (spec 3.3.6.6, 3.3.6.7). */
static enum status check_elements(struct validator *v, const struct instr *in, valtype to,
                                  valtype from)
{
    if (to == from)
        return OK;
    return validate_fail(v, in, ERR_INVALID, "type mismatch: %s from %s to a table of %s",
                         wasm_op_info[in->op].mnemonic, valtype_name(from), valtype_name(to));
}

static enum status step_table_segment(struct validator *v, const struct instr *in)
{
    valtype t = VT_BOT, from = VT_BOT;
    switch (in->op) {
    case OP_TABLE_COPY:
        TRY(find_table(v, in, in->of.two.index, &t));
        TRY(find_table(v, in, in->of.two.index2, &from));
        TRY(check_elements(v, in, t, from));
        return pop_copy(v, in, table_address(v, in->of.two.index),
                        table_address(v, in->of.two.index2));
    case OP_TABLE_INIT:
        TRY(find_table(v, in, in->of.two.index2, &t));
        TRY(find_elem(v, in, in->of.two.index, &from));
        TRY(check_elements(v, in, t, from));
        return pop_3(v, in, table_address(v, in->of.two.index2), VT_I32, VT_I32);
    default: /* elem.drop */
        return find_elem(v, in, in->of.index, &from);
    }
}

static enum status step_table(struct validator *v, const struct instr *in)
{
    valtype t = VT_BOT;
    if (in->op == OP_TABLE_COPY || in->op == OP_TABLE_INIT || in->op == OP_ELEM_DROP)
        return step_table_segment(v, in);
    TRY(find_table(v, in, in->of.index, &t));
    valtype address = table_address(v, in->of.index);
    switch (in->op) {
    case OP_TABLE_GET:
        TRY(pop(v, in, address));
        return push(v, in, t);
    case OP_TABLE_SET:
        TRY(pop(v, in, t));
        return pop(v, in, address);
    case OP_TABLE_SIZE:
        return push(v, in, address);
    case OP_TABLE_GROW:
        TRY(pop(v, in, address));
        TRY(pop(v, in, t));
        return push(v, in, address);
    default: /* table.fill */
        return pop_3(v, in, address, t, address);
    }
}

static void note_memory(struct validator *v, uint32_t memory)
{
    if (memory > 0)
        v->features_used |= FEATURE_BIT(MULTI_MEMORY);
}

static enum status step_memory_two(struct validator *v, const struct instr *in)
{
    uint32_t first = in->of.two.index, second = in->of.two.index2;
    TRY(find_memory(v, in, second));
    note_memory(v, second);
    if (in->op == OP_MEMORY_INIT) {
        TRY(find_data(v, in, first));
        return pop_3(v, in, memory_address(v, second), VT_I32, VT_I32);
    }
    TRY(find_memory(v, in, first));
    note_memory(v, first);
    return pop_copy(v, in, memory_address(v, first), memory_address(v, second));
}

static enum status step_memory(struct validator *v, const struct instr *in)
{
    if (in->op == OP_MEMORY_COPY || in->op == OP_MEMORY_INIT)
        return step_memory_two(v, in);
    if (in->op == OP_DATA_DROP)
        return find_data(v, in, in->of.index);
    TRY(find_memory(v, in, in->of.index));
    note_memory(v, in->of.index);
    valtype address = memory_address(v, in->of.index);
    switch (in->op) {
    case OP_MEMORY_SIZE:
        return push(v, in, address);
    case OP_MEMORY_GROW:
        TRY(pop(v, in, address));
        return push(v, in, address);
    default: /* memory.fill */
        return pop_3(v, in, address, VT_I32, address);
    }
}

enum status step_bulk(struct validator *v, const struct instr *in)
{
    return wasm_op_info[in->op].family == FAMILY_TABLE ? step_table(v, in) : step_memory(v, in);
}
