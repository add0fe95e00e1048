/*
 * call_error.h - how a call that did not give results ended, as an api_error.
 */
#ifndef CUPEL_API_CALL_ERROR_H
#define CUPEL_API_CALL_ERROR_H

#include "api/export_call.h"

/* An error of the engine while instantiating or calling; consumes `own`. */
void call_error_from_engine(struct api_error *error, const struct call *call, cupel_error_t *own);
/* A trap, with its backtrace; consumes `own`. */
void call_error_from_trap(struct api_error *error, const struct call *call, cupel_trap_t *own);
/* A call that was stopped, for the reason that call->stop says; `at` (may be NULL) says where. */
void call_error_stopped(struct api_error *error, const struct call *call, const cupel_trap_t *at);
/* A module whose imports nothing provides; names all of them. */
void call_error_imports(struct api_error *error, const cupel_module_t *module);

#endif
