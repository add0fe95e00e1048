/*
 * An access that relies on guard pages and one with a check of its own are ops of the same format.
 * So code for a memory without guard pages is a copy of the module's, with the one put in the place
 * of the other: nothing moves, and places in the code mean the same in both. It costs a copy for
 * those modules that are ever given such a memory, and nothing for all others. Functions that were
 * to be translated at their first call are translated before.
 */
#include "engine/runtime/checked_code.h"

#include <stdatomic.h>
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/runtime/handler_table.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/module_object.h"

void checked_code_delete(struct checked_code *checked)
{
    if (!checked)
        return;
    mem_free(checked->base);
    mem_free(checked->funcs);
    mem_free(checked);
}

static void check_func(uint8_t *base, const struct code_range *range,
                       const struct op_of_handler *table)
{
    const void *const *handlers = interp_handlers();
    for (uint32_t at = range->start; at < range->end;) {
        uint8_t *p = base + at;
        uint32_t op = op_number(table, p);
        ir_put64(p, 0, (uint64_t)(uintptr_t)handlers[ir_checked(op)]);
        at += ir_len_of((enum ir_op)op, p);
    }
}

static struct checked_code *copy(const struct code *code, const struct op_of_handler *table)
{
    struct checked_code *c = mem_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->base = mem_alloc(code->len);
    c->funcs = mem_calloc((size_t)code->nfuncs + 1, sizeof *c->funcs);
    if (!c->base || !c->funcs) {
        checked_code_delete(c);
        return NULL;
    }
    memcpy(c->base, code->base, code->len);
    if (code->nfuncs)
        memcpy(c->funcs, code->funcs, code->nfuncs * sizeof *c->funcs);
    for (uint32_t f = code->nimported; f < code->nfuncs; f++) {
        const struct code_range *range = &code->ranges[f - code->nimported];
        c->funcs[f].entry = c->base + range->start;
        check_func(c->base, range, table);
    }
    return c;
}

enum status module_checked_code(struct cupel_module *module, const struct checked_code **out,
                                struct errinfo *err)
{
    struct checked_code *checked = atomic_load_explicit(&module->checked, memory_order_acquire);
    if (!checked) {
        struct checked_code *other = NULL;
        TRY(module_translate_all(module, err)); /* from now on the code does not change */
        struct op_of_handler *table = ops_by_handler();
        module_begin_reading(module);
        checked = table ? copy(&module->code, table) : NULL;
        module_end_reading(module);
        mem_free(table);
        if (!checked)
            return errinfo_nomem(err);
        /* Another thread may have been faster. */
        if (!atomic_compare_exchange_strong_explicit(&module->checked, &other, checked,
                                                     memory_order_acq_rel, memory_order_acquire)) {
            checked_code_delete(checked);
            checked = other;
        }
    }
    *out = checked;
    return OK;
}
