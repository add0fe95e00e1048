/*
 * raw.h - cells without types (cupel_raw_t): frame slots as the embedder writes them.
 *
 * A cell is a slot once it is settled: an i32 has zeros above it, a reference is one of the store.
 */
#ifndef CUPEL_RUNTIME_RAW_H
#define CUPEL_RUNTIME_RAW_H

#include "engine/runtime/store.h"

_Static_assert(sizeof(cupel_raw_t) == sizeof(uint64_t), "a cell is a slot");

/* Settles values of `types` in place. False if one is a reference that the store does not know; then
 * `*bad` is its number. */
bool raw_settle(const struct cupel_store *store, const valtype *types, uint32_t n, uint64_t *cells,
                uint32_t *bad);

#endif
