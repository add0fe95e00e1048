/*
 * All vectors are the same two words, so they differ in one thing only: how an element is copied
 * and deleted. The family is expanded once per kind of element.
 *
 * A vector that could not be made is empty, never half full; elements that it was to own are gone.
 */
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/capi/wasm.h"

/* The part that does not look at elements; those of a vector that could not be filled are left. */
#define VECTOR_BASE(name, element)                                                                 \
    void wasm_##name##_vec_new_empty(wasm_##name##_vec_t *out)                                     \
    {                                                                                              \
        out->size = 0;                                                                             \
        out->data = NULL;                                                                          \
    }                                                                                              \
    void wasm_##name##_vec_new_uninitialized(wasm_##name##_vec_t *out, size_t size)                \
    {                                                                                              \
        out->data = size ? mem_calloc(size, sizeof(element)) : NULL;                               \
        out->size = out->data ? size : 0;                                                          \
    }                                                                                              \
    static bool wasm_##name##_vec_fill(wasm_##name##_vec_t *out, size_t size,                      \
                                       element const elements[])                                   \
    {                                                                                              \
        wasm_##name##_vec_new_uninitialized(out, size);                                            \
        if (out->size)                                                                             \
            memcpy(out->data, elements, size * sizeof(element));                                   \
        return out->size == size;                                                                  \
    }

/* Of plain bytes. */
VECTOR_BASE(byte, wasm_byte_t)

void wasm_byte_vec_new(wasm_byte_vec_t *out, size_t size, const wasm_byte_t elements[])
{
    (void)wasm_byte_vec_fill(out, size, elements);
}

void wasm_byte_vec_copy(wasm_byte_vec_t *out, const wasm_byte_vec_t *from)
{
    wasm_byte_vec_new(out, from ? from->size : 0, from ? from->data : NULL);
}

void wasm_byte_vec_delete(wasm_byte_vec_t *vec)
{
    if (!vec)
        return;
    mem_free(vec->data);
    wasm_byte_vec_new_empty(vec);
}

/* Of values. */
VECTOR_BASE(val, wasm_val_t)

void wasm_val_vec_new(wasm_val_vec_t *out, size_t size, const wasm_val_t elements[])
{
    if (wasm_val_vec_fill(out, size, elements))
        return;
    for (size_t i = 0; i < size; i++) {
        wasm_val_t value = elements[i];
        wasm_val_delete(&value);
    }
}

void wasm_val_vec_copy(wasm_val_vec_t *out, const wasm_val_vec_t *from)
{
    wasm_val_vec_new_uninitialized(out, from ? from->size : 0);
    for (size_t i = 0; i < out->size; i++)
        wasm_val_copy(&out->data[i], &from->data[i]);
}

void wasm_val_vec_delete(wasm_val_vec_t *vec)
{
    if (!vec)
        return;
    for (size_t i = 0; i < vec->size; i++)
        wasm_val_delete(&vec->data[i]);
    mem_free(vec->data);
    wasm_val_vec_new_empty(vec);
}

/* Of things that are owned; an element may be NULL, and is NULL in the copy then. */
#define VECTOR_OF_OWNED(name)                                                                      \
    VECTOR_BASE(name, wasm_##name##_t *)                                                           \
    void wasm_##name##_vec_new(wasm_##name##_vec_t *out, size_t size,                              \
                               wasm_##name##_t *const elements[])                                  \
    {                                                                                              \
        if (wasm_##name##_vec_fill(out, size, elements))                                           \
            return;                                                                                \
        for (size_t i = 0; i < size; i++)                                                          \
            wasm_##name##_delete(elements[i]);                                                     \
    }                                                                                              \
    void wasm_##name##_vec_copy(wasm_##name##_vec_t *out, const wasm_##name##_vec_t *from)         \
    {                                                                                              \
        wasm_##name##_vec_new_uninitialized(out, from ? from->size : 0);                           \
        for (size_t i = 0; i < out->size; i++) {                                                   \
            out->data[i] = wasm_##name##_copy(from->data[i]);                                      \
            if (from->data[i] && !out->data[i]) {                                                  \
                wasm_##name##_vec_delete(out);                                                     \
                return;                                                                            \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    void wasm_##name##_vec_delete(wasm_##name##_vec_t *vec)                                        \
    {                                                                                              \
        if (!vec)                                                                                  \
            return;                                                                                \
        for (size_t i = 0; i < vec->size; i++)                                                     \
            wasm_##name##_delete(vec->data[i]);                                                    \
        mem_free(vec->data);                                                                       \
        wasm_##name##_vec_new_empty(vec);                                                          \
    }

VECTOR_OF_OWNED(valtype)
VECTOR_OF_OWNED(functype)
VECTOR_OF_OWNED(globaltype)
VECTOR_OF_OWNED(tabletype)
VECTOR_OF_OWNED(memorytype)
VECTOR_OF_OWNED(externtype)
VECTOR_OF_OWNED(importtype)
VECTOR_OF_OWNED(exporttype)
VECTOR_OF_OWNED(frame)
VECTOR_OF_OWNED(extern)
