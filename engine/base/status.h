/*
 * status.h - how failures travel inside the engine.
 *
 * Internal calls that can fail return an `enum status` and fill a caller-owned `struct errinfo`
 * where the failure happens; nobody further up rewrites it. OK is 0.
 */
#ifndef CUPEL_BASE_STATUS_H
#define CUPEL_BASE_STATUS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum status {
    OK = 0,
#define ERROR(name, number, text) ERR_##name = number,
#include "engine/base/errors.def"
#undef ERROR
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define NO_OFFSET  UINT64_MAX
#define NO_INDEX   UINT32_MAX

/* What failed, and where. */
struct errinfo {
    enum status status;
    uint64_t offset;   /* byte offset in the module, or NO_OFFSET */
    uint32_t func;     /* function index, or NO_INDEX */
    const char *limit; /* for ERR_LIMIT: the limit's name (static storage), else NULL */
    char text[240];
};

/* Clears `e` to OK with no position. */
void errinfo_init(struct errinfo *e);

/* Fills `e` (may be NULL) and returns `status`, so that failing is one expression. The text is cut
 * short between characters; names go into it by utf8_quote. Sets func to NO_INDEX. */
enum status errinfo_set(struct errinfo *e, enum status status, uint64_t offset, const char *format,
                        ...) __attribute__((format(printf, 4, 5)));

/* The same with the arguments as a list. */
enum status errinfo_vset(struct errinfo *e, enum status status, uint64_t offset, const char *format,
                         va_list args) __attribute__((format(printf, 4, 0)));

/* The same for ERR_LIMIT, with the limit's name. */
enum status errinfo_limit(struct errinfo *e, const char *limit, uint64_t offset, const char *format,
                          ...) __attribute__((format(printf, 4, 5)));

/* The same for ERR_OUT_OF_MEMORY: needs no format and no memory. */
enum status errinfo_nomem(struct errinfo *e);

#define TRY(expr)                                                                                  \
    do {                                                                                           \
        enum status try_status_ = (expr);                                                          \
        if (__builtin_expect(try_status_ != OK, 0))                                                \
            return try_status_;                                                                    \
    } while (0)

#endif
