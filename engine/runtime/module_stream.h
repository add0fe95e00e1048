/*
 * module_stream.h - a module's bytes from a reader.
 */
#ifndef CUPEL_RUNTIME_MODULE_STREAM_H
#define CUPEL_RUNTIME_MODULE_STREAM_H

#include "engine/runtime/engine.h"

/* All bytes that the reader gives, allocated, unless it can be seen that no module begins so. */
cupel_own cupel_error_t *module_read_all(const struct cupel_engine *engine,
                                         const cupel_reader_t *reader, uint8_t **own_bytes,
                                         size_t *len);

#endif
