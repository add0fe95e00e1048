/*
 * vec.h - a growable array of T, by macro.
 *
 *   struct { VEC(uint32_t) targets; } x = {0};
 *   if (!vec_push(&x.targets, 7)) return errinfo_nomem(e);
 *
 * A zeroed vec is empty and owns nothing. `data` may move at any push or reserve.
 */
#ifndef CUPEL_BASE_VEC_H
#define CUPEL_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/alloc.h"

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *data;                                                                                   \
        size_t len, cap;                                                                           \
    }

/* Room for `n` elements in all; false when memory is exhausted (the vec is untouched). */
#define vec_reserve(v, n)                                                                          \
    ((n) <= (v)->cap || vec_grow_((void **)&(v)->data, &(v)->cap, (n), sizeof *(v)->data))

/* Appends; false when memory is exhausted. */
#define vec_push(v, ...)                                                                           \
    (vec_reserve((v), (v)->len + 1) ? ((v)->data[(v)->len++] = (__VA_ARGS__), true) : false)

#define vec_last(v) (&(v)->data[(v)->len - 1])

#define vec_fini(v)                                                                                \
    do {                                                                                           \
        mem_free((v)->data);                                                                       \
        (v)->data = NULL;                                                                          \
        (v)->len = (v)->cap = 0;                                                                   \
    } while (0)

bool vec_grow_(void **data, size_t *cap, size_t need, size_t element_size);

#endif
