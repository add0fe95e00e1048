/*
 * One byte tells value types apart; the bytes of later proposals are known here too, so that a
 * module that needs them learns which one. The limits' flags are bits that several proposals share.
 */
#include "engine/module/valtypes.h"

#include <stdio.h>

#include "engine/module/feature_gate.h"

uint64_t valtype_features(valtype t)
{
    return valtype_is_ref(t) ? FEATURE_BIT(REFERENCE_TYPES) : t == VT_V128 ? FEATURE_BIT(SIMD) : 0;
}

/* The feature that a type's byte belongs to beyond those of `enum`; FEATURE_COUNT if to none. */
static enum feature foreign_type(uint8_t byte)
{
    switch (byte) {
    case 0x63: /* (ref null HEAPTYPE) */
    case 0x64: /* (ref HEAPTYPE) */
        return FEATURE_FUNCTION_REFERENCES;
    case 0x69: /* exn */
    case 0x74: /* noexn */
        return FEATURE_EXCEPTIONS;
    case 0x6a: /* array */
    case 0x6b: /* struct */
    case 0x6c: /* i31 */
    case 0x6d: /* eq */
    case 0x6e: /* any */
    case 0x71: /* none */
    case 0x72: /* noextern */
    case 0x73: /* nofunc */
        return FEATURE_GC;
    default:
        return FEATURE_COUNT;
    }
}

/* Fails for a type that this build does not have; the cursor is at its byte. */
static enum status refuse_type(struct reader *r, const struct decode_config *config, uint8_t byte,
                               const char *what)
{
    enum feature f = foreign_type(byte);
    if (f == FEATURE_COUNT)
        return reader_fail(r, ERR_MALFORMED, "malformed %s: 0x%02x is none", what, byte);
    char text[48];
    snprintf(text, sizeof text, "%s 0x%02x", what, byte);
    return feature_missing(r, config, f, reader_offset(r), text);
}

enum status read_valtype(struct reader *r, const struct decode_config *config, valtype *out)
{
    if (r->p == r->end)
        return reader_fail(r, ERR_MALFORMED, "unexpected end: a value type expected");
    uint8_t byte = *r->p;
    if (valtype_is_ref(byte))
        TRY(feature_require(r, config, FEATURE_REFERENCE_TYPES, reader_offset(r),
                            valtype_name(byte)));
    else if (byte == VT_V128)
        TRY(feature_require(r, config, FEATURE_SIMD, reader_offset(r), "v128"));
    else if (!valtype_is_num(byte))
        return refuse_type(r, config, byte, "value type");
    *out = byte;
    r->p++;
    return OK;
}

enum status read_reftype(struct reader *r, const struct decode_config *config, valtype *out)
{
    if (r->p == r->end)
        return reader_fail(r, ERR_MALFORMED, "unexpected end: a reference type expected");
    uint8_t byte = *r->p;
    if (byte == VT_EXTERNREF)
        TRY(feature_require(r, config, FEATURE_REFERENCE_TYPES, reader_offset(r), "externref"));
    else if (byte == VT_V128)
        return reader_fail(r, ERR_MALFORMED, "malformed reference type: 0x%02x is none", byte);
    else if (byte != VT_FUNCREF)
        return refuse_type(r, config, byte, "reference type");
    *out = byte;
    r->p++;
    return OK;
}

enum status read_heaptype(struct reader *r, const struct decode_config *config, valtype *out)
{
    const uint8_t *start = r->p;
    int64_t code;
    TRY(reader_s33(r, &code, "a heap type"));
    size_t len = (size_t)(r->p - start);
    r->p = start;
    if (code >= 0)
        return feature_missing(r, config, FEATURE_FUNCTION_REFERENCES, reader_offset(r),
                               "a heap type that is a type index");
    if (len == 1 && *start != 0x63 && *start != 0x64)
        return read_reftype(r, config, out);
    return reader_fail(r, ERR_MALFORMED, "malformed heap type: %lld is none", (long long)code);
}

enum status read_typeidx(struct reader *r, const struct module *m, uint32_t *out)
{
    const uint8_t *start = r->p;
    TRY(reader_u32(r, out, "a type index"));
    if (*out >= m->ntypes) { /* spec 3.1.1: C.types[x] must be defined */
        r->p = start;
        return reader_fail(r, ERR_INVALID, "unknown type %u: the module has %u", *out, m->ntypes);
    }
    return OK;
}

/* Flags of limits (spec 5.3.6; threads, memory64 and custom-page-sizes add theirs). */
enum { LIMITS_MAX = 1, LIMITS_SHARED = 2, LIMITS_64 = 4, LIMITS_PAGE_SIZE = 8 };

/* Minimum and maximum behind the flags. They are 64 bits wide so that a 32-bit one that is out of
 * range is invalid and not malformed, as in release 3.0, whose test suite asks for it. */
