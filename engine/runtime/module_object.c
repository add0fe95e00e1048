/*
 * A module comes into being in three steps that each can refuse it: decoding, validation together
 * with translation, and linking to this build's handlers. An image skips the middle one and enters
 * by module_object_new. In a lazy mode the middle one is left to the first calls, all of it or but
 * the validation; see module_code.c.
 */
#include "engine/runtime/module_object.h"

#include <stdatomic.h>

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"
#include "engine/runtime/interp.h"
#include "engine/runtime/module_stream.h"
#include "engine/validate/validate.h"

struct cupel_module *module_object_new(struct cupel_engine *engine, struct module *m,
                                       struct code *code, const struct module_figures *figures)
{
    struct cupel_module *object = mem_calloc(1, sizeof *object);
    bool lazy = code->stubs != 0;
    if (!object || (lazy && pthread_mutex_init(&object->lock, NULL) != 0)) {
        code_fini(code);
        module_fini(m);
        mem_free(object);
        return NULL;
    }
    object->lazy = lazy;
    atomic_init(&object->refs, 1);
    object->engine = cupel_engine_clone(engine);
    object->m = *m;
    object->code = *code;
    object->figures = *figures;
    atomic_init(&object->checked, NULL);
    if (!object->code.linked)
        code_link(&object->code, &object->m, interp_handlers());
    if (engine->config.native)
        object->native = native_new(&object->code, object->m.code_len, &engine->native);
    if (object->native && !lazy)
        for (uint32_t f = object->code.nimported; f < object->code.nfuncs; f++)
            native_expect(object->native, f);
    return object;
}

static enum status validate_bodies(const struct cupel_engine *engine, const struct module *m,
                                   uint64_t *features, struct errinfo *err)
{
    struct validator v = {0};
    enum status status = OK;
    for (uint32_t i = m->nimported_funcs; i < m->nfuncs && status == OK; i++)
        status = validate_func(&v, m, &engine->decode, i, err);
    *features = v.features_used;
    validator_fini(&v);
    return status;
}

/* What is done for the bodies at once. */
enum bodies { BODIES_TRANSLATED, BODIES_VALIDATED, BODIES_LEFT };

static enum status compile(const struct cupel_engine *engine, const struct module *m,
                           enum bodies bodies, struct code *code, uint64_t *features,
                           struct errinfo *err)
{
    if (bodies == BODIES_TRANSLATED)
        return code_translate(code, m, &engine->decode, &engine->translate, interp_handlers(),
                              features, err);
    if (bodies == BODIES_VALIDATED)
        TRY(validate_bodies(engine, m, features, err));
    return code_init_lazy(code, m, &engine->decode, interp_handlers(), err);
}

/* Takes the bytes over. */
static cupel_error_t *new_module(struct cupel_engine *engine, uint8_t *own_bytes, size_t len,
                                 enum bodies bodies, cupel_module_t **out)
{
    struct module m;
    struct code code;
    struct errinfo err;
    uint64_t features = 0;
    errinfo_init(&err);
    if (module_decode_own(&m, &engine->decode, own_bytes, len, &err) != OK)
        return error_from(&err);
    if (compile(engine, &m, bodies, &code, &features, &err) != OK) {
        module_fini(&m);
        return error_from(&err);
    }
    struct module_figures figures = {len, m.code_len, m.features_used | features};
    *out = module_object_new(engine, &m, &code, &figures);
    if (!*out)
        return error_nomem();
    (*out)->validated = bodies == BODIES_VALIDATED;
    return NULL;
}

static cupel_error_t *new_module_from(struct cupel_engine *engine, const uint8_t *wasm, size_t len,
                                      enum bodies bodies, cupel_module_t **out)
{
    struct errinfo err;
    uint8_t *copy;
    *out = NULL;
    errinfo_init(&err);
    if (module_copy_bytes(&engine->decode, wasm, len, &copy, &err) != OK)
        return error_from(&err);
    return new_module(engine, copy, len, bodies, out);
}

static enum bodies bodies_of(cupel_compilation_mode_t mode)
{
    return mode == CUPEL_COMPILE_EAGER              ? BODIES_TRANSLATED
           : mode == CUPEL_COMPILE_LAZY_TRANSLATION ? BODIES_VALIDATED
                                                    : BODIES_LEFT;
}

cupel_error_t *cupel_module_new(cupel_engine_t *engine, const uint8_t *wasm, size_t len,
                                cupel_module_t **out)
{
    return new_module_from(engine, wasm, len, bodies_of(engine->config.mode), out);
}

cupel_error_t *cupel_module_new_unchecked(cupel_engine_t *engine, const uint8_t *wasm, size_t len,
                                          cupel_module_t **out)
{
    enum bodies bodies = bodies_of(engine->config.mode);
    return new_module_from(engine, wasm, len, bodies == BODIES_VALIDATED ? BODIES_LEFT : bodies,
                           out);
}

cupel_error_t *cupel_module_new_streaming(cupel_engine_t *engine, const cupel_reader_t *reader,
                                          cupel_module_t **out)
{
    uint8_t *bytes;
    size_t len;
    *out = NULL;
    cupel_error_t *error = module_read_all(engine, reader, &bytes, &len);
    return error ? error : new_module(engine, bytes, len, bodies_of(engine->config.mode), out);
}

cupel_error_t *cupel_module_validate(cupel_engine_t *engine, const uint8_t *wasm, size_t len)
{
    struct module m;
    struct errinfo err;
    uint64_t features;
    errinfo_init(&err);
    if (module_decode(&m, &engine->decode, wasm, len, &err) != OK)
        return error_from(&err);
    enum status status = validate_bodies(engine, &m, &features, &err);
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
    if (module->lazy)
        pthread_mutex_destroy(&module->lock);
    native_delete(module->native);
    checked_code_delete(atomic_load_explicit(&module->checked, memory_order_relaxed));
    memory_pool_delete_image(&engine->memories,
                             atomic_load_explicit(&module->image, memory_order_relaxed));
    if (module->source)
        module->source->delete (module->source);
    code_fini(&module->code);
    module_fini(&module->m);
    mem_free(module);
    cupel_engine_delete(engine);
}
