/*
 * Instantiation (spec 4.5.4) in two halves. Building can fail with an error and then leaves
 * nothing: the store is rewound to where it was. Initialising can trap, and by the specification
 * what was written until then stays, in tables and memories that others may share; so the instance
 * stays too, owned by the store, even though nobody gets a handle to it.
 */
#include "engine/runtime/instantiate.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/runtime/call.h"
#include "engine/runtime/error.h"
#include "engine/runtime/global.h"
#include "engine/runtime/import_match.h"
#include "engine/runtime/limiter.h"
#include "engine/runtime/trap.h"

cupel_error_t *instantiate_check(const struct cupel_store *store, const struct cupel_module *module)
{
    if (module->engine != store->engine)
        return error_new(ERR_MISUSE, "the module and the store are of different engines");
    if (store->in_callback)
        return error_new(ERR_MISUSE, "nothing can be instantiated while a callback of the store "
                                     "runs");
    uint32_t most = limiter_max_instances(store);
    if (store->instances.len >= most || store->instances.len >= HOST_OWNER - 1)
        return error_limit("instances", "the store may hold %u instances only", most);
    return NULL;
}

/* ---- building ---- */

static struct instance *allocate(struct cupel_store *store, struct cupel_module *module)
{
    const struct layout *layout = &module->code.layout;
    const struct module *m = &module->m;
    struct instance *inst =
        mem_calloc(1, layout->size + (size_t)m->nimported_globals * sizeof(uint32_t));
    if (!inst)
        return NULL;
    inst->exec = &store->exec;
    inst->funcs = module->code.funcs;
    inst->code = module->code.base;
    inst->id = (uint32_t)store->instances.len + 1;
    inst->store = store;
    inst->module = module;
    inst->layout = layout;
    inst->memories = instance_at(inst, layout->memories);
    inst->tables = instance_at(inst, layout->tables);
    inst->imported_globals = instance_at(inst, layout->size);
    return inst;
}

static void bind_import(struct instance *inst, const struct import *import,
                        const cupel_extern_t *found)
{
    struct cupel_store *store = inst->store;
    uint32_t i = import->index;
    struct global_ref ref;
    switch (import->kind) {
    case CUPEL_EXTERN_FUNC:
        func_to_handle(store, found->of.func, &instance_func_imports(inst)[i]);
        break;
    case CUPEL_EXTERN_TABLE:
        inst->tables[i] = store->tables.data[found->of.table.index];
        break;
    case CUPEL_EXTERN_MEMORY:
        inst->memories[i] = store->memories.data[found->of.memory.index];
        break;
    case CUPEL_EXTERN_GLOBAL:
        if (store_find_global(store, found->of.global.index, &ref))
            instance_global_imports(inst)[i] = ref.cell;
        inst->imported_globals[i] = found->of.global.index;
        break;
    }
}

/* What memory 0 begins with, ready to be mapped; NULL if it is to be written. A module that is
 * instantiated once does not pay for it: the second time makes it. */
static const struct memory_image *first_contents(struct cupel_module *module)
{
    struct memory_image *image = atomic_load_explicit(&module->image, memory_order_acquire);
    if (image || !module->engine->translate.guard_pages ||
        atomic_load_explicit(&module->instantiations, memory_order_relaxed) > 1 ||
        atomic_fetch_add_explicit(&module->instantiations, 1, memory_order_relaxed) != 1)
        return image;
    image = memory_pool_new_image(&module->engine->memories, &module->m);
    atomic_store_explicit(&module->image, image, memory_order_release);
    return image;
}

static enum status make_own(struct instance *inst, struct errinfo *err)
{
    const struct module *m = &inst->module->m;
    for (uint32_t i = m->nimported_tables; i < m->ntables; i++)
        TRY(table_new(inst->store, &m->tables[i].type, instance_evaluate(inst, &m->tables[i].init),
                      &inst->tables[i], err));
    for (uint32_t i = m->nimported_memories; i < m->nmemories; i++)
        TRY(memory_new(inst->store, &m->memories[i], i == 0 ? first_contents(inst->module) : NULL,
                       &inst->memories[i], err));
    TRY(store_number_globals(inst->store, inst, err));
    for (uint32_t i = m->nimported_globals; i < m->nglobals; i++)
        instance_init_global(inst, i);
    inst->table0 = m->ntables ? inst->tables[0] : NULL;
    inst->memory0 = m->nmemories ? inst->memories[0] : NULL;
    return OK;
}

