/*
 * An instance is what differs between two instances of one module; all else is read from the
 * module. Its parts lie at offsets that the layout fixes, so that code can name them without
 * knowing where the instance is.
 */
#include "engine/runtime/instance.h"

#include <string.h>

#include "engine/runtime/const_eval.h"
#include "engine/runtime/module_object.h"

const struct module *instance_module(const struct instance *i)
{
    return &i->module->m;
}

uint64_t *instance_global(const struct instance *i, uint32_t index)
{
    const struct module *m = &i->module->m;
    if (index < m->nimported_globals)
        return instance_global_imports(i)[index];
    return instance_at(i, layout_global(i->layout, m, index));
}

uint64_t instance_func_handle(const struct instance *i, uint32_t index)
{
    if (index < i->module->m.nimported_funcs)
        return instance_func_imports(i)[index];
    return func_handle(i->id, index);
}

uint64_t instance_evaluate(const struct instance *i, const struct init_expr *expr)
{
    switch ((enum init_kind)expr->kind) {
    case INIT_REF_FUNC:
        return instance_func_handle(i, expr->index);
    case INIT_EXTENDED:
        return const_eval(i, expr);
    case INIT_GLOBAL_GET:
        return *instance_global(i, expr->index);
    case INIT_CONST:
        break;
    }
    return expr->bits;
}

void instance_init_global(const struct instance *i, uint32_t index)
{
    const struct init_expr *expr = &instance_module(i)->globals[index].init;
    uint64_t *cell = instance_global(i, index);
    if (expr->type != VT_V128) {
        *cell = instance_evaluate(i, expr);
    } else if (expr->kind == INIT_GLOBAL_GET) {
        memcpy(cell, instance_global(i, expr->index), 16);
    } else {
        cell[0] = expr->bits;
        cell[1] = expr->high;
    }
}

/* The bit set: data segments, then element segments. */
static bool dropped(const struct instance *i, uint64_t bit)
{
    const uint64_t *words = instance_at(i, i->layout->dropped);
    return words[bit / 64] >> (bit % 64) & 1;
}

static void drop(struct instance *i, uint64_t bit)
{
    uint64_t *words = instance_at(i, i->layout->dropped);
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

bool instance_data_dropped(const struct instance *i, uint32_t segment)
{
    return dropped(i, segment);
}

void instance_drop_data(struct instance *i, uint32_t segment)
{
    drop(i, segment);
}

bool instance_elem_dropped(const struct instance *i, uint32_t segment)
{
    return dropped(i, (uint64_t)i->module->m.ndatas + segment);
}

void instance_drop_elem(struct instance *i, uint32_t segment)
{
    drop(i, (uint64_t)i->module->m.ndatas + segment);
}
