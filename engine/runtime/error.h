/*
 * error.h - the public error object, made from what failed inside.
 *
 * Every function here returns an object for the caller to delete, and never NULL: when there is no
 * memory for one, it is the shared object that says so, which deleting leaves alone.
 */
#ifndef CUPEL_RUNTIME_ERROR_H
#define CUPEL_RUNTIME_ERROR_H

#include "engine/base/status.h"
#include "engine/cupel.h"

cupel_own cupel_error_t *error_new(enum status status, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
/* ERR_LIMIT; the name of the limit is static storage. */
cupel_own cupel_error_t *error_limit(const char *limit, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
cupel_own cupel_error_t *error_nomem(void) __attribute__((returns_nonnull));
/* From an `info` that is not OK. */
cupel_own cupel_error_t *error_from(const struct errinfo *info) __attribute__((returns_nonnull));
/* Says which way linking failed; gives `error` back, which may be the shared one. */
cupel_own cupel_error_t *error_set_link(cupel_own cupel_error_t *error, cupel_linkerror_t link);
/* A text of any length, copied. */
cupel_own cupel_error_t *error_with_text(enum status status, const char *text, size_t len)
    __attribute__((returns_nonnull));

#endif