/* Code that is made for guard pages must not run on a memory without: the embedder's buffer. */
static enum status choose_code(struct instance *inst, struct errinfo *err)
{
    const struct module *m = &inst->module->m;
    const struct checked_code *checked;
    if (!inst->store->engine->translate.guard_pages || !inst->memory0 || inst->memory0->reserved)
        return OK;
    if (m->memories[0].limits.is_64 || m->memories[0].page_log2 != 16)
        return OK; /* its code checks anyway */
    TRY(module_checked_code(inst->module, &checked, err));
    inst->funcs = checked->funcs;
    inst->code = checked->base;
    return OK;
}

static cupel_error_t *build(struct cupel_store *store, struct cupel_module *module,
                            const cupel_extern_t *imports, struct instance **out)
{
    struct store_mark mark = store_get_mark(store);
    struct errinfo err;
    if (!vec_reserve(&store->instances, store->instances.len + 1))
        return error_nomem();
    struct instance *inst = allocate(store, module);
    if (!inst)
        return error_nomem();
    for (uint32_t i = 0; i < module->m.nimports; i++)
        bind_import(inst, &module->m.imports[i], &imports[i]);
    if (make_own(inst, &err) != OK || choose_code(inst, &err) != OK) {
        store_rewind(store, &mark);
        mem_free(inst);
        return error_from(&err);
    }
    cupel_module_clone(module);
    store->instances.data[store->instances.len++] = inst;
    *out = inst;
    return NULL;
}

/* ---- initialising ---- */

/* The offset of an active segment. */
static uint64_t evaluate_offset(const struct instance *inst, const struct init_expr *expr)
{
    uint64_t offset = instance_evaluate(inst, expr);
    return expr->type == VT_I32 ? (uint32_t)offset : offset;
}

static cupel_error_t *segment_trap(enum trap_code code, const char *what, uint32_t segment,
                                   uint64_t offset, uint32_t len, cupel_trap_t **trap)
{
    char text[160];
    snprintf(text, sizeof text, "%s segment %u does not fit: %u at %llu are out of bounds", what,
             segment, len, (unsigned long long)offset);
    *trap = trap_new_with_message(code, text);
    return *trap ? NULL : error_nomem();
}

static cupel_error_t *write_elements(struct instance *inst, cupel_trap_t **trap)
{
    const struct module *m = &inst->module->m;
    for (uint32_t i = 0; i < m->nelems; i++) {
        const struct elem_segment *seg = &m->elems[i];
        if (seg->mode == SEGMENT_PASSIVE)
            continue;
        if (seg->mode == SEGMENT_ACTIVE) {
            uint64_t offset = evaluate_offset(inst, &seg->offset);
            if (!table_init(inst, inst->tables[seg->table], i, offset, 0, seg->count))
                return segment_trap(TRAP_TABLE_OUT_OF_BOUNDS, "element", i, offset, seg->count,
                                    trap);
        }
        instance_drop_elem(inst, i);
    }
    return NULL;
}

static cupel_error_t *write_data(struct instance *inst, cupel_trap_t **trap)
{
    const struct module *m = &inst->module->m;
    /* An image has all of it; an imported memory's is another module's. */
    bool written = m->nimported_memories == 0 && m->nmemories > 0 && inst->memory0->image;
    for (uint32_t i = 0; i < m->ndatas; i++) {
        const struct data_segment *seg = &m->datas[i];
        if (seg->mode != SEGMENT_ACTIVE)
            continue;
        if (written) {
            instance_drop_data(inst, i);
            continue;
        }
        struct memory *memory = inst->memories[seg->memory];
        uint64_t offset = evaluate_offset(inst, &seg->offset);
        if (!memory_in_bounds(memory, offset, seg->len))
            return segment_trap(TRAP_MEMORY_OUT_OF_BOUNDS, "data", i, offset, seg->len, trap);
        if (seg->len)
            memcpy(memory->base + offset, seg->bytes, seg->len);
        instance_drop_data(inst, i);
    }
    return NULL;
}

