/*
 * A trap that a host function returns must come out of WebAssembly as the same object, with the
 * frames that it passed. So the engine is handed the cupel_trap_t that the object is about, adds
 * its frames to that, and the object waits at the store meanwhile. One place to wait is enough: no
 * host function runs between the one that trapped and the call that returns.
 *
 * A call that ends for want of memory must still say so, which takes a trap that is there already:
 * each store has one.
 */
#include "engine/capi/capi_trap.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"

static wasm_trap_t *wrap(wasm_store_t *store, cupel_trap_t *trap)
{
    wasm_trap_t *made =
        trap ? (wasm_trap_t *)capi_object_new(store, OBJECT_TRAP, sizeof *made) : NULL;
    if (!made) {
        cupel_trap_delete(trap);
        return NULL;
    }
    made->trap = trap;
    return made;
}

wasm_trap_t *capi_trap_new(wasm_store_t *store, const char *message)
{
    return wrap(store, cupel_trap_new(message));
}

wasm_trap_t *capi_trap_no_memory(wasm_store_t *store)
{
    return (wasm_trap_t *)capi_object_take(&store->no_memory->ref);
}

wasm_trap_t *capi_trap_new_or_no_memory(wasm_store_t *store, const char *message)
{
    wasm_trap_t *trap = capi_trap_new(store, message);
    return trap ? trap : capi_trap_no_memory(store);
}

wasm_trap_t *wasm_trap_new(wasm_store_t *store, const wasm_message_t *message)
{
    size_t size = message ? message->size : 0;
    char *text = mem_alloc(size + 1);
    if (!text)
        return NULL;
    if (size)
        memcpy(text, message->data, size);
    text[size] = 0;
    wasm_trap_t *trap = capi_trap_new(store, text);
    mem_free(text);
    return trap;
}

void wasm_trap_message(const wasm_trap_t *trap, wasm_message_t *out)
{
    const char *text = trap && trap->trap ? cupel_trap_message(trap->trap) : "";
    wasm_byte_vec_new(out, strlen(text) + 1, text);
}

/* ---- through WebAssembly ---- */

cupel_trap_t *capi_trap_pass(wasm_store_t *store, wasm_trap_t *trap)
{
    cupel_trap_t *passing = trap->trap;
    assert(passing);
    trap->trap = NULL;
    store->passing = trap;
    return passing;
}

static wasm_trap_t *from_error(wasm_store_t *store, const cupel_error_t *error)
{
    if (cupel_error_kind(error) == CUPEL_ERROR_OUT_OF_MEMORY)
        return capi_trap_no_memory(store);
    return capi_trap_new_or_no_memory(store, cupel_error_message(error));
}

wasm_trap_t *capi_trap_from(wasm_store_t *store, cupel_error_t *error, cupel_trap_t *trap)
{
    wasm_trap_t *result = store->passing;
    store->passing = NULL;
    if (result) {
        result->trap = trap;
        result->was_abroad |= result->ref.store != store;
    } else if (error) {
        result = from_error(store, error);
    } else if (trap) {
        result = wrap(store, trap);
        if (!result)
            result = capi_trap_no_memory(store);
    }
    cupel_error_delete(error);
    return result;
}

/* ---- frames ---- */

struct wasm_frame_t {
    wasm_instance_t *instance;
    uint32_t func_index;
    size_t func_offset, module_offset;
};

static size_t known_offset(uint64_t offset)
{
    return offset == CUPEL_NO_OFFSET ? 0 : (size_t)offset;
}

/* NULL when memory is exhausted. */
static wasm_frame_t *frame_new(const wasm_trap_t *trap, size_t i)
{
    cupel_frame_t from;
    wasm_store_t *store = trap->was_abroad ? NULL : trap->ref.store;
    wasm_frame_t *frame = mem_calloc(1, sizeof *frame);
    if (!frame || !cupel_trap_frame(trap->trap, i, &from)) {
        mem_free(frame);
        return NULL;
    }
    frame->func_index = from.func_index;
    frame->func_offset = known_offset(from.func_offset);
    frame->module_offset = known_offset(from.module_offset);
    if (store && store->ctx) {
        frame->instance = capi_object_from_instance(store, from.instance);
        if (!frame->instance) {
            mem_free(frame);
            return NULL;
        }
    }
    return frame;
}

wasm_frame_t *wasm_frame_copy(const wasm_frame_t *frame)
{
    wasm_frame_t *copy = frame ? mem_alloc(sizeof *copy) : NULL;
    if (!copy)
        return NULL;
    *copy = *frame;
    copy->instance = wasm_instance_copy(frame->instance);
    return copy;
}

void wasm_frame_delete(wasm_frame_t *frame)
{
    if (!frame)
        return;
    wasm_instance_delete(frame->instance);
    mem_free(frame);
}

wasm_instance_t *wasm_frame_instance(const wasm_frame_t *frame)
{
    return frame ? frame->instance : NULL;
}

uint32_t wasm_frame_func_index(const wasm_frame_t *frame)
{
    return frame ? frame->func_index : 0;
}

size_t wasm_frame_func_offset(const wasm_frame_t *frame)
{
    return frame ? frame->func_offset : 0;
}

size_t wasm_frame_module_offset(const wasm_frame_t *frame)
{
    return frame ? frame->module_offset : 0;
}

wasm_frame_t *wasm_trap_origin(const wasm_trap_t *trap)
{
    return trap && trap->trap ? frame_new(trap, 0) : NULL;
}

void wasm_trap_trace(const wasm_trap_t *trap, wasm_frame_vec_t *out)
{
    wasm_frame_vec_new_uninitialized(out,
                                     trap && trap->trap ? cupel_trap_frame_count(trap->trap) : 0);
    for (size_t i = 0; i < out->size; i++) {
        out->data[i] = frame_new(trap, i);
        if (!out->data[i]) {
            wasm_frame_vec_delete(out);
            return;
        }
    }
}
