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

static enum status pop_3_i32(struct validator *v, const struct instr *in)
{
    TRY(pop(v, in, VT_I32));
    TRY(pop(v, in, VT_I32));
    return pop(v, in, VT_I32);
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

static enum status step_table(struct validator *v, const struct instr *in)
{
    valtype t = VT_BOT, from = VT_BOT;
    switch (in->op) {
    case OP_TABLE_GET:
        TRY(find_table(v, in, in->of.index, &t));
        TRY(pop(v, in, VT_I32));
        return push(v, in, t);
    case OP_TABLE_SET:
        TRY(find_table(v, in, in->of.index, &t));
        TRY(pop(v, in, t));
        return pop(v, in, VT_I32);
    case OP_TABLE_SIZE:
        TRY(find_table(v, in, in->of.index, &t));
        return push(v, in, VT_I32);
    case OP_TABLE_GROW:
        TRY(find_table(v, in, in->of.index, &t));
        TRY(pop(v, in, VT_I32));
        TRY(pop(v, in, t));
        return push(v, in, VT_I32);
    case OP_TABLE_FILL:
        TRY(find_table(v, in, in->of.index, &t));
        TRY(pop(v, in, VT_I32));
        TRY(pop(v, in, t));
        return pop(v, in, VT_I32);
    case OP_TABLE_COPY:
        TRY(find_table(v, in, in->of.two.index, &t));
        TRY(find_table(v, in, in->of.two.index2, &from));
        TRY(check_elements(v, in, t, from));
        return pop_3_i32(v, in);
    case OP_TABLE_INIT:
        TRY(find_table(v, in, in->of.two.index2, &t));
        TRY(find_elem(v, in, in->of.two.index, &from));
        TRY(check_elements(v, in, t, from));
        return pop_3_i32(v, in);
    default: /* elem.drop */
        return find_elem(v, in, in->of.index, &from);
    }
}

static enum status step_memory(struct validator *v, const struct instr *in)
{
    switch (in->op) {
    case OP_MEMORY_SIZE:
        TRY(find_memory(v, in, in->of.index));
        return push(v, in, VT_I32);
    case OP_MEMORY_GROW:
        TRY(find_memory(v, in, in->of.index));
        TRY(pop(v, in, VT_I32));
        return push(v, in, VT_I32);
    case OP_MEMORY_FILL:
        TRY(find_memory(v, in, in->of.index));
        return pop_3_i32(v, in);
    case OP_MEMORY_COPY:
        TRY(find_memory(v, in, in->of.two.index));
        TRY(find_memory(v, in, in->of.two.index2));
        return pop_3_i32(v, in);
    case OP_MEMORY_INIT:
        TRY(find_memory(v, in, in->of.two.index2));
        TRY(find_data(v, in, in->of.two.index));
        return pop_3_i32(v, in);
    default: /* data.drop */
        return find_data(v, in, in->of.index);
    }
}

enum status step_bulk(struct validator *v, const struct instr *in)
{
    return wasm_op_info[in->op].family == FAMILY_TABLE ? step_table(v, in) : step_memory(v, in);
}