static cupel_error_t *initialise(struct instance *inst, cupel_trap_t **trap)
{
    cupel_error_t *error = write_elements(inst, trap);
    if (!error && !*trap)
        error = write_data(inst, trap);
    return error;
}

cupel_error_t *instantiate_start(struct instance *inst, cupel_resumable_t **resumable,
                                 cupel_trap_t **trap)
{
    const struct module *m = &inst->module->m;
    if (!m->has_start)
        return NULL;
    struct callee start = func_resolve(inst->store, instance_func_handle(inst, m->start));
    return call_func(inst->store, start, NULL, NULL, resumable, trap);
}

cupel_error_t *instantiate_unstarted(struct cupel_store *store, struct cupel_module *module,
                                     const cupel_extern_t *imports, struct instance **out,
                                     cupel_trap_t **trap)
{
    *trap = NULL;
    cupel_error_t *error = build(store, module, imports, out);
    return error ? error : initialise(*out, trap);
}

cupel_error_t *instantiate(struct cupel_store *store, struct cupel_module *module,
                           const cupel_extern_t *imports, cupel_instance_t *out,
                           cupel_resumable_t **resumable, cupel_trap_t **trap)
{
    struct instance *inst;
    cupel_error_t *error = instantiate_unstarted(store, module, imports, &inst, trap);
    if (!error && !*trap)
        error = instantiate_start(inst, resumable, trap);
    if (!error && !*trap)
        *out = (cupel_instance_t){store->id, inst->id};
    return error;
}

/* Not inlined: the report's text must not lie on the stack while a start function runs. */
static __attribute__((noinline)) cupel_error_t *check_imports(struct cupel_store *store,
                                                              const struct module *m,
                                                              const cupel_extern_t *imports,
                                                              size_t nimports)
{
    struct import_report report;
    if (nimports != m->nimports)
        return error_new(ERR_LINK, "the module has %u imports, %zu are given", m->nimports,
                         nimports);
    import_report_init(&report);
    for (uint32_t i = 0; i < m->nimports; i++)
        import_check(&report, store, m, &m->imports[i], &imports[i]);
    return import_report_error(&report);
}

static cupel_error_t *instance_new(struct cupel_store *store, cupel_module_t *module,
                                   const cupel_extern_t *imports, size_t nimports,
                                   cupel_instance_t *out, cupel_resumable_t **resumable,
                                   cupel_trap_t **trap)
{
    *out = (cupel_instance_t){0};
    if (!trap)
        return error_new(ERR_MISUSE, "there must be a place for the trap");
    *trap = NULL;
    cupel_error_t *error = instantiate_check(store, module);
    if (!error)
        error = check_imports(store, &module->m, imports, nimports);
    return error ? error : instantiate(store, module, imports, out, resumable, trap);
}

cupel_error_t *cupel_instance_new(cupel_context_t *ctx, cupel_module_t *module,
                                  const cupel_extern_t *imports, size_t nimports,
                                  cupel_instance_t *out, cupel_trap_t **trap)
{
    return instance_new(context_store(ctx), module, imports, nimports, out, NULL, trap);
}

cupel_error_t *cupel_instance_new_resumable(cupel_context_t *ctx, cupel_module_t *module,
                                            const cupel_extern_t *imports, size_t nimports,
                                            cupel_instance_t *out, cupel_resumable_t **resumable,
                                            cupel_trap_t **trap)
{
    if (!resumable)
        return error_new(ERR_MISUSE, "there must be a place for the resumable call");
    *resumable = NULL;
    return instance_new(context_store(ctx), module, imports, nimports, out, resumable, trap);
}
