/*
 * Reading from hostile bytes. Every read compares with `end` first; a LEB128 number is read byte by
 * byte, and its last possible byte must hold nothing but the bits that still fit (spec 5.2.2):
 * longer is "too long", bits that do not fit are "too large".
 */
#include "engine/module/reader.h"

#include <stdbool.h>
#include <stdarg.h>
#include <string.h>

#include "engine/base/utf8.h"

void reader_init(struct reader *r, const uint8_t *start, size_t len, struct errinfo *err)
{
    r->start = start;
    r->p = start;
    r->end = start + len;
    r->err = err;
    r->func = NO_INDEX;
}

enum status reader_fail_at(struct reader *r, enum status status, uint64_t offset,
                           const char *format, ...)
{
    va_list args;
    va_start(args, format);
    errinfo_vset(r->err, status, offset, format, args);
    va_end(args);
    if (r->err)
        r->err->func = r->func;
    return status;
}

enum status reader_fail(struct reader *r, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    errinfo_vset(r->err, status, reader_offset(r), format, args);
    va_end(args);
    if (r->err)
        r->err->func = r->func;
    return status;
}

enum status reader_limit(struct reader *r, const char *limit, uint64_t found, uint64_t most)
{
    errinfo_limit(r->err, limit, reader_offset(r), "limit \"%s\" exceeded: %llu, at most %llu",
                  limit, (unsigned long long)found, (unsigned long long)most);
    if (r->err)
        r->err->func = r->func;
    return ERR_LIMIT;
}

static enum status fail_end(struct reader *r, const char *what)
{
    return reader_fail(r, ERR_MALFORMED, "unexpected end: %s expected", what);
}

enum status reader_u8(struct reader *r, uint8_t *out, const char *what)
{
    if (r->p == r->end)
        return fail_end(r, what);
    *out = *r->p++;
    return OK;
}

/* An integer of `bits` bits (spec 5.2.2), sign-extended to 64 bits if `is_signed`. */
static inline enum status read_leb(struct reader *r, unsigned bits, bool is_signed, uint64_t *out,
                                   const char *what)
{
    const uint8_t *p = r->p;
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        if (p == r->end)
            return fail_end(r, what);
        byte = *p++;
        if (shift + 7 > bits) { /* the last byte that there may be */
            unsigned used = bits - shift;
            uint8_t payload = byte & 0x7f;
            if (byte & 0x80)
                return reader_fail(r, ERR_MALFORMED,
                                   "integer representation too long: %s of %u bits takes at most "
                                   "%u bytes",
                                   what, bits, (bits + 6) / 7);
            /* Unused bits repeat the sign, or are 0. */
            uint8_t rest = is_signed ? payload >> (used - 1) : payload >> used;
            uint8_t ones = is_signed ? 0x7f >> (used - 1) : 0;
            if (rest != 0 && rest != ones)
                return reader_fail(r, ERR_MALFORMED,
                                   "integer too large: %s does not fit into %u bits", what, bits);
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && shift < 64 && (byte & 0x40))
        value |= ~UINT64_C(0) << shift;
    *out = value;
    r->p = p;
    return OK;
}

enum status reader_u32_slow(struct reader *r, uint32_t *out, const char *what)
{
    uint64_t value = 0;
    TRY(read_leb(r, 32, false, &value, what));
    *out = (uint32_t)value;
    return OK;
}

enum status reader_u64(struct reader *r, uint64_t *out, const char *what)
{
    return read_leb(r, 64, false, out, what);
}

enum status reader_s32(struct reader *r, int32_t *out, const char *what)
{
    uint64_t value = 0;
    TRY(read_leb(r, 32, true, &value, what));
    *out = (int32_t)value;
    return OK;
}

enum status reader_s33(struct reader *r, int64_t *out, const char *what)
{
    uint64_t value = 0;
    TRY(read_leb(r, 33, true, &value, what));
    *out = (int64_t)value;
    return OK;
}

enum status reader_s64(struct reader *r, int64_t *out, const char *what)
{
    uint64_t value = 0;
    TRY(read_leb(r, 64, true, &value, what));
    *out = (int64_t)value;
    return OK;
}

enum status reader_f32(struct reader *r, uint32_t *bits, const char *what)
{
    if (reader_left(r) < sizeof *bits)
        return fail_end(r, what);
    memcpy(bits, r->p, sizeof *bits);
    r->p += sizeof *bits;
    return OK;
}

enum status reader_f64(struct reader *r, uint64_t *bits, const char *what)
{
    if (reader_left(r) < sizeof *bits)
        return fail_end(r, what);
    memcpy(bits, r->p, sizeof *bits);
    r->p += sizeof *bits;
    return OK;
}

enum status reader_bytes(struct reader *r, size_t len, const uint8_t **out, const char *what)
{
    if (reader_left(r) < len)
        return reader_fail(r, ERR_MALFORMED,
                           "length out of bounds: %s of %zu bytes, but only %zu are left", what,
                           len, reader_left(r));
    *out = r->p;
    r->p += len;
    return OK;
}

enum status reader_name(struct reader *r, cupel_name_t *out, const char *what)
{
    const uint8_t *start = r->p, *bytes;
    uint32_t len;
    TRY(reader_u32(r, &len, what));
    if (reader_left(r) < len) {
        size_t left = reader_left(r);
        r->p = start;
        return reader_fail(r, ERR_MALFORMED,
                           "length out of bounds: %s of %u bytes, but only %zu are left", what, len,
                           left);
    }
    bytes = r->p;
    size_t valid = utf8_valid_prefix((const char *)bytes, len);
    if (valid != len) {
        r->p = start;
        return reader_fail_at(r, ERR_MALFORMED, (uint64_t)(bytes + valid - r->start),
                              "malformed UTF-8 encoding in %s: byte %zu of %u", what, valid, len);
    }
    out->data = (const char *)bytes;
    out->len = len;
    r->p = bytes + len;
    return OK;
}

enum status reader_count(struct reader *r, size_t item_bytes, const char *limit, uint32_t most,
                         uint32_t *out, const char *what)
{
    const uint8_t *start = r->p;
    TRY(reader_u32(r, out, what));
    uint32_t count = *out;
    size_t left = reader_left(r);
    if (count > left / item_bytes) {
        r->p = start;
        return reader_fail(r, ERR_MALFORMED,
                           "length out of bounds: %s is %u, but only %zu bytes are left", what,
                           count, left);
    }
    if (count > most) {
        r->p = start;
        return reader_limit(r, limit, count, most);
    }
    return OK;
}
