/*
 * A module of cupel.h is shared by threads as it is, so sharing and obtaining one is counting: the
 * object of a store and the shared module refer to the same.
 */
#include "engine/capi/capi_types.h"

#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"

static const uint8_t *bytes_of(const wasm_byte_vec_t *vec)
{
    return (const uint8_t *)vec->data;
}

/* Takes the module over. */
static wasm_module_t *wrap(wasm_store_t *store, cupel_module_t *module)
{
    wasm_module_t *made = (wasm_module_t *)capi_object_new(store, OBJECT_MODULE, sizeof *made);
    if (!made) {
        cupel_module_delete(module);
        return NULL;
    }
    made->module = module;
    return made;
}

wasm_module_t *wasm_module_new(wasm_store_t *store, const wasm_byte_vec_t *binary)
{
    cupel_module_t *module = NULL;
    if (!store || !store->ctx || !binary)
        return NULL;
    cupel_error_t *error = cupel_module_new(store->engine, bytes_of(binary), binary->size, &module);
    cupel_error_delete(error);
    return error ? NULL : wrap(store, module);
}

bool wasm_module_validate(wasm_store_t *store, const wasm_byte_vec_t *binary)
{
    if (!store || !store->ctx || !binary)
        return false;
    cupel_error_t *error = cupel_module_validate(store->engine, bytes_of(binary), binary->size);
    cupel_error_delete(error);
    return !error;
}

/* ---- imports and exports ---- */

static wasm_name_t name_from(const cupel_name_t *from)
{
    wasm_name_t name;
    wasm_name_new(&name, from->len, from->data);
    return name;
}

static wasm_importtype_t *import_from(const cupel_importtype_t *from)
{
    wasm_name_t module = name_from(&from->module), name = name_from(&from->name);
    bool complete = module.size == from->module.len && name.size == from->name.len;
    return wasm_importtype_new(&module, &name, complete ? capi_externtype_from(&from->type) : NULL);
}

void wasm_module_imports(const wasm_module_t *module, wasm_importtype_vec_t *out)
{
    cupel_importtype_t import;
    wasm_importtype_vec_new_uninitialized(out,
                                          module ? cupel_module_import_count(module->module) : 0);
    for (size_t i = 0; i < out->size && cupel_module_import(module->module, i, &import); i++) {
        out->data[i] = import_from(&import);
        if (!out->data[i]) {
            wasm_importtype_vec_delete(out);
            return;
        }
    }
}

static wasm_exporttype_t *export_from(const cupel_exporttype_t *from)
{
    wasm_name_t name = name_from(&from->name);
    bool complete = name.size == from->name.len;
    return wasm_exporttype_new(&name, complete ? capi_externtype_from(&from->type) : NULL);
}

void wasm_module_exports(const wasm_module_t *module, wasm_exporttype_vec_t *out)
{
    cupel_exporttype_t export;
    wasm_exporttype_vec_new_uninitialized(out,
                                          module ? cupel_module_export_count(module->module) : 0);
    for (size_t i = 0; i < out->size && cupel_module_export(module->module, i, &export); i++) {
        out->data[i] = export_from(&export);
        if (!out->data[i]) {
            wasm_exporttype_vec_delete(out);
            return;
        }
    }
}

/* ---- the compiled form ---- */

void wasm_module_serialize(const wasm_module_t *module, wasm_byte_vec_t *out)
{
    cupel_bytes_t image;
    wasm_byte_vec_new_empty(out);
    if (!module)
        return;
    cupel_error_t *error = cupel_module_serialize(module->module, &image);
    cupel_error_delete(error);
    if (error)
        return;
    wasm_byte_vec_new(out, image.len, (const char *)image.data);
    cupel_bytes_delete(&image);
}

wasm_module_t *wasm_module_deserialize(wasm_store_t *store, const wasm_byte_vec_t *image)
{
    cupel_module_t *module = NULL;
    if (!store || !store->ctx || !image)
        return NULL;
    cupel_error_t *error =
        cupel_module_deserialize(store->engine, bytes_of(image), image->size, &module);
    cupel_error_delete(error);
    return error ? NULL : wrap(store, module);
}

/* ---- between threads ---- */

struct wasm_shared_module_t {
    cupel_module_t *module;
    cupel_engine_t *engine;
};

wasm_shared_module_t *wasm_module_share(const wasm_module_t *module)
{
    wasm_shared_module_t *shared = module ? mem_alloc(sizeof *shared) : NULL;
    if (!shared)
        return NULL;
    shared->module = cupel_module_clone(module->module);
    shared->engine = cupel_engine_clone(module->ref.store->engine);
    return shared;
}

void wasm_shared_module_delete(wasm_shared_module_t *shared)
{
    if (!shared)
        return;
    cupel_module_delete(shared->module);
    cupel_engine_delete(shared->engine);
    mem_free(shared);
}

wasm_module_t *wasm_module_obtain(wasm_store_t *store, const wasm_shared_module_t *shared)
{
    if (!store || !store->ctx || !shared || shared->engine != store->engine)
        return NULL;
    return wrap(store, cupel_module_clone(shared->module));
}