static enum status read_bounds(struct reader *r, uint8_t flags, struct limits *out)
{
    out->has_max = flags & LIMITS_MAX;
    out->max = UINT64_MAX;
    TRY(reader_u64(r, &out->min, "a minimum"));
    if (out->has_max)
        TRY(reader_u64(r, &out->max, "a maximum"));
    return OK;
}

/* Spec 3.2.1: n <= k, m <= k, n <= m. */
static enum status check_bounds(struct reader *r, uint64_t offset, const struct limits *l,
                                uint64_t most, const char *what)
{
    if (l->min > most || (l->has_max && l->max > most))
        return reader_fail_at(r, ERR_INVALID, offset, "%s size %llu: must be at most %llu", what,
                              (unsigned long long)(l->min > most ? l->min : l->max),
                              (unsigned long long)most);
    if (l->min > l->max)
        return reader_fail_at(r, ERR_INVALID, offset,
                              "size minimum must not be greater than maximum: %s of %llu to %llu",
                              what, (unsigned long long)l->min, (unsigned long long)l->max);
    return OK;
}

static enum status malformed_flags(struct reader *r, uint64_t offset, uint8_t flags)
{
    return reader_fail_at(r, ERR_MALFORMED, offset, "malformed limits flags 0x%02x", flags);
}

enum status read_tabletype(struct reader *r, const struct decode_config *config,
                           struct tabletype *out)
{
    TRY(read_reftype(r, config, &out->element));
    uint64_t offset = reader_offset(r);
    uint8_t flags;
    TRY(reader_u8(r, &flags, "limits of a table"));
    if (flags & ~(LIMITS_MAX | LIMITS_64))
        return malformed_flags(r, offset, flags);
    if (flags & LIMITS_64)
        TRY(feature_require(r, config, FEATURE_MEMORY64, offset, "a table with 64-bit indices"));
    out->limits.is_64 = flags & LIMITS_64;
    TRY(read_bounds(r, flags, &out->limits));
    return check_bounds(r, offset, &out->limits, out->limits.is_64 ? UINT64_MAX : UINT32_MAX,
                        "table");
}

/* Whether what follows could be a memory type with a page size; what could not is malformed, and
 * needs no feature. */
static bool is_page_size_type(struct reader r, uint8_t flags)
{
    struct limits l;
    uint32_t page_log2;
    r.err = NULL;
    return read_bounds(&r, flags, &l) == OK && reader_u32(&r, &page_log2, "a page size") == OK;
}

/* Custom-page-sizes proposal: one byte or 64 KiB. */
static enum status read_page_size(struct reader *r, uint8_t *out)
{
    uint64_t offset = reader_offset(r);
    uint32_t log2;
    TRY(reader_u32(r, &log2, "a page size"));
    if (log2 >= 64)
        return reader_fail_at(r, ERR_MALFORMED, offset, "malformed page size: 2^%u", log2);
    if (log2 != 0 && log2 != 16)
        return reader_fail_at(r, ERR_INVALID, offset,
                              "invalid custom page size: 2^%u is neither 1 nor 65536", log2);
    *out = (uint8_t)log2;
    return OK;
}

enum status read_memtype(struct reader *r, const struct decode_config *config, struct memtype *out)
{
    uint64_t offset = reader_offset(r);
    uint8_t flags;
    TRY(reader_u8(r, &flags, "limits of a memory"));
    if (flags & ~(LIMITS_MAX | LIMITS_SHARED | LIMITS_64 | LIMITS_PAGE_SIZE))
        return malformed_flags(r, offset, flags);
    if (flags & LIMITS_PAGE_SIZE) {
        if (!is_page_size_type(*r, flags))
            return malformed_flags(r, offset, flags);
        TRY(feature_require(r, config, FEATURE_CUSTOM_PAGE_SIZES, offset,
                            "a memory with a page size"));
    }
    if (flags & LIMITS_SHARED)
        TRY(feature_require(r, config, FEATURE_THREADS, offset, "a shared memory"));
    if (flags & LIMITS_64)
        TRY(feature_require(r, config, FEATURE_MEMORY64, offset, "a memory with 64-bit addresses"));
    out->limits.is_64 = flags & LIMITS_64;
    out->page_log2 = 16;
    TRY(read_bounds(r, flags, &out->limits));
    if (flags & LIMITS_PAGE_SIZE)
        TRY(read_page_size(r, &out->page_log2));
    return check_bounds(r, offset, &out->limits,
                        memtype_most_pages(out->page_log2, out->limits.is_64), "memory");
}

enum status read_globaltype(struct reader *r, const struct decode_config *config,
                            struct globaltype *out)
{
    uint8_t mutability;
    TRY(read_valtype(r, config, &out->content));
    TRY(reader_u8(r, &mutability, "a mutability"));
    if (mutability > 1) {
        r->p--;
        return reader_fail(r, ERR_MALFORMED, "malformed mutability: 0x%02x is neither 0 nor 1",
                           mutability);
    }
    out->is_mutable = mutability;
    return OK;
}
