/*
 * Code at the first call. A function that has not been called yet leads to its stub in the arena,
 * whose op comes here. Whoever is first translates the function, or fetches it from the image that the
 * module is read from, under the module's lock and publishes its entry with an atomic store; calls go by the table of entries anyway, so from then
 * on they take no notice, and a thread that read the stub just before finds the work done. Calls
 * take no lock and make no check.
 *
 * A failure changes nothing, and the next call tries again: memory may be there by then, and a body
 * that is not valid gets its message again.
 */
#include "engine/isa/ir.h"
#include "engine/runtime/error.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/module_object.h"
#include "engine/runtime/store.h"

/* To callers a module is immutable. */
static struct cupel_module *writable(const struct cupel_module *module)
{
    return (struct cupel_module *)(uintptr_t)module;
}

void module_lock_code(const struct cupel_module *module)
{
    if (module->lazy)
        pthread_mutex_lock(&writable(module)->lock);
}

void module_unlock_code(const struct cupel_module *module)
{
    if (module->lazy)
        pthread_mutex_unlock(&writable(module)->lock);
}

static enum status translate_locked(struct cupel_module *module, uint32_t func, struct errinfo *err)
{
    const struct cupel_engine *e = module->engine;
    if (code_has_func(&module->code, func))
        return OK;
    if (module->source)
        TRY(module->source->load(module->source, module, func, err));
    else
        TRY(code_translate_func(&module->code, &module->m, &e->decode, &e->translate,
                                interp_handlers(), func, &module->figures.features, err));
    if (module->native)
        native_expect(module->native, func);
    return OK;
}

enum status module_translate_func(const struct cupel_module *module, uint32_t func,
                                  struct errinfo *err)
{
    if (!module->lazy)
        return OK;
    module_lock_code(module);
    enum status status = translate_locked(writable(module), func, err);
    module_unlock_code(module);
    return status;
}

enum status module_translate_all(const struct cupel_module *module, struct errinfo *err)
{
    for (uint32_t f = module->code.nimported; f < module->code.nfuncs; f++)
        TRY(module_translate_func(module, f, err));
    return OK;
}

void module_begin_reading(const struct cupel_module *module)
{
    module_lock_code(module);
    if (module->native)
        native_begin_reading(module->native);
}

void module_end_reading(const struct cupel_module *module)
{
    if (module->native)
        native_end_reading(module->native);
    module_unlock_code(module);
}

void cupel_module_set_native(cupel_module_t *module, bool on)
{
    module_lock_code(module);
    if (module->native)
        native_set_active(module->native, on);
    module_unlock_code(module);
}

/* ---- the first call ---- */

#define FUEL_PER_BYTE           7
#define FUEL_PER_BYTE_VALIDATED 2

static uint64_t cost_of(const struct cupel_module *module, uint32_t func)
{
    uint64_t each = FUEL_PER_BYTE + (module->validated ? 0 : FUEL_PER_BYTE_VALIDATED);
    return module->engine->config.translation_fuel ? each * module->m.funcs[func].body_len : 0;
}

bool translate_called(struct exec *x)
{
    const struct cupel_module *module = x->inst->module;
    uint32_t offset = (uint32_t)(x->ip - x->inst->code);
    uint32_t func = code_stub_func(&module->code, offset);
    uint64_t cost = cost_of(module, func);
    struct errinfo err;
    if (cost > 0 && !fuel_charge(x, cost)) {
        x->outcome = OUTCOME_TRAP;
        return false;
    }
    errinfo_init(&err);
    if (module_translate_func(module, func, &err) != OK) {
        if (cost > 0)
            fuel_give_back(x, cost);
        x->error = error_from(&err);
        x->outcome = OUTCOME_ERROR;
        return false;
    }
    x->ip = code_entry(&x->inst->funcs[func]);
    return true;
}

void first_called(struct exec *x)
{
    const struct cupel_module *module = x->inst->module;
    module_lock_code(module);
    native_first_call(module->native, x->ip);
    module_unlock_code(module);
}

const uint8_t *native_op_at(const struct exec *x, uintptr_t pc)
{
    const struct cupel_store *store = x->store;
    const uint8_t *op = NULL;
    for (size_t i = 0; i < store->instances.len && !op; i++) {
        const struct instance *inst = store->instances.data[i];
        if (inst && inst->module->native)
            op = native_place(inst->module->native, pc);
    }
    return op;
}
