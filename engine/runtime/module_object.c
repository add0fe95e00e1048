/*
 * A module comes into being in three steps that each can refuse it: decoding, validation together
 * with translation, and linking to this build's handlers. An image skips the middle one and enters
 * by module_object_new.
 */
#include "engine/runtime/module_object.h"

#include <stdatomic.h>

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"
#include "engine/runtime/interp.h"
#include "engine/validate/validate.h"

struct cupel_module *module_object_new(struct cupel_engine *engine, struct module *m,
                                       struct code *code, const struct module_figures *figures)
{
    struct cupel_module *object = mem_alloc(sizeof *object);
    if (!object) {
        code_fini(code);
        module_fini(m);
        return NULL;
    }
    atomic_init(&object->refs, 1);
    object->engine = cupel_engine_clone(engine);
    object->m = *m;
    object->code = *code;
    object->figures = *figures;
    if (!object->code.linked)
        code_link(&object->code, &object->m, interp_handlers());
    return object;
}

cupel_error_t *cupel_module_new(cupel_engine_t *engine, const uint8_t *wasm, size_t len,
                                cupel_module_t **out)
{
    struct module m;
    struct code code;
    struct errinfo err;
    uint64_t features = 0;
    errinfo_init(&err);
    *out = NULL;
    if (module_decode(&m, &engine->decode, wasm, len, &err) != OK)
        return error_from(&err);
    if (code_translate(&code, &m, &engine->decode, &engine->translate, &features, &err) != OK) {
        module_fini(&m);
        return error_from(&err);
    }
    struct module_figures figures = {len, m.code_len, m.features_used | features};
    *out = module_object_new(engine, &m, &code, &figures);
    return *out ? NULL : error_nomem();
}

cupel_error_t *cupel_module_validate(cupel_engine_t *engine, const uint8_t *wasm, size_t len)
{
    struct module m;
    struct errinfo err;
    struct validator v = {0};
    errinfo_init(&err);
    enum status status = module_decode(&m, &engine->decode, wasm, len, &err);
    if (status != OK)
        return error_from(&err);
    for (uint32_t i = m.nimported_funcs; i < m.nfuncs && status == OK; i++)
        status = validate_func(&v, &m, &engine->decode, i, &err);
    validator_fini(&v);
    module_fini(&m);
    return status == OK ? NULL : error_from(&err);
}

cupel_module_t *cupel_module_clone(cupel_module_t *module)
{
    atomic_fetch_add_explicit(&module->refs, 1, memory_order_relaxed);
    return module;
}

void cupel_module_delete(cupel_module_t *module)
{
    if (!module || atomic_fetch_sub_explicit(&module->refs, 1, memory_order_acq_rel) != 1)
        return;
    struct cupel_engine *engine = module->engine;
    code_fini(&module->code);
    module_fini(&module->m);
    mem_free(module);
    cupel_engine_delete(engine);
}
