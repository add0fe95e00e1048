/*
 * reader.h - a bounded cursor over a module's bytes.
 *
 * No read ever passes `end`. A failed read fills `err` with the byte offset and leaves the cursor
 * where the bad item starts. Hot single-byte LEB128 cases are inline. `what` names the item in the
 * error: "a function index".
 */
#ifndef CUPEL_MODULE_READER_H
#define CUPEL_MODULE_READER_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/status.h"
#include "engine/cupel.h"

struct reader {
    const uint8_t *start; /* of the module: offsets count from here */
    const uint8_t *p;
    const uint8_t *end;
    struct errinfo *err;
    uint32_t func; /* function index for errors, or NO_INDEX */
};

void reader_init(struct reader *r, const uint8_t *start, size_t len, struct errinfo *err);
static inline uint64_t reader_offset(const struct reader *r)
{
    return (uint64_t)(r->p - r->start);
}
static inline size_t reader_left(const struct reader *r)
{
    return (size_t)(r->end - r->p);
}

/* ERR_MALFORMED "unexpected end ..." naming `what`. */
enum status reader_u8(struct reader *r, uint8_t *out, const char *what) MUST_CHECK;
enum status reader_u32_slow(struct reader *r, uint32_t *out, const char *what) MUST_CHECK;
enum status reader_u64(struct reader *r, uint64_t *out, const char *what) MUST_CHECK;
enum status reader_s32(struct reader *r, int32_t *out, const char *what) MUST_CHECK;
enum status reader_s33(struct reader *r, int64_t *out, const char *what) MUST_CHECK;
enum status reader_s64(struct reader *r, int64_t *out, const char *what) MUST_CHECK;
enum status reader_f32(struct reader *r, uint32_t *bits, const char *what) MUST_CHECK;
enum status reader_f64(struct reader *r, uint64_t *bits, const char *what) MUST_CHECK;
/* `len` bytes, borrowed from the module. */
enum status reader_bytes(struct reader *r, size_t len, const uint8_t **out,
                         const char *what) MUST_CHECK;
/* A vector of bytes that is valid UTF-8. */
enum status reader_name(struct reader *r, cupel_name_t *out, const char *what) MUST_CHECK;

static inline enum status reader_u32(struct reader *r, uint32_t *out, const char *what)
{
    if (__builtin_expect(r->p < r->end && *r->p < 0x80, 1)) {
        *out = *r->p++;
        return OK;
    }
    return reader_u32_slow(r, out, what);
}

/* The length of a vector whose items take at least `item_bytes` each: ERR_MALFORMED if that many
 * bytes are not left, ERR_LIMIT naming `limit` above `most`. So what is allocated for the items is
 * proportional to the input. */
enum status reader_count(struct reader *r, size_t item_bytes, const char *limit, uint32_t most,
                         uint32_t *out, const char *what) MUST_CHECK;

/* Fails at the cursor with the reader's function index filled in. */
enum status reader_fail(struct reader *r, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same at an offset in the module. */
enum status reader_fail_at(struct reader *r, enum status status, uint64_t offset,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));
/* ERR_LIMIT at the cursor: `found` is more than the limit of that name allows. */
enum status reader_limit(struct reader *r, const char *limit, uint64_t found, uint64_t most);

#endif
